package import Forms

/// The layers of the language, and the choices inside them.
package enum LayerForms {
    /// Every word for a layer.
    static let words = Layer.Kind.all.flatMap { $0.words }

    package static let layer = Choice("layer", words.map(\.option))

    static let units = Form.Key("units", .whole(1...Limits.units), .required, "how many units the layer has")
    static let name = Form.Key("name", .text, "unique; else the kind and its number")

    static func initializerKey(_ about: String) -> Form.Key { .init("initializer", .choice(initializer), about) }
}

/// A layer of the language: its word, its keys, and how it is read.
package struct LayerWord: Sendable {
    let option: Choice.Option
    let read: @Sendable (WrittenLayer) -> Layer.Kind?

    /// - Parameters:
    ///   - option: takes a map that has the key `name`.
    ///   - read: the layer that the map describes; nil, with diagnostics, where it is wrong.
    init(_ option: Choice.Option, read: @escaping @Sendable (WrittenLayer) -> Layer.Kind?) {
        self.option = option
        self.read = read
    }

    /// - Parameters:
    ///   - about: one line that describes the map.
    ///   - listed: one line for the list of all layers, if it differs.
    ///   - short: the key that a lone value stands for.
    ///   - keys: without `name`, which is inserted after the first: units, name and the rest is the order in which people write them.
    init(
        _ word: String, _ about: String, listed: String? = nil, short: String? = nil, keys: [Form.Key] = [],
        read: @escaping @Sendable (WrittenLayer) -> Layer.Kind?
    ) {
        let form = Form(word, about: about, keys: keys.prefix(1) + [LayerForms.name] + keys.dropFirst())
        self.init(.init(word, about: listed ?? about, .form(form, short: short)), read: read)
    }
}

/// A layer as written in a lesson.
struct WrittenLayer {
    let choice: WrittenChoice
    let fields: Fields
    /// The layers under its `layers` key, as far as they could be read.
    let inner: [Layer]
    let findings: Findings

    /// The initializer; nil where it is absent or wrong.
    var initializer: Initializer? { findings.initializer(of: fields) }

    /// The value of a key that takes `false`, `true` or a tensor; nil for a tensor or where nothing is written.
    func truth(_ key: String) -> Bool? {
        guard let located = fields.located(key) else { return nil }
        if case .list = located.value.content { return nil }
        if let truth = located.plainTruth { return truth }
        findings.mismatch(located, expected: "true, false, or a list of numbers")
        return nil
    }
}
