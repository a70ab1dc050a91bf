import Escaping
import Forms
import NeuralNetworks

/// A key that a variant may set: its form, and how it is read.
struct VariantKey: Sendable {
    let key: Form.Key
    let read: @Sendable (inout Variant, Fields, ExperimentReader, _ input: SampleShape?) -> Void

    private init(_ key: Form.Key, read: @escaping @Sendable (inout Variant, Fields, ExperimentReader, SampleShape?) -> Void) {
        self.key = key
        self.read = read
    }

    /// In the order of the language's reference.
    static let all: [VariantKey] = [
        // Read before the others, since names must be unique only within a panel.
        .init(.init("panel", .text, "variants of one panel share a plot")) { _, _, _, _ in },
        .init(.init("activation", .choice(LayerForms.activation), "of each layer")) { variant, fields, reader, _ in
            variant.activation = reader.findings.activation(of: fields)
        },
        .init(.init("initializer", .choice(LayerForms.initializer), "of each layer's weights")) { variant, fields, reader, _ in
            variant.initializer = reader.findings.initializer(of: fields)
        },
        .init(.init("residual", .truth, .standard("false"), "whether each layer adds its input")) { variant, fields, _, _ in
            variant.residual = fields.truth("residual") ?? false
        },
        .init(.init("attention", .either([.word(["true"]), .form(attention)]), "in place of each dense layer and its activation")) {
            variant, fields, reader, _ in
            variant.attention = reader.attention(fields)
        },
        .init(.init("normalization", .choice(LayerForms.normalization), "before each activation")) { variant, fields, reader, input in
            variant.normalization = reader.normalization(fields, input: input)
        },
        .init(.init("dropout", .number(.fraction), "the rate of a dropout after each activation, or after each attention")) {
            variant, fields, _, _ in variant.dropout = fields.number("dropout")
        },
        .init(.init("clip", .form(UpdateForms.clip), "what is done to all gradients before they are used")) { variant, fields, reader, _ in
            variant.clipping = reader.findings.clipping(of: fields)
        },
        .init(.init("regularization", .form(UpdateForms.regularization), "a penalty on the weights")) { variant, fields, reader, _ in
            variant.l2 = reader.findings.l2(of: fields)
        },
        .init(.init("optimizer", .kinds(UpdateForms.optimizers), "how parameters move along their gradients")) {
            variant, fields, reader, _ in
            variant.optimizer = reader.findings.optimizer(of: fields)
        },
        .init(.init("cell", .word(Variant.Cell.allCases.map(\.rawValue)), "the recurrent layer")) { variant, fields, _, _ in
            variant.cell = fields.word("cell").flatMap(Variant.Cell.init(rawValue:))
        },
        .init(.init("recurrent-radius", .number(.zeroOrMore), "the recurrent weight is this times a random orthogonal matrix")) {
            variant, fields, _, _ in variant.recurrentRadius = fields.number("recurrent-radius")
        },
        .init(.init("forget-bias", .number(.any), "added to the forget gate's bias")) { variant, fields, _, _ in
            variant.forgetBias = fields.number("forget-bias")
        },
        .init(.init("update-bias", .number(.any), "added to the update gate's bias")) { variant, fields, _, _ in
            variant.updateBias = fields.number("update-bias")
        },
    ]

    static let attention = Form(
        "a variant's attention", about: "self-attention in place of dense layers",
        keys: [
            .init("heads", .whole(1...Limits.units), .standard("1"), "how many attend side by side"),
            .init("causal", .truth, .standard("false"), "whether later tokens are hidden"),
            .init("scale", .truth, .standard("true"), "whether scores are divided by the root of a head's size"),
            .init(
                "norm", .word(["before", "after"]), .standard("before"),
                "whether a normalization stands before the attention, or after the sum with its input"),
        ])
}

extension ExperimentReader {
    /// - Parameters:
    ///   - width: the width of the layers before a normalization, if it is known.
    ///   - shape: the shape of a normalization's input, if it is not a row of features.
    ///   - check: validation specific to this measurement.
    func variants(
        _ fields: Fields, width: Int? = nil, shape: SampleShape? = nil, check: (Variant, Fields) -> Void = { _, _ in }
    ) -> [Variant]? {
        guard let located = fields.located("variants"), let form = fields.form.variants else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of at least one variant")
            return nil
        }
        guard elements.count <= Limits.variants else {
            findings.error(
                at: located, "\(located.path) has \(elements.count.grouped) variants", expected: "at most \(Limits.variants.grouped)")
            return nil
        }
        var variants: [Variant] = []
        var names: [[String]: SourceMark] = [:]
        for element in elements {
            guard let fields = Fields(element, form: form, findings: findings) else { continue }
            let panel = fields.form.key("panel") == nil ? nil : fields.text("panel")
            let name = fields.text("name")
            if let name, let place = fields.located("name") {
                if let first = names[[panel ?? "", name]] {
                    findings.error(
                        at: place, "the name \(Printable.quoted(name)) is given twice, first at \(first.line):\(first.column)",
                        expected: "a name of its own")
                }
                names[[panel ?? "", name]] = place.mark
            }
            var variant = Variant(name: name ?? "", panel: panel)
            set(&variant, from: fields, input: shape ?? width.map { .features($0) })
            check(variant, fields)
            if name != nil { variants.append(variant) }
        }
        return variants
    }

    /// Reads every key of the form, so that each is checked.
    private func set(_ variant: inout Variant, from fields: Fields, input: SampleShape?) {
        let names = Set(fields.form.keys.map(\.name))
        for entry in VariantKey.all where names.contains(entry.key.name) { entry.read(&variant, fields, self, input) }
    }

    /// `true`, or a map of what differs from a single scaled head.
    fileprivate func attention(_ fields: Fields) -> Variant.Attention? {
        guard let located = fields.located("attention") else { return nil }
        if located.plainTruth == true { return Variant.Attention(layer: AttentionLayer()) }
        guard let own = Fields(located, form: VariantKey.attention, findings: findings),
            let heads = own.whole("heads"), let isCausal = own.truth("causal"), let isScaled = own.truth("scale"),
            let norm = own.word("norm")
        else { return nil }
        return Variant.Attention(
            layer: AttentionLayer(heads: heads, isCausal: isCausal, scale: isScaled ? .standard : .number(1)),
            normalizesAfter: norm == "after")
    }

    fileprivate func normalization(_ fields: Fields, input: SampleShape?) -> NormalizationLayer? {
        guard let located = fields.located("normalization"),
            let choice = WrittenChoice(located, of: LayerForms.normalization, findings: findings),
            let normalization = findings.normalization(choice)
        else { return nil }
        guard let input else { return normalization }
        do {
            _ = try Layer(name: "", kind: .normalization(normalization)).output(for: input)
        } catch {
            findings.error(
                at: choice.mark, path: choice.path, "\(choice.path) gets \(error.found)", expected: error.expected)
        }
        return normalization
    }
}

extension ExperimentReader {
    /// Reports keys that only another cell has.
    func checkKeys(of cell: Variant.Cell, _ fields: Fields) {
        for (key, owner) in [("activation", Variant.Cell.rnn), ("forget-bias", .lstm), ("update-bias", .gru)]
        where fields.has(key) && cell != owner {
            findings.error(
                at: fields.keyMark(key), path: .key(fields.path, key), "\"\(key)\" means nothing for \(cell.rawValue)",
                expected: "cell: \(owner.rawValue)")
        }
    }
}

extension Form {
    /// The form of a measurement's variants.
    fileprivate var variants: Form? {
        if case .list(of: .form(let form)) = key("variants")?.type { form } else { nil }
    }
}
