import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// The texts next to a cell's wires and in its boxes, with digits for which all of its equations hold.
struct CellTexts {
    /// A wire's value above its gradient.
    struct Pair {
        var wire: CellWire
        var value: Laid?
        var gradient: Laid?

        var width: Double { max(value?.width ?? 0, gradient?.width ?? 0) }
    }

    let circuit: CellCircuit
    let typesetter: Typesetter
    let precision: Precision
    /// The type size of the numbers next to wires; the other sizes are in proportion to it, as far as they can be read.
    let size: Double

    static let usualSize = 9.0
    static let leastSize = 7.0
    /// A gradient passes seven printed products and sums on its way through a cell.
    static let usualDigits = 3
    /// More digits would crowd the wires.
    private static let mostDigits = 6

    private static func settled(_ relations: [CellCircuit.Relation]) -> Precision {
        var precision = Precision(usual: usualDigits)
        precision.settle(relations.map { ($0.key, $0.arithmetic, $0.result) })
        return precision
    }

    /// The distance from the value's baseline to the gradient's.
    static let lead = 11.0
    /// The height above the baseline.
    static let ascent = 6.4

    /// - Parameter precision: the digits of a picture of several cells; nil for those with which all equations of this cell hold.
    init(_ circuit: CellCircuit, typesetter: Typesetter, precision shared: Precision? = nil, size: Double = usualSize) {
        self.circuit = circuit
        self.typesetter = typesetter
        self.size = size
        guard shared == nil else {
            precision = shared ?? Precision()
            return
        }
        // The wires' equations always hold; those of the slopes' rules as far as six digits allow.
        var relations = circuit.relations
        var precision = Self.settled(relations)
        for relation in circuit.slopeRules {
            let attempt = Self.settled(relations + [relation])
            guard attempt.mostDigits <= Self.mostDigits else { continue }
            relations.append(relation)
            precision = attempt
        }
        self.precision = precision
    }

    /// A size that goes with numbers of the usual size, made smaller as they are.
    private func scaled(_ usual: Double) -> Double { max(Self.leastSize, usual * size / Self.usualSize) }

    func value(_ wire: CellWire) -> Numeral? { circuit.signals[wire].map { precision.numeral($0.value, key: $0.valueKey) } }

    func gradient(_ wire: CellWire) -> Numeral? { circuit.signals[wire].map { precision.numeral($0.gradient, key: $0.gradientKey) } }

    /// f₂ = 0.6784 above ∂L/∂f₂.
    func pair(_ wire: CellWire, isNamed: Bool = false) -> Pair {
        Pair(wire: wire, value: set(value: wire, isNamed: isNamed), gradient: set(gradient: wire))
    }

    /// The texts of a branch, whose value is at the wire that forks.
    func branch(_ wire: CellWire) -> Pair { Pair(wire: wire, value: nil, gradient: set(gradient: wire)) }

    /// "c₂, cell state: value 0.5, gradient 0.1".
    func words(_ wire: CellWire) -> String {
        let name = [circuit.symbol(wire)?.plainText, wire.words].compactMap(\.self).joined(separator: ", ")
        guard let value = value(wire), let gradient = gradient(wire) else { return name }
        return "\(name): value \(value.text), gradient \(gradient.text)"
    }

    private func set(value wire: CellWire, isNamed: Bool) -> Laid? {
        guard let numeral = value(wire) else { return nil }
        let number = Formula.role(.value, .number(numeral))
        guard isNamed, let symbol = circuit.symbol(wire) else { return typesetter.layout(number, size: size) }
        return typesetter.layout(.row([symbol, .sign(.equals), number]), size: size)
    }

    private func set(gradient wire: CellWire) -> Laid? {
        gradient(wire).map { typesetter.layout(.number($0), size: size, color: .gradient, weight: .bold) }
    }

    /// "σ′ = 0.1754", next to the box that the wire comes out of.
    func slope(_ output: CellWire) -> Laid? {
        guard let slope = circuit.slopes[output] else { return nil }
        let name: Formula =
            switch (output, circuit.recurrent.cell) {
            case (.squashed, _), (.gate(.candidate), _): .symbol("tanh", .upright)
            case (_, .rnn(let activation)): .name(activation.derivativeLetter)
            case (_, .lstm), (_, .gru): "σ"
            }
        return typesetter.layout(
            .row([.role(.local, .prime(name)), .sign(.equals), .role(.local, .number(precision.numeral(slope)))]),
            size: scaled(Self.usualSize - 0.5))
    }

    /// A small note next to the start or the end of a wire.
    func note(_ text: String) -> Laid {
        typesetter.layoutText(.words(text), font: Font(size: scaled(7.5)), color: .quietInk)
    }

    /// "forget", next to its box; nil for a layer without gates.
    func name(_ gate: CellGate) -> Laid? {
        switch gate {
        case .forget: note("forget")
        case .input: note("input")
        case .candidate: note(circuit.isLSTM ? "candidate" : "new")
        case .output: note("output")
        case .reset: note("reset")
        case .update: note("update")
        case .state: nil
        }
    }

    /// σ, tanh, or the name of another activation.
    func face(_ gate: CellGate) -> Laid {
        let formula: Formula =
            switch (gate, circuit.recurrent.cell) {
            case (.candidate, _): .symbol("tanh", .upright)
            case (.state, .rnn(let activation)): .name(activation.letter)
            case (_, .rnn), (_, .lstm), (_, .gru): "σ"
            }
        return typesetter.layout(formula, size: 12)
    }

    /// 1 − z.
    var complement: Laid { typesetter.layout(.row([.symbol("1", .upright), .sign(.minus)]), size: 12) }

    /// −0.2 h₁, or W h₁ + b for several weights.
    func weights(_ side: CellSide, _ gate: CellGate) -> Laid {
        let branch: CellWire = side == .state ? .stateBranch(gate) : .inputBranch(gate)
        let isOne = circuit.recurrent.units == 1 && (side == .state || circuit.features == 1)
        let symbol = circuit.symbol(branch) ?? .row([])
        if isOne, let box = circuit.box(side, gate) {
            let weight = precision.numeral(box.weight)
            var row: [Formula] = [.number(weight), .sign(.dot), symbol]
            if box.bias.value != 0 {
                var size = box.bias
                size.value = abs(size.value)
                row += [.sign(box.bias.value < 0 ? .minus : .plus), .number(precision.numeral(size))]
            }
            return typesetter.layout(.row(row), size: scaled(8))
        }
        return typesetter.layout(.row(affine(side, gate)), size: scaled(8.5))
    }

    /// W_hf h₁ + b_hf: the weighted sum of the state or the input for one gate, without biases that are all 0; w_hf h₁ for a single weight.
    func affine(_ side: CellSide, _ gate: CellGate) -> [Formula] {
        let letter = side == .state ? "h" : "x"
        let index = gate.letter(in: circuit).map { Formula.row([.name(letter), $0]) } ?? .name(letter)
        let step = side == .state ? circuit.place.step - 1 : circuit.place.step
        let isOne = circuit.recurrent.units == 1 && (side == .state || circuit.features == 1)
        func symbol(_ scalar: String, _ tensor: String) -> Formula { isOne ? .name(scalar) : .symbol(tensor, .bold) }
        let bias: [Formula] = circuit.hasBias(side, gate) ? [.sign(.plus), .sub(symbol("b", "b"), index)] : []
        return [.sub(symbol("w", "W"), index), .sub(symbol(letter, letter), .name(String(step)))] + bias
    }
}
