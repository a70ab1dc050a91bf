package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// Searches a trace for its most notable feature among those that the picture shows.
package struct FindingSearch {
    let teller: Storyteller
    /// The sample whose numbers the picture shows, from 0; nil for the mean over the batch.
    let sample: Int?
    /// Whether the picture shows this number and its symbol.
    let isShown: (NumberKey) -> Bool

    package init(_ teller: Storyteller, sample: Int?, isShown: @escaping (NumberKey) -> Bool) {
        self.teller = teller
        self.sample = sample
        self.isShown = isShown
    }
}

extension FindingSearch {
    /// Findings that come first whatever the lesson is about: overflow, units and gradients that vanish, clipping.
    package var loud: [() -> TraceFinding?] { [lost, dead, clipped, faded, saturated] }

    /// Where gradients meet, then what the lesson is about, then the largest gradient.
    package var usual: [() -> TraceFinding?] { [skip, dropped, fork, frozen, score, centred, largest, { .drawn }] }

    private var trace: Trace { teller.trace }
    private var tape: Tape { trace.tape }
    private var layers: [LoweredLayer] { trace.lowered?.layers.flattened ?? [] }
    private var batch: Int { trace.lowered?.problem.inputs.shape[0] ?? 1 }

    private func value(_ id: Tape.ID) -> [Double] { trace.pass.value(id).scalars }
    private func gradient(_ id: Tape.ID) -> [Double] { trace.pass.gradient(id).scalars }
    private func gradient(_ scalar: ScalarID) -> Double { gradient(scalar.tensor)[scalar.index] }
    private func showsGradient(_ scalar: ScalarID) -> Bool { isShown(.gradient(scalar.key)) }
    func showsValue(_ scalar: ScalarID) -> Bool { isShown(.value(scalar.key)) }

    /// The entries of a tensor [batch, …] that the picture shows.
    private func shownEntries(of id: Tape.ID) -> Range<Int> {
        let count = tape[id].shape.reduce(1, *)
        guard tape[id].origin != .source(.parameter), let sample, batch > 1, tape[id].shape.first == batch else { return 0..<count }
        let each = count / batch
        let own = min(sample, batch - 1)
        return own * each..<(own + 1) * each
    }

    // MARK: What goes wrong

    private func lost() -> TraceFinding? {
        func first(_ id: Tape.ID, of numbers: [Double], _ key: (NumberKey.Scalar) -> NumberKey) -> TraceFinding? {
            for index in shownEntries(of: id) where !numbers[index].isFinite && isShown(key(ScalarID(id, index).key)) {
                return .lost(key(ScalarID(id, index).key), numbers[index])
            }
            return nil
        }
        for id in tape.allIDs { if let lost = first(id, of: value(id), NumberKey.value) { return lost } }
        // Values that no picture shows still affect the loss.
        guard trace.loss.isFinite else { return .lost(.value(ScalarID(trace.pass.result, 0).key), trace.loss) }
        for id in tape.allIDs.reversed() where hasGradient(id) {
            if let lost = first(id, of: gradient(id), NumberKey.gradient) { return lost }
        }
        return nil
    }

    private func hasGradient(_ id: Tape.ID) -> Bool { tape[id].origin != .source(.constant) }

    /// The derivative of an activation layer's output with respect to its input, entry by entry.
    private func slopes(of layer: LoweredLayer) -> [Double] {
        var slopes = [Double](repeating: .nan, count: value(layer.output).count)
        trace.pass.forEachContribution(from: layer.output) { slopes[$0.outputIndex] = $0.local }
        return slopes
    }

    /// The units of an activation layer for which `holds` is true in every sample, each as its entry in the shown sample.
    private func units(of layer: LoweredLayer, where holds: (Int) -> Bool) -> [ScalarID] {
        guard case .features(let width) = layer.outputShape else { return [] }
        return (0..<width).filter { unit in stride(from: unit, to: batch * width, by: width).allSatisfy(holds) }
            .map { ScalarID(layer.output, min(sample ?? 0, batch - 1) * width + $0) }
    }

