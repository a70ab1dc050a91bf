/// A formula as a value, which can be written as plain text, LaTeX or MathML, or typeset.
///
///     let rule: Formula = .equation(
///         .partial("L", over: .sub("w", "5")),
///         .role(.gradient, .partial("L", over: .sub("o", "1"))) * .role(.local, .prime("σ") (.sub("z", "3"))))
///
/// A string literal is a symbol: one letter is italic, several letters or digits are upright.
/// Parentheses are never added automatically; write `.parenthesized(…)`.
package indirect enum Formula: Hashable, Sendable {
    /// A variable (italic) or the name of a function or constant (upright).
    case symbol(String, Style)
    case number(Numeral)
    /// Ordinary words between the mathematics.
    case words(String)
    case row([Formula])
    case sign(Sign)
    case fraction(Formula, Formula)
    case scripts(Formula, sub: Formula?, sup: Formula?)
    case primed(Formula, count: Int)
    case accented(Formula, Accent)
    case root(Formula)
    case fenced(Fence, Formula)
    /// A large Σ or Π with its lower and upper limits; the summand follows in the row.
    case large(LargeSign, below: Formula?, above: Formula?)
    /// Rows of entries in brackets. A column vector has one entry per row. Rows may differ in length.
    case matrix([[Formula]])
    case transposed(Formula)
    /// A formula with a role, which decides its colour.
    case role(Role, Formula)
    /// A number that a picture shows too: the page and the picture outline it in the same way.
    case place(NumberKey, Formula)
}

extension Formula {
    package enum Style: Hashable, Sendable { case italic, upright, bold }

    /// The role of a part in a step of backpropagation: forward value, upstream gradient, local derivative, result.
    package enum Role: Hashable, Sendable, CaseIterable {
        case value, gradient, local
        /// A second local derivative in the same formula.
        case place
        case result, quiet, plain
    }

    package enum Accent: String, Hashable, Sendable, CaseIterable {
        case hat, bar, tilde
    }

    package enum Fence: Hashable, Sendable, CaseIterable {
        case parentheses, brackets, bars, norm
    }

    package enum LargeSign: String, Hashable, Sendable, CaseIterable {
        case sum = "∑"
        case product = "∏"
    }

    /// A relation, operator or punctuation mark; the raw value is the character that is printed.
    package enum Sign: String, Hashable, Sendable, CaseIterable {
        case equals = "="
        case approximately = "≈"
        case greater = ">"
        case element = "∈"
        case assigned = "←"
        case maps = "→"
        case plus = "+"
        case minus = "−"
        case plusMinus = "±"
        case dot = "·"
        case times = "×"
        case hadamard = "⊙"
        case compose = "∘"
        case slash = "/"
        case comma = ","
        case ellipsis = "…"

        package enum Spacing: Hashable, Sendable { case relation, binary, punctuation, tight }

        package var spacing: Spacing {
            switch self {
            case .equals, .approximately, .greater, .element, .assigned, .maps: .relation
            case .plus, .minus, .plusMinus, .dot, .times, .hadamard, .compose: .binary
            case .comma: .punctuation
            case .slash, .ellipsis: .tight
            }
        }
    }
}
