import Foundation

/// Two operands of the same shape, entry by entry.
package enum Pairwise: String, CaseIterable, Hashable, Sendable {
    case add, subtract, multiply, divide, power
    /// At a tie the first operand gets the gradient.
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

    /// The derivatives with respect to the first and the second operand, given the result c.
    package func derivatives(_ a: Double, _ b: Double, result c: Double) -> (Double, Double) {
        switch self {
        case .add: (1, 1)
        case .subtract: (1, -1)
        case .multiply: (b, a)
        case .divide: (1 / b, -c / b)
        // Limits where the formula would be 0·∞: x⁰ is constant, and 0ᵇ stays 0 for every b > 0.
        case .power: (b == 0 ? 0 : b * pow(a, b - 1), a == 0 && b >= 0 ? 0 : c * log(a))
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

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (a, b) = (operands[0].scalars, operands[1].scalars)
        switch self {
        case .add: for i in 0..<result.count { result[i] = a[i] + b[i] }
        case .multiply: for i in 0..<result.count { result[i] = a[i] * b[i] }
        default: for i in 0..<result.count { result[i] = self(a[i], b[i]) }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (a, b, c) = (operands[0].scalars, operands[1].scalars, output.scalars)
        switch self {
        case .add: for gradient in gradients { gradient?.put { upstream[$0] } }
        case .multiply:
            gradients[0]?.put { upstream[$0] * b[$0] }
            gradients[1]?.put { upstream[$0] * a[$0] }
        default:
            gradients[0]?.put { upstream[$0] * derivatives(a[$0], b[$0], result: c[$0]).0 }
            gradients[1]?.put { upstream[$0] * derivatives(a[$0], b[$0], result: c[$0]).1 }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (da, db) = derivatives(operands[0][index], operands[1][index], result: output[index])
        visitOne(visit, 0, index, da)
        visitOne(visit, 1, index, db)
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> { .only(entry) }

    package func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity] {
        switch self {
        case .max, .min: operands[0][index] == operands[1][index] ? [.tie] : []
        case .add, .subtract, .multiply, .divide, .power: []
        }
    }
}
