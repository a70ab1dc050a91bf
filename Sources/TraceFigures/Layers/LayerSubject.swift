import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// What a picture of one layer is about: the layer in its trace, and the sample whose numbers it shows.
struct LayerSubject {
    let trace: Trace
    let lowered: LoweredProblem
    /// Nil: the loss.
    let layer: LoweredLayer?
    let sample: Int
    let symbols: Symbols
    /// "Loss: ½ ∑ (y − t)², summed over the outputs".
    let lossConvention: Formula
    private let consumers: [[Tape.ID]]
    /// The magnitude below which a gradient is the rounding error of 0.
    private let noise: Double

    /// - Parameter name: the layer's, `loss` for the loss, nil for the first layer with parameters.
    /// - Returns: nil where the trace has no such layer or sample.
    init?(_ trace: Trace, layer name: String?, sample: Int, notation: NotationStyle) {
        guard let lowered = trace.lowered, (0..<max(lowered.problem.inputs.shape[0], 1)).contains(sample) else { return nil }
        let layers = lowered.layers.flattened
        if let name {
            layer = layers.first { $0.layer.name == name }
            guard layer != nil || name == LayerPlace.loss else { return nil }
        } else {
            layer = layers.first { !$0.parameters.isEmpty } ?? layers.first
        }
        (self.trace, self.lowered, self.sample) = (trace, lowered, sample)
        let teller = Storyteller(trace, notation: notation)
        (symbols, noise, lossConvention) = (teller.symbols, teller.noise, teller.lossConvention(lowered))
        consumers = trace.tape.consumers()
    }

    var batch: Int { lowered.problem.inputs.shape[0] }
    var resultName: Formula { symbols.resultName }

    /// The operations that use a tensor, in the order of the tape.
    func uses(of id: Tape.ID) -> [Tape.ID] { consumers[id.index] }

    /// Of an entry that an operation computes.
    func operation(_ id: Tape.ID) -> (primitive: Primitive, operands: [Tape.ID])? {
        if case .result(let primitive, let operands) = trace.tape[id].origin { (primitive, operands) } else { nil }
    }

    func value(_ scalar: ScalarID) -> Double { trace.pass.value(scalar.tensor).scalars[scalar.index] }
    func gradient(_ scalar: ScalarID) -> Double { withoutNoise(trace.pass.gradient(scalar.tensor).scalars[scalar.index]) }

    /// 0 for what is the rounding error of 0.
    func withoutNoise(_ gradient: Double) -> Double { abs(gradient) < noise ? 0 : gradient }
    func hasGradient(_ id: Tape.ID) -> Bool { trace.hasGradient(id) }

    /// ∂L/∂x on one line.
    func gradientName(_ id: Tape.ID) -> Formula {
        .role(.gradient, .inlinePartial(resultName, over: symbols.tensor(id)))
    }

    func valueName(_ id: Tape.ID) -> Formula { .role(.value, symbols.tensor(id)) }

    // MARK: The rest of the network

    /// "targets t = 11, −4", or the classes; nil where there are none, or more than a line holds.
    var targets: Formula? {
        guard let id = lowered.targets else { return nil }
        let slice = slice(id)
        guard slice.scalars.count <= 8 else { return nil }
        let isOfClasses = trace.tape[id].shape != trace.tape[lowered.output].shape
        let rows = (0..<slice.rows).map { row in
            (0..<slice.columns).map { column -> Formula in
                let value = value(slice.scalar(row, column))
                return Numeral(value, digits: Numeral.mostDigits).asWords
            }
        }
        let groups = rows.count > 1 ? rows.map { .parenthesized(.joined($0, by: .comma)) } : rows[0]
        let start: [Formula] =
            isOfClasses
            ? [.words(slice.scalars.count == 1 ? "target: class " : "targets: classes ")]
            : [.words(slice.scalars.count == 1 ? "target " : "targets "), symbols.tensor(id), .sign(.equals)]
        // A line may end after a comma.
        return .row(start + groups.enumerated().flatMap { $0 == 0 ? [$1] : [.words(", "), $1] })
    }

