/// σ₁(W), the largest singular value of a matrix. Its derivative with respect to W is u₁v₁ᵀ (Miyato et al. 2018, equation 9).
package struct LargestSingularValue: Hashable, Sendable {
    package init() {}
}

extension LargestSingularValue: DifferentiationRules {
    package var kind: String { "largest-singular-value" }
    package func shape(of operands: [[Int]]) -> [Int] { [] }

    package func products(for operands: [[Int]]) -> Int {
        // The work of the decomposition, which exceeds the products of the chain rule.
        SingularValues.products(rows: operands[0][0], columns: operands[0][1])
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        result[0] = SingularValues(of: operands[0].tensor).values.first ?? 0
    }

    private func derivatives(_ weight: Tensor) -> [Double] {
        let (left, right) = SingularValues(of: weight).leadingVectors
        return left.flatMap { u in right.map { u * $0 } }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let locals = derivatives(operands[0].tensor)
        gradients[0]?.put { upstream[0] * locals[$0] }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        derivatives(operands[0].tensor).withUnsafeBufferPointer { visit(0, 0, $0) }
    }
}

/// W/s: a tensor divided by a scalar.
package struct DivideByScalar: Hashable, Sendable {
    package init() {}
}

extension DivideByScalar: DifferentiationRules {
    package var kind: String { "divide-by-scalar" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(2) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let divisor = operands[1][0]
        for i in 0..<result.count { result[i] = operands[0][i] / divisor }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let divisor = operands[1][0]
        gradients[0]?.put { upstream[$0] * (1 / divisor) }
        gradients[1]?.gather { sum in for i in 0..<upstream.count { sum[0] += upstream[i] * (-output[i] / divisor) } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let divisor = operands[1][0]
        visitOne(visit, 0, index, 1 / divisor)
        visitOne(visit, 1, 0, -output[index] / divisor)
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        operand == 0 ? .only(entry) : .all(of: shape)
    }
}
