import Autodiff
import NeuralNetworks
import Notation
import Traces

extension CellCircuit {
    /// The state before, the input, and their branches to each gate with what the weights make of them.
    private mutating func readSources() {
        let before = scalar(.hidden, step: place.step - 1)
        let input = scalar(.stepInput, column: place.feature)
        set(.input, input)
        let (usesOfBefore, usesOfInput) = (uses(of: before), uses(of: input))
        for gate in gates {
            let column = block(gate) * recurrent.units + place.unit
            set(.stateBranch(gate), before, gradient: back(usesOfBefore, through: .fromState(nil), of: gate), value: "hiddenBefore")
            set(.inputBranch(gate), input, gradient: back(usesOfInput, through: .fromInput(nil), of: gate), value: "input")
            set(.fromState(gate), scalar(.fromState(nil), column: column))
            set(.fromInput(gate), scalar(.fromInput(nil), column: column))
        }
        let toGates = gates.reduce(0) { $0 + (signals[.stateBranch($1)]?.gradient ?? 0) }
        set(.hiddenBefore, before, gradient: toGates, value: "hiddenBefore")
    }

    /// Where a box has one weight and a bias, its line can be redone.
    private mutating func relateWeights(_ gate: CellGate) {
        for (branch, part, side, isOne) in [
            (CellWire.stateBranch(gate), CellWire.fromState(gate), CellSide.state, recurrent.units == 1),
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
            .init(trace.pass.value(weight).scalars[row * columns], key: "\(side) weight \(gate)"),
            .init(trace.pass.value(bias).scalars[row], key: "\(side) bias \(gate)")
        )
    }

    /// Whether the rows of a gate have biases that aren't 0.
    func hasBias(_ side: CellSide, _ gate: CellGate) -> Bool {
        guard let bias = layer.parameters[side.bias] else { return false }
        let first = block(gate) * recurrent.units
        return trace.pass.value(bias).scalars[first..<first + recurrent.units].contains { $0 != 0 }
    }

    /// h and its branches.
    private mutating func readHidden(onwardThrough parts: [Part]) {
        let hidden = scalar(.hidden)
        set(.hidden, hidden)
        let next = Set(parts.compactMap { id($0, step: place.step + 1) })
        var (onward, out) = (0.0, 0.0)
        for use in uses(of: hidden) { if next.contains(use.output) { onward += use.product } else { out += use.product } }
        set(.hiddenOnward, hidden, gradient: onward, value: "\(CellWire.hidden)")
        set(.hiddenOut, hidden, gradient: out, value: "\(CellWire.hidden)")
    }

    mutating func readPlain(_ activation: Activation) {
        readSources()
        let sum = scalar(.preActivation(nil))
        // A sum hands its gradient on to both of its terms.
        set(.sum(.state), sum)
        set(.fromState(.state), signals[.fromState(.state)]?.scalar, back: "∂ \(CellWire.sum(.state))")
        set(.fromInput(.state), signals[.fromInput(.state)]?.scalar, back: "∂ \(CellWire.sum(.state))")
        readHidden(onwardThrough: [.fromState(nil)])
        relate(value: .sum(.state), leaf(value: .fromState(.state)) + leaf(value: .fromInput(.state)))
        relate(activation, .hidden, of: .sum(.state))
        relateWeights(.state)
        relateForks()
        if let way = plainWay { relate(gradient: .stateBranch(.state), way) }
    }

    /// Whether all of the gradient of the state before comes through this step: nothing beyond the layer uses that state.
    var bringsAllBefore: Bool { !recurrent.returnsSequence || place.step == 1 }

    /// What ∂L/∂h is multiplied by on its way back through one plain unit: f′ and the weight; nil where units are mixed.
    var plainWay: Arithmetic? {
        guard case .rnn = recurrent.cell, recurrent.units == 1, let hidden = signals[.hidden]?.scalar,
            let box = box(.state, .state)
        else { return nil }
        var slope = 0.0
        trace.pass.forEachContribution(from: hidden.tensor) { if $0.outputIndex == hidden.index { slope = $0.local } }
        return .product([leaf(gradient: .hidden), .leaf(.init(slope, role: .local, key: "slope")), .leaf(box.weight)])
    }

