import Forms
import NeuralNetworks

/// The parts of measurements' forms.
extension Measurement {
    /// A measurement's form: its kind, its own keys, and its variants.
    static func lessonForm(_ kind: String, about: String, keys: [Form.Key], variants: Form) -> Form {
        var variants = variants
        variants.name = kind
        return Form(
            kind, about: about,
            keys: [.init("kind", .word([kind]), .required, "which measurement")] + keys
                + [.init("variants", .list(of: .form(variants)), .required, "the lines of the figure")])
    }

    /// A variant's form: the meaningful keys, among them the required key `needed`, and `own`, which only this measurement has.
    static func variant(_ meaningful: [String], needed: String? = nil, own: [Form.Key] = []) -> Form {
        let name = Form.Key("name", .text, .required, "what the line is labelled")
        let all = VariantKey.all.map(\.key)
        return Form(
            "variants", about: "one line of the figure",
            keys: [name] + all.filter { meaningful.contains($0.name) }.map { $0.name == needed ? $0.required : $0 } + own,
            meaningless: all.map(\.name).filter { name in
                !meaningful.contains(name) && !own.contains { $0.name == name }
            })
    }

    // Keys that several measurements have.
    static func depth(_ standard: Int) -> Form.Key { .init("depth", .whole(1...Limits.layers), .standard("\(standard)"), "layers") }
    static func width(_ standard: Int) -> Form.Key {
        .init("width", .whole(1...Limits.units), .standard("\(standard)"), "units of each layer")
    }
    static func batch(_ standard: Int) -> Form.Key { .init("batch", .whole(1...Limits.batch), .standard("\(standard)"), "samples") }
    static func seeds(_ standard: Int) -> Form.Key {
        .init("seeds", .whole(1...Limits.seeds), .standard("\(standard)"), "runs of each variant")
    }
    static var seed: Form.Key { .init("seed", .seed, .standard("0"), "of the first run; the next has the next seed") }
    static var normalData: Form.Key { .init("data", .word(["normal"]), .standard("normal"), "inputs and targets") }
}
