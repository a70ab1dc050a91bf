package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// One gradient of two weights before and after clipping, and a descent over a cliff with each variant's clipping.
package struct GradientClipping: Measurement {
    package var gradient: [Double]
    /// On the surface of the cliff.
    package var start: [Double]
    package var steps: Int
    package var learningRate: Double
    package var variants: [Variant]

    package init(
        gradient: [Double] = [3, 4], start: [Double] = Surface.cliff.start, steps: Int = 80, learningRate: Double = 0.3,
        variants: [Variant]
    ) {
        self.gradient = gradient
        self.start = start
        self.steps = steps
        self.learningRate = learningRate
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One a variant.
        package var gradients: [ClippedGradient]
        package var paths: [DescentPath]
    }
}

/// A gradient of two entries before and after clipping.
package struct ClippedGradient: Hashable, Sendable {
    package var name: String
    package var before: [Double]
    package var after: [Double]

    /// Between the two, in degrees; 0 where one of them has no direction.
    package var angle: Double {
        let cross = before[0] * after[1] - before[1] * after[0]
        let dot = before[0] * after[0] + before[1] * after[1]
        return abs(atan2(cross, dot)) * 180 / .pi
    }
}

extension GradientClipping {
    package func cost() throws(ExperimentError) -> Cost {
        Descent.cost(on: .cliff).repeated(steps.saturatingPlus(1).saturatingTimes(variants.count))
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let tensor = gradient.map { Tensor($0) }
        return Measured(
            gradients: variants.map { variant in
                let after = variant.clipping?.applied(to: tensor) ?? tensor
                return ClippedGradient(name: variant.name, before: gradient, after: after.map { $0.scalars[0] })
            },
            paths: concurrentMap(variants) { variant in
                var descent = Descent(
                    on: .cliff, from: start, variant.links(learningRate: learningRate), shrinkage: variant.optimizer?.shrinkage ?? 0)
                return descent.path(named: variant.name, steps: steps)
            })
    }

    package func data(of measured: Measured) -> MeasuredData {
        let gradients = MeasuredData.Table(
            "gradients", columns: ["name", "before x", "before y", "after x", "after y", "turned by degrees"],
            rows: measured.gradients.map { gradient in
                [.text(gradient.name)] + (gradient.before + gradient.after + [gradient.angle]).map { .number($0) }
            })
        return MeasuredData(tables: [gradients, .paths(measured.paths)])
    }
}

extension GradientClipping {
    package static let form = lessonForm(
        "clipping", about: "a gradient before and after clipping, and a descent over a cliff",
        keys: [
            .init("gradient", .list(of: .number(.any)), "of two weights, before clipping"),
            .init("start", .list(of: .number(.any)), "the two weights above the cliff"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("80"), "of the descent"),
            .init("learning-rate", .number(.positive), .standard("0.3"), "η of a variant that names no optimizer"),
        ],
        variants: variant(["clip", "optimizer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> GradientClipping? {
        let gradient = reader.pair("gradient", of: fields)
        let start = reader.pair("start", of: fields)
        let steps = fields.whole("steps")
        let rate = fields.number("learning-rate")
        let variants = reader.variants(fields)
        guard let steps, let rate, let variants else { return nil }
        return GradientClipping(
            gradient: gradient ?? [3, 4], start: start ?? Surface.cliff.start, steps: steps, learningRate: rate,
            variants: variants)
    }
}