    private mutating func readGate(_ gate: CellGate) {
        set(.sum(gate), scalar(.preActivation(gate.gate)))
        set(.gate(gate), scalar(gate.part))
        let back = "∂ \(CellWire.sum(gate))"
        set(.fromState(gate), signals[.fromState(gate)]?.scalar, back: back)
        set(.fromInput(gate), signals[.fromInput(gate)]?.scalar, back: back)
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
        let (value, back) = ("\(CellWire.cell)", "∂ \(CellWire.cell)")
        let usesOfCell = uses(of: cell)
        set(.kept, scalar(.kept), back: back)
        set(.written, scalar(.written), back: back)
        set(.cellToTanh, cell, gradient: self.back(usesOfCell, through: .squashedCell, step: place.step), value: value)
        set(.cellOnward, cell, gradient: self.back(usesOfCell, through: .kept, step: place.step + 1), value: value)
        set(.squashed, scalar(.squashedCell))
        readHidden(onwardThrough: [.fromState(nil)])
        for gate in gates { readGate(gate) }
        relateProduct(.kept, .gate(.forget), .cellBefore)
        relateProduct(.written, .gate(.input), .gate(.candidate))
        relate(value: .cell, leaf(value: .kept) + leaf(value: .written))
        relate(.tanh, .squashed, of: .cell)
        relateProduct(.hidden, .gate(.output), .squashed)
        relateForks()
    }

    mutating func readGRU() {
        readSources()
        readHidden(onwardThrough: [.fromState(nil), .kept])
        let before = signals[.hiddenBefore]?.scalar
        let along = back(uses(of: before), through: .kept, step: place.step)
        let toGates = signals[.hiddenBefore]?.gradient ?? 0
        set(.stateToGates, before, gradient: toGates, value: "hiddenBefore")
        set(.stateAlong, before, gradient: along, value: "hiddenBefore")
        set(.hiddenBefore, before, gradient: along + toGates, value: "hiddenBefore")
        let back = "∂ \(CellWire.hidden)"
        set(.kept, scalar(.kept), back: back)
        set(.written, scalar(.written), back: back)
        set(.share, scalar(.candidateShare))
        let update = scalar(.gate(.update))
        let value = "\(CellWire.gate(.update))"
        let usesOfUpdate = uses(of: update)
        for gate in [CellGate.update, .reset] { readGate(gate) }
        set(.updateToKept, update, gradient: self.back(usesOfUpdate, through: .kept, step: place.step), value: value)
        set(.updateToShare, update, gradient: self.back(usesOfUpdate, through: .candidateShare, step: place.step), value: value)
        readCandidate()
        relateProduct(.kept, .gate(.update), .stateAlong, branchOfA: .updateToKept)
        relateProduct(.written, .share, .gate(.candidate))
        relate(value: .share, .number(1) - leaf(value: .gate(.update)))
        relate(gradient: .updateToShare, .negation(leaf(gradient: .share)))
        relate(value: .hidden, leaf(value: .kept) + leaf(value: .written))
        relateForks()
    }

    /// n = tanh(aₙ + r·(Wh + b)): the reset gate comes after the weights.
    private mutating func readCandidate() {
        set(.sum(.candidate), scalar(.preActivation(.candidate)))
        set(.gate(.candidate), scalar(.gate(.candidate)))
        let back = "∂ \(CellWire.sum(.candidate))"
        set(.resetState, scalar(.resetState), back: back)
        set(.fromInput(.candidate), signals[.fromInput(.candidate)]?.scalar, back: back)
        relateProduct(.resetState, .gate(.reset), .fromState(.candidate))
        relate(value: .sum(.candidate), leaf(value: .fromInput(.candidate)) + leaf(value: .resetState))
        relate(.tanh, .gate(.candidate), of: .sum(.candidate))
        relateWeights(.candidate)
    }
}
