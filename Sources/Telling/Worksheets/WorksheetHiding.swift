import Autodiff
package import Notation
package import Traces

/// What a worksheet asks for.
package struct WorksheetHiding: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Every gradient.
        case gradients
        /// What the forward pass computes, and the loss.
        case values
        /// Where a gradient is a sum, each of the products.
        case products
        /// Derivatives of activations.
        case locals
        /// The parameters after the update.
        case results
    }

    package var kinds: Set<Kind>
    /// Numbers that are asked for by themselves.
    package var numbers: Set<NumberKey>

    package init(kinds: Set<Kind> = [.gradients], numbers: Set<NumberKey> = []) {
        self.kinds = kinds
        self.numbers = numbers
    }
}

/// How much a worksheet helps.
package enum WorksheetLevel: String, CaseIterable, Hashable, Sendable {
    /// The products are given in symbols, and derivatives of activations as numbers.
    case easy
    /// Only values are given.
    case hard
}

extension NumberKey {
    /// The number's address on a worksheet: `gradient hidden.weight[0,0]`.
    package func worksheetAddress(in trace: Trace) -> String {
        func at(_ scalar: Scalar) -> String { trace.address(of: ScalarID(scalar)) }
        return switch self {
        case .value(let scalar): "value \(at(scalar))"
        case .gradient(let scalar): "gradient \(at(scalar))"
        case .clipped(let scalar): "clipped \(at(scalar))"
        case .updated(let scalar): "updated \(at(scalar))"
        // The name that earlier worksheets have for it.
        case .remembered(let scalar, let memory, let isAfter): "memory \(2 * memory.rawValue + (isAfter ? 1 : 0)) \(at(scalar))"
        case .norm: "norm"
        case .local(let use): "local \(at(use.to)) by \(at(use.from))\(use.operand == 0 ? "" : " operand \(use.operand)")"
        case .contribution(let use): "product \(at(use.to)) by \(at(use.from))\(use.operand == 0 ? "" : " operand \(use.operand)")"
        case .probability(let scalar): "probability \(at(scalar))"
        case .rest(let scalar): "rest \(at(scalar))"
        case .branch(let scalar, let number): "branch \(number) \(at(scalar))"
        case .atStep(let step, let key): "step \(step) \(key.worksheetAddress(in: trace))"
        }
    }
}
