extension Arithmetic.Line {
    /// The arithmetic with the leaves' symbols: w₅ − η·∂L/∂w₅.
    package var symbolic: Formula {
        var rest = numerals[...]
        return arithmetic.formula(showing: .symbols, taking: &rest, within: .line, leads: true)
    }

    /// The arithmetic with the printed numbers: 0.4 − 0.5 × 0.08217.
    package var numeric: Formula { arithmetic.numeric(printing: numerals) }

    /// The arithmetic with the printed numbers, = or ≈, and the result.
    package var formula: Formula { .row(numeric.parts + [.sign(relation), .role(.result, .number(result))]) }
}

extension Arithmetic {
    /// With symbols for the numbers that have one, and these numerals for the others.
    package func symbolic(printing numerals: [Numeral]) -> Formula {
        var rest = numerals[...]
        return formula(showing: .symbols, taking: &rest, within: .line, leads: true)
    }

    /// With these numerals for all numbers.
    package func numeric(printing numerals: [Numeral]) -> Formula {
        var rest = numerals[...]
        return formula(showing: .numbers, taking: &rest, within: .line, leads: true)
    }

    fileprivate enum Showing { case symbols, numbers }

    /// How tightly the operation around a part binds, from loosest to tightest.
    fileprivate enum Binding: Int, Comparable {
        case line, sum, product, power

        static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
    }

    /// - Parameter leads: whether nothing is to the left, so that a minus needs no parentheses.
    fileprivate func formula(
        showing: Showing, taking numerals: inout ArraySlice<Numeral>, within outer: Binding, leads: Bool
    ) -> Formula {
        func enclosed(_ formula: Formula, if needed: Bool) -> Formula { needed ? .parenthesized(formula) : formula }

        switch self {
        case .leaf(let leaf):
            return Self.formula(of: leaf, numerals.popFirst(), showing: showing, within: outer, leads: leads)
        case .sum(let parts):
            let needs = outer > .line && parts.count > 1
            var row: [Formula] = []
            for part in parts {
                var term = part
                if !row.isEmpty {
                    if case .negation(let inner) = part {
                        term = inner
                        row.append(.sign(.minus))
                    } else {
                        row.append(.sign(.plus))
                    }
                }
                let isFirst = row.isEmpty
                row += term.formula(showing: showing, taking: &numerals, within: .sum, leads: isFirst && (leads || needs)).parts
            }
            return enclosed(.row(row), if: needs)
        case .product(let parts):
            let needs = outer > .product || (outer == .product && !leads)
            var row: [Formula] = []
            for part in parts {
                if !row.isEmpty { row.append(.sign(showing == .numbers ? .times : .dot)) }
                let isFirst = row.isEmpty
                row += part.formula(showing: showing, taking: &numerals, within: .product, leads: isFirst && (leads || needs)).parts
            }
            return enclosed(.row(row), if: needs && parts.count > 1)
        case .quotient(let a, let b):
            let above = a.formula(showing: showing, taking: &numerals, within: .line, leads: true)
            let below = b.formula(showing: showing, taking: &numerals, within: .line, leads: true)
            return enclosed(.fraction(above, below), if: outer == .power)
        case .negation(let a):
            let inner = a.formula(showing: showing, taking: &numerals, within: .product, leads: false)
            return enclosed(-inner, if: !leads || outer == .power)
        case .power(let a, let b):
            let base = a.formula(showing: showing, taking: &numerals, within: .power, leads: false)
            return .sup(base, b.formula(showing: showing, taking: &numerals, within: .line, leads: true))
        case .function(let function, let arguments):
            var shown: [Formula] = []
            for argument in arguments {
                shown.append(argument.formula(showing: showing, taking: &numerals, within: .line, leads: true))
            }
            return function.formula(of: shown)
        }
    }

    private static func formula(
        of leaf: Leaf, _ numeral: Numeral?, showing: Showing, within outer: Binding, leads: Bool
    ) -> Formula {
        let numeral = numeral ?? Numeral(leaf.value)
        var shown = Formula.number(numeral)
        var needs = (numeral.isNegative && (!leads || outer == .power)) || (outer == .power && numeral.exponent != nil)
        if showing == .symbols, let symbol = leaf.symbol {
            shown = symbol
            needs = outer == .power && !symbol.isAtom
        }
        if let key = leaf.key { shown = .place(key, shown) }
        if leaf.role != .plain { shown = .role(leaf.role, shown) }
        return needs ? .parenthesized(shown) : shown
    }
}

extension Arithmetic.Function {
    /// The usual notation: eˣ, √x, |x|, σ(x), otherwise the name and the arguments.
    package func formula(of arguments: [Formula]) -> Formula {
        let argument = arguments.first ?? .row([])
        switch self {
        case .exp: return .sup("e", argument)
        case .sqrt: return .root(argument)
        case .abs: return .fenced(.bars, argument)
        case .sigmoid: return .row(["σ", .parenthesized(argument)])
        case .relu: return .row(["ReLU", .parenthesized(argument)])
        case .gelu: return .row(["GELU", .parenthesized(argument)])
        case .log10: return .row([.sub(.symbol("log", .upright), "10"), .parenthesized(argument)])
        case .ln, .sin, .cos, .tan, .tanh, .softplus, .swish, .max, .min:
            return .row([.symbol(rawValue, .upright), .parenthesized(.joined(arguments, by: .comma))])
        }
    }
}

extension Formula {
    /// Whether a power may stand at it without parentheses: w₁, but neither ∂L/∂w₁ nor what bears something above already.
    fileprivate var isAtom: Bool {
        switch self {
        case .symbol, .number, .fenced, .accented: true
        case .scripts(let base, _, let sup): sup == nil && base.isAtom
        case .role(_, let inside), .place(_, let inside): inside.isAtom
        case .row(let parts): parts.count == 1 && parts[0].isAtom
        case .words, .sign, .fraction, .primed, .root, .large, .matrix, .transposed: false
        }
    }
}
