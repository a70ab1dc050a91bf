import Notation

extension Pointwise {
    package var row: FunctionRow {
        switch self {
        case .identity: Rows.identity
        case .sigmoid: Rows.sigmoid
        case .tanh: Rows.tanh
        case .relu: Rows.relu
        case .leakyReLU(let slope): Rows.leakyReLU(slope)
        case .elu(let alpha): Rows.elu(alpha)
        case .swish(let beta): Rows.swish(beta)
        case .gelu: Rows.gelu
        case .softplus: Rows.softplus
        case .mish: Rows.mish
        case .selu: Rows.selu
        case .softsign: Rows.softsign
        case .exp: Rows.exp
        case .ln: Rows.ln
        case .log10: Rows.log10
        case .sqrt: Rows.sqrt
        case .abs: Rows.abs
        case .sin: Rows.sin
        case .cos: Rows.cos
        case .tan: Rows.tan
        case .negate: Rows.negate
        case .complement: Rows.complement
        }
    }
}

extension Pointwise {
    /// Every function that a lesson has a word for, with the default of its parameter, in the order of the language's reference.
    package static let named: [Pointwise] = [
        .identity, .sigmoid, .tanh, .relu, .softplus, .gelu, .mish, .selu, .softsign, .leakyReLU(slope: 0.01), .elu(alpha: 1),
        .swish(beta: 1), .exp, .ln, .log10, .sqrt, .abs, .sin, .cos, .tan,
    ]

    /// The functions that may follow a layer.
    package static let activations = named.filter(\.isActivation)

    /// The functions that an expression may use.
    package static let inExpressions = named.filter {
        ![.identity, .selu, .softsign].contains($0) && $0.row.parameter.map { $0.name == "beta" } ?? true
    }

    package var isActivation: Bool {
        if case .activation = row.use { true } else { false }
    }

    /// Whether the default initializer before this activation is He's rather than Xavier's.
    package var prefersHe: Bool { row.use == .activation(he: true) }
}

private enum Rows {
    static let identity = {
        var row = FunctionRow(
            activation: "identity", "x", name: .symbol("identity", .upright), short: "id", face: .words("id"), manner: .passesOn
        ) { .leaf($0) }
        row.derivative = { _ in "1" }
        return row
    }()
    static let sigmoid = {
        var row = FunctionRow(activation: "sigmoid", "1/(1 + e⁻ˣ)", name: "σ", manner: .squashes(into: "(0, 1)")) {
            .function(.sigmoid, [.leaf($0)])
        }
        row.slopeByValue = FunctionRow.SlopeByValue(
            formula: .row([row.name, .parenthesized("1" - row.name)]), written: { $0 * (.number(1) - $0) }, computed: { $0 * (1 - $0) })
        return row
    }()
    static let tanh = {
        var row = FunctionRow(activation: "tanh", "tanh x", name: .symbol("tanh", .upright), manner: .squashes(into: "(−1, 1)")) {
            .function(.tanh, [.leaf($0)])
        }
        row.slopeByValue = FunctionRow.SlopeByValue(
            formula: "1" - .sup(row.name, "2"), written: { .number(1) - .power($0, .number(2)) }, computed: { 1 - $0 * $0 })
        return row
    }()
    static let relu = FunctionRow(
        activation: "relu", "max(x, 0)", name: "ReLU", he: true, kinks: [.init(x: 0, derivative: 0)], manner: .rectifies
    ) { .function(.relu, [.leaf($0)]) }

    static func leakyReLU(_ slope: Double) -> FunctionRow {
        FunctionRow(
            activation: "leaky-relu", "x, or slope·x below 0", name: .symbol("LeakyReLU", .upright), short: "LReLU",
            face: .words("leaky ReLU"), he: true,
            parameter: .init(name: "slope", standard: 0.01, about: "below 0") { .leakyReLU(slope: $0) },
            kinks: slope == 1 ? [] : [.init(x: 0, derivative: slope)]
        ) { $0.value > 0 ? .leaf($0) : .number(slope) * .leaf($0) }
    }

    static func elu(_ alpha: Double) -> FunctionRow {
        FunctionRow(
            activation: "elu", "x, or α(eˣ − 1) below 0", name: "ELU", he: true,
            parameter: .init(name: "alpha", standard: 1, about: "α") { .elu(alpha: $0) },
            kinks: alpha == 1 ? [] : [.init(x: 0, derivative: alpha)]
        ) { x in
            if x.value > 0 { return .leaf(x) }
            let drop = Arithmetic.function(.exp, [.leaf(x)]) - .number(1)
            return alpha == 1 ? drop : .number(alpha) * drop
        }
    }

