package import Forms

extension LayerForms {
    /// An initializer of the language: its word, its number if it takes one, and its meaning.
    private struct InitializerRow: Sendable {
        let word: String
        let about: String
        var takes: ValueType.NumberRange?
        let make: @Sendable (_ value: Double) -> Initializer

        init(
            _ word: String, _ about: String, takes: ValueType.NumberRange? = nil, make: @escaping @Sendable (Double) -> Initializer
        ) {
            self.word = word
            self.about = about
            self.takes = takes
            self.make = make
        }
    }

    private static let initializers = [
        InitializerRow("xavier-uniform", "U(−a, a), a = √(6/(in + out))") { _ in .xavierUniform },
        InitializerRow("xavier-normal", "N(0, 2/(in + out))") { _ in .xavierNormal },
        InitializerRow("he-uniform", "U(−a, a), a = √(6/in)") { _ in .heUniform },
        InitializerRow("he-normal", "N(0, 2/in)") { _ in .heNormal },
        InitializerRow("orthogonal", "orthonormal rows or columns") { _ in .orthogonal },
        InitializerRow("zeros", "all 0") { _ in .zeros },
        InitializerRow("normal", "N(0, deviation²)", takes: .zeroOrMore) { .normal(deviation: $0) },
        InitializerRow("uniform", "U(−bound, bound)", takes: .zeroOrMore) { .uniform(bound: $0) },
        InitializerRow("constant", "all the same", takes: .any) { .constant($0) },
    ]

    package static let initializer = Choice(
        "initializer",
        initializers.map { row in .init(row.word, about: row.about, row.takes.map { .value(.number($0)) } ?? .nothing) })

    fileprivate static func read(_ written: WrittenChoice, _ findings: Findings) -> Initializer? {
        guard let row = initializers.first(where: { $0.word == written.option.word }) else { return nil }
        guard let range = row.takes else { return row.make(0) }
        return written.value.flatMap { findings.number($0, in: range) }.map(row.make)
    }
}

extension Findings {
    /// The initializer under a key; nil where it is absent or wrong.
    package func initializer(_ key: String = "initializer", of fields: Fields) -> Initializer? {
        fields.located(key).flatMap { WrittenChoice($0, of: LayerForms.initializer, findings: self) }
            .flatMap { LayerForms.read($0, self) }
    }
}
