/// σ₁(W), the largest singular value of a matrix. Its derivative by W is u₁v₁ᵀ (Miyato et al. 2018, equation 9).
package struct LargestSingularValue: Hashable, Sendable {
    package init() {}
}

extension LargestSingularValue: DifferentiationRules {
    package var kind: String { "largest-singular-value" }
    package func shape(of operands: [[Int]]) -> [Int] { [] }

    package func products(for operands: [[Int]]) -> Int {
        // Not the products but the work: about 16 sweeps, each turning every pair of the shorter side's vectors.
        operands[0].saturatingCount.saturatingTimes((operands[0].min() ?? 1).saturatingTimes(16))
    }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        Tensor(SingularValues(of: operands[0]).values.first ?? 0)
    }

    private func derivatives(_ weight: Tensor) -> [Double] {
        let (left, right) = SingularValues(of: weight).leadingVectors
        return left.flatMap { u in right.map { u * $0 } }
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let up = upstream.scalars[0]
        return [Tensor(shape: operands[0].shape, scalars: derivatives(operands[0]).map { up * $0 })]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        for (entry, local) in derivatives(operands[0]).enumerated() { visit(0, entry, local) }
    }
}

/// W/s: a tensor divided by one number.
package struct DivideByScalar: Hashable, Sendable {
    package init() {}
}

extension DivideByScalar: DifferentiationRules {
    package var kind: String { "divide-by-scalar" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(2) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let divisor = operands[1].scalars[0]
        return Tensor(shape: operands[0].shape, scalars: operands[0].scalars.map { $0 / divisor })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let divisor = operands[1].scalars[0]
        var toDivisor = 0.0
        for (up, quotient) in zip(upstream.scalars, output.scalars) { toDivisor += up * (-quotient / divisor) }
        return [
            Tensor(shape: output.shape, scalars: upstream.scalars.map { $0 * (1 / divisor) }),
            Tensor(shape: operands[1].shape, scalars: [toDivisor]),
        ]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let divisor = operands[1].scalars[0]
        visit(0, index, 1 / divisor)
        visit(1, 0, -output.scalars[index] / divisor)
    }
}