    private func dead() -> TraceFinding? {
        var dead: [ScalarID] = []
        var silenced: [ScalarID] = []
        for (place, layer) in layers.enumerated() {
            guard case .activation(let function) = layer.rules.result, function != .identity else { continue }
            let slopes = slopes(of: layer)
            let units = units(of: layer) { slopes[$0] == 0 }
            guard !units.isEmpty, case .features(let width) = layer.outputShape else { continue }
            dead += units
            let before = layers[..<place].last { $0.output == layer.input }
            for unit in units.map({ $0.index % width }) {
                if let weight = before?.parameters[.weight], case .features(let inputs) = before?.inputShape {
                    silenced += (0..<inputs).map { ScalarID(weight, unit * inputs + $0) }
                }
                if let bias = before?.parameters[.bias] { silenced.append(ScalarID(bias, unit)) }
            }
        }
        guard !dead.isEmpty else { return nil }
        return .dead(dead, silenced: silenced.filter { gradient($0) == 0 && showsGradient($0) }, samples: batch)
    }

    private func clipped() -> TraceFinding? {
        guard let lowered = trace.lowered, let clipping = lowered.problem.clipping else { return nil }
        switch clipping {
        case .norm(let limit):
            let norm = lowered.gradientNorm(trace.pass)
            return norm > limit ? .clippedNorm(norm, limit: limit) : nil
        case .value(let limit):
            let all = lowered.parameters.flatMap { gradient($0.id) }
            let count = all.count { abs($0) > limit }
            return count > 0 ? .clippedValues(count, of: all.count, limit: limit) : nil
        }
    }

    private func faded() -> TraceFinding? {
        let sums = layers.filter { if case .weightedSums = $0.rules.result { true } else { false } }
        guard let first = sums.first, let last = sums.last, first.id != last.id else { return nil }
        func signal(_ layer: LoweredLayer) -> TraceFinding.Signal {
            let only = value(layer.output).count == 1 ? ScalarID(layer.output, 0) : nil
            return .init(tensor: layer.output, norm: trace.pass.gradient(layer.output).norm, only: only)
        }
        let (start, end) = (signal(last), signal(first))
        guard start.norm > 0, end.norm > 0, max(start.norm / end.norm, end.norm / start.norm) >= 100 else { return nil }
        return .faded(from: start, to: end)
    }

    private func saturated() -> TraceFinding? {
        guard sample != nil else { return nil }
        for layer in layers {
            guard case .activation(let function) = layer.rules.result, case .squashes = function.row.manner else { continue }
            let (slopes, most) = (slopes(of: layer), function.derivative(at: 0))
            guard let unit = units(of: layer, where: { slopes[$0] * 25 < most }).first,
                isShown(.local(.init(from: ScalarID(layer.input, unit.index).key, to: unit.key, operand: 0)))
            else { continue }
            return .saturated(unit, .init(argument: ScalarID(layer.input, unit.index), slope: slopes[unit.index], most: most))
        }
        return nil
    }

    // MARK: Where gradients meet

    private func skip() -> TraceFinding? {
        guard sample != nil else { return nil }
        for layer in layers {
            guard case .residual(let block) = layer.layer.kind, !block.hasProjection else { continue }
            let units = shownEntries(of: layer.input).map { ScalarID(layer.input, $0) }
                .filter { gradient($0).isFinite && gradient($0) != 0 && showsGradient($0) }
            guard let unit = units.max(by: { abs(gradient($0)) < abs(gradient($1)) }) else { continue }
            let parts = trace.pass.contributions(to: unit.tensor, unit.index)
            func sum(_ isPast: Bool) -> Double {
                parts.filter { ($0.output == layer.output && $0.operand == 0) == isPast }.reduce(0) { $0 + $1.product }
            }
            return .skip(unit, sum: ScalarID(layer.output, unit.index), past: sum(true), through: sum(false))
        }
        return nil
    }

    private func dropped() -> TraceFinding? {
        guard sample != nil else { return nil }
        for layer in layers {
            guard case .result(.dropout(let dropout), let operands) = tape[layer.output].origin, operands.count == 2 else { continue }
            let mask = value(operands[1])
            let units = shownEntries(of: layer.output)
            let dropped = units.filter { mask[dropout.place(of: $0, mask: mask.count)] == 0 }.map { ScalarID(layer.output, $0) }
            guard !dropped.isEmpty, dropped.allSatisfy(showsValue), dropout.rate < 1 else { continue }
            return .dropped(dropped, of: units.count, factor: 1 / (1 - dropout.rate))
        }
        return nil
    }

