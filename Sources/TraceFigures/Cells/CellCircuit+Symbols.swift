import NeuralNetworks
import Notation

extension CellCircuit {
    /// What a wire is called: its letter and its time step, as in textbooks. The layer, the unit and the sample are the picture's, and said under
    /// its headline.
    func symbol(_ wire: CellWire) -> Formula? {
        guard let letter = letter(wire) else { return nil }
        let isBefore: Bool
        switch wire {
        case .cellBefore, .hiddenBefore, .stateBranch, .stateAlong, .stateToGates: isBefore = true
        default: isBefore = false
        }
        return .sub(letter, .name(String(isBefore ? place.step - 1 : place.step)))
    }

    func letter(_ wire: CellWire) -> Formula? {
        switch wire {
        case .cellBefore, .cell, .cellToTanh, .cellOnward: "c"
        case .hiddenBefore, .stateBranch, .stateAlong, .stateToGates, .hidden, .hiddenOnward, .hiddenOut: "h"
        case .input, .inputBranch: "x"
        case .updateToKept, .updateToShare: "z"
        case .gate(let gate):
            switch gate {
            case .forget: "f"
            case .input: "i"
            case .candidate: isLSTM ? .accented("c", .tilde) : "n"
            case .output: "o"
            case .reset: "r"
            case .update: "z"
            case .state: "h"
            }
        case .fromState, .fromInput, .sum, .kept, .written, .squashed, .share, .resetState: nil
        }
    }
}
