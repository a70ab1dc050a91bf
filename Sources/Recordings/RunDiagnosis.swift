import Foundation

/// Looks for the worst of a run's troubles.
package struct RunDiagnosis {
    private let recording: Recording
    /// The rows before the first number that is none.
    private let sound: Range<Int>
    private let lost: RunFinding?

    package init(of recording: Recording) {
        self.recording = recording
        var (end, found): (Int, RunFinding?) = (recording.steps.count, nil)
        for row in recording.steps.indices {
            if let finding = Self.lost(recording, at: row) {
                (end, found) = (row, finding)
                break
            }
        }
        sound = 0..<end
        lost = found
    }

    /// The first step, and the last one before a number that is none; nil where there is no such step.
    package var soundSteps: (first: Int, last: Int)? {
        sound.isEmpty ? nil : (recording.steps[0], recording.steps[sound.upperBound - 1])
    }

    package var finding: RunFinding {
        // The middle of so many numbers is found once.
        let step = middleStep
        return explosion ?? lost ?? deadUnits ?? saturation ?? vanishing ?? tooSmall(step) ?? frozenLayers ?? tooLarge(step) ?? grownLoss
            ?? .nothingToWorryAbout
    }

    /// Whether gradients of layers, and sizes of steps, were there to be compared.
    package var compares: (gradients: Bool, steps: Bool) { (way != nil, middleStep != nil) }

    // MARK: Divergence

    private static func lost(_ recording: Recording, at row: Int) -> RunFinding? {
        let step = recording.steps[row]
        if let loss = recording.loss(at: row), !loss.isFinite { return .diverged(step: step, of: .loss, value: loss) }
        for layer in recording.layers.indices {
            for quantity in Recording.Quantity.allCases {
                guard let value = recording.value(quantity, layer: layer, at: row), !value.isFinite else { continue }
                switch quantity {
                case .activationSize, .activationZeros: return .diverged(step: step, of: .activation(layer: layer), value: value)
                case .gradientNorm, .gradientZeros, .weightGradient:
                    return .diverged(step: step, of: .gradient(layer: layer), value: value)
                case .weightNorm, .weightUpdate: return .diverged(step: step, of: .weights(layer: layer), value: value)
                }
            }
        }
        return nil
    }

    /// The loss at the beginning and at the end, each the median of as many recorded steps as `steps` says; nil without losses.
    package var losses: (first: Double, last: Double, steps: Int)? {
        let losses = sound.compactMap { recording.loss(at: $0) }
        guard !losses.isEmpty else { return nil }
        let few = min(max(losses.count / RunThresholds.lossEnds, 1), RunThresholds.mostLosses)
        // Of an odd number of losses the median is one of them.
        let odd = few - (few + 1) % 2
        return (losses.prefix(odd).lowerMedian ?? 0, losses.suffix(odd).lowerMedian ?? 0, odd)
    }

    /// The least and the greatest loss of the last fifth of the recorded steps, where it doubles on the way; nil where the loss falls to its end.
    package var unsettledEnd: ClosedRange<Double>? {
        let losses = sound.compactMap { recording.loss(at: $0) }
        let last = losses.suffix(losses.count / 5)
        guard var low = last.first, let least = last.min(), let most = last.max() else { return nil }
        var doubles = false
        for loss in last {
            low = min(low, loss)
            doubles = doubles || loss > 2 * low
        }
        return doubles ? least...most : nil
    }

    /// Where the loss grows most from one recorded step to the next, and by what factor; nil where it never jumps.
    package var lossJump: (step: Int, factor: Double)? {
        guard let beginning = losses?.first else { return nil }
        let rows = sound.filter { recording.loss(at: $0) != nil }
        let jumps = zip(rows, rows.dropFirst()).compactMap { before, after -> (step: Int, factor: Double)? in
            guard let low = recording.loss(at: before), let high = recording.loss(at: after), low > 0, high > RunThresholds.lossJump * low,
                high >= RunThresholds.lossJumpHeight * beginning
            else { return nil }
            return (recording.steps[after], high / low)
        }
        return jumps.max { $0.factor < $1.factor }
    }

    private var grownLoss: RunFinding? {
        guard let losses, losses.first > 0, losses.last > RunThresholds.divergedLoss * losses.first else { return nil }
        let row = sound.first { (recording.loss(at: $0) ?? 0) > RunThresholds.divergedLoss * losses.first }
        return row.flatMap { row in
            recording.loss(at: row).map { .diverged(step: recording.steps[row], of: .loss, value: $0) }
        }
    }

    /// Whether the loss falls by a part that counts; true where nothing says so.
    private var makesProgress: Bool {
        guard let losses, losses.first > 0 else { return true }
        return losses.last < (1 - RunThresholds.progress) * losses.first
    }

    // MARK: The gradient's way back

    /// The layers between which the gradient's norms are compared: of those that have one, without the output layer, whose gradient is set by the loss.
    private var way: (first: Int, last: Int)? {
        guard let row = sound.first else { return nil }
        let withGradients = recording.layers.indices.filter { recording.value(.gradientNorm, layer: $0, at: row) != nil }
        let output = withGradients.last { recording.value(.weightNorm, layer: $0, at: row) != nil }
        let hidden = output.map { output in withGradients.filter { $0 < output } } ?? withGradients
        let layers = hidden.count > 1 ? hidden : withGradients
        guard let first = layers.first, let last = layers.last, first < last else { return nil }
        return (first, last)
    }

    /// By row, how many decades the gradient loses on its way; negative where it grows, ∞ where nothing arrives; nil where nothing is known.
    private func lostDecades(at row: Int) -> Double? {
        guard let way, let first = recording.value(.gradientNorm, layer: way.first, at: row),
            let last = recording.value(.gradientNorm, layer: way.last, at: row), last > 0
        else { return nil }
        return first > 0 ? log10(last) - log10(first) : .infinity
    }

    /// The first step at which the gradient loses (or, with a sign of −1, gains) too much, if it does so at first or in most steps.
    private func passage(sign: Double) -> RunFinding.Passage? {
        guard let way else { return nil }
        let decades = sound.map { lostDecades(at: $0).map { sign * $0 } }
        let known = decades.compactMap(\.self)
        let few = max(known.count / RunThresholds.early, 1)
        guard [known.prefix(few).lowerMedian, known.lowerMedian].contains(where: { ($0 ?? 0) >= RunThresholds.decades }),
            let row = decades.firstIndex(where: { ($0 ?? 0) >= RunThresholds.decades }), let found = decades[row]
        else { return nil }
        return RunFinding.Passage(
            step: recording.steps[row], first: way.first, last: way.last, decades: found,
            isThroughTime: recording.layers[way.first].module == recording.layers[way.last].module)
    }

    private var explosion: RunFinding? { passage(sign: -1).map { .exploding($0) } }
    private var vanishing: RunFinding? { passage(sign: 1).map { .vanishing($0) } }

    // MARK: Units

    /// The rows in which a state that lasts is looked for.
    private var late: Range<Int> {
        (sound.upperBound - max(sound.count / RunThresholds.late, min(sound.count, 1)))..<sound.upperBound
    }

    /// Of each layer the middle number of the late rows.
    private func lateMedian(_ number: (_ row: Int) -> Double?) -> Double? { late.compactMap(number).lowerMedian }

    private var deadUnits: RunFinding? {
        let shares = recording.layers.indices.compactMap { layer -> (layer: Int, share: Double)? in
            switch ActivationKind(of: recording.layers[layer]) {
            case .rectifier, .unknown: break
            case .squashing, .other: return nil
            }
            return lateMedian { recording.value(.activationZeros, layer: layer, at: $0) }.map { (layer, $0) }
        }
        let dead = shares.filter { $0.share >= RunThresholds.deadShare && (diesAtOnce($0.layer) || !makesProgress) }
        guard let worst = dead.max(by: { $0.share < $1.share }) else { return nil }
        let row = sound.first { (recording.value(.activationZeros, layer: worst.layer, at: $0) ?? 0) >= RunThresholds.deadShare }
        guard let row, let share = recording.value(.activationZeros, layer: worst.layer, at: row) else { return nil }
        return .deadUnits(layer: worst.layer, step: recording.steps[row], share: share, layers: dead.count)
    }

    /// Whether the share of zeros passes the bound by a jump, or lies above it from the start.
    private func diesAtOnce(_ layer: Int) -> Bool {
        let shares = sound.compactMap { recording.value(.activationZeros, layer: layer, at: $0) }
        guard let row = shares.firstIndex(where: { $0 >= RunThresholds.deadShare }) else { return false }
        return row == 0 || shares[row] - shares[row - 1] >= RunThresholds.deadJump
    }

    /// The root mean square of an activation function's slope over its steepest, weighted by the gradient; nil where the layer is none that squashes,
    /// or the layer before it isn't recorded.
    private func slope(of layer: Int, at row: Int) -> Double? {
        guard case .squashing(let steepest) = ActivationKind(of: recording.layers[layer]), layer > 0,
            let after = recording.value(.gradientNorm, layer: layer, at: row), after > 0,
            let before = recording.value(.gradientNorm, layer: layer - 1, at: row)
        else { return nil }
        return before / after / steepest
    }

    private var saturation: RunFinding? {
        let slopes = recording.layers.indices.compactMap { layer in
            lateMedian { slope(of: layer, at: $0) }.map { (layer: layer, slope: $0) }
        }
        let flat = slopes.filter { $0.slope <= RunThresholds.slope }
        guard let worst = flat.min(by: { $0.slope < $1.slope }),
            let row = sound.first(where: { (slope(of: worst.layer, at: $0) ?? 1) <= RunThresholds.slope }),
            let found = slope(of: worst.layer, at: row)
        else { return nil }
        return .saturation(layer: worst.layer, step: recording.steps[row], slope: found, layers: flat.count)
    }

    // MARK: Steps

    private var frozenLayers: RunFinding? {
        // The rows in which the layer's update was recorded.
        func known(_ layer: Int) -> [Int] { sound.filter { recording.value(.weightUpdate, layer: layer, at: $0) != nil } }
        let trained = recording.layers.indices.filter { !known($0).isEmpty }
        // From which row on the layer's updates are all 0.
        func start(_ layer: Int) -> Int? {
            let rows = known(layer)
            let still = rows.reversed().prefix { recording.value(.weightUpdate, layer: layer, at: $0) == 0 }
            return still.count >= max((rows.count + 1) / RunThresholds.still, 2) ? still.last : nil
        }
        let frozen = trained.filter { start($0) != nil }
        guard let row = frozen.compactMap(start).min() else { return nil }
        return .frozenLayers(frozen, step: recording.steps[row], of: trained.count)
    }

    /// How far a step moves a layer's weights, relative to their norm; nil where that isn't known, or the norm is 0.
    package func ratio(of layer: Int, at row: Int) -> Double? {
        guard let norm = recording.value(.weightNorm, layer: layer, at: row), norm != 0,
            let update = recording.value(.weightUpdate, layer: layer, at: row)
        else { return nil }
        return update / norm
    }

    /// The layer of the middle ratio, of those that move: a frozen one says nothing of the steps' size.
    private func middleRatio(at row: Int) -> (layer: Int, ratio: Double)? {
        var layers: [Int] = []
        var ratios: [Double] = []
        for layer in recording.layers.indices {
            guard let ratio = ratio(of: layer, at: row), ratio > 0 else { continue }
            layers.append(layer)
            ratios.append(ratio)
        }
        return ratios.middle.map { (layers[$0], ratios[$0]) }
    }

    private typealias MiddleStep = (row: Int, layer: Int, ratio: Double)

    /// The row whose middle ratio is the middle one of all rows.
    private var middleStep: MiddleStep? {
        let rows = sound.compactMap { row in middleRatio(at: row).map { (row: row, layer: $0.layer, ratio: $0.ratio) } }
        return rows.map(\.ratio).middle.map { rows[$0] }
    }

    private func tooLarge(_ step: MiddleStep?) -> RunFinding? {
        let bound = makesProgress ? RunThresholds.largeRatio : RunThresholds.largeRatioWithoutProgress
        guard let step, step.ratio >= bound else { return nil }
        return .stepsTooLarge(layer: step.layer, step: recording.steps[step.row], ratio: step.ratio)
    }

    private func tooSmall(_ step: MiddleStep?) -> RunFinding? {
        let bound = makesProgress ? RunThresholds.smallRatio : RunThresholds.smallRatioWithoutProgress
        guard let step, step.ratio <= bound else { return nil }
        return .stepsTooSmall(layer: step.layer, step: recording.steps[step.row], ratio: step.ratio)
    }
}

