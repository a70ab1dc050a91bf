import Autodiff

extension Lowering {
    /// Unrolls a cell over time. Time steps are counted from 1 in names: `lstm1.t3.forget-gate`.
    mutating func lower(_ recurrent: RecurrentLayer, _ scope: LayerScope) throws -> Tape.ID {
        guard case .sequence(let time, _) = scope.shape else { preconditionFailure("\(scope.name) needs a sequence") }
        var state = RecurrentState(hidden: zeros("\(scope.name).t0.hidden", recurrent.units))
        if case .lstm = recurrent.cell { state.cell = zeros("\(scope.name).t0.cell", recurrent.units) }
        var steps: [Tape.ID] = []
        for step in 0..<time {
            let at = "\(scope.name).t\(step + 1)"
            let x = tape.record(.copying(.step(step)), [scope.input], name: "\(at).input")
            let fromInput = tape.record(
                .dense(Dense()), [x, scope["input-weight"], scope["input-bias"]], name: "\(at).from-input")
            let fromState = tape.record(
                .dense(Dense()), [state.hidden, scope["recurrent-weight"], scope["recurrent-bias"]],
                name: "\(at).from-state")
            let cell = CellStep(name: at, units: recurrent.units, fromInput: fromInput, fromState: fromState)
            switch recurrent.cell {
            case .rnn(let activation): state.hidden = rnn(activation, cell)
            case .lstm: state = lstm(cell, state)
            case .gru: state.hidden = gru(cell, state.hidden)
            }
            steps.append(state.hidden)
            try checkCost()
        }
        if recurrent.returnsSequence { return tape.record(.copying(.stack), steps, name: scope.name) }
        tape.alias(scope.name, for: state.hidden)
        return state.hidden
    }

    private mutating func zeros(_ name: String, _ units: Int) -> Tape.ID {
        let id = tape.source(.constant, name: name, shape: [batch, units])
        initialStates.append(id)
        return id
    }

    private mutating func rnn(_ activation: Activation, _ cell: CellStep) -> Tape.ID {
        let sum = tape.record(
            .pairwise(.add), [cell.fromInput, cell.fromState], name: "\(cell.name).pre-activation")
        return tape.record(.pointwise(activation), [sum], name: "\(cell.name).hidden")
    }

    private mutating func lstm(_ cell: CellStep, _ before: RecurrentState) -> RecurrentState {
        guard let previous = before.cell else { preconditionFailure("an LSTM without a cell") }
        let sum = tape.record(
            .pairwise(.add), [cell.fromInput, cell.fromState], name: "\(cell.name).pre-activation")
        let input = gate(.sigmoid, "input-gate", block: 0, of: sum, cell)
        let forget = gate(.sigmoid, "forget-gate", block: 1, of: sum, cell)
        let candidate = gate(.tanh, "candidate", block: 2, of: sum, cell)
        let output = gate(.sigmoid, "output-gate", block: 3, of: sum, cell)
        let kept = tape.record(.pairwise(.multiply), [forget, previous], name: "\(cell.name).kept")
        let written = tape.record(.pairwise(.multiply), [input, candidate], name: "\(cell.name).written")
        let next = tape.record(.pairwise(.add), [kept, written], name: "\(cell.name).cell")
        let squashed = tape.record(.pointwise(.tanh), [next], name: "\(cell.name).squashed-cell")
        let hidden = tape.record(.pairwise(.multiply), [output, squashed], name: "\(cell.name).hidden")
        return RecurrentState(hidden: hidden, cell: next)
    }

    private mutating func gru(_ cell: CellStep, _ before: Tape.ID) -> Tape.ID {
        let reset = gruGate("reset-gate", block: 0, cell)
        let update = gruGate("update-gate", block: 1, cell)
        let fromInput = part("candidate-from-input", block: 2, of: cell.fromInput, cell)
        let fromState = part("candidate-from-state", block: 2, of: cell.fromState, cell)
        let scaled = tape.record(
            .pairwise(.multiply), [reset, fromState], name: "\(cell.name).reset-state")
        let sum = tape.record(
            .pairwise(.add), [fromInput, scaled], name: "\(cell.name).candidate-pre-activation")
        let candidate = tape.record(.pointwise(.tanh), [sum], name: "\(cell.name).candidate")
        let share = tape.record(.pointwise(.complement), [update], name: "\(cell.name).candidate-share")
        let written = tape.record(.pairwise(.multiply), [share, candidate], name: "\(cell.name).written")
        let kept = tape.record(.pairwise(.multiply), [update, before], name: "\(cell.name).kept")
        return tape.record(.pairwise(.add), [written, kept], name: "\(cell.name).hidden")
    }

    private mutating func gruGate(_ name: String, block: Int, _ cell: CellStep) -> Tape.ID {
        let fromInput = part("\(name)-from-input", block: block, of: cell.fromInput, cell)
        let fromState = part("\(name)-from-state", block: block, of: cell.fromState, cell)
        let sum = tape.record(
            .pairwise(.add), [fromInput, fromState], name: "\(cell.name).\(name)-pre-activation")
        return tape.record(.pointwise(.sigmoid), [sum], name: "\(cell.name).\(name)")
    }

    private mutating func gate(
        _ function: Pointwise, _ name: String, block: Int, of sum: Tape.ID, _ cell: CellStep
    ) -> Tape.ID {
        let own = part("\(name)-pre-activation", block: block, of: sum, cell)
        return tape.record(.pointwise(function), [own], name: "\(cell.name).\(name)")
    }

    /// The rows of one gate.
    private mutating func part(_ name: String, block: Int, of tensor: Tape.ID, _ cell: CellStep) -> Tape.ID {
        tape.record(
            .copying(.columns(block * cell.units..<(block + 1) * cell.units)), [tensor], name: "\(cell.name).\(name)")
    }
}

private struct RecurrentState {
    var hidden: Tape.ID
    var cell: Tape.ID?
}

private struct CellStep {
    let name: String
    let units: Int
    let fromInput: Tape.ID
    let fromState: Tape.ID
}
