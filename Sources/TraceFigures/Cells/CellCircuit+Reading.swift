import Autodiff
import NeuralNetworks
import Notation
import Traces

extension CellCircuit {
    /// The index of the gate's block of rows.
    func block(_ gate: CellGate) -> Int { gate.gate.flatMap { recurrent.cell.gates.firstIndex(of: $0) } ?? 0 }

    func id(_ part: Part, step: Int) -> Tape.ID? { trace.lowered?.id(of: part, layer, step: step) }

    /// The selected unit of a part at a step, or a column of it.
    func scalar(_ part: Part, step: Int? = nil, column: Int? = nil) -> ScalarID? {
        id(part, step: step ?? place.step).map { id in
            ScalarID(id, sample * (trace.tape[id].shape.last ?? 1) + (column ?? place.unit))
        }
    }

    private func value(_ scalar: ScalarID) -> Double { trace.pass.value(scalar.tensor).scalars[scalar.index] }
    private func gradient(_ scalar: ScalarID) -> Double { trace.pass.gradient(scalar.tensor).scalars[scalar.index] }

    /// - Parameters:
    ///   - gradient: the gradient along a branch; nil for the whole gradient of the scalar.
    ///   - sum: the wire with the same gradient, which a sum passes on.
    mutating func set(_ wire: CellWire, _ scalar: ScalarID?, gradient: Double? = nil, handedOnBy sum: CellWire? = nil) {
        guard let scalar else { return }
        branches += gradient == nil ? 0 : 1
        let own: NumberKey = gradient == nil ? .gradient(scalar.key) : .branch(scalar.key, branches)
        signals[wire] = Signal(
            value: value(scalar), gradient: gradient ?? self.gradient(scalar), scalar: scalar, valueKey: .value(scalar.key),
            gradientKey: sum.flatMap { signals[$0]?.gradientKey } ?? own)
    }

    /// All contributions to a scalar's gradient.
    func uses(of scalar: ScalarID?) -> [Contribution] { scalar.map { trace.pass.contributions(to: $0.tensor, $0.index) } ?? [] }

    /// The gradient through the operation of a part.
    func back(_ uses: [Contribution], through part: Part, step: Int) -> Double {
        let id = id(part, step: step)
        return uses.reduce(0) { $1.output == id ? $0 + $1.product : $0 }
    }

    /// The gradient through the rows of a gate.
    func back(_ uses: [Contribution], through part: Part, of gate: CellGate) -> Double {
        let id = id(part, step: place.step)
        let (units, all, block) = (recurrent.units, id.flatMap { trace.tape[$0].shape.last } ?? 1, block(gate))
        return uses.reduce(0) { $1.output == id && $1.outputIndex % all / units == block ? $0 + $1.product : $0 }
    }

    func leaf(value wire: CellWire) -> Arithmetic {
        guard let signal = signals[wire] else { return .number(.nan) }
        return .leaf(.init(signal.value, role: .value, key: signal.valueKey))
    }

    func leaf(gradient wire: CellWire) -> Arithmetic {
        guard let signal = signals[wire] else { return .number(.nan) }
        return .leaf(.init(signal.gradient, role: .gradient, key: signal.gradientKey))
    }

    mutating func relate(value wire: CellWire, _ arithmetic: Arithmetic) {
        guard let signal = signals[wire] else { return }
        relations.append(Relation(key: signal.valueKey, arithmetic: arithmetic, result: signal.value))
    }

    mutating func relate(gradient wire: CellWire, _ arithmetic: Arithmetic) {
        guard let signal = signals[wire] else { return }
        relations.append(Relation(key: signal.gradientKey, arithmetic: arithmetic, result: signal.gradient))
    }

    /// The gradient of each factor is that of the product times the other factor.
    mutating func relateProduct(_ product: CellWire, _ a: CellWire, _ b: CellWire, branchOfA: CellWire? = nil) {
        relate(value: product, leaf(value: a) * leaf(value: b))
        relate(gradient: branchOfA ?? a, leaf(gradient: product) * leaf(value: b))
        relate(gradient: b, leaf(gradient: product) * leaf(value: a))
    }

    /// f(z), and backward the gradient times the derivative f′(z).
    /// - Parameter branch: the branch on which the gradient comes back, if the input has other uses.
    mutating func relate(_ activation: Activation, _ output: CellWire, of input: CellWire, branch: CellWire? = nil) {
        guard let signal = signals[input], let result = signals[output]?.scalar else { return }
        relate(value: output, activation.row.written(.init(signal.value, role: .value, key: signal.valueKey)))
        guard let use = uses(of: signal.scalar).first(where: { $0.output == result.tensor && $0.outputIndex == result.index }) else {
            return
        }
        let slope = Arithmetic.Leaf(use.local, role: .local, key: .local(use.use))
        slopes[output] = slope
        relate(gradient: branch ?? input, leaf(gradient: output) * .leaf(slope))
        let y = leaf(value: output)
        if activation == .sigmoid { slopeRules.append(Relation(key: .local(use.use), arithmetic: y * (.number(1) - y), result: use.local)) }
        if activation == .tanh { slopeRules.append(Relation(key: .local(use.use), arithmetic: .number(1) - y * y, result: use.local)) }
    }

    mutating func relateForks() {
        for fork in forks { relate(gradient: fork.wire, .sum(fork.branches.map { leaf(gradient: $0) })) }
    }
}
