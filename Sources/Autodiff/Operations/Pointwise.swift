import Foundation
import MatrixKernels

/// A function of one variable, applied to every entry.
package enum Pointwise: Hashable, Sendable {
    case identity, sigmoid, tanh, relu
    case leakyReLU(slope: Double)
    case elu(alpha: Double)
    /// x·σ(βx) (Ramachandran et al. 2017).
    case swish(beta: Double)
    /// x·Φ(x), exactly, by erf (Hendrycks & Gimpel 2016).
    case gelu
    case softplus
    /// x·tanh(softplus x) (Misra 2019).
    case mish
    /// λx, or λα(eˣ − 1) below 0, with the λ and α that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
    case selu
    /// x/(1 + |x|) (Bergstra et al. 2009).
    case softsign
    case exp, ln, log10, sqrt, abs, sin, cos, tan, negate
    /// 1 − x.
    case complement
}

extension Pointwise {
    package func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .identity: x
        case .sigmoid: logistic(x)
        case .tanh: hyperbolic_tangent_of(x)
        case .relu: x > 0 || x.isNaN ? x : 0
        case .leakyReLU(let slope): x > 0 ? x : slope * x
        case .elu(let alpha): x > 0 ? x : alpha * expm1(x)
        case .swish(let beta): x * logistic(beta * x)
        case .gelu: x * standardNormal(upTo: x)
        case .softplus: logOnePlusExp(x)
        case .mish: x * hyperbolic_tangent_of(logOnePlusExp(x))
        case .selu: x > 0 ? Self.seluScale * x : Self.seluDrop * expm1(x)
        case .softsign: x.isInfinite ? (x > 0 ? 1 : -1) : x / (1 + x.magnitude)
        case .exp: Foundation.exp(x)
        case .ln: Foundation.log(x)
        case .log10: Foundation.log10(x)
        case .sqrt: x.squareRoot()
        case .abs: x.magnitude
        case .sin: Foundation.sin(x)
        case .cos: Foundation.cos(x)
        case .tan: Foundation.tan(x)
        case .negate: -x
        case .complement: 1 - x
        }
    }

    /// f′(x), given y = f(x). At 0, relu, leaky-relu, elu and selu take the left derivative (0, the slope, α and λα); abs takes 0.
    package func derivative(at x: Double, value y: Double) -> Double {
        switch self {
        case .identity: return 1
        case .sigmoid: return logistic_slope_of(x, y)
        case .tanh: return hyperbolic_tangent_slope_of(x, y)
        case .relu: return x > 0 ? 1 : x.isNaN ? x : 0
        case .leakyReLU(let slope): return x > 0 ? 1 : slope
        case .elu(let alpha): return x > 0 ? 1 : alpha * Foundation.exp(x)
        case .swish(let beta):
            let gate = logistic(beta * x)
            return gate + beta * x * gate * (1 - gate)
        case .gelu: return standardNormal(upTo: x) + x * Foundation.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        case .softplus: return logistic(x)
        case .mish:
            let gate = hyperbolic_tangent_of(logOnePlusExp(x))
            return gate + x * (1 - gate * gate) * logistic(x)
        case .selu: return x > 0 ? Self.seluScale : Self.seluDrop * Foundation.exp(x)
        case .softsign: return 1 / ((1 + x.magnitude) * (1 + x.magnitude))
        case .exp: return y
        case .ln: return 1 / x
        case .log10: return 1 / (x * ln10)
        case .sqrt: return 0.5 / y
        case .abs: return x > 0 ? 1 : x < 0 ? -1 : x.isNaN ? x : 0
        case .sin: return Foundation.cos(x)
        case .cos: return -Foundation.sin(x)
        case .tan: return 1 + y * y
        case .negate, .complement: return -1
        }
    }

    package func derivative(at x: Double) -> Double { derivative(at: x, value: self(x)) }

    /// λ, and λα.
    package static let seluScale = 1.0507009873554804934193349852946
    package static let seluDrop = 1.7580993408473768599402175208123
}

extension Pointwise: DifferentiationRules {
    package var kind: String { row.word }

    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }

    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let x = operands[0].scalars
        switch self {
        case .relu: rectify_each(x.baseAddress, result.baseAddress, x.count)
        case .sigmoid: logistic_of_each(x.baseAddress, 1, result.baseAddress, x.count)
        case .tanh: hyperbolic_tangent_of_each(x.baseAddress, result.baseAddress, x.count)
        case .swish(let beta):
            logistic_of_each(x.baseAddress, beta, result.baseAddress, x.count)
            for i in 0..<result.count { result[i] = x[i] * result[i] }
        case .complement where operands.count > 1:
            for i in 0..<result.count { result[i] = complementOfLogistic(x[i], at: operands[1].scalars[i]) }
        default: for i in 0..<result.count { result[i] = self(x[i]) }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let (x, y, place) = (operands[0].scalars, output.scalars, gradient.scalars.baseAddress)
        switch self {
        case .relu: pull_back_relu(upstream.baseAddress, x.baseAddress, place, gradient.adds, x.count)
        case .sigmoid: pull_back_logistic(upstream.baseAddress, x.baseAddress, y.baseAddress, place, gradient.adds, y.count)
        case .tanh:
            pull_back_hyperbolic_tangent(upstream.baseAddress, x.baseAddress, y.baseAddress, place, gradient.adds, y.count)
        case .swish(let beta):
            withUnsafeTemporaryAllocation(of: Double.self, capacity: x.count) { gates in
                logistic_of_each(x.baseAddress, beta, gates.baseAddress, x.count)
                gradient.put { upstream[$0] * (gates[$0] + beta * x[$0] * gates[$0] * (1 - gates[$0])) }
            }
        default: gradient.put { upstream[$0] * derivative(at: x[$0], value: y[$0]) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        visitOne(visit, 0, index, derivative(at: operands[0][index], value: output[index]))
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> { .only(entry) }

    package func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity] {
        row.kinks.contains { $0.x == operands[0][index] } ? [.kink] : []
    }
}

/// The natural logarithm of 10.
private let ln10 = 2.302585092994046

/// σ(x) = 1/(1 + e⁻ˣ), without intermediate overflow.
package func logistic(_ x: Double) -> Double { logistic_of(x) }

/// Whether a probability is so near 1 that 1 − p has lost digits, and must be computed another way.
package func isSaturated(_ share: Double) -> Bool { share > saturated_logistic }

/// 1 − y, where y = σ(x); σ(−x) where y is so near 1 that 1 − y loses digits. A y that is not σ(x), as in a check that moves y alone, is
/// subtracted.
func complementOfLogistic(_ y: Double, at x: Double) -> Double { isSaturated(y) && y == logistic(x) ? logistic(-x) : 1 - y }

/// ln(1 + eˣ), without intermediate overflow.
func logOnePlusExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }

/// Φ(x), the standard normal distribution function.
private func standardNormal(upTo x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
