import Autodiff
import NeuralNetworks
import Notation
import Traces

/// Why a gradient is what it is, where a general sentence would hide what the operation teaches.
extension Storyteller {
    /// Where several contributions meet, and what their sum runs over.
    func meeting(_ scalar: ScalarID, isFirst: Bool) -> [Formula] {
        let contributions = contributions(to: scalar)
        guard contributions.count > 1 else { return [] }
        let axes = axes(of: contributions)
        let over = axes.isEmpty ? [ChainRule.Axis.uses].words : axes.words
        guard isFirst else { return [.words("Again summed \(over). ")] }
        return [symbols(scalar), .words(" is used \(contributions.count) times; what comes back is summed \(over). ")]
    }

    func reason(_ scalar: ScalarID) -> String? {
        if trace.lowered == nil { return nil }
        let contributions = contributions(to: scalar)
        let projected = projected
        var kinds: [Kind] = []
        for contribution in contributions {
            guard case .result(let primitive, _) = trace.tape[contribution.output].origin else { continue }
            let isProjected = contribution.operand == 0 && projected.contains(contribution.output)
            kinds.append(isProjected ? .projection : Kind(primitive, contribution.operand, contribution))
        }
        if kinds.contains(.normalized), kinds.contains(.variance), kinds.contains(.mean) {
            return
                "Three terms: through its own normalized value, through the variance and through the mean that it shares with its group; the last two take out what would only shift or stretch the whole group."
        }
        if kinds.contains(.largestSingular), kinds.contains(.quotient) {
            return
                "Two ways: through the entry's own quotient by σ₁, and through σ₁ itself, which grows with every entry by u₁v₁ᵀ. The second takes out the part of the gradient that would only lengthen W."
                + (kinds.contains(.penalty) ? " The penalty adds λw." : "")
        }
        if kinds.contains(.penalty), kinds.count > 1 {
            return "The data's gradient and the penalty's, λw, are added: the second pulls the weight towards 0 whatever the data say."
        }
        if kinds.contains(.projection), !kinds.allSatisfy({ $0 == .projection }) {
            return
                "Two ways meet and add: past the block, through the projection P, and through the block. What the block loses, the way through P keeps."
        }
        if kinds.contains(.residualSkip), kinds.count > 1 {
            return
                "Two ways meet: past the block, where the local derivative is 1 and the gradient arrives whole, and through the block. What the block loses, the way past it keeps."
        }
        if kinds == [.crossEntropy] {
            return
                "p − y: the probability that softmax gives the class, minus 1 for the right class and 0 for the others. The logarithm's slope 1/p and softmax's slope p(1 − p) or −p·p′ cancel to this difference."
        }
        if kinds == [.binaryCrossEntropy] {
            return "σ(z) − t: the logarithm's slope cancels the sigmoid's, so that a wrong and certain output still learns."
        }
        return CellPart(trace.role(of: scalar.tensor))?.reason(uses: contributions.count)
    }

    /// What the ways past residual blocks make of the blocks' inputs.
    private var projected: Set<Tape.ID> {
        var found: Set<Tape.ID> = []
        for id in (trace.lowered?.layers ?? []).flatMap(\.projections) { found.formUnion(uses(of: id)) }
        return found
    }

    private enum Kind: Equatable {
        case normalized, variance, mean, largestSingular, quotient, penalty, projection, residualSkip, crossEntropy, binaryCrossEntropy,
            other

        init(_ primitive: Primitive, _ operand: Int, _ contribution: Contribution) {
            switch primitive {
            case .normalize where operand == 0: self = .normalized
            case .variance where operand == 0: self = .variance
            case .mean: self = .mean
            case .singularValue: self = .largestSingular
            case .divideByScalar where operand == 0: self = .quotient
            case .penalty: self = .penalty
            case .pairwise(.add) where operand == 0: self = .residualSkip
            case .loss(.crossEntropy): self = .crossEntropy
            case .loss(.binaryCrossEntropy): self = .binaryCrossEntropy
            case .normalize, .variance, .divideByScalar, .pairwise, .loss, .pointwise, .dense, .convolution, .copying,
                .scaleAndShift, .softmax:
                self = .other
            }
        }
    }
}