/// What an activation function does to its gradient, by what engines call the layer.
package enum ActivationKind: Hashable, Sendable {
    /// Passes all of it or nothing.
    case rectifier
    /// Flat at both ends.
    /// - Parameter steepest: the largest slope.
    case squashing(steepest: Double)
    case other
    /// The engine doesn't say.
    case unknown

    package init(of layer: Recording.Layer) {
        switch layer.kind?.lowercased() {
        case "relu", "relu6", "threshold", "hardshrink": self = .rectifier
        case "tanh", "softsign", "hardtanh": self = .squashing(steepest: 1)
        case "sigmoid": self = .squashing(steepest: 0.25)
        case "hardsigmoid": self = .squashing(steepest: 1 / 6)
        case nil: self = .unknown
        case .some: self = .other
        }
    }
}

extension [Double] {
    /// Where the lower middle one is, none being NaN; of equal ones, as if they were in order.
    fileprivate var middle: Int? {
        guard !isEmpty else { return nil }
        let place = (count - 1) / 2
        let sorted = sorted()
        let equal = indices.filter { self[$0] == sorted[place] }
        // Less than half are smaller.
        let smaller = sorted[..<place].reversed().drop { $0 == sorted[place] }.count
        return equal[place - smaller]
    }
}

extension Sequence<Double> {
    /// The lower middle one; nil without any.
    package var lowerMedian: Double? {
        // Of an array, sorting is compiled for numbers; of any sequence it takes twenty times as long.
        let sorted = [Double](self).sorted()
        return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
    }
}
