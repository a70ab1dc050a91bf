import Autodiff
import Testing

@Suite("A backward pass that is wrong on purpose")
struct BackwardFaultsTests {
    /// Of the operands; the contributions of the wrong pass add up to them.
    private func gradients(
        _ primitive: Primitive, _ operands: [Tensor], _ fault: BackwardFaults.Fault?, lost: [Int] = []
    ) -> [Tensor] {
        var tape = Tape()
        let sources = operands.indices.map { tape.source(.parameter, name: "s\($0)", shape: operands[$0].shape) }
        let made = tape.record(primitive, sources, name: "made")
        let sum = tape.record(.loss(BatchLoss(.squaredError, reduction: .sum)), [made, tape.zeros(like: made)], name: "sum")
        var values = Dictionary(uniqueKeysWithValues: zip(sources, operands))
        for id in tape.allIDs where tape[id].origin == .source(.constant) { values[id] = .zeros(tape[id].shape) }
        let faults = BackwardFaults(faults: fault.map { [made: $0] } ?? [:], lost: Set(lost.map { BackwardFaults.Use(made, operand: $0) }))
        let evaluated = tape.evaluate(values)
        let all = tape.gradients(of: sum, values: evaluated, faults: faults)
        var sums = all.map { [Double](repeating: 0, count: $0.count) }
        Pass(tape, values: evaluated, gradients: all, faults: faults, result: sum).forEachContribution {
            sums[$0.input.index][$0.inputIndex] += $0.product
        }
        for id in sources {
            for (found, gradient) in zip(sums[id.index], all[id.index].scalars) { #expect(abs(found - gradient) < 1e-13) }
        }
        return sources.map { all[$0.index] }
    }

    private static let x = Tensor(shape: [1, 2], scalars: [0.5, -1])

    @Test("Without a fault it is the right one, and a lost use brings nothing back")
    func right() {
        let weight = Tensor(shape: [2, 2], scalars: [1, 2, 3, 4])
        let right = gradients(.dense(Dense()), [Self.x, weight], nil)
        // y = (0.5 − 2, 1.5 − 4), δ = 2y.
        #expect(right[0].scalars == [-18, -26])
        let lost = gradients(.dense(Dense()), [Self.x, weight], nil, lost: [0])
        #expect(lost[0] == .zeros([1, 2]) && lost[1] == right[1])
    }

    @Test("A derivative is left out, or taken at the output")
    func functions() {
        let y = Self.x.scalars.map { Pointwise.tanh($0) }
        #expect(gradients(.pointwise(.tanh), [Self.x], .passesOn)[0].scalars == y.map { 2 * $0 })
        let atOutput = gradients(.pointwise(.tanh), [Self.x], .atOutput)[0].scalars
        for (found, y) in zip(atOutput, y) { #expect(abs(found - 2 * y * (1 - Pointwise.tanh(y) * Pointwise.tanh(y))) < 1e-15) }
    }

    @Test("A weight is not transposed; its own gradient stays right")
    func transposed() {
        let weight = Tensor(shape: [2, 2], scalars: [1, 2, 3, 4])
        let wrong = gradients(.dense(Dense()), [Self.x, weight], .transposed)
        // y = (0.5 − 2, 1.5 − 4), δ = 2y; δWᵀ in place of δW.
        let (a, b) = (2 * -1.5, 2 * -2.5)
        #expect(wrong[0].scalars == [a * 1 + b * 2, a * 3 + b * 4])
        #expect(wrong[1] == gradients(.dense(Dense()), [Self.x, weight], nil)[1])
    }

    @Test("A softmax is taken entry by entry, and a gradient is scaled")
    func entries() {
        let p = Primitive.softmax(Softmax()).rules.evaluate([Self.x]).scalars
        let wrong = gradients(.softmax(Softmax()), [Self.x], .diagonal)[0].scalars
        for (found, p) in zip(wrong, p) { #expect(abs(found - 2 * p * p * (1 - p)) < 1e-15) }
        #expect(gradients(.pointwise(.negate), [Self.x], .scaled(3))[0].scalars == Self.x.scalars.map { 6 * $0 })
    }
}

extension Tape {
    fileprivate mutating func zeros(like id: ID) -> ID { source(.constant, name: "zeros", shape: self[id].shape) }
}
