import Experiments
import NeuralNetworks

/// Reads an experiment by the table of its kind.
struct ExperimentReader {
    let findings: Findings

    /// Nil where anything is wrong; findings say what.
    func experiment(_ lesson: Fields) -> Experiment? {
        guard let located = lesson.located("experiment") else { return nil }
        guard case .map(let entries) = located.value.content else {
            findings.mismatch(located, expected: ValueType.kinds(ExperimentForms.supported).described)
            return nil
        }
        let supported = ExperimentForms.supported.map(\.name)
        guard let entry = entries.first(where: { $0.key == "kind" }) else {
            findings.error(at: located, "\(located.path) has no kind", expected: "kind: \(supported.listed())")
            return nil
        }
        let kind = Located(value: entry.value, path: .key(located.path, "kind"))
        let all = ExperimentForms.all.map(\.kind)
        if case .scalar(let word, _) = kind.value.content, all.contains(word), !supported.contains(word) {
            findings.error(
                at: kind, "\(kind.path) is \"\(word)\", which is not supported yet", expected: supported.listed())
            return nil
        }
        guard let word = findings.word(kind, of: supported),
            let form = ExperimentForms.supported.first(where: { $0.name == word }),
            let fields = Fields(located, form: form, findings: findings)
        else { return nil }
        switch word {
        case "gradient-decay": return gradientDecay(fields).map { .gradientDecay($0) }
        default: return nil
        }
    }

    private func gradientDecay(_ fields: Fields) -> GradientDecay? {
        let depth = fields.whole("depth")
        let width = fields.whole("width")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.whole("seed")
        _ = fields.word("data")
        let variants = variants(fields, form: ExperimentForms.variant, width: width)
        guard let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        // Each layer multiplies a square weight forward, and twice backward.
        let products = Saturating.product([2, depth, width, width, batch, seeds, variants.count])
        if products > Limits.experimentProducts {
            findings.error(
                at: fields.mark, path: fields.path, "the experiment would take \(products.grouped) products or more",
                expected: "at most \(Limits.experimentProducts.grouped)", hint: "lessen depth, width, batch or seeds")
        }
        let scalars = Saturating.sum(
            Saturating.product([depth, width, width]), Saturating.product([2, depth, width, batch]))
        if scalars > Limits.traceScalars {
            findings.error(
                at: fields.mark, path: fields.path, "one run would hold \(scalars.grouped) scalars or more",
                expected: "at most \(Limits.traceScalars.grouped)", hint: "lessen depth, width or batch")
        }
        return GradientDecay(depth: depth, width: width, batch: batch, seeds: seeds, seed: UInt64(seed), variants: variants)
    }

    /// - Parameter width: of the layers that a normalization stands behind, where it is known.
    private func variants(_ fields: Fields, form: Form, width: Int?) -> [Variant]? {
        guard let located = fields.located("variants") else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of at least one variant")
            return nil
        }
        var variants: [Variant] = []
        var names: [String: SourceMark] = [:]
        for element in elements {
            guard let fields = Fields(element, form: form, findings: findings) else { continue }
            let name = fields.text("name")
            if let name, let place = fields.located("name") {
                if let first = names[name] {
                    findings.error(
                        at: place, "the name \(Printable.quoted(name)) is given twice, first at \(first.line):\(first.column)",
                        expected: "a name of its own")
                }
                names[name] = place.mark
            }
            let activation = findings.activation(of: fields)
            let initializer = findings.initializer(of: fields)
            let residual = fields.truth("residual") ?? false
            let normalization = normalization(fields, width: width)
            guard let name else { continue }
            variants.append(
                Variant(
                    name: name, activation: activation, initializer: initializer, residual: residual,
                    normalization: normalization))
        }
        return variants
    }

    private func normalization(_ fields: Fields, width: Int?) -> NormalizationLayer? {
        guard let located = fields.located("normalization"),
            let choice = WrittenChoice(located, of: LayerForms.normalization, findings: findings),
            let normalization = findings.normalization(choice)
        else { return nil }
        guard let width else { return normalization }
        do {
            _ = try Layer(name: "", kind: .normalization(normalization)).output(for: .features(width))
        } catch {
            findings.error(
                at: choice.mark, path: choice.path, "\(choice.path) gets \(error.found)", expected: error.expected)
        }
        return normalization
    }
}
