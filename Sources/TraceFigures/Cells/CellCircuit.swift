import Autodiff
import NeuralNetworks
import Notation
import Traces

/// A recurrent cell at one time step, read from a trace: what flows along each wire, forward and back.
///
/// A wire carries as many numbers as the layer has units; the one shown is the chosen unit's, on the input's wires the chosen feature's. A weight
/// box mixes all of them, so that a branch's gradient is the sum over the units of its gate.
struct CellCircuit {
    /// A number forward and its gradient back.
    struct Signal {
        var value: Double
        /// Of a branch, what comes back along it: the branches add up to the gradient of the scalar.
        var gradient: Double
        /// The scalar that flows.
        var scalar: ScalarID
        let valueKey, gradientKey: NumberKey
    }

    /// A result that a reader may compute from other numbers of the picture.
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
    /// ∂output/∂input of each activation, by the wire that comes out of it.
    var slopes: [CellWire: Arithmetic.Leaf] = [:]
    /// How slopes follow from values: σ(1 − σ), 1 − tanh².
    var slopeRules: [Relation] = []
    /// How many wires have a gradient that is not all of their scalar's.
    var branches = 0

    /// In the order of the picture.
    var gates: [CellGate] {
        switch recurrent.cell {
        case .rnn: [.state]
        case .lstm: [.forget, .input, .candidate, .output]
        case .gru: [.update, .reset, .candidate]
        }
    }

    /// - Parameter sample: of the batch, where the place says none.
    /// - Returns: nil where the trace has no such place.
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

    /// The scalar that the cell's line starts from and the one that it gives.
    var lineStart: CellWire { isLSTM ? .cellBefore : .hiddenBefore }
    var lineEnd: CellWire { isLSTM ? .cell : .hidden }

    /// Whether a reset gate acts on the state itself, before the weights.
    var resetsBefore: Bool { if case .gru(_, resetsBefore: true) = recurrent.cell { true } else { false } }

    var isLSTM: Bool { if case .lstm = recurrent.cell { true } else { false } }

    /// The wires along which the headline's gradient goes back; none where there is no gradient.
    var line: Set<CellWire> {
        guard signals[lineEnd]?.gradient != 0 else { return [] }
        switch recurrent.cell {
        case .rnn: return [.hiddenBefore, .fromState(.state), .sum(.state), .hidden, .hiddenOnward]
        case .lstm: return [.cellBefore, .kept, .cell, .cellOnward]
        case .gru: return [.hiddenBefore, .stateAlong, .kept, .hidden, .hiddenOnward]
        }
    }

    /// Where a wire forks: the wire, and its branches in the order of the picture.
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
