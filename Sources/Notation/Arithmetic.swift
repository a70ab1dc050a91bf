/// An expression that a page shows with numbers.
///
/// Its result isn't computed here but passed to `line(_:)`, because the page shows what the engine computed. `line(_:)` finds the digits
/// with which a reader gets the printed result from the printed numbers.
package indirect enum Arithmetic: Hashable, Sendable {
    case leaf(Leaf)
    case sum([Arithmetic])
    case product([Arithmetic])
    case quotient(Arithmetic, Arithmetic)
    case negation(Arithmetic)
    case power(Arithmetic, Arithmetic)
    case function(Function, [Arithmetic])

    /// A number on the page, with its symbol.
    package struct Leaf: Hashable, Sendable {
        package var value: Double
        /// The number's symbol, such as w₅; nil for a number that is only ever shown as itself.
        package var symbol: Formula?
        package var role: Formula.Role
        /// Identifies the number where a page prints it again; nil if it is printed only here.
        package var key: NumberKey?
        package var leastDigits: Int

        package init(
            _ value: Double, _ symbol: Formula? = nil, role: Formula.Role = .plain, key: NumberKey? = nil,
            leastDigits: Int = Numeral.usualDigits
        ) {
            self.value = value
            self.symbol = symbol
            self.role = role
            self.key = key
            self.leastDigits = leastDigits
        }
    }

    /// A function, by its name in lessons; `max` and `min` take any number of arguments.
    package enum Function: String, Hashable, Sendable, CaseIterable {
        case exp, ln, log10, sqrt, sin, cos, tan, tanh, sigmoid, relu, softplus, gelu, swish, abs, max, min
    }
}

extension Arithmetic {
    package static func number(_ value: Double, _ symbol: Formula? = nil, role: Formula.Role = .plain) -> Arithmetic {
        .leaf(Leaf(value, symbol, role: role))
    }

    package static func + (a: Arithmetic, b: Arithmetic) -> Arithmetic { .sum([a, b]) }
    package static func - (a: Arithmetic, b: Arithmetic) -> Arithmetic { .sum([a, .negation(b)]) }
    package static func * (a: Arithmetic, b: Arithmetic) -> Arithmetic { .product([a, b]) }
    package static func / (a: Arithmetic, b: Arithmetic) -> Arithmetic { .quotient(a, b) }

    /// Σ wᵢxᵢ + b.
    package static func weightedSum(_ terms: [(Leaf, Leaf)], bias: Leaf? = nil) -> Arithmetic {
        .sum(terms.map { .product([.leaf($0.0), .leaf($0.1)]) } + (bias.map { [.leaf($0)] } ?? []))
    }

    /// From left to right, as printed.
    package var leaves: [Leaf] {
        switch self {
        case .leaf(let leaf): [leaf]
        case .sum(let parts), .product(let parts), .function(_, let parts): parts.flatMap(\.leaves)
        case .quotient(let a, let b), .power(let a, let b): a.leaves + b.leaves
        case .negation(let a): a.leaves
        }
    }

    /// An expression with the numbers to print, and whether they give the result to all its printed digits.
    package struct Line: Hashable, Sendable {
        package let arithmetic: Arithmetic
        /// The printed leaves, from left to right.
        package let numerals: [Numeral]
        /// The significant digits allowed for each leaf; short values may show fewer.
        package let digits: [Int]
        package let result: Numeral
        package let resultDigits: Int
        /// `equals`, or `approximately` if eight digits are not enough.
        package let relation: Formula.Sign
    }
}
