import Autodiff
import NeuralNetworks
import Notation
import Traces

/// A recurrent cell at one time step, read from a trace: the value and the gradient along each wire.
///
/// A wire carries as many numbers as the layer has units; the picture shows that of the selected unit, or of the selected feature on the
/// input's wires. A box of weights mixes all of them, so that a branch's gradient is the sum over the units of its gate.
struct CellCircuit {
    /// A value and its gradient.
    struct Signal {
        var value: Double
        /// On a branch, the gradient along it: those of all branches add up to the gradient of the scalar.
        var gradient: Double
        /// The scalar on the wire.
        var scalar: ScalarID
        let valueKey, gradientKey: NumberKey
    }

    /// A result that a reader can compute from other numbers of the picture.
    struct Relation {
        var key: NumberKey
        var arithmetic: Arithmetic
        var result: Double
    }

    let trace: Trace
    let notation: NotationStyle
    let layer: LoweredLayer
    let recurrent: RecurrentLayer
    let place: CellPlace
    let sample: Int
    let time: Int
    let features: Int
    var signals: [CellWire: Signal] = [:]
    var relations: [Relation] = []
    /// ∂output/∂input of each activation, by its output wire.
    var slopes: [CellWire: Arithmetic.Leaf] = [:]
    /// How derivatives follow from values: σ(1 − σ), 1 − tanh².
    var slopeRules: [Relation] = []
    /// The number of wires whose gradient is only a part of their scalar's.
    var branches = 0

    /// In the order of the picture.
    var gates: [CellGate] {
        switch recurrent.cell {
        case .rnn: [.state]
        case .lstm: [.forget, .input, .candidate, .output]
        case .gru: [.update, .reset, .candidate]
        }
    }

    /// - Parameter sample: the sample of the batch, if `place` names none.
    /// - Returns: nil where the trace has no such cell.
    init?(_ trace: Trace, at place: CellPlace, sample: Int, notation: NotationStyle = .automatic) {
        guard let lowered = trace.lowered, let layer = lowered.layers.layer(named: place.layer),
            case .recurrent(let recurrent) = layer.layer.kind, case .sequence(let time, let features) = layer.inputShape,
            (1...time).contains(place.step), (0..<recurrent.units).contains(place.unit), (0..<features).contains(place.feature),
            (0..<lowered.problem.inputs.shape[0]).contains(place.sample ?? sample)
        else { return nil }
        self.trace = trace
        self.notation = notation
        self.layer = layer
        self.recurrent = recurrent
        self.place = place
        self.sample = place.sample ?? sample
        self.time = time
        self.features = features
        switch recurrent.cell {
        case .rnn(let activation): readPlain(activation)
        case .lstm: readLSTM()
        case .gru: readGRU()
        }
    }

    /// The wires at which the cell's line begins and ends.
    var lineStart: CellWire { isLSTM ? .cellBefore : .hiddenBefore }
    var lineEnd: CellWire { isLSTM ? .cell : .hidden }

    /// Whether a reset gate multiplies the state itself, before the weights.
    var resetsBefore: Bool { if case .gru(_, resetsBefore: true) = recurrent.cell { true } else { false } }

    var isLSTM: Bool { if case .lstm = recurrent.cell { true } else { false } }

    /// The wires along which the headline's gradient goes back; empty where there is no gradient.
    var line: Set<CellWire> {
        guard signals[lineEnd]?.gradient != 0 else { return [] }
        switch recurrent.cell {
        case .rnn: return [.hiddenBefore, .fromState(.state), .sum(.state), .hidden, .hiddenOnward]
        case .lstm: return [.cellBefore, .kept, .cell, .cellOnward]
        case .gru: return [.hiddenBefore, .stateAlong, .kept, .hidden, .hiddenOnward]
        }
    }

    /// Every wire that forks, with its branches in the order of the picture.
    var forks: [(wire: CellWire, branches: [CellWire])] {
        let toGates = gates.map { CellWire.stateBranch($0) }
        let fromInput: (CellWire, [CellWire]) = (.input, gates.map { .inputBranch($0) })
        let hidden: (CellWire, [CellWire]) = (.hidden, [.hiddenOut, .hiddenOnward])
        switch recurrent.cell {
        case .rnn: return [hidden]
        case .lstm: return [(.cell, [.cellToTanh, .cellOnward]), hidden, (.hiddenBefore, toGates), fromInput]
        case .gru:
            return [
                hidden, (.hiddenBefore, [.stateAlong, .stateToGates]), (.stateToGates, toGates),
                (.gate(.update), [.updateToKept, .updateToShare]), fromInput,
            ]
        }
    }
}

extension [LoweredLayer] {
    fileprivate func layer(named name: String) -> LoweredLayer? {
        for layer in self {
            if layer.layer.name == name { return layer }
            if let inner = layer.inner.layer(named: name) { return inner }
        }
        return nil
    }
}
