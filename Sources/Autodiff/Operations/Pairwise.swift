import Foundation

/// Two operands of the same shape, entry by entry.
package enum Pairwise: String, CaseIterable, Hashable, Sendable {
    case add, subtract, multiply, divide, power
    /// At a tie the first operand has the derivative.
    case max, min
}

extension Pairwise {
    package func callAsFunction(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: pow(a, b)
        case .max: a >= b || a.isNaN ? a : b
        case .min: a <= b || a.isNaN ? a : b
        }
    }

    /// The derivatives by the first and by the second operand, given c, the result.
    package func derivatives(_ a: Double, _ b: Double, result c: Double) -> (Double, Double) {
        switch self {
        case .add: (1, 1)
        case .subtract: (1, -1)
        case .multiply: (b, a)
        case .divide: (1 / b, -c / b)
        // The limits where the formula is 0·∞: x⁰ is constant, and 0ᵇ stays 0 for every b > 0.
        case .power: (b == 0 ? 0 : b * pow(a, b - 1), a == 0 && b > 0 ? 0 : c * log(a))
        case .max: a >= b || a.isNaN ? (1, 0) : (0, 1)
        case .min: a <= b || a.isNaN ? (1, 0) : (0, 1)
        }
    }
}

extension Pairwise: DifferentiationRules {
    package var kind: String { rawValue }

    package func shape(of operands: [[Int]]) -> [Int] {
        precondition(operands[0] == operands[1], "\(rawValue) of the shapes \(operands[0]) and \(operands[1])")
        return operands[0]
    }

    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(2) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, y) = (operands[0], operands[1])
        let a = x.scalars.span
        let b = y.scalars.span
        var result = Tensor.zeros(operands[0].shape)
        var out = result.scalars.mutableSpan
        for i in 0..<a.count { out[i] = self(a[i], b[i]) }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, y) = (operands[0], operands[1])
        let a = x.scalars.span
        let b = y.scalars.span
        let c = output.scalars.span
        let up = upstream.scalars.span
        var first = Tensor.zeros(output.shape)
        var second = first
        var toFirst = first.scalars.mutableSpan
        var toSecond = second.scalars.mutableSpan
        for i in 0..<up.count {
            let (da, db) = derivatives(a[i], b[i], result: c[i])
            toFirst[i] = up[i] * da
            toSecond[i] = up[i] * db
        }
        return [first, second]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let (da, db) = derivatives(
            operands[0].scalars[index], operands[1].scalars[index], result: output.scalars[index])
        visit(0, index, da)
        visit(1, index, db)
    }
}
