package import Notation

/// All that lessons, figures and reports say of a function of one number: one row of a table, read wherever the function is named, drawn or explained.
package struct FunctionRow: Sendable {
    /// What it is used for.
    package enum Use: Hashable, Sendable {
        /// Between layers, and in expressions; `he`: the default initializer of the weights before it is He's rather than Xavier's.
        case activation(he: Bool)
        /// In expressions alone.
        case expression
        /// By layers and operators alone: a lesson has no word for it.
        case inner
    }

    /// A number that a lesson may set: the slope of leaky-relu.
    package struct Parameter: Sendable {
        package let name: String
        package let standard: Double
        package let about: String
        /// The function with this parameter.
        package let make: @Sendable (Double) -> Pointwise
    }

    /// A jump of the derivative, and the side that is taken there.
    package struct Kink: Hashable, Sendable {
        package let x: Double
        package let derivative: Double
    }

    /// How a step's sentence tells what it does.
    package enum Manner: Hashable, Sendable {
        /// Into an interval: "(0, 1)".
        case squashes(into: String)
        /// Passes on what is positive, gives 0 for the rest.
        case rectifies
        case bends
        case passesOn
        case computes
    }

    /// In lessons and in a trace's JSON: "leaky-relu".
    package var word: String
    /// Its rule in one line of plain text.
    package var about: String
    package var use: Use
    package var parameter: Parameter?
    /// Its name in a formula: σ, tanh, LeakyReLU.
    package var name: Formula
    /// Where there is little room: "LReLU".
    package var short: String
    /// What stands inside its node of a graph.
    package var face: Formula
    package var kinks: [Kink] = []
    package var manner: Manner
    /// Its value as a page writes it, from functions that a calculator has.
    package var written: @Sendable (Arithmetic.Leaf) -> Arithmetic
    /// Applied to a formula, in the usual notation.
    package var applied: @Sendable (Formula) -> Formula
    /// Its derivative at a formula: σ′(z), eˣ, 1/x.
    package var derivative: @Sendable (Formula) -> Formula

    /// An activation: its derivative is told by its primed name.
    init(
        activation word: String, _ about: String, name: Formula, short: String? = nil, face: Formula? = nil, he: Bool = false,
        parameter: Parameter? = nil, kinks: [Kink] = [], manner: Manner = .bends,
        written: @escaping @Sendable (Arithmetic.Leaf) -> Arithmetic
    ) {
        (self.word, self.about, self.name) = (word, about, name)
        use = .activation(he: he)
        self.short = short ?? name.plainText
        self.face = face ?? name
        (self.parameter, self.kinks, self.manner, self.written) = (parameter, kinks, manner, written)
        applied = { name($0) }
        derivative = { Formula.prime(name)($0) }
    }

    /// A function whose derivative is a formula of its own.
    init(
        _ use: Use, _ word: String, _ about: String, face: Formula? = nil, manner: Manner = .computes,
        applied: (@Sendable (Formula) -> Formula)? = nil, derivative: @escaping @Sendable (Formula) -> Formula,
        written: @escaping @Sendable (Arithmetic.Leaf) -> Arithmetic
    ) {
        let name = Formula.symbol(word, .upright)
        (self.use, self.word, self.about, self.name, short) = (use, word, about, name, word)
        self.face = face ?? name
        (self.manner, self.written) = (manner, written)
        self.applied = applied ?? { name($0) }
        self.derivative = derivative
    }
}
