/// λ/2·Σw² over all entries of all operands: the L2 penalty.
package struct SquaredPenalty: Hashable, Sendable {
    package var lambda: Double

    package init(lambda: Double) { self.lambda = lambda }
}

extension SquaredPenalty: DifferentiationRules {
    package var kind: String { "l2-penalty" }
    package func shape(of operands: [[Int]]) -> [Int] { [] }

    package func products(for operands: [[Int]]) -> Int {
        operands.reduce(0) { $0.saturatingPlus($1.saturatingCount) }
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        var sum = 0.0
        for operand in operands { for w in operand.scalars { sum += w * w } }
        result[0] = lambda / 2 * sum
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        for (operand, gradient) in zip(operands, gradients) { gradient?.put { upstream[0] * (lambda * operand[$0]) } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        for (operand, w) in operands.enumerated() { visitRun(visit, operand, 0..<w.count) { lambda * w[$0] } }
    }
}
