import Autodiff
import Notation
import Telling

extension Primitive {
    /// 0 for sums, 1 for products, 2 for powers, 3 for what needs no parentheses.
    private var tightness: Int {
        switch self {
        case .pairwise(.add), .pairwise(.subtract): 0
        case .pairwise(.multiply), .pointwise(.negate), .pointwise(.complement): 1
        case .pairwise(.power), .pairwise(.divide): 2
        default: 3
        }
    }

    func bindsLooser(than outer: Primitive) -> Bool {
        switch outer {
        case .pairwise(.multiply), .pairwise(.subtract), .pointwise(.negate): tightness == 0
        case .pairwise(.power), .pairwise(.divide): tightness < 3
        default: false
        }
    }

    /// The operation on formulas: a·b.
    func applied(to parts: [Formula]) -> Formula? {
        switch (self, parts.count) {
        case (.pairwise(.add), 2): parts[0] + parts[1]
        case (.pairwise(.subtract), 2): parts[0] - parts[1]
        case (.pairwise(.multiply), 2): parts[0] * parts[1]
        case (.pairwise(.divide), 2): .row(parts[0].parts + [.sign(.slash)] + parts[1].parts)
        case (.pairwise(.power), 2): .sup(parts[0], parts[1])
        case (.pairwise(.max), 2), (.pairwise(.min), 2): face(parts[0], parts[1])
        case (.pointwise(let function), 1): function.row.applied(parts[0])
        default: nil
        }
    }
}
