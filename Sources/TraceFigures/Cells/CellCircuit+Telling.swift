import Autodiff
package import NeuralNetworks
import Notation
package import Traces

/// One wire of a cell's picture, as a row of its table.
package struct CellRow: Hashable, Sendable {
    /// The wire in words.
    package let wire: String
    /// The scalar on the wire: `lstm1.t3.forget-gate[0,1]`.
    package let address: String
    package let value: Double
    /// The gradient along the wire.
    package let gradient: Double
}

/// The numbers of a cell's picture; empty where the trace has no such cell.
/// - Parameter sample: the sample of the batch, from 0, if `place` names none.
package func cellTable(_ trace: Trace, at place: CellPlace, sample: Int = 0) -> [CellRow] {
    guard let circuit = CellCircuit(trace, at: place, sample: sample) else { return [] }
    return circuit.told.compactMap { entry in
        circuit.signals[entry.wire].map {
            CellRow(wire: entry.words, address: trace.address(of: $0.scalar), value: $0.value, gradient: $0.gradient)
        }
    }
}

extension CellCircuit {
    /// Every wire of the picture, from the inputs to the outputs.
    var told: [(wire: CellWire, words: String, isBranch: Bool)] {
        func name(_ wire: CellWire) -> String { symbol(wire)?.plainText ?? "" }
        let (before, input) = (name(.hiddenBefore), name(.input))
        var told: [(CellWire, String, Bool)] = [
            (.cellBefore, name(.cellBefore), false), (.hiddenBefore, before, false),
            (.stateAlong, "\(before) along the line", true), (.stateToGates, "\(before) to the gates", true), (.input, input, false),
        ]
        for gate in gates {
            let words = gate.words
            told += [
                (.stateBranch(gate), "\(before) to the \(words)", true), (.inputBranch(gate), "\(input) to the \(words)", true),
                (.fromState(gate), "\(words)’s part from \(before)", false),
                (.fromInput(gate), "\(words)’s part from \(input)", false),
                (.sum(gate), "\(words) before its \(gate == .candidate ? "tanh" : gate == .state ? "activation" : "σ")", false),
                (.gate(gate), "\(words) \(name(.gate(gate)))", false),
            ]
        }
        if signals[.resetState] != nil {
            told.append(
                (
                    .resetState,
                    resetsBefore
                        ? "\(before) times \(name(.gate(.reset)))" : "candidate’s part from \(before), times \(name(.gate(.reset)))", false
                ))
        }
        told += [
            (.updateToKept, "\(name(.gate(.update))) to what is kept", true),
            (.updateToShare, "\(name(.gate(.update))) to 1 − \(name(.gate(.update)))", true),
            (.share, "1 − \(name(.gate(.update)))", false), (.kept, "what is kept", false), (.written, "what is written", false),
            (.cell, name(.cell), false), (.cellToTanh, "\(name(.cell)) to tanh", true),
            (.cellOnward, "\(name(.cell)) to the next step", true),
            (.squashed, "tanh of \(name(.cell))", false), (.hidden, name(.hidden), false),
            (.hiddenOut, "\(name(.hidden)) out of the layer", true), (.hiddenOnward, "\(name(.hidden)) to the next step", true),
        ]
        return told.filter { signals[$0.0] != nil }.map { (wire: $0.0, words: $0.1, isBranch: $0.2) }
    }
}
