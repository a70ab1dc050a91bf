import Autodiff
import Notation
import Telling

extension Primitive {
    /// The precedence: 0 sums, 1 products, 2 powers, 3 whatever needs no parentheses.
    private var tightness: Int {
        if case .pairwise(let operation) = self { return operation.tightness }
        return self == .pointwise(.negate) || self == .pointwise(.complement) ? 1 : 3
    }

    func bindsLooser(than outer: Primitive) -> Bool {
        if outer == .pointwise(.negate) { return tightness == 0 }
        guard case .pairwise(let operation) = outer else { return false }
        return switch operation {
        case .multiply, .subtract: tightness == 0
        case .power, .divide: tightness < 3
        case .add, .max, .min: false
        }
    }

    /// The operation on formulas: a·b; nil for one without such a notation.
    func applied(to parts: [Formula]) -> Formula? {
        if case .pointwise(let function) = self, parts.count == 1 { return function.row.applied(parts[0]) }
        guard case .pairwise(let operation) = self, parts.count == 2 else { return nil }
        return switch operation {
        case .add: parts[0] + parts[1]
        case .subtract: parts[0] - parts[1]
        case .multiply: parts[0] * parts[1]
        case .divide: .row(parts[0].parts + [.sign(.slash)] + parts[1].parts)
        case .power: .sup(parts[0], parts[1])
        case .max, .min: face(parts[0], parts[1])
        }
    }
}

extension Pairwise {
    fileprivate var tightness: Int {
        switch self {
        case .add, .subtract: 0
        case .multiply: 1
        case .power, .divide: 2
        case .max, .min: 3
        }
    }
}
