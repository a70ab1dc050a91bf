import Experiments

/// The measurements of the language; each has its form and its reader in a file of its own.
package enum ExperimentForms {
    /// Every kind that the language has, in its order.
    package static let all = [
        gradientDecay, signalSpread, gradientThroughTime, clipping, pathLengths, activations, normalizationAxes,
        covariateShift, singularValues, training, fit, trajectory, chainRule,
    ]

    /// A measurement's form: its kind, its own keys, and its variants.
    static func form(_ kind: String, about: String, keys: [Form.Key], variants: Form?) -> Form {
        var keys = [Form.Key("kind", .word([kind]), .required, "which measurement")] + keys
        if let variants {
            keys.append(.init("variants", .list(of: .form(variants)), .required, "the lines of the figure"))
        }
        return Form(kind, about: about, keys: keys)
    }

    /// A variant's form: the keys that mean something in the measurement, among them `needed`, and `own`, which only this one has.
    static func variant(of kind: String, _ meaningful: [String], needed: String? = nil, own: [Form.Key] = []) -> Form {
        let name = Form.Key("name", .text, .required, "what the line is labelled")
        return Form(
            kind, about: "one line of the figure",
            keys: [name] + variantKeys.filter { meaningful.contains($0.name) }.map { $0.name == needed ? $0.required : $0 } + own,
            meaningless: variantKeys.map(\.name).filter { name in
                !meaningful.contains(name) && !own.contains { $0.name == name }
            })
    }

    /// All that a variant may set, in SPEC's order.
    private static let variantKeys: [Form.Key] = [
        .init("panel", .text, "variants of one panel share a plot"),
        .init("activation", .choice(LayerForms.activation), "of each layer"),
        .init("initializer", .choice(LayerForms.initializer), "of each layer's weights"),
        .init("residual", .truth, .standard("false"), "whether each layer adds its input"),
        .init("normalization", .choice(LayerForms.normalization), "before each activation"),
        .init("clip", .form(LessonForms.clip), "what is done to all gradients before they are used"),
        .init("regularization", .form(LessonForms.regularization), "a penalty on the weights"),
        .init("optimizer", .kinds(LessonForms.optimizers), "how parameters move along their gradients"),
        .init("cell", .word(Variant.Cell.allCases.map(\.rawValue)), "the recurrent layer"),
        .init("recurrent-radius", .number(.zeroOrMore), "the recurrent weight is this times a random orthogonal matrix"),
        .init("forget-bias", .number(.any), "added to the forget gate's bias"),
    ]

    // Keys that several measurements have.
    static func depth(_ standard: Int) -> Form.Key { .init("depth", .whole(1...Limits.layers), .standard("\(standard)"), "layers") }
    static func width(_ standard: Int) -> Form.Key {
        .init("width", .whole(1...Limits.units), .standard("\(standard)"), "units of each layer")
    }
    static func batch(_ standard: Int) -> Form.Key { .init("batch", .whole(1...Limits.batch), .standard("\(standard)"), "samples") }
    static func seeds(_ standard: Int) -> Form.Key {
        .init("seeds", .whole(1...Limits.seeds), .standard("\(standard)"), "runs of each variant")
    }
    static let seed = Form.Key("seed", .whole(0...Int.max - Limits.seeds), .standard("0"), "of the first run")
    static let normalData = Form.Key("data", .word(["normal"]), .standard("normal"), "inputs and targets")
}