    /// The layer that an entry belongs to, by its kind where its author gave it no name.
    private func owner(of id: Tape.ID) -> String {
        switch lowered.role(of: id) {
        case .input: "the input"
        case .loss, .dataLoss, .targets: "the loss"
        case .penalty: "the penalty"
        case .parameter(_, let layer), .given(_, let layer), .part(_, let layer, _):
            lowered.layers.flattened.first { $0.id == layer }.map { "the layer \($0.layer.heading)" } ?? "the network"
        }
    }

    /// From where the gradient arrives and where it goes on to, so that the pictures of a network's layers form a chain.
    var way: Formula {
        let end = layer?.input ?? lowered.output
        var parts: [Formula] = []
        if let layer {
            var sources: [String] = []
            for use in uses(of: layer.output) where !sources.contains(owner(of: use)) { sources.append(owner(of: use)) }
            let all = sources.isEmpty ? "nowhere" : English.list(sources)
            parts = [gradientName(layer.output), .words(" comes from \(all); ")]
        }
        guard hasGradient(end) else { return .row(parts + [.words("the backward pass ends here.")]) }
        let isInput = lowered.role(of: end) == .input
        let goal = isInput ? " is the gradient at the input, where the backward pass ends." : " is passed on to \(owner(of: end))."
        return .row(parts + [gradientName(end), .words(goal)])
    }

    // MARK: Leaves of printed arithmetic

    func leaf(_ scalar: ScalarID, _ role: Formula.Role = .value) -> Arithmetic {
        .leaf(.init(value(scalar), symbols(scalar), role: role, key: .value(scalar.key)))
    }

    func gradientLeaf(_ scalar: ScalarID) -> Arithmetic {
        .leaf(.init(gradient(scalar), symbols.inlineGradient(of: scalar), role: .gradient, key: .gradient(scalar.key)))
    }

    // MARK: Which entries are shown

    /// Whether a tensor has one part for each sample of the batch.
    func hasSamples(_ id: Tape.ID) -> Bool {
        let shape = trace.tape[id].shape
        guard shape.first == batch else { return false }
        switch lowered.role(of: id) {
        case .parameter: return false
        case .given: return shape.count == (layer?.inputShape.axes.count ?? 0) + 1
        case .part(let part, _, _):
            switch part {
            case .mean, .variance, .meanSquare: return layer?.rules.mixesSamples != true
            case .largestSingularValue, .normalizedWeight: return false
            case .output, .normalized, .query, .key, .value, .scores, .weights, .context, .projected, .stepInput, .fromInput, .fromState,
                .preActivation, .gate, .hidden, .cell, .kept, .written, .squashedCell, .candidateShare, .resetState:
                return true
            }
        case .input, .targets: return true
        case .loss, .dataLoss, .penalty: return false
        }
    }

    /// The sample's rows and columns of a tensor; of an image one channel's.
    /// - Parameter first: which one of the axes before those, 0 where it says nothing.
    func slice(_ id: Tape.ID, first: [Int] = []) -> TensorSlice {
        let isSampled = hasSamples(id)
        let axes = trace.tape[id].shape.count - (isSampled ? 1 : 0)
        let names: [String] =
            switch lowered.role(of: id) {
            case .parameter: ["filter", "channel"]
            case .part(.query, _, _), .part(.key, _, _), .part(.value, _, _), .part(.scores, _, _), .part(.weights, _, _): ["head"]
            case .input, .targets, .loss, .dataLoss, .penalty, .given, .part: ["channel"]
            }
        return TensorSlice(trace, id, sample: isSampled ? sample : nil, first: first, names: axes > 2 ? names : [])
    }

    /// The contributions to a scalar, by the operations that make them.
    func contributions(to scalar: ScalarID) -> [Contribution] {
        trace.pass.contributions(to: scalar.tensor, scalar.index, through: uses(of: scalar.tensor))
    }
}

/// A calculation that a picture of a layer prints.
struct LayerLine {
    let key: NumberKey?
    let arithmetic: Arithmetic
    let result: Double

    func line(_ precision: Precision) -> Arithmetic.Line { precision.line(arithmetic, result: result, key: key) }
}

extension Arithmetic {
    /// What is left of a sum.
    static func rest(_ value: Double, _ scalar: ScalarID) -> Arithmetic {
        .leaf(Leaf(value, "rest", role: .quiet, key: .rest(scalar.key)))
    }
}
