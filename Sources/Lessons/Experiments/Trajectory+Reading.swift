import Experiments
import NeuralNetworks

extension ExperimentForms {
    package static let trajectory = form(
        "trajectory", about: "optimizers' paths over a surface of two weights",
        keys: [
            .init("surface", .word(Surface.allCases.map(\.rawValue)), .standard("ravine"), "what is descended"),
            .init("start", .list(of: .number(.any)), "the two weights at first"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("60"), "of each path"),
            .init("offsets", .list(of: .number(.positive)), "distances from the saddle's ridge, from which its leaving is timed"),
            .init("radius", .number(.positive), .standard("1"), "how far from the origin a path has left the saddle"),
        ],
        variants: variant(of: "trajectory", ["optimizer", "clip", "regularization"]))

    package static let clipping = form(
        "clipping", about: "a gradient before and after clipping, and a descent over a cliff",
        keys: [
            .init("gradient", .list(of: .number(.any)), "of two weights, before clipping"),
            .init("start", .list(of: .number(.any)), "the two weights above the cliff"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("80"), "of the descent"),
            .init("learning-rate", .number(.positive), .standard("0.3"), "η of a variant that names no optimizer"),
        ],
        variants: variant(of: "clipping", ["clip", "optimizer"]))
}

extension ExperimentReader {
    func trajectory(_ fields: Fields) -> Trajectory? {
        let surface = fields.word("surface").flatMap(Surface.init(rawValue:))
        let start = pair("start", of: fields)
        let steps = fields.whole("steps")
        let offsets = numbers("offsets", of: fields)
        let radius = fields.number("radius")
        let variants = variants(fields)
        if let surface, surface != .saddle, let located = fields.located("offsets") {
            findings.error(
                at: located, "offsets mean nothing on a \(surface.rawValue)", expected: "surface: saddle, or no offsets")
        }
        if let offsets, let radius, let place = fields.located("offsets"), let far = offsets.first(where: { $0 >= radius }) {
            findings.error(at: place, "an offset of \(far) is outside the radius", expected: "numbers below \(radius)")
        }
        guard let surface, let steps, let radius, let variants else { return nil }
        return Trajectory(
            surface: surface, start: start, steps: steps, offsets: offsets ?? [], radius: radius, variants: variants)
    }

    func clipping(_ fields: Fields) -> GradientClipping? {
        let gradient = pair("gradient", of: fields)
        let start = pair("start", of: fields)
        let steps = fields.whole("steps")
        let rate = fields.number("learning-rate")
        let variants = variants(fields)
        guard let steps, let rate, let variants else { return nil }
        return GradientClipping(
            gradient: gradient ?? [3, 4], start: start ?? Surface.cliff.start, steps: steps, learningRate: rate,
            variants: variants)
    }

    private func pair(_ key: String, of fields: Fields) -> [Double]? {
        guard let numbers = numbers(key, of: fields), let located = fields.located(key) else { return nil }
        guard numbers.count == 2 else {
            findings.error(at: located, "\(located.path) has \(numbers.count) numbers", expected: "two")
            return nil
        }
        return numbers
    }

    /// Whether a list has no more numbers than a sweep may have.
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
