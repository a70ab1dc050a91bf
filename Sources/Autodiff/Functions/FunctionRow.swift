package import Notation

/// All that lessons, figures and reports say about a function of one variable: one row of the table of functions.
package struct FunctionRow: Sendable {
    /// Where the function is used.
    package enum Use: Hashable, Sendable {
        /// Between layers and in expressions; `he` says that the default initializer of the weights before it is He's rather than Xavier's.
        case activation(he: Bool)
        /// In expressions only.
        case expression
        /// In layers and operators only: lessons have no word for it.
        case inner
    }

    /// A number that a lesson may set, such as the slope of leaky-relu.
    package struct Parameter: Sendable {
        package let name: String
        package let standard: Double
        package let about: String
        /// The function with this parameter.
        package let make: @Sendable (Double) -> Pointwise
    }

    /// A jump of the derivative, and the derivative used there.
    package struct Kink: Hashable, Sendable {
        package let x: Double
        package let derivative: Double
    }

    /// A derivative in terms of the function's own value: σ(1 − σ), 1 − tanh².
    package struct SlopeByValue: Sendable {
        package let formula: Formula
        package let written: @Sendable (Arithmetic) -> Arithmetic
        package let computed: @Sendable (Double) -> Double
    }

    /// How a sentence describes what the function does.
    package enum Manner: Hashable, Sendable {
        /// Maps into an interval: "(0, 1)".
        case squashes(into: String)
        /// Passes positive values on and gives 0 for the rest.
        case rectifies
        case bends
        case passesOn
        case computes
    }

    /// Its name in lessons and in a trace's JSON: "leaky-relu".
    package var word: String
    /// Its definition in one line of plain text.
    package var about: String
    package var use: Use
    package var parameter: Parameter?
    /// Its name in a formula: σ, tanh, LeakyReLU.
    package var name: Formula
    /// A short name for narrow places: "LReLU".
    package var short: String
    /// The label inside its node of a graph.
    package var face: Formula
    package var kinks: [Kink] = []
    package var manner: Manner
    /// Its value as written arithmetic, from functions that a calculator has.
    package var written: @Sendable (Arithmetic.Leaf) -> Arithmetic
    /// The function applied to a formula, in the usual notation.
    package var applied: @Sendable (Formula) -> Formula
    /// Its derivative at a formula: σ′(z), eˣ, 1/x.
    package var derivative: @Sendable (Formula) -> Formula
    /// Its derivative in terms of its own value, where texts write it so.
    package var slopeByValue: SlopeByValue?

    /// Its name in a sentence: sigmoid, tanh, ReLU.
    package var title: String {
        let letters = name.plainText
        return letters.count > 1 ? letters : word
    }

    /// An activation: its derivative is written with a prime.
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

    /// A function whose derivative has a formula of its own.
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
