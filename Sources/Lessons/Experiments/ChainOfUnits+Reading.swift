import Experiments

extension ExperimentForms {
    package static let chainRule = form(
        "chain-rule", about: "every factor of a gradient through single units in a row",
        keys: [
            // More factors than of twelve units have no room for their names.
            .init("depth", .whole(1...12), .standard("5"), "units in a row"),
            .init("input", .number(.any), .standard("1"), "of the first unit"),
            .init("target", .number(.any), .standard("0"), "of the last unit"),
            seed,
        ],
        variants: variant(of: "chain-rule", ["activation", "initializer"]))
}

extension ExperimentReader {
    func chainRule(_ fields: Fields) -> ChainOfUnits? {
        let depth = fields.whole("depth")
        let input = fields.number("input")
        let target = fields.number("target")
        let seed = fields.whole("seed")
        let variants = variants(fields)
        guard let depth, let input, let target, let seed, let variants else { return nil }
        return ChainOfUnits(depth: depth, input: input, target: target, seed: UInt64(seed), variants: variants)
    }
}
