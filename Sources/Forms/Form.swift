/// The form of a map in the lesson language: its keys and what each may hold.
///
/// Each key's name, type, default and description are declared here only. The reader looks up values by it, messages list the keys and
/// correct misspelt ones by it, and the JSON Schema is made from it.
package struct Form: Sendable {
    /// The name in messages: "dense".
    package var name: String
    /// One line.
    package var about: String
    package var keys: [Key]
    /// Keys that the language has elsewhere but that mean nothing here; they get a message of their own.
    package var meaningless: [String]
    /// Whether exactly one of the keys must be present.
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
            /// Optional with a default, given as it would be written.
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

        /// The same key, required.
        package var required: Key { Key(name, type, .required, about) }
    }

    package func key(_ name: String) -> Key? { keys.first { $0.name == name } }

    /// The names of the keys that must be present.
    package var required: [String] { keys.filter { $0.presence == .required }.map(\.name) }
}

/// The type of a value in the lesson language.
package indirect enum ValueType: Sendable {
    case text
    case truth
    case whole(ClosedRange<Int>)
    /// An unsigned whole number of 64 bits.
    case seed
    case number(NumberRange)
    /// One of these words.
    case word([String])
    /// Nested lists of numbers that form a rectangular array.
    case tensor
    case list(of: ValueType)
    /// A map whose keys are free.
    case table(of: ValueType)
    case form(Form)
    /// One of several types; which one follows from the written value.
    case either([ValueType])
    /// A word, or a map with one key: a layer, an activation, a normalization, an initializer.
    case choice(Choice)
    /// The layers of a network or of a residual block: choices of `LayerForms.layer`, which may contain layers themselves.
    case layers
    /// A map whose keys depend on the value of the key `kind`.
    case kinds([Form])

    package enum NumberRange: Hashable, Sendable {
        case any, positive, zeroOrMore
        /// From 0 to below 1.
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

    /// What messages say is expected instead of a number that does not fit into 64 bits: both bounds, even if one is that of 64 bits.
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

/// A choice between words. It is written as the word alone, or as a map with the word as its only key and the word's options as the value.
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
        /// Only the word alone.
        case nothing
        /// Only `word: value`.
        case value(ValueType)
        /// `word: {…}`; the word alone means an empty map. `short`: `word: value` means a map with this key and the value.
        case form(Form, short: String?)
    }

    /// The name in messages: "layer".
    package var name: String
    package var options: [Option]

    package init(_ name: String, _ options: [Option]) {
        self.name = name
        self.options = options
    }

    package func option(_ word: String) -> Option? { options.first { $0.word == word } }
}
