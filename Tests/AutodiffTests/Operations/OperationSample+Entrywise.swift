import Autodiff
import Foundation

extension OperationSample {
    static func pointwise(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let parameter = numbers.number(in: 0.2...1.7)
        let function: Pointwise
        let definition: (Double) -> Double
        var range = -3.0...3.0
        switch operation {
        case .identity: (function, definition) = (.identity, { $0 })
        case .sigmoid: (function, definition) = (.sigmoid, { 1 / (1 + Foundation.exp(-$0)) })
        case .tanh:
            (function, definition) = (
                .tanh, { (Foundation.exp($0) - Foundation.exp(-$0)) / (Foundation.exp($0) + Foundation.exp(-$0)) }
            )
        case .relu: (function, definition) = (.relu, { $0 > 0 ? $0 : 0 })
        case .leakyReLU: (function, definition) = (.leakyReLU(slope: parameter), { $0 > 0 ? $0 : parameter * $0 })
        case .elu:
            (function, definition) = (.elu(alpha: parameter), { $0 > 0 ? $0 : parameter * (Foundation.exp($0) - 1) })
        case .swish: (function, definition) = (.swish(beta: parameter), { $0 / (1 + Foundation.exp(-parameter * $0)) })
        case .gelu: (function, definition) = (.gelu, { $0 * 0.5 * (1 + Foundation.erf($0 / 2.0.squareRoot())) })
        case .softplus: (function, definition) = (.softplus, { Foundation.log(1 + Foundation.exp($0)) })
        case .mish:
            (function, definition) = (
                .mish,
                { x in
                    // tanh(ln u) = (u² − 1)/(u² + 1).
                    let square = Foundation.pow(1 + Foundation.exp(x), 2)
                    return x * (square - 1) / (square + 1)
                }
            )
        case .selu:
            let (scale, alpha) = (1.0507009873554805, 1.6732632423543772)
            (function, definition) = (.selu, { $0 > 0 ? scale * $0 : scale * alpha * (Foundation.exp($0) - 1) })
        case .softsign: (function, definition) = (.softsign, { $0 > 0 ? 1 - 1 / (1 + $0) : 1 / (1 - $0) - 1 })
        case .exp: (function, definition) = (.exp, { Foundation.pow(M_E, $0) })
        case .ln: (function, definition) = (.ln, { Foundation.log2($0) * M_LN2 })
        case .log10: (function, definition) = (.log10, { Foundation.log2($0) / Foundation.log2(10) })
        case .abs: (function, definition) = (.abs, { ($0 * $0).squareRoot() })
        case .sqrt: (function, definition) = (.sqrt, { Foundation.pow($0, 0.5) })
        case .sin: (function, definition) = (.sin, { Foundation.cos($0 - Double.pi / 2) })
        case .cos: (function, definition) = (.cos, { Foundation.sin($0 + Double.pi / 2) })
        case .tan: (function, definition) = (.tan, { Foundation.sin($0) / Foundation.cos($0) })
        case .negate: (function, definition) = (.negate, { 0 - $0 })
        case .complement: (function, definition) = (.complement, { 1 - $0 })
        default: preconditionFailure("\(operation) has no function of one number")
        }
        if [.ln, .log10, .sqrt].contains(operation) { range = 0.2...3 }
        if operation == .tan { range = -1.2...1.2 }
        let x = numbers.tensor(numbers.shape(), in: range, gap: 0.05)
        return OperationSample(.pointwise(function), [x]) { $0[0].scalars.map(definition) }
    }

    static func pairwise(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let function: Pairwise
        let definition: (Double, Double) -> Double
        switch operation {
        case .add: (function, definition) = (.add, { $0 + $1 })
        case .subtract: (function, definition) = (.subtract, { $0 - $1 })
        case .multiply: (function, definition) = (.multiply, { $0 * $1 })
        case .divide: (function, definition) = (.divide, { $0 * (1 / $1) })
        case .power: (function, definition) = (.power, { Foundation.exp($1 * Foundation.log($0)) })
        case .max: (function, definition) = (.max, { ($0 + $1 + Swift.abs($0 - $1)) / 2 })
        case .min: (function, definition) = (.min, { ($0 + $1 - Swift.abs($0 - $1)) / 2 })
        default: preconditionFailure("\(operation) has no function of two numbers")
        }
        let shape = numbers.shape()
        let first = numbers.tensor(shape, in: operation == .power ? 0.3...2 : -2...2)
        var second = numbers.tensor(shape, in: -2...2, gap: 0.3)
        if operation == .max || operation == .min {
            let apart = numbers.tensor(shape, in: -2...2, gap: 0.05)
            second = Tensor(shape: shape, scalars: zip(first.scalars, apart.scalars).map { $0 + $1 })
        }
        return OperationSample(.pairwise(function), [first, second]) { zip($0[0].scalars, $0[1].scalars).map(definition) }
    }
}
