package import Autodiff
package import Forms

/// How a lesson writes its loss: a word, or a map of the same word with options.
package enum LossForms {
    package static let type = ValueType.either([.word(words), .kinds(forms)])

    static let words = rows.map(\.form.name)
    static let forms = rows.map(\.form)

    /// Names that other software uses.
    static let synonyms = [
        "mse": "mean-squared-error", "l2": "mean-squared-error", "l2-loss": "mean-squared-error", "mse-loss": "mean-squared-error",
        "sse": "squared-error", "sum-squared-error": "squared-error", "mae": "absolute-error", "l1": "absolute-error",
        "l1-loss": "absolute-error", "mean-absolute-error": "absolute-error", "huber-loss": "huber", "smooth-l1": "huber",
        "smooth-l1-loss": "huber", "bce": "binary-cross-entropy", "bce-loss": "binary-cross-entropy",
        "bce-with-logits": "binary-cross-entropy", "log-loss": "binary-cross-entropy", "logistic": "binary-cross-entropy",
        "ce": "cross-entropy", "nll": "cross-entropy", "nll-loss": "cross-entropy", "negative-log-likelihood": "cross-entropy",
        "softmax": "cross-entropy", "cross-entropy-loss": "cross-entropy", "categorical-cross-entropy": "cross-entropy",
        "categorical-crossentropy": "cross-entropy", "softmax-cross-entropy": "cross-entropy", "hinge-loss": "hinge", "svm": "hinge",
        "svm-loss": "hinge", "multi-margin-loss": "hinge", "sum": "output-sum", "output": "output-sum",
    ]

    /// A loss of the language: its word, its keys, and its measure.
    private struct Row: Sendable {
        let form: Form
        /// The loss where only its word is written.
        let plain: BatchLoss
        let measure: @Sendable (Fields) -> BatchLoss.Measure?

        init(
            _ plain: BatchLoss.Measure, _ about: String, _ keys: [Form.Key] = [], named word: String? = nil,
            _ measure: (@Sendable (Fields) -> BatchLoss.Measure?)? = nil
        ) {
            let name = word ?? plain.word
            let own = keys + (word == nil ? [LossForms.reduction(plain.usualReduction)] : [])
            form = Form(
                name, about: about, keys: [.init("kind", .word([name]), .required, "which loss")] + own,
                meaningless: ["reduction", "of", "delta", "margin"].filter { key in !own.contains { $0.name == key } })
            self.plain = BatchLoss(plain)
            self.measure = measure ?? { _ in plain }
        }
    }

    private static func reduction(_ usual: BatchLoss.Reduction) -> Form.Key {
        .init(
            "reduction", .word(BatchLoss.Reduction.allCases.map(\.rawValue)), .standard(usual.rawValue),
            "over all entries, or rows; mean-over-samples: the sum divided by the batch's size")
    }

    private static let domain = Form.Key(
        "of", .word(BatchLoss.Domain.allCases.map(\.rawValue)), .standard("scores"), "what the output is: scores, or probabilities already")

    private static func domain(_ fields: Fields) -> BatchLoss.Domain? { fields.word("of").flatMap(BatchLoss.Domain.init(rawValue:)) }

    private static let rows: [Row] = [
        Row(.halfSquaredError, "½(y − t)²"),
        Row(.squaredError, "the mean of (y − t)²", named: "mean-squared-error"),
        Row(.squaredError, "(y − t)²"),
        Row(.absoluteError, "|y − t|"),
        Row(
            .huber(delta: 1), "½d² of a difference within δ, beyond it δ(|d| − ½δ)",
            [.init("delta", .number(.positive), .standard("1"), "δ")]
        ) { $0.number("delta").map { .huber(delta: $0) } },
        Row(.crossEntropy(of: .scores), "−Σ t·ln p; targets are class numbers, or rows of probabilities", [domain]) {
            domain($0).map { .crossEntropy(of: $0) }
        },
        Row(.binaryCrossEntropy(of: .scores), "−t·ln p − (1 − t)·ln(1 − p) of each output", [domain]) {
            domain($0).map { .binaryCrossEntropy(of: $0) }
        },
        Row(
            .hinge(margin: 1), "Σ max(0, margin + yⱼ − y_t) over the other classes; targets are class numbers",
            [.init("margin", .number(.zeroOrMore), .standard("1"), "by how much the right class should lead")]
        ) { $0.number("margin").map { .hinge(margin: $0) } },
        Row(.outputSum, "the outputs themselves; no targets"),
    ]

    fileprivate static func loss(_ word: String) -> BatchLoss? { rows.first { $0.form.name == word }?.plain }

    fileprivate static func loss(_ fields: Fields) -> BatchLoss? {
        guard let row = rows.first(where: { $0.form.name == fields.form.name }) else { return nil }
        let reduction = fields.form.key("reduction") == nil ? row.plain.reduction.rawValue : fields.word("reduction")
        guard let measure = row.measure(fields), let reduction = reduction.flatMap(BatchLoss.Reduction.init(rawValue:)) else { return nil }
        return BatchLoss(measure, reduction: reduction)
    }
}

extension Findings {
    /// Nil where it is absent or wrong.
    package func loss(of parent: Fields) -> BatchLoss? {
        guard let located = parent.located("loss") else { return nil }
        if case .map = located.value.content {
            return fields(located, among: LossForms.forms, synonyms: LossForms.synonyms).flatMap(LossForms.loss)
        }
        return word(located, of: LossForms.words, synonyms: LossForms.synonyms).flatMap(LossForms.loss)
    }
}
