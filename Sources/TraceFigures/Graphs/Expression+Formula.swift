import Autodiff
import Notation

extension ExpressionProgram {
    /// The lines as formulas: q = x + y.
    var formulas: [Formula] {
        lines.map { line in .row([.variable(line.name), .sign(.equals)] + line.expression.formula.parts) }
    }
}

extension Expression {
    /// In mathematical notation, with only the necessary parentheses.
    var formula: Formula { formula(within: 0) }

    /// The precedence: 0 sums, 1 products, 2 signs, 3 powers, 4 atoms.
    private var tightness: Int {
        switch self {
        case .number(let value): value < 0 ? 2 : 4
        case .name, .unary: if case .unary(.negate, _) = self { 2 } else { 4 }
        case .binary(.add, _, _), .binary(.subtract, _, _): 0
        case .binary(.multiply, _, _), .binary(.divide, _, _): 1
        case .binary(.power, _, _): 3
        case .binary(.max, _, _), .binary(.min, _, _): 4
        }
    }

    private func formula(within least: Int) -> Formula {
        let bare = bareFormula
        return tightness < least ? .parenthesized(bare) : bare
    }

    private var bareFormula: Formula {
        switch self {
        case .number(let value): return .number(value, digits: Numeral.mostDigits)
        case .name(let name): return .variable(name)
        case .unary(let function, let inside):
            return function == .negate ? -inside.formula(within: 2) : function.row.applied(inside.formula)
        case .binary(let function, let a, let b):
            switch function {
            case .add: return a.formula(within: 0) + b.formula(within: b.startsWithSign ? 4 : 0)
            case .subtract: return a.formula(within: 0) - b.formula(within: b.startsWithSign ? 4 : 1)
            case .multiply: return a.formula(within: 1) * b.formula(within: b.startsWithSign ? 4 : 1)
            // A slash, since nested fraction bars would make the line tall.
            case .divide: return .row(a.formula(within: 1).parts + [.sign(.slash)] + b.formula(within: 3).parts)
            case .power: return .sup(a.formula(within: 4), b.formula)
            case .max, .min:
                return .row([
                    .symbol(function.rawValue, .upright),
                    .parenthesized(.joined([a.formula, b.formula], by: .comma)),
                ])
            }
        }
    }

    private var startsWithSign: Bool { tightness == 2 }
}
