import Experiments

extension ExperimentForms {
    package static let activations = form(
        "activations", about: "activations and their slopes as curves",
        keys: [.init("range", .number(.positive), .standard("6"), "curves go from −range to range")],
        variants: variant(of: "activations", ["activation"], needed: "activation"))
}

extension ExperimentReader {
    func activations(_ fields: Fields) -> Activations? {
        let range = fields.number("range")
        let variants = variants(fields)
        guard let range, let variants else { return nil }
        return Activations(range: range, variants: variants)
    }
}