extension LoweredLayer {
    fileprivate var projections: [Tape.ID] { (parameters[.projection].map { [$0] } ?? []) + inner.flatMap(\.projections) }
}

/// A part of a recurrent cell at one time step: what it does, forward and backward.
struct CellPart {
    private let part: Part
    private let step: Int

    /// Nil of what stands at no time step.
    init?(_ role: Role?) {
        guard let part = role?.part, let step = role?.step else { return nil }
        (self.part, self.step) = (part, step)
    }

    var question: String? { asked.map { "Time step \(step): \($0)" } }

    private var asked: String? {
        switch part {
        case .fromInput(nil): "what does the input bring,"
        case .fromState(nil): "what does the state bring from before,"
        case .gate(.input): "how far is the input gate open,"
        case .gate(.forget): "how much of the cell does the forget gate keep,"
        case .gate(.output): "how much of the cell does the output gate show,"
        case .gate(.candidate): "what is the new content,"
        case .gate(.reset): "how much of the past may the new content see, the reset gate"
        case .gate(.update): "how much of the old state stays, the update gate"
        case .kept: "what is kept of the old,"
        case .written: "what is written,"
        case .cell: "what does the cell hold now,"
        case .squashedCell: "what does tanh make of the cell,"
        case .hidden: "what does the cell show, the state"
        case .candidateShare: "which share does the new content get,"
        case .resetState: "what does the reset gate let through,"
        case .output, .mean, .variance, .normalized, .largestSingularValue, .normalizedWeight, .projected, .stepInput, .fromInput,
            .fromState, .preActivation:
            nil
        }
    }

    var sentence: String? {
        switch part {
        case .fromInput(nil): "is the input through weights that are the same at every time step."
        case .fromState(nil):
            "is the state before through the recurrent weights, the same at every time step\(step == 1 ? "; the first state is 0" : "")."
        case .gate(.candidate): "is what could be written, between −1 and 1."
        case .gate: "is a sigmoid: between 0, shut, and 1, open."
        case .kept: "is the old, multiplied by its gate."
        case .written: "is the new content, multiplied by its gate."
        case .cell: "is a sum of what is kept and what is written, so its gradient goes back multiplied by the forget gate alone."
        case .squashedCell: "is the cell between −1 and 1."
        case .hidden: "goes to the next time step and to the layer above."
        case .candidateShare: "is what the update gate leaves: the two shares add up to 1."
        case .resetState: "is what the new content sees of the past."
        case .output, .mean, .variance, .normalized, .largestSingularValue, .normalizedWeight, .projected, .stepInput, .fromInput,
            .fromState, .preActivation:
            nil
        }
    }

    /// Where the first of several scalars was told.
    var shortly: String? { part == .cell ? "is what is kept plus what is written." : nil }

    /// What a gate lets through.
    var gated: String? {
        guard case .gate(let gate) = part else { return nil }
        switch gate {
        case .input: return "the new content"
        case .forget: return "the cell before"
        case .output: return "tanh of the cell"
        case .reset: return "what the state says to the new content"
        case .update: return "the old state"
        case .candidate: return nil
        }
    }

    /// Backward.
    func reason(uses: Int) -> String? {
        switch part {
        case .cell:
            uses > 1
                ? "Two ways: through this step's own output, and along the cell, scaled by the next forget gate alone."
                : "One way, through this step's own output: no next step keeps the cell."
        case .gate(.input): "A gate's gradient is the upstream gradient times what it gates: the new content."
        case .gate(.forget): "A gate's gradient is the upstream gradient times what it gates: the cell before."
        case .gate(.output): "A gate's gradient is the upstream gradient times what it gates: tanh of the cell."
        case .gate(.update): "The update gate weighs old against new: it gets a gradient from both shares."
        case .gate(.reset): "A gate's gradient is the upstream gradient times what it gates: the state's part of the new content."
        case .output, .mean, .variance, .normalized, .largestSingularValue, .normalizedWeight, .projected, .stepInput, .fromInput,
            .fromState, .preActivation, .gate(.candidate), .hidden, .kept, .written, .squashedCell, .candidateShare, .resetState:
            nil
        }
    }
}
