import Autodiff
package import Forms
import NeuralNetworks

/// Reads an experiment by the form of its kind.
package struct ExperimentReader {
    package let findings: Findings

    package init(findings: Findings) { self.findings = findings }

    /// Nil where anything is wrong; the diagnostics say what.
    package func experiment(_ lesson: Fields) -> Experiment? {
        guard let located = lesson.located("experiment") else { return nil }
        guard case .map(let entries) = located.value.content else {
            findings.mismatch(located, expected: ValueType.kinds(Experiment.forms).described)
            return nil
        }
        let kinds = Experiment.kinds.map(\.form.name)
        guard let written = entries.first(where: { $0.key == "kind" }) else {
            let near = entries.first { ["kind"].nearest(to: $0.key) != nil }
            findings.error(
                at: near?.keyMark ?? located.value.mark, "\(located.path) has no kind", expected: "kind: \(kinds.listed())",
                hint: near == nil ? nil : "did you mean \"kind\"?")
            return nil
        }
        let kind = Located(value: written.value, path: .key(located.path, "kind"))
        guard let word = findings.word(kind, of: kinds) else { return nil }
        guard let entry = Experiment.kinds.first(where: { $0.form.name == word }),
            let fields = Fields(located, form: entry.form, findings: findings), let experiment = entry.read(fields, self)
        else { return nil }
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

    /// Reports limits that would be exceeded before the first tape is recorded.
    /// - Parameters:
    ///   - products: factors of a lower bound on the products of all runs.
    ///   - lessen: the keys to reduce.
    ///   - scalars: a lower bound on the scalars of one run.
    package func checkLimits(_ fields: Fields, products: [Int], lessen: String, scalars: Int, lessenScalars: String) {
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

extension ExperimentReader {
    func wholes(_ key: String, of fields: Fields) -> [Int]? {
        guard case .list(of: .whole(let range)) = fields.form.key(key)?.type, let located = fields.located(key) else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of whole numbers")
            return nil
        }
        guard isSweep(elements, located) else { return nil }
        let numbers = elements.compactMap { findings.whole($0, in: range) }
        return numbers.count == elements.count ? numbers : nil
    }

    func words(_ key: String, of fields: Fields) -> [String]? {
        guard case .list(of: .word(let words)) = fields.form.key(key)?.type, let located = fields.located(key) else { return nil }
        guard let elements = located.elements else {
            findings.mismatch(located, expected: "a list of words")
            return nil
        }
        return elements.compactMap { findings.word($0, of: words) }
    }

    func pair(_ key: String, of fields: Fields) -> [Double]? {
        guard let numbers = numbers(key, of: fields), let located = fields.located(key) else { return nil }
        guard numbers.count == 2 else {
            findings.error(at: located, "\(located.path) has \(numbers.count) numbers", expected: "two")
            return nil
        }
        return numbers
    }

    /// Whether a list has no more numbers than a sweep allows.
    func isSweep(_ elements: [Located], _ located: Located) -> Bool {
        guard elements.count > Limits.sweep else { return true }
        findings.error(at: located, "\(located.path) has \(elements.count.grouped) numbers", expected: "at most \(Limits.sweep.grouped)")
        return false
    }

    /// A list of numbers in the form's range; nil where it is absent or wrong.
    func numbers(_ key: String, of fields: Fields) -> [Double]? {
        guard case .list(of: .number(let range)) = fields.form.key(key)?.type, let located = fields.located(key) else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of numbers")
            return nil
        }
        guard isSweep(elements, located) else { return nil }
        let numbers = elements.compactMap { findings.number($0, in: range) }
        return numbers.count == elements.count ? numbers : nil
    }
}
