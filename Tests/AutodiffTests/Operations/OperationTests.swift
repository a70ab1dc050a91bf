import Testing

@testable import Autodiff

@Suite("Every operation, over random shapes and values")
struct OperationTests {
    private static let draws: UInt64 = 12

    private func forEachSample(_ operation: OperationCase, _ body: (OperationSample, inout SeededNumbers) -> Void) {
        for seed in 1...Self.draws {
            var numbers = SeededNumbers(seed)
            let sample = OperationSample(operation, &numbers)
            body(sample, &numbers)
        }
    }

    @Test("has a sample of its own", arguments: OperationCase.allCases)
    func sampled(_ operation: OperationCase) {
        forEachSample(operation) { sample, _ in #expect(OperationCase(sample.primitive) == operation) }
    }

    @Test("gives what its definition says, in the shape that it announces", arguments: OperationCase.allCases)
    func evaluation(_ operation: OperationCase) {
        forEachSample(operation) { sample, _ in
            let output = sample.output
            let expected = sample.definition(sample.operands)
            #expect(output.shape == sample.primitive.rules.shape(of: sample.operands.map(\.shape)))
            #expect(output.count == expected.count)
            for (a, b) in zip(output.scalars, expected) { #expect(agree(a, b, to: 1e-12, scale: 1)) }
        }
    }

    @Test("passes back the sum of upstream gradient times local derivative", arguments: OperationCase.allCases)
    func pullback(_ operation: OperationCase) {
        forEachSample(operation) { sample, numbers in
            let output = sample.output
            let upstream = numbers.tensor(output.shape)
            let rules = sample.primitive.rules
            let gradients = rules.pullback(upstream, operands: sample.operands, output: output)
            #expect(gradients.map { $0 != nil } == sample.differentiable)
            var sums = sample.operands.map { Tensor.zeros($0.shape) }
            var scales = sums
            for index in 0..<output.count {
                rules.localDerivatives(of: index, operands: sample.operands, output: output) { operand, entry, local in
                    sums[operand].scalars[entry] += upstream.scalars[index] * local
                    scales[operand].scalars[entry] += abs(upstream.scalars[index] * local)
                }
            }
            for (operand, gradient) in gradients.enumerated() {
                guard let gradient else { continue }
                #expect(gradient.shape == sample.operands[operand].shape)
                for entry in 0..<gradient.count {
                    #expect(
                        agree(
                            gradient.scalars[entry], sums[operand].scalars[entry], to: 1e-12,
                            scale: scales[operand].scalars[entry] + 1e-3))
                }
            }
        }
    }

    @Test("has the derivatives that central differences find", arguments: OperationCase.allCases)
    func differences(_ operation: OperationCase) {
        forEachSample(operation) { sample, numbers in
            let output = sample.output
            let upstream = numbers.tensor(output.shape)
            let gradients = sample.primitive.rules.pullback(upstream, operands: sample.operands, output: output)
            for (operand, gradient) in gradients.enumerated() {
                guard let gradient else { continue }
                for entry in 0..<gradient.count {
                    let slope = slope(of: sample, operand, entry, upstream)
                    #expect(
                        agree(gradient.scalars[entry], slope, to: 1e-7, scale: 1e-2),
                        "operand \(operand), entry \(entry): \(gradient.scalars[entry]), differences say \(slope)")
                }
            }
        }
    }

    /// Of Σ upstream·output along one entry, to the fourth order of the step.
    private func slope(of sample: OperationSample, _ operand: Int, _ entry: Int, _ upstream: Tensor) -> Double {
        func value(_ moved: Double) -> Double {
            var operands = sample.operands
            operands[operand].scalars[entry] += moved
            let output = sample.primitive.rules.evaluate(operands)
            return zip(output.scalars, upstream.scalars).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let step = 1e-3
        return (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
    }

    @Test("reaches, from each entry of its operands, every entry of its result that it stands in", arguments: OperationCase.allCases)
    func reach(_ operation: OperationCase) {
        forEachSample(operation) { sample, _ in
            let output = sample.output
            let shapes = sample.operands.map(\.shape)
            for index in 0..<output.count {
                sample.primitive.rules.localDerivatives(of: index, operands: sample.operands, output: output) { operand, entry, _ in
                    let reached = Array(sample.primitive.rules.reach(of: entry, operand: operand, operands: shapes, output: output.shape))
                    #expect(reached.contains(index))
                    #expect(reached.allSatisfy { $0 >= 0 && $0 < output.count })
                }
            }
        }
    }

    @Test("counts its products before it makes them", arguments: OperationCase.allCases)
    func products(_ operation: OperationCase) {
        forEachSample(operation) { sample, _ in
            let output = sample.output
            var visited = 0
            for index in 0..<output.count {
                sample.primitive.rules.localDerivatives(of: index, operands: sample.operands, output: output) { _, _, _ in
                    visited += 1
                }
            }
            let counted = sample.primitive.rules.products(for: sample.operands.map(\.shape))
            // The decomposition behind a singular value costs more than its products; the count says so.
            #expect(operation == .singularValue ? counted >= visited : counted == visited)
        }
    }

    @Test("names itself by a word that no other operation has")
    func kinds() {
        var numbers = SeededNumbers(1)
        // Of some rows it is the same operation.
        let kinds = OperationCase.allCases.filter { $0 != .denseRows }.map { OperationSample($0, &numbers).primitive.rules.kind }
        #expect(Set(kinds).count == kinds.count)
        #expect(kinds.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
    }
}
