import NeuralNetworks
import Notation

extension CellCircuit {
    /// The symbol of a wire: its letter and its time step, as in textbooks. Layer, unit and sample are the same in the whole picture, and
    /// are named below its headline.
    func symbol(_ wire: CellWire) -> Formula? {
        guard let letter = letter(wire) else { return nil }
        let isBefore =
            switch wire {
            case .cellBefore, .hiddenBefore, .stateBranch, .stateAlong, .stateToGates: true
            case .input, .inputBranch, .fromState, .fromInput, .sum, .gate, .kept, .written, .cell, .cellToTanh, .squashed, .updateToKept,
                .updateToShare, .share, .resetState, .hidden, .hiddenOnward, .hiddenOut, .cellOnward:
                false
            }
        return .sub(letter, .name(String(isBefore ? place.step - 1 : place.step)))
    }

    func letter(_ wire: CellWire) -> Formula? {
        switch wire {
        case .cellBefore, .cell, .cellToTanh, .cellOnward: "c"
        case .hiddenBefore, .stateBranch, .stateAlong, .stateToGates, .hidden, .hiddenOnward, .hiddenOut: "h"
        case .input, .inputBranch: "x"
        case .updateToKept, .updateToShare: "z"
        case .gate(let gate): gate.letter(in: self) ?? "h"
        case .fromState, .fromInput, .sum, .kept, .written, .squashed, .share, .resetState: nil
        }
    }
}
