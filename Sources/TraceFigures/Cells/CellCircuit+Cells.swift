import Autodiff
import NeuralNetworks
import Notation
import Traces

extension CellCircuit {
    /// Reads the previous state and the input, with their branches and weighted sums for each gate.
    private mutating func readSources() {
        let before = scalar(.hidden, step: place.step - 1)
        let input = scalar(.stepInput, column: place.feature)
        set(.input, input)
        let (usesOfBefore, usesOfInput) = (uses(of: before), uses(of: input))
        for gate in gates {
            let column = block(gate) * recurrent.units + place.unit
            set(.inputBranch(gate), input, gradient: back(usesOfInput, through: .fromInput(nil), of: gate))
            if isReset(gate) {
                set(.stateBranch(gate), before, gradient: back(usesOfBefore, through: .resetState, step: place.step))
                set(.fromState(gate), scalar(.fromState(.candidate)))
            } else {
                set(.stateBranch(gate), before, gradient: back(usesOfBefore, through: .fromState(nil), of: gate))
                set(.fromState(gate), scalar(.fromState(nil), column: column))
            }
            set(.fromInput(gate), scalar(.fromInput(nil), column: column))
        }
        let toGates = gates.reduce(0) { $0 + (signals[.stateBranch($1)]?.gradient ?? 0) }
        set(.hiddenBefore, before, gradient: toGates)
    }

    /// Whether a gate's weights multiply the state after the reset gate.
    private func isReset(_ gate: CellGate) -> Bool { gate == .candidate && resetsBefore }

    /// If a box has only one weight and a bias, its line can be recomputed from the picture.
    private mutating func relateWeights(_ gate: CellGate) {
        for (branch, part, side, isOne) in [
            (isReset(gate) ? CellWire.resetState : .stateBranch(gate), CellWire.fromState(gate), CellSide.state, recurrent.units == 1),
            (.inputBranch(gate), .fromInput(gate), .input, features == 1 && recurrent.units == 1),
        ] where isOne {
            guard let box = box(side, gate) else { continue }
            let weight = Arithmetic.leaf(box.weight)
            relate(
                value: part,
                box.bias.value == 0 ? weight * leaf(value: branch) : weight * leaf(value: branch) + .leaf(box.bias))
            relate(gradient: branch, leaf(gradient: part) * weight)
        }
    }

    /// The weight and the bias of a gate's first row.
    func box(_ side: CellSide, _ gate: CellGate) -> (weight: Arithmetic.Leaf, bias: Arithmetic.Leaf)? {
        guard let weight = layer.parameters[side.weight], let bias = layer.parameters[side.bias] else { return nil }
        let row = block(gate) * recurrent.units + place.unit
        let columns = trace.tape[weight].shape[1]
        return (
            .init(trace.pass.value(weight).scalars[row * columns], key: .value(ScalarID(weight, row * columns).key)),
            .init(trace.pass.value(bias).scalars[row], key: .value(ScalarID(bias, row).key))
        )
    }

    /// Whether the rows of a gate have nonzero biases.
    func hasBias(_ side: CellSide, _ gate: CellGate) -> Bool {
        guard let bias = layer.parameters[side.bias] else { return false }
        let first = block(gate) * recurrent.units
        return trace.pass.value(bias).scalars[first..<first + recurrent.units].contains { $0 != 0 }
    }

    /// Reads h and its branches.
    private mutating func readHidden(onwardThrough parts: [Part]) {
        let hidden = scalar(.hidden)
        set(.hidden, hidden)
        let next = Set(parts.compactMap { id($0, step: place.step + 1) })
        var (onward, out) = (0.0, 0.0)
        for use in uses(of: hidden) { if next.contains(use.output) { onward += use.product } else { out += use.product } }
        set(.hiddenOnward, hidden, gradient: onward)
        set(.hiddenOut, hidden, gradient: out)
    }

    mutating func readPlain(_ activation: Activation) {
        readSources()
        let sum = scalar(.preActivation(nil))
        // A sum passes its gradient on to both of its terms.
        set(.sum(.state), sum)
        set(.fromState(.state), signals[.fromState(.state)]?.scalar, handedOnBy: .sum(.state))
        set(.fromInput(.state), signals[.fromInput(.state)]?.scalar, handedOnBy: .sum(.state))
        readHidden(onwardThrough: [.fromState(nil)])
        relate(value: .sum(.state), leaf(value: .fromState(.state)) + leaf(value: .fromInput(.state)))
        relate(activation, .hidden, of: .sum(.state))
        relateWeights(.state)
        relateForks()
        if let way = plainWay { relate(gradient: .stateBranch(.state), way) }
    }

    /// Whether all of the gradient of the previous state comes through this step: nothing after the layer uses that state.
    var bringsAllBefore: Bool { !recurrent.returnsSequence || place.step == 1 }

