package import Autodiff

extension RecurrentLayer {
    /// Unrolls the cell over time; steps are counted from 1.
    package func lower(into lowering: inout Lowering, _ scope: LayerScope) throws -> Tape.ID {
        guard case .sequence(let time, _) = scope.shape else { preconditionFailure("\(scope.name) needs a sequence") }
        var state = RecurrentState(hidden: lowering.zeros(.part(.hidden, scope.id, step: 0), units))
        if case .lstm = cell { state.cell = lowering.zeros(.part(.cell, scope.id, step: 0), units) }
        var steps: [Tape.ID] = []
        for step in 0..<time {
            func role(_ part: Part) -> Role { .part(part, scope.id, step: step + 1) }
            let x = lowering.record(.copying(.step(step)), [scope.input], as: role(.stepInput))
            let fromInput = lowering.record(
                .dense(Dense()), [x, scope[.inputWeight], scope[.inputBias]], as: role(.fromInput(nil)))
            let fromState = lowering.record(
                .dense(Dense()), [state.hidden, scope[.recurrentWeight], scope[.recurrentBias]],
                as: role(.fromState(nil)))
            let cellStep = CellStep(
                layer: scope.id, step: step + 1, units: units, gates: cell.gates, fromInput: fromInput, fromState: fromState)
            switch cell {
            case .rnn(let activation): state.hidden = lowering.rnn(activation, cellStep)
            case .lstm: state = lowering.lstm(cellStep, state)
            case .gru: state.hidden = lowering.gru(cellStep, state.hidden)
            }
            steps.append(state.hidden)
            try lowering.checkCost()
        }
        if returnsSequence { return lowering.record(.copying(.stack), steps, as: scope[.output]) }
        lowering.alias(scope[.output], for: state.hidden)
        return state.hidden
    }
}

extension Lowering {
    fileprivate mutating func zeros(_ role: Role, _ units: Int) -> Tape.ID {
        let id = source(.constant, as: role, shape: [batch, units])
        initialStates.append(id)
        return id
    }

    fileprivate mutating func rnn(_ activation: Activation, _ cell: CellStep) -> Tape.ID {
        let sum = record(.pairwise(.add), [cell.fromInput, cell.fromState], as: cell[.preActivation(nil)])
        return record(.pointwise(activation), [sum], as: cell[.hidden])
    }

    fileprivate mutating func lstm(_ cell: CellStep, _ before: RecurrentState) -> RecurrentState {
        guard let previous = before.cell else { preconditionFailure("an LSTM without a cell") }
        let sum = record(.pairwise(.add), [cell.fromInput, cell.fromState], as: cell[.preActivation(nil)])
        let input = gate(.sigmoid, .input, of: sum, cell)
        let forget = gate(.sigmoid, .forget, of: sum, cell)
        let candidate = gate(.tanh, .candidate, of: sum, cell)
        let output = gate(.sigmoid, .output, of: sum, cell)
        let kept = record(.pairwise(.multiply), [forget, previous], as: cell[.kept])
        let written = record(.pairwise(.multiply), [input, candidate], as: cell[.written])
        let next = record(.pairwise(.add), [kept, written], as: cell[.cell])
        let squashed = record(.pointwise(.tanh), [next], as: cell[.squashedCell])
        let hidden = record(.pairwise(.multiply), [output, squashed], as: cell[.hidden])
        return RecurrentState(hidden: hidden, cell: next)
    }

    fileprivate mutating func gru(_ cell: CellStep, _ before: Tape.ID) -> Tape.ID {
        let reset = gruGate(.reset, cell)
        let update = gruGate(.update, cell)
        let fromInput = rows(.candidate, of: cell.fromInput, as: .fromInput(.candidate), cell)
        let fromState = rows(.candidate, of: cell.fromState, as: .fromState(.candidate), cell)
        let scaled = record(.pairwise(.multiply), [reset, fromState], as: cell[.resetState])
        let sum = record(.pairwise(.add), [fromInput, scaled], as: cell[.preActivation(.candidate)])
        let candidate = record(.pointwise(.tanh), [sum], as: cell[.gate(.candidate)])
        let share = record(.pointwise(.complement), [update], as: cell[.candidateShare])
        let written = record(.pairwise(.multiply), [share, candidate], as: cell[.written])
        let kept = record(.pairwise(.multiply), [update, before], as: cell[.kept])
        return record(.pairwise(.add), [written, kept], as: cell[.hidden])
    }

    private mutating func gruGate(_ gate: Gate, _ cell: CellStep) -> Tape.ID {
        let fromInput = rows(gate, of: cell.fromInput, as: .fromInput(gate), cell)
        let fromState = rows(gate, of: cell.fromState, as: .fromState(gate), cell)
        let sum = record(.pairwise(.add), [fromInput, fromState], as: cell[.preActivation(gate)])
        return record(.pointwise(.sigmoid), [sum], as: cell[.gate(gate)])
    }

    private mutating func gate(_ function: Pointwise, _ gate: Gate, of sum: Tape.ID, _ cell: CellStep) -> Tape.ID {
        let own = rows(gate, of: sum, as: .preActivation(gate), cell)
        return record(.pointwise(function), [own], as: cell[.gate(gate)])
    }

    /// The rows of one gate.
    private mutating func rows(_ gate: Gate, of tensor: Tape.ID, as part: Part, _ cell: CellStep) -> Tape.ID {
        guard let block = cell.gates.firstIndex(of: gate) else { preconditionFailure("the cell has no \(gate)") }
        return record(.copying(.columns(block * cell.units..<(block + 1) * cell.units)), [tensor], as: cell[part])
    }
}

private struct RecurrentState {
    var hidden: Tape.ID
    var cell: Tape.ID?
}

private struct CellStep {
    let layer: LayerID
    let step: Int
    let units: Int
    /// In the order of the blocks of rows.
    let gates: [Gate]
    let fromInput: Tape.ID
    let fromState: Tape.ID

    subscript(part: Part) -> Role { .part(part, layer, step: step) }
}
