/// A map of the language: which keys it has and what each may hold.
///
/// These tables are the one place where a key is named, typed, given its default and told in a sentence. The reader looks values up
/// through them, messages list and correct by them, and the JSON Schema is written from them.
package struct Form: Sendable {
    /// What messages call it: "dense".
    package var name: String
    /// One line.
    package var about: String
    package var keys: [Key]
    /// Keys that the language has, but that mean nothing here.
    package var meaningless: [String]
    /// Whether exactly one of the keys must be there.
    package var takesOne: Bool

    package init(_ name: String, about: String, keys: [Key], meaningless: [String] = [], takesOne: Bool = false) {
        self.name = name
        self.about = about
        self.keys = keys
        self.meaningless = meaningless
        self.takesOne = takesOne
    }

    package struct Key: Sendable {
        package enum Presence: Hashable, Sendable {
            case required
            case optional
            /// As it would be written.
            case standard(String)
        }

        package var name: String
        package var type: ValueType
        package var presence: Presence
        /// One line.
        package var about: String

        package init(_ name: String, _ type: ValueType, _ presence: Presence, _ about: String) {
            self.name = name
            self.type = type
            self.presence = presence
            self.about = about
        }

        package init(_ name: String, _ type: ValueType, _ about: String) {
            self.init(name, type, .optional, about)
        }

        /// The same key where it may not be missing.
        package var required: Key { Key(name, type, .required, about) }
    }

    package func key(_ name: String) -> Key? { keys.first { $0.name == name } }
}

/// What a value of the language may be.
package indirect enum ValueType: Sendable {
    case text
    case truth
    case whole(ClosedRange<Int>)
    /// A whole number of 64 bits, from 0.
    case seed
    case number(NumberRange)
    /// One of these words.
    case word([String])
    /// Nested lists of numbers of one shape.
    case tensor
    case list(of: ValueType)
    /// A map with free keys.
    case table(of: ValueType)
    case form(Form)
    /// One of several, told apart by what is written.
    case either([ValueType])
    /// A word or a map of one key: a layer, an activation, a normalization, an initializer.
    case choice(Choice)
    /// The layers of a network or of a residual: choices of `LayerForms.layer`, which may hold layers themselves.
    case layers
    /// A map whose keys depend on the value of the key `kind`.
    case kinds([Form])

    package enum NumberRange: Hashable, Sendable {
        case any, positive, zeroOrMore
        /// From 0 to 1, without 1.
        case fraction

        package func contains(_ value: Double) -> Bool {
            switch self {
            case .any: true
            case .positive: value > 0
            case .zeroOrMore: value >= 0
            case .fraction: value >= 0 && value < 1
            }
        }

        package var described: String {
            switch self {
            case .any: "a number"
            case .positive: "a number above 0"
            case .zeroOrMore: "a number of at least 0"
            case .fraction: "a number from 0 to below 1"
            }
        }
    }

    /// What messages say is expected where a number is past what 64 bits hold: its bounds, whatever they are.
    var bounds: String {
        guard case .whole(let range) = self else { return described }
        return "a whole number from \(range.lowerBound.grouped) to \(range.upperBound.grouped)"
    }

    /// What messages say is expected.
    package var described: String {
        switch self {
        case .text: "text"
        case .truth: "true or false"
        case .whole(let range):
            switch (range.lowerBound, range.upperBound) {
            case (let low, .max): low == .min ? "a whole number" : "a whole number of at least \(low.grouped)"
            case (let low, let high): "a whole number from \(low.grouped) to \(high.grouped)"
            }
        case .seed: "a whole number from 0 to 18,446,744,073,709,551,615"
        case .number(let range): range.described
        case .word(let words): words.listed()
        case .tensor: "a list of numbers, or a list of such lists"
        case .list(let element): "a list: \(element.described)"
        case .table: "a map of names and values"
        case .form(let form): form.keys.isEmpty ? "nothing" : "a map of \(form.keys.map(\.name).listed(form.takesOne ? "or" : "and"))"
        case .either(let types): types.map(\.described).joined(separator: ", or ")
        case .choice(let choice): choice.options.map(\.word).listed()
        case .layers: "a list of layers"
        case .kinds(let forms): "a map with kind: \(forms.map(\.name).listed())"
        }
    }
}

/// A bare word, or a map of one key, the word, with what belongs to it.
package struct Choice: Sendable {
    package struct Option: Sendable {
        package var word: String
        package var about: String
        package var payload: Payload

        package init(_ word: String, about: String, _ payload: Payload) {
            self.word = word
            self.about = about
            self.payload = payload
        }
    }

    package enum Payload: Sendable {
        /// The word alone.
        case nothing
        /// `word: value`, never the word alone.
        case value(ValueType)
        /// `word: {…}`; the word alone is the same as an empty map. `short`: the key that a lone value stands for.
        case form(Form, short: String?)
    }

    /// What messages call it: "layer".
    package var name: String
    package var options: [Option]

    package init(_ name: String, _ options: [Option]) {
        self.name = name
        self.options = options
    }

    package func option(_ word: String) -> Option? { options.first { $0.word == word } }
}
