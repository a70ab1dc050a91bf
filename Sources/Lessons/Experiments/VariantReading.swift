import Escaping
import Experiments
import NeuralNetworks

extension ExperimentReader {
    /// - Parameters:
    ///   - width: of the layers that a normalization stands behind, where it is known.
    ///   - shape: of what they get, where that is no row of features.
    ///   - check: what only this measurement refuses.
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

    /// Each key that the form has is looked at, so that each is checked.
    private func set(_ variant: inout Variant, from fields: Fields, input: SampleShape?) {
        for key in fields.form.keys {
            switch key.name {
            case "activation": variant.activation = findings.activation(of: fields)
            case "initializer": variant.initializer = findings.initializer(of: fields)
            case "residual": variant.residual = fields.truth("residual") ?? false
            case "normalization": variant.normalization = normalization(fields, input: input)
            case "clip": variant.clipping = findings.clipping(of: fields)
            case "regularization": variant.l2 = findings.l2(of: fields)
            case "optimizer": variant.optimizer = findings.optimizer(of: fields)
            case "cell": variant.cell = fields.word("cell").flatMap(Variant.Cell.init(rawValue:))
            case "recurrent-radius": variant.recurrentRadius = fields.number("recurrent-radius")
            case "forget-bias": variant.forgetBias = fields.number("forget-bias")
            default: break
            }
        }
    }

    private func normalization(_ fields: Fields, input: SampleShape?) -> NormalizationLayer? {
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

extension Form {
    /// Of a measurement's variants.
    fileprivate var variants: Form? {
        if case .list(of: .form(let form)) = key("variants")?.type { form } else { nil }
    }
}
