import NeuralNetworks
import Notation

/// A box of a recurrent cell with its rows of the weights.
enum CellGate: Hashable {
    case forget, input, candidate, output
    case reset, update
    /// The only box of a plain recurrent layer.
    case state

    /// Nil for a plain layer, whose rows are one block.
    var gate: Gate? {
        switch self {
        case .forget: .forget
        case .input: .input
        case .candidate: .candidate
        case .output: .output
        case .reset: .reset
        case .update: .update
        case .state: nil
        }
    }

    /// The output of the box.
    var part: Part { gate.map { .gate($0) } ?? .hidden }

    /// The output's letter in formulas, and the index of its weights; nil for a plain layer.
    func letter(in circuit: CellCircuit) -> Formula? {
        switch self {
        case .forget: "f"
        case .input: "i"
        case .candidate: circuit.isLSTM ? .accented("c", .tilde) : "n"
        case .output: "o"
        case .reset: "r"
        case .update: "z"
        case .state: nil
        }
    }

    var words: String {
        switch self {
        case .forget: "forget gate"
        case .input: "input gate"
        case .candidate: "candidate"
        case .output: "output gate"
        case .reset: "reset gate"
        case .update: "update gate"
        case .state: "new state"
        }
    }
}

/// The operand of the weights: the previous state or the step's input.
enum CellSide {
    case state, input

    var weight: ParameterKey { self == .state ? .recurrentWeight : .inputWeight }
    var bias: ParameterKey { self == .state ? .recurrentBias : .inputBias }
}

/// A wire of a recurrent cell, or one branch of a wire that forks.
enum CellWire: Hashable {
    /// The inputs of the step.
    case cellBefore, hiddenBefore, input
    /// The branches of state and input to a gate, before the weights; the weighted sums; their sum; the gate itself.
    case stateBranch(CellGate)
    case inputBranch(CellGate)
    case fromState(CellGate)
    case fromInput(CellGate)
    case sum(CellGate)
    case gate(CellGate)
    /// The products, and the cell's state, which is their sum.
    case kept, written, cell
    case cellToTanh, squashed
    /// In a GRU: the state's branch along the line; the update gate's branches; 1 − z; r times the state's term of the candidate.
    case stateAlong, updateToKept, updateToShare, share, resetState
    /// All branches of the state to gates.
    case stateToGates
    /// The outputs of the step, and their branches: to the next step, and out of the layer.
    case hidden, hiddenOnward, hiddenOut, cellOnward

    var words: String {
        switch self {
        case .cellBefore: "cell state before"
        case .hiddenBefore: "state before"
        case .input: "input"
        case .stateBranch(let gate): "state to \(gate.words)"
        case .inputBranch(let gate): "input to \(gate.words)"
        case .fromState(let gate): "state’s part of \(gate.words)"
        case .fromInput(let gate): "input’s part of \(gate.words)"
        case .sum(let gate): "sum of \(gate.words)"
        case .gate(let gate): gate.words
        case .kept: "kept"
        case .written: "written"
        case .cell: "cell state"
        case .cellToTanh: "cell state to tanh"
        case .squashed: "tanh of the cell state"
        case .stateAlong: "state along the line"
        case .updateToKept: "update gate to what is kept"
        case .updateToShare: "update gate to the candidate’s share"
        case .share: "share of the candidate"
        case .resetState: "state after the reset gate"
        case .stateToGates: "state to the gates"
        case .hidden: "new state"
        case .hiddenOnward: "new state to the next step"
        case .hiddenOut: "new state out of the layer"
        case .cellOnward: "cell state to the next step"
        }
    }
}
