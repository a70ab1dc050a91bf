package import Autodiff

extension RecurrentLayer {
    /// Unrolls the cell over time; steps are counted from 1.
    package func lower(into lowering: inout Lowering, _ scope: LayerScope) throws -> Tape.ID {
        guard case .sequence(let time, _) = scope.shape else { preconditionFailure("\(scope.name) needs a sequence") }
        var state = RecurrentState(hidden: lowering.start(.initialState, .hidden, scope, units))
        if case .lstm = cell { state.cell = lowering.start(.initialCell, .cell, scope, units) }
        var steps: [Tape.ID] = []
        for step in 0..<time {
            func role(_ part: Part) -> Role { .part(part, scope.id, step: step + 1) }
            let x = lowering.record(.copying(.step(step)), [scope.input], as: role(.stepInput))
            let fromInput = lowering.record(
                .dense(Dense()), [x, scope[.inputWeight], scope[.inputBias]], as: role(.fromInput(nil)))
            let recurrent = [scope[.recurrentWeight], scope[.recurrentBias]]
            let fromState = lowering.record(
                .dense(Dense(rows: cell.rowsOfState(units))), [state.hidden] + recurrent, as: role(.fromState(nil)))
            let cellStep = CellStep(
                layer: scope.id, step: step + 1, units: units, gates: cell.gates, fromInput: fromInput, fromState: fromState,
                recurrent: recurrent)
            switch cell {
            case .rnn(let activation): state.hidden = lowering.rnn(activation, cellStep)
            case .lstm: state = lowering.lstm(cellStep, state)
            case .gru(_, let resetsBefore): state.hidden = lowering.gru(cellStep, state.hidden, resetsBefore: resetsBefore)
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
    /// The initial state: the one that the lesson gives, or zeros.
    fileprivate mutating func start(_ key: GivenKey, _ part: Part, _ scope: LayerScope, _ units: Int) -> Tape.ID {
        let role = scope.role(of: part, step: 0)
        guard let given = given(key, scope) else { return source(.zeros, as: role, shape: [batch, units]) }
        if tape[given].shape == [units] { return record(.copying(.forEachSample(batch)), [given], as: role) }
        alias(role, for: given)
        return given
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

    fileprivate mutating func gru(_ cell: CellStep, _ before: Tape.ID, resetsBefore: Bool) -> Tape.ID {
        let reset = gruGate(.reset, cell)
        let update = gruGate(.update, cell)
        let fromInput = rows(.candidate, of: cell.fromInput, as: .fromInput(.candidate), cell)
        let fromPast: Tape.ID
        if resetsBefore {
            let remembered = record(.pairwise(.multiply), [reset, before], as: cell[.resetState])
            fromPast = record(
                .dense(Dense(rows: cell.rows(of: .candidate))), [remembered] + cell.recurrent, as: cell[.fromState(.candidate)])
        } else {
            let fromState = rows(.candidate, of: cell.fromState, as: .fromState(.candidate), cell)
            fromPast = record(.pairwise(.multiply), [reset, fromState], as: cell[.resetState])
        }
        let sum = record(.pairwise(.add), [fromInput, fromPast], as: cell[.preActivation(.candidate)])
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

    /// The columns of a tensor that belong to one gate.
    private mutating func rows(_ gate: Gate, of tensor: Tape.ID, as part: Part, _ cell: CellStep) -> Tape.ID {
        record(.copying(.columns(cell.rows(of: gate))), [tensor], as: cell[part])
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
    /// The recurrent weight and bias.
    let recurrent: [Tape.ID]

    subscript(part: Part) -> Role { .part(part, layer, step: step) }

    /// A gate's rows in the weights.
    func rows(of gate: Gate) -> Range<Int> {
        guard let block = gates.firstIndex(of: gate) else { preconditionFailure("the cell has no \(gate)") }
        return block * units..<(block + 1) * units
    }
}

extension RecurrentLayer.Cell {
    /// The rows of the recurrent weights that multiply the state itself; nil for all. Where the reset gate acts first, the candidate's rows
    /// do not.
    fileprivate func rowsOfState(_ units: Int) -> Range<Int>? {
        guard case .gru(_, resetsBefore: true) = self else { return nil }
        return 0..<2 * units
    }
}
