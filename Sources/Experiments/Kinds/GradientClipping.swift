package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// One gradient of two weights before and after clipping, a descent over a cliff with each variant's clipping, and how many of many random
/// starts end higher than they began.
package struct GradientClipping: Measurement {
    package var gradient: [Double]
    /// A point on the cliff's surface.
    package var start: [Double]
    package var steps: Int
    package var learningRate: Double
    /// The number of random starts, on the valley's side of the wall.
    package var starts: Int
    package var seed: UInt64
    package var variants: [Variant]

    package init(
        gradient: [Double] = [3, 4], start: [Double] = Surface.cliff.start, steps: Int = 200, learningRate: Double = 1, starts: Int = 256,
        seed: UInt64 = 0, variants: [Variant]
    ) {
        self.starts = starts
        self.seed = seed
        self.gradient = gradient
        self.start = start
        self.steps = steps
        self.learningRate = learningRate
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One for each variant.
        package var gradients: [ClippedGradient]
        package var paths: [DescentPath]
        /// For each variant and random start, how much higher it ends than it started; ∞ where it overflows.
        package var rises: [[Double]]
    }
}

/// A gradient of two entries before and after clipping.
package struct ClippedGradient: Hashable, Sendable {
    package var name: String
    package var before: [Double]
    package var after: [Double]

    /// The angle between the two, in degrees; 0 where one of them is zero.
    package var angle: Double {
        let cross = before[0] * after[1] - before[1] * after[0]
        let dot = before[0] * after[0] + before[1] * after[1]
        return abs(atan2(cross, dot)) * 180 / .pi
    }
}

extension GradientClipping {
    package func cost() throws(ExperimentError) -> Cost {
        let step = Descent.cost(on: .cliff)
        let swarm = Cost(products: step.products.saturatingTimes(starts), operations: step.operations)
        return (step + swarm).repeated(steps.saturatingPlus(1).saturatingTimes(variants.count))
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let tensor = gradient.map { Tensor($0) }
        let places = Surface.cliff.randomStarts(starts, seed: seed)
        return Measured(
            gradients: variants.map { variant in
                let after = variant.clipping?.applied(to: tensor) ?? tensor
                return ClippedGradient(name: variant.name, before: gradient, after: after.map { $0.scalars[0] })
            },
            paths: concurrentMap(variants) { variant in
                var descent = Descent(
                    on: .cliff, from: start, variant.links(learningRate: learningRate), shrinkage: variant.optimizer?.shrinkage ?? 0)
                return descent.path(named: variant.name, steps: steps)
            },
            rises: concurrentMap(variants) { variant in
                var swarm = DescentSwarm(on: .cliff, from: places, clipping: variant.clipping, variant.optimizer ?? .descent(learningRate))
                let first = swarm.step()
                guard steps > 0 else { return first.map { _ in 0 } }
                return zip(swarm.ends(after: steps - 1, meanOf: 1), first).map { $0.isNaN ? .infinity : $0 - $1 }
            })
    }

    /// One step of gradient descent, clipped or not; nil for a variant with another optimizer.
    package func step(of variant: Variant, from place: (x: Double, y: Double)) -> (x: Double, y: Double)? {
        let optimizer = variant.optimizer ?? .descent(learningRate)
        guard optimizer.kind == .sgd else { return nil }
        let slope = Surface.cliff.slope(x: place.x, y: place.y)
        let gradient = [slope.x, slope.y].map { Tensor($0) }
        let clipped = (variant.clipping?.applied(to: gradient) ?? gradient).map { $0.scalars[0] }
        return (place.x - optimizer.learningRate * clipped[0], place.y - optimizer.learningRate * clipped[1])
    }

    package func data(of measured: Measured) -> MeasuredData {
        let gradients = MeasuredData.Table(
            "gradients", columns: ["name", "before x", "before y", "after x", "after y", "turned by degrees"],
            rows: measured.gradients.map { gradient in
                [.text(gradient.name)] + (gradient.before + gradient.after + [gradient.angle]).map { .number($0) }
            })
        let rises = MeasuredData.Table(
            "random starts", columns: ["name", "starts", "end above their start"],
            rows: zip(variants, measured.rises).map { variant, rises in
                [.text(variant.name), .number(Double(rises.count)), .number(Double(rises.count { $0 > 0 }))]
            })
        return MeasuredData(tables: [gradients, .paths(measured.paths), rises])
    }
}

extension GradientClipping {
    package static let form = lessonForm(
        "clipping", about: "a gradient before and after clipping, and a descent over a cliff",
        keys: [
            .init("gradient", .list(of: .number(.any)), "of two weights, before clipping"),
            .init("start", .list(of: .number(.any)), "the two weights above the cliff"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("200"), "of the descent"),
            .init("learning-rate", .number(.positive), .standard("1"), "η of a variant that names no optimizer"),
            .init("starts", .whole(1...Limits.batch), .standard("256"), "random starts, of which it is counted how many end above theirs"),
            Training.seed,
        ],
        variants: variant(["clip", "optimizer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> GradientClipping? {
        let gradient = reader.pair("gradient", of: fields)
        let start = reader.pair("start", of: fields)
        let steps = fields.whole("steps")
        let rate = fields.number("learning-rate")
        let starts = fields.whole("starts")
        let seed = fields.seed("seed")
        let variants = reader.variants(fields)
        guard let steps, let rate, let starts, let seed, let variants else { return nil }
        return GradientClipping(
            gradient: gradient ?? [3, 4], start: start ?? Surface.cliff.start, steps: steps, learningRate: rate, starts: starts,
            seed: seed, variants: variants)
    }
}