    static func swish(_ beta: Double) -> FunctionRow {
        FunctionRow(
            activation: "swish", "x·σ(βx)", name: .symbol("swish", .upright), face: "swish", he: true,
            parameter: .init(name: "beta", standard: 1, about: "β") { .swish(beta: $0) }
        ) { .leaf($0) * .function(.sigmoid, [beta == 1 ? .leaf($0) : .number(beta) * .leaf($0)]) }
    }

    static let gelu = FunctionRow(activation: "gelu", "x·Φ(x), by erf", name: "GELU", he: true) { .function(.gelu, [.leaf($0)]) }
    static let softplus = FunctionRow(activation: "softplus", "ln(1 + eˣ)", name: .symbol("softplus", .upright), face: "softplus") {
        .function(.softplus, [.leaf($0)])
    }
    static let mish = FunctionRow(activation: "mish", "x·tanh(softplus x)", name: .symbol("mish", .upright), face: "mish") {
        .leaf($0) * .function(.tanh, [.function(.softplus, [.leaf($0)])])
    }
    /// Xavier's variance suits the weights before it: SELU preserves the variance by itself.
    static let selu = FunctionRow(
        activation: "selu", "λx, or λα(eˣ − 1) below 0; λ = 1.0507…, α = 1.6733…", name: "SELU",
        kinks: [.init(x: 0, derivative: Pointwise.seluDrop)]
    ) { x in
        if x.value > 0 { return .number(Pointwise.seluScale) * .leaf(x) }
        return .number(Pointwise.seluDrop) * (.function(.exp, [.leaf(x)]) - .number(1))
    }
    static let softsign = FunctionRow(
        activation: "softsign", "x/(1 + |x|)", name: .symbol("softsign", .upright), face: "softsign", manner: .squashes(into: "(−1, 1)")
    ) { x in .leaf(x) / (x.value < 0 ? .number(1) - .leaf(x) : .number(1) + .leaf(x)) }
    static let exp = FunctionRow(
        .expression, "exp", "eˣ", applied: { .sup("e", $0) }, derivative: { .sup("e", $0) },
        written: { .function(.exp, [.leaf($0)]) })
    static let ln = FunctionRow(.expression, "ln", "ln x", derivative: { .fraction("1", $0) }, written: { .function(.ln, [.leaf($0)]) })
    static let log10 = {
        let name = Formula.sub(.symbol("log", .upright), "10")
        var row = FunctionRow(
            .expression, "log10", "log₁₀ x", face: name, applied: { name($0) },
            derivative: { .fraction("1", .row($0.parts + [.sign(.dot), .name("ln"), .parenthesized("10")])) },
            written: { .function(.log10, [.leaf($0)]) })
        row.name = name
        return row
    }()
    static let abs = {
        var row = FunctionRow(
            .expression, "abs", "|x|", face: .fenced(.bars, .symbol("·", .upright)), applied: { .fenced(.bars, $0) },
            derivative: { .name("sign")($0) }, written: { .function(.abs, [.leaf($0)]) })
        row.kinks = [.init(x: 0, derivative: 0)]
        return row
    }()
    static let sqrt = FunctionRow(
        .expression, "sqrt", "√x", face: .root(.symbol("·", .upright)), applied: { .root($0) },
        derivative: { .fraction("1", .row([.name("2"), .root($0)])) },
        written: { .function(.sqrt, [.leaf($0)]) })
    static let sin = FunctionRow(.expression, "sin", "sin x", derivative: { .name("cos")($0) }, written: { .function(.sin, [.leaf($0)]) })
    static let cos = FunctionRow(.expression, "cos", "cos x", derivative: { -.name("sin")($0) }, written: { .function(.cos, [.leaf($0)]) })
    static let tan = FunctionRow(
        .expression, "tan", "tan x", derivative: { .fraction("1", .row([.sup(.name("cos"), "2"), .parenthesized($0)])) },
        written: { .function(.tan, [.leaf($0)]) })
    static let negate = FunctionRow(
        .inner, "negate", "−x", face: .sign(.minus), applied: { -$0 }, derivative: { _ in -.name("1") },
        written: { .negation(.leaf($0)) })
    static let complement = FunctionRow(
        .inner, "complement", "1 − x", face: .row([.symbol("1", .upright), .sign(.minus), .symbol("·", .upright)]),
        applied: { .name("1") - $0 }, derivative: { _ in -.name("1") },
        written: { .number(1) - .leaf($0) })
}
