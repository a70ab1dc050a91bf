import Autodiff
import NeuralNetworks
import Traces

/// A part of a recurrent cell at one time step: its function, forward and backward.
struct CellPart {
    private let part: Part
    private let step: Int
    /// Whether the state before the first step is 0 rather than given.
    private let startsAtZero: Bool
    /// Whether the reset gate multiplies the state itself.
    private let resetsBefore: Bool

    /// Nil for an entry that belongs to no time step.
    init?(_ id: Tape.ID, of trace: Trace) {
        guard let role = trace.role(of: id), let part = role.part, let step = role.step, let layer = role.layer else { return nil }
        (self.part, self.step) = (part, step)
        startsAtZero = trace.lowered?.id(of: .given(.initialState, layer)) == nil
        // Only if the reset gate acts before the weights does the candidate have a product with the weights of its own.
        resetsBefore = trace.lowered?.id(of: .part(.fromState(.candidate), layer, step: step)).map { trace.isDense($0) } ?? false
    }

    var question: String? { asked.map { "Time step \(step): \($0)" } }

    private var asked: String? {
        switch part {
        case .fromInput(nil): "what is the contribution of the input,"
        case .fromState(nil): "what is the contribution of the previous state,"
        case .fromState(.candidate) where resetsBefore: "what does the reset state contribute to the new content,"
        case .gate(.input): "how much of the new content is written, the input gate"
        case .gate(.forget): "how much of the cell is kept, the forget gate"
        case .gate(.output): "how much of the cell is shown, the output gate"
        case .gate(.candidate): "what is the new content,"
        case .gate(.reset): "how much of the previous state reaches the new content, the reset gate"
        case .gate(.update): "how much of the previous state stays, the update gate"
        case .kept: "what is kept of the previous state,"
        case .written: "what is written to the cell,"
        case .cell: "what is the new cell,"
        case .squashedCell: "what is tanh of the cell,"
        case .hidden: "what is the new state"
        case .candidateShare: "what is the share of the new content,"
        case .resetState: "what passes the reset gate,"
        case .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value,
            .scores, .weights, .context, .projected, .stepInput, .fromInput,
            .fromState, .preActivation:
            nil
        }
    }

    var sentence: String? {
        switch part {
        case .fromInput(nil): "is the input through weights that are the same at every time step."
        case .fromState(nil):
            "is the state before through the recurrent weights, the same at every time step\(step == 1 && startsAtZero ? "; the first state is 0" : "")."
        case .fromState(.candidate) where resetsBefore: "is the state behind the reset gate through the recurrent weights."
        case .gate(.candidate): "is what could be written, between −1 and 1."
        case .gate: "is a sigmoid: between 0, shut, and 1, open."
        case .kept: "is the old, multiplied by its gate."
        case .written: "is the new content, multiplied by its gate."
        case .cell: "is a sum of what is kept and what is written, so its gradient goes back multiplied by the forget gate alone."
        case .squashedCell: "is the cell between −1 and 1."
        case .hidden: "goes to the next time step and to the layer above."
        case .candidateShare: "is what the update gate leaves: the two shares add up to 1."
        case .resetState: "is what the new content sees of the past."
        case .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value,
            .scores, .weights, .context, .projected, .stepInput, .fromInput,
            .fromState, .preActivation:
            nil
        }
    }

    /// The sentence for further scalars, after that of the first.
    var shortly: String? { part == .cell ? "is what is kept plus what is written." : nil }

    /// What a gate lets through.
    var gated: String? {
        guard case .gate(let gate) = part else { return nil }
        switch gate {
        case .input: return "the new content"
        case .forget: return "the cell before"
        case .output: return "tanh of the cell"
        case .reset: return resetsBefore ? "the old state" : "what the state says to the new content"
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
        case .gate(.reset):
            "A gate's gradient is the upstream gradient times what it gates: \(resetsBefore ? "the previous state" : "the state's part of the new content")."
        case .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value,
            .scores, .weights, .context, .projected, .stepInput, .fromInput,
            .fromState, .preActivation, .gate(.candidate), .hidden, .kept, .written, .squashedCell, .candidateShare, .resetState:
            nil
        }
    }
}

extension Trace {
    fileprivate func isDense(_ id: Tape.ID) -> Bool { if case .result(.dense, _) = tape[id].origin { true } else { false } }
}
