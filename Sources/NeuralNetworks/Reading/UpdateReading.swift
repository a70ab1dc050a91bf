package import Forms

/// The maps that say what is done with gradients, wherever the language says it: in a network's lesson, or in a variant.
package enum UpdateForms {
    package static let regularization = Form(
        "regularization", about: "a penalty on the weights",
        keys: [.init("l2", .number(.zeroOrMore), .standard("0"), "λ of λ/2·Σw²")])

    package static let clip = Form(
        "clip", about: "one of the two",
        keys: [
            .init("norm", .number(.positive), "scales all gradients by min(1, c/‖g‖)"),
            .init("value", .number(.positive), "clamps each gradient to [−c, c]"),
        ],
        takesOne: true)

    package static let optimizers: [Form] = rows.map(\.form)

    /// An optimizer of the language: its word, its keys, and what they make.
    private struct Row: Sendable {
        let form: Form
        let kind: @Sendable (Fields) -> Optimizer.Kind?

        init(_ word: String, _ about: String, _ keys: [Form.Key], _ kind: @escaping @Sendable (Fields) -> Optimizer.Kind?) {
            form = Form(
                word, about: about,
                keys: [
                    .init("kind", .word([word]), .required, "which optimizer"), .init("learning-rate", .number(.positive), .required, "η"),
                ] + keys)
            self.kind = kind
        }
    }

    private static let momentum = Form.Key("momentum", .number(.fraction), .standard("0.9"), "μ")

    private static func epsilon(_ value: String) -> Form.Key {
        .init("epsilon", .number(.positive), .standard(value), "outside the root")
    }

    private static func decay(_ name: String, _ value: String, _ about: String) -> Form.Key {
        .init(name, .number(.fraction), .standard(value), about)
    }

    private static let rows: [Row] = [
        Row("sgd", "w ← w − ηg", []) { _ in .sgd },
        Row("momentum", "v ← μv + g; w ← w − ηv", [momentum]) { $0.number("momentum").map { .momentum($0) } },
        Row("nesterov", "w ← w − η(g + μv)", [momentum]) { $0.number("momentum").map { .nesterov(momentum: $0) } },
        Row("rmsprop", "η over the root of a running mean of g²", [decay("decay", "0.99", "of the running mean"), epsilon("1e-8")]) {
            numbers($0, "decay", "epsilon").map { .rmsprop(decay: $0[0], epsilon: $0[1]) }
        },
        Row("adagrad", "η over the root of the sum of g²", [epsilon("1e-10")]) { $0.number("epsilon").map { .adagrad(epsilon: $0) } },
        Row(
            "adam", "bias-corrected running means of g and g²",
            [decay("beta1", "0.9", "decay of the mean of g"), decay("beta2", "0.999", "decay of the mean of g²"), epsilon("1e-8")]
        ) {
            numbers($0, "beta1", "beta2", "epsilon").map { .adam(beta1: $0[0], beta2: $0[1], epsilon: $0[2]) }
        },
    ]

    /// Nil where one of them is wrong; each is asked for, so that each is checked.
    private static func numbers(_ fields: Fields, _ keys: String...) -> [Double]? {
        let numbers = keys.map { fields.number($0) }.compactMap(\.self)
        return numbers.count == keys.count ? numbers : nil
    }

    /// The optimizer that a map of one of `optimizers` says.
    static func optimizer(_ fields: Fields) -> Optimizer? {
        let rate = fields.number("learning-rate")
        let kind = rows.first { $0.form.name == fields.form.name }?.kind(fields)
        guard let rate, let kind else { return nil }
        return Optimizer(kind: kind, learningRate: rate)
    }
}

extension Findings {
    /// Nil where it's absent or wrong.
    package func l2(of parent: Fields) -> Double? {
        parent.located("regularization").flatMap { Fields($0, form: UpdateForms.regularization, findings: self) }?.number("l2")
    }

    package func clipping(of parent: Fields) -> Clipping? {
        guard let fields = parent.located("clip").flatMap({ Fields($0, form: UpdateForms.clip, findings: self) }) else { return nil }
        let norm = fields.number("norm")
        let value = fields.number("value")
        switch (fields.has("norm"), fields.has("value")) {
        case (true, false): return norm.map { .norm($0) }
        case (false, true): return value.map { .value($0) }
        case (true, true):
            error(
                at: fields.keyMark("value"), path: fields.path, "clip has both norm and value", expected: "one of them")
        case (false, false):
            error(at: fields.mark, path: fields.path, "clip has no norm or value", expected: "one of them")
        }
        return nil
    }

    package func optimizer(of parent: Fields) -> Optimizer? {
        parent.located("optimizer").flatMap { fields($0, among: UpdateForms.optimizers) }.flatMap(UpdateForms.optimizer)
    }
}
