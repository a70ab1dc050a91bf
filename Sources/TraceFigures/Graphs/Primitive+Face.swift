import Autodiff
import Notation

extension Primitive {
    /// What stands inside an operation's node.
    var face: Formula {
        switch self {
        case .pointwise(let function): function.row.face
        case .pairwise(let function):
            switch function {
            case .add: .sign(.plus)
            case .subtract: .sign(.minus)
            case .multiply: .sign(.times)
            case .divide: .symbol("÷", .upright)
            case .power: .sup(.symbol("·", .upright), .symbol("·", .upright))
            case .max, .min: .symbol(function.rawValue, .upright)
            }
        case .dense: .symbol("Σ", .upright)
        case .convolution: .words("conv")
        case .copying: .words("copy")
        case .mean: .words("mean")
        case .variance: .words("var")
        case .normalize: .words("normalize")
        case .scaleAndShift: .row(["γ", .sign(.dot), .hat("x"), .sign(.plus), "β"])
        case .softmax: "softmax"
        case .loss(let loss):
            switch loss {
            case .halfSquaredError:
                .row([.words("½"), .symbol("Σ", .upright), .sup(.parenthesized(.row(["y", .sign(.minus), "t"])), "2")])
            case .meanSquaredError: .words("mean squared error")
            case .crossEntropy: .words("cross-entropy")
            case .binaryCrossEntropy: .words("binary cross-entropy")
            }
        case .penalty: .row(["λ", .sign(.slash), "2", .symbol("Σ", .upright), .sup("w", "2")])
        case .singularValue: .words("largest singular value")
        case .divideByScalar: .symbol("÷", .upright)
        }
    }

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
