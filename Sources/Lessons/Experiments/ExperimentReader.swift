import Autodiff
import Experiments
import NeuralNetworks

/// Reads an experiment by the table of its kind.
struct ExperimentReader {
    let findings: Findings

    /// Nil where anything is wrong; findings say what.
    func experiment(_ lesson: Fields) -> Experiment? {
        guard let located = lesson.located("experiment") else { return nil }
        guard case .map(let entries) = located.value.content else {
            findings.mismatch(located, expected: ValueType.kinds(ExperimentForms.all).described)
            return nil
        }
        let kinds = ExperimentForms.all.map(\.name)
        guard let entry = entries.first(where: { $0.key == "kind" }) else {
            findings.error(at: located, "\(located.path) has no kind", expected: "kind: \(kinds.listed())")
            return nil
        }
        let kind = Located(value: entry.value, path: .key(located.path, "kind"))
        guard let word = findings.word(kind, of: kinds) else { return nil }
        guard let form = ExperimentForms.all.first(where: { $0.name == word }),
            let fields = Fields(located, form: form, findings: findings)
        else { return nil }
        guard let experiment = experiment(word, fields) else { return nil }
        if findings.errors.isEmpty {
            do {
                try experiment.measurement.cost().checkLimits()
            } catch .tooMany(let what, let count, let limit) {
                findings.error(at: located, "\(count.grouped) \(what) or more", expected: "at most \(limit.grouped)")
            } catch {
                findings.error(at: located, "\(error)")
            }
        }
        return experiment
    }

    private func experiment(_ kind: String, _ fields: Fields) -> Experiment? {
        switch kind {
        case "gradient-decay": return gradientDecay(fields).map { .gradientDecay($0) }
        case "gradient-through-time": return gradientThroughTime(fields).map { .gradientThroughTime($0) }
        case "path-lengths": return pathLengths(fields).map { .pathLengths($0) }
        case "activations": return activations(fields).map { .activations($0) }
        case "singular-values": return singularValues(fields).map { .singularValues($0) }
        case "trajectory": return trajectory(fields).map { .trajectory($0) }
        case "clipping": return clipping(fields).map { .clipping($0) }
        case "training": return training(fields).map { .training($0) }
        case "covariate-shift": return covariateShift(fields).map { .covariateShift($0) }
        case "fit": return fit(fields).map { .fit($0) }
        case "normalization-axes": return normalizationAxes(fields).map { .normalizationAxes($0) }
        case "chain-rule": return chainRule(fields).map { .chainRule($0) }
        case "signal-spread": return signalSpread(fields).map { .signalSpread($0) }
        default: return nil
        }
    }

    /// Reports what would be refused before the first tape is recorded.
    /// - Parameters:
    ///   - products: factors of the least number that all runs take.
    ///   - lessen: the keys that would help.
    ///   - scalars: the least that one run holds.
    func checkLimits(_ fields: Fields, products: [Int], lessen: String, scalars: Int, lessenScalars: String) {
        let products = products.saturatingCount
        if products > Limits.experimentProducts {
            findings.error(
                at: fields.mark, path: fields.path, "the experiment would take \(products.grouped) products or more",
                expected: "at most \(Limits.experimentProducts.grouped)", hint: "lessen \(lessen)")
        }
        if scalars > Limits.traceScalars {
            findings.error(
                at: fields.mark, path: fields.path, "one run would hold \(scalars.grouped) scalars or more",
                expected: "at most \(Limits.traceScalars.grouped)", hint: "lessen \(lessenScalars)")
        }
    }
}