    /// The factors of ∂L/∂h on its way back through a single plain unit: f′ and the weight; nil for several units, which are mixed.
    var plainWay: Arithmetic? {
        guard case .rnn = recurrent.cell, recurrent.units == 1, let slope = slopes[.hidden], let box = box(.state, .state) else {
            return nil
        }
        return .product([leaf(gradient: .hidden), .leaf(slope), .leaf(box.weight)])
    }

    private mutating func readGate(_ gate: CellGate) {
        set(.sum(gate), scalar(.preActivation(gate.gate)))
        set(.gate(gate), scalar(gate.part))
        set(.fromState(gate), signals[.fromState(gate)]?.scalar, handedOnBy: .sum(gate))
        set(.fromInput(gate), signals[.fromInput(gate)]?.scalar, handedOnBy: .sum(gate))
        relate(value: .sum(gate), leaf(value: .fromState(gate)) + leaf(value: .fromInput(gate)))
        relate(gate == .candidate ? .tanh : .sigmoid, .gate(gate), of: .sum(gate))
        relateWeights(gate)
    }

    mutating func readLSTM() {
        readSources()
        let before = scalar(.cell, step: place.step - 1)
        let cell = scalar(.cell)
        set(.cellBefore, before, gradient: back(uses(of: before), through: .kept, step: place.step))
        set(.cell, cell)
        let usesOfCell = uses(of: cell)
        set(.kept, scalar(.kept), handedOnBy: .cell)
        set(.written, scalar(.written), handedOnBy: .cell)
        set(.cellToTanh, cell, gradient: self.back(usesOfCell, through: .squashedCell, step: place.step))
        set(.cellOnward, cell, gradient: self.back(usesOfCell, through: .kept, step: place.step + 1))
        set(.squashed, scalar(.squashedCell))
        readHidden(onwardThrough: [.fromState(nil)])
        for gate in gates { readGate(gate) }
        relateProduct(.kept, .gate(.forget), .cellBefore)
        relateProduct(.written, .gate(.input), .gate(.candidate))
        relate(value: .cell, leaf(value: .kept) + leaf(value: .written))
        relate(.tanh, .squashed, of: .cell, branch: .cellToTanh)
        relateProduct(.hidden, .gate(.output), .squashed)
        relateForks()
    }

    mutating func readGRU() {
        readSources()
        readHidden(onwardThrough: [.fromState(nil), .kept])
        let before = signals[.hiddenBefore]?.scalar
        let along = back(uses(of: before), through: .kept, step: place.step)
        let toGates = signals[.hiddenBefore]?.gradient ?? 0
        set(.stateToGates, before, gradient: toGates)
        set(.stateAlong, before, gradient: along)
        set(.hiddenBefore, before, gradient: along + toGates)
        set(.kept, scalar(.kept), handedOnBy: .hidden)
        set(.written, scalar(.written), handedOnBy: .hidden)
        set(.share, scalar(.candidateShare))
        let update = scalar(.gate(.update))
        let usesOfUpdate = uses(of: update)
        for gate in [CellGate.update, .reset] { readGate(gate) }
        set(.updateToKept, update, gradient: self.back(usesOfUpdate, through: .kept, step: place.step))
        set(.updateToShare, update, gradient: self.back(usesOfUpdate, through: .candidateShare, step: place.step))
        readCandidate()
        relateProduct(.kept, .gate(.update), .stateAlong, branchOfA: .updateToKept)
        relateProduct(.written, .share, .gate(.candidate))
        relate(value: .share, .number(1) - leaf(value: .gate(.update)))
        relate(gradient: .updateToShare, .negation(leaf(gradient: .share)))
        relate(value: .hidden, leaf(value: .kept) + leaf(value: .written))
        relateForks()
    }

    /// n = tanh(aₙ + r·(Wh + b)), with the reset gate after the weights; or tanh(aₙ + W(r·h) + b).
    private mutating func readCandidate() {
        set(.sum(.candidate), scalar(.preActivation(.candidate)))
        set(.gate(.candidate), scalar(.gate(.candidate)))
        let added: CellWire = resetsBefore ? .fromState(.candidate) : .resetState
        set(.resetState, scalar(.resetState))
        set(added, scalar(resetsBefore ? .fromState(.candidate) : .resetState), handedOnBy: .sum(.candidate))
        set(.fromInput(.candidate), signals[.fromInput(.candidate)]?.scalar, handedOnBy: .sum(.candidate))
        relateProduct(.resetState, .gate(.reset), resetsBefore ? .stateBranch(.candidate) : .fromState(.candidate))
        relate(value: .sum(.candidate), leaf(value: .fromInput(.candidate)) + leaf(value: added))
        relate(.tanh, .gate(.candidate), of: .sum(.candidate))
        relateWeights(.candidate)
    }
}