    /// The first unit whose value two or three weights lead on, all of whose numbers are shown.
    private func fork() -> TraceFinding? {
        guard sample != nil else { return nil }
        for layer in layers.dropLast() {
            let users = teller.uses(of: layer.output)
            guard case .features(let width) = layer.outputShape, users.count == 1,
                let next = layers.first(where: { $0.output == users[0] && $0.input == layer.output }),
                case .weightedSums = next.rules.result, case .features(let outputs) = next.outputShape, (2...3).contains(outputs),
                let weight = next.parameters[.weight], tape[weight].shape == [outputs, width]
            else { continue }
            for index in shownEntries(of: layer.output) {
                let unit = ScalarID(layer.output, index)
                let (row, column) = index.quotientAndRemainder(dividingBy: width)
                let uses = (0..<outputs).map { output in
                    let (into, matrix) = (ScalarID(next.output, row * outputs + output), ScalarID(weight, output * width + column))
                    return TraceFinding.Use(
                        into: into, upstream: gradient(into), weight: matrix, local: value(weight)[matrix.index])
                }
                guard showsGradient(unit),
                    uses.allSatisfy({ $0.upstream * $0.local != 0 && showsGradient($0.into) && showsValue($0.weight) }),
                    abs(uses.reduce(0) { $0 + $1.upstream * $1.local } - gradient(unit)) <= 1e-9 * abs(gradient(unit))
                else { continue }
                return .fork(unit, uses)
            }
        }
        return nil
    }

    // MARK: What the lesson is about

    private func frozen() -> TraceFinding? { teller.frozen.map { .frozen($0) } }

    private func score() -> TraceFinding? {
        guard let sample, let lowered = trace.lowered else { return nil }
        let entries = shownEntries(of: lowered.output)
        var index = entries.lowerBound
        if case .classes(let classes) = lowered.problem.targets, !entries.isEmpty {
            let row = min(sample, batch - 1)
            guard classes.indices.contains(row) else { return nil }
            index += classes[row]
        }
        let score = ScalarID(lowered.output, index)
        guard entries.contains(index), showsGradient(score), isShown(.probability(score.key)),
            let (probability, target, divisor) = teller.probability(of: score)
        else { return nil }
        let whole = (probability - target) / divisor
        // For a saturated correct prediction the difference has lost its digits.
        guard whole != 0, abs(whole - gradient(score)) <= 1e-9 * abs(whole) else { return nil }
        return .score(score, probability: probability, target: target, divisor: divisor)
    }

    private func centred() -> TraceFinding? {
        for layer in layers {
            guard case .normalized = layer.rules.result else { continue }
            let gradients = gradient(layer.input)
            let size = gradients.reduce(0) { $0 + abs($1) }
            let all = gradients.indices.map { ScalarID(layer.input, $0) }
            guard size > 0, abs(gradients.reduce(0, +)) <= 1e-9 * size, hasGradient(layer.input),
                all.count <= 8, all.allSatisfy(showsGradient)
            else { continue }
            return .centred(input: layer.input, mixesSamples: layer.rules.mixesSamples)
        }
        return nil
    }

    private func largest() -> TraceFinding? {
        guard let lowered = trace.lowered else { return nil }
        let weights = lowered.parameters.filter { $0.key.kind == .weight }
        let trained = weights.filter { lowered.problem.optimizer == nil || !lowered.problem.frozen.contains($0.name) }
        var first: (scalar: ScalarID, gradient: Double)?
        var second = 0.0
        var count = 0
        for weight in trained {
            for (index, gradient) in gradient(weight.id).enumerated() {
                count += 1
                guard abs(gradient) > abs(first?.gradient ?? 0) || first == nil else {
                    second = max(second, abs(gradient))
                    continue
                }
                second = max(second, abs(first?.gradient ?? 0))
                first = (ScalarID(weight.id, index), gradient)
            }
        }
        guard let first, count > 1 else { return nil }
        if first.gradient == 0 { return .still }
        guard abs(first.gradient) >= 1.1 * second, showsGradient(first.scalar) else { return nil }
        return .largest(first.scalar, first.gradient, among: count, isOfTrained: trained.count < weights.count)
    }
}

extension LoweredProblem {
    /// The norm of all parameters' gradients together, which clipping limits.
    package func gradientNorm(_ pass: Pass) -> Double { parameters.map { pass.gradient($0.id).norm }.norm }
}
