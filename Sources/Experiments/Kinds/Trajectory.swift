package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// Optimizers' paths over a surface of two weights, how low each gets at each learning rate, and how long each takes to leave a saddle.
package struct Trajectory: Measurement {
    package var surface: Surface
    /// The angle by which a ravine is turned, in degrees: along the axes, optimizers that scale each entry of the gradient have an
    /// advantage.
    package var angle: Double
    package var start: [Double]
    package var steps: Int
    /// Learning rates for which the loss is measured from random starts; the paths then use each variant's best. Empty to use those of the
    /// optimizers.
    package var rates: [Double]
    /// The number of random starts.
    package var starts: Int
    package var seed: UInt64
    /// Distances from the saddle's ridge to start from; empty to measure no escapes.
    package var offsets: [Double]
    /// The distance from the origin at which a path has left the saddle.
    package var radius: Double
    package var variants: [Variant]

    package init(
        surface: Surface, angle: Double = 0, start: [Double]? = nil, steps: Int, rates: [Double] = [], starts: Int = 64, seed: UInt64 = 0,
        offsets: [Double] = [], radius: Double = 1, variants: [Variant]
    ) {
        self.surface = surface
        self.angle = angle
        self.start = start ?? surface.start
        self.steps = steps
        self.rates = rates
        self.starts = starts
        self.seed = seed
        self.offsets = offsets
        self.radius = radius
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One for each variant.
        package var paths: [DescentPath]
        /// One for each variant: the number of steps to leave, by the offset; ∞ where `longest` steps were not enough.
        package var escapes: [Series]
        /// Over the learning rates, on the surface as turned and, if it is turned, along the axes.
        package var sweeps: [RateSweep]

        package init(paths: [DescentPath], escapes: [Series], sweeps: [RateSweep]) {
            (self.paths, self.escapes, self.sweeps) = (paths, escapes, sweeps)
        }
    }

    /// How low each variant gets at each learning rate.
    package struct RateSweep: Hashable, Sendable {
        package var angle: Double
        /// For each variant, rate (rising) and start, the mean height of the last steps; ∞ where it diverges.
        package var ends: [[[Double]]]
        /// One for each variant: the median over the starts, by rate.
        package var series: [Series]
        /// Each variant's rate with the lowest median.
        package var best: [Double]
    }

    /// The learning rate of a variant that names no optimizer.
    package static let standardRate = 0.1
    /// The number of steps after which the search for an escape stops.
    package static let longest = 20_000
    /// The number of last steps whose heights are averaged.
    package static let averaged = 10
    /// A path has diverged at this many times the highest start.
    package static let divergence = 1e3
}

extension Trajectory {
    package func cost() throws(ExperimentError) -> Cost {
        let each = steps.saturatingPlus(1).saturatingTimes(angle == 0 ? 1 : 2).saturatingPlus(Self.longest.saturatingTimes(offsets.count))
        let step = Descent.cost(on: surface)
        let swept = steps.saturatingPlus(1).saturatingTimes(rates.count).saturatingTimes(angle == 0 ? 1 : 2)
        let swarm = Cost(products: step.products.saturatingTimes(starts), operations: step.operations).repeated(swept)
        return (step.repeated(each) + swarm).repeated(variants.count)
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let sweeps = rates.isEmpty ? [] : Set([angle, 0]).sorted { abs($0) > abs($1) }.map(sweep)
        let paths = concurrentMap(Array(variants.indices)) { index in
            let variant = variants[index]
            let links = sweeps.first.map { variant.links(rate: $0.best[index]) } ?? variant.links(learningRate: Self.standardRate)
            var descent = Descent(
                on: surface, from: start, links, l2: variant.l2 ?? 0, shrinkage: variant.optimizer?.shrinkage ?? 0, angle: angle)
            return descent.path(named: variant.name, steps: steps)
        }
        guard !offsets.isEmpty else { return Measured(paths: paths, escapes: [], sweeps: sweeps) }
        let escapes = concurrentMap(variants) { variant in
            let steps = offsets.map { stepsToLeave(variant, from: $0) }
            return Series(name: variant.name, quantity: "steps to leave", x: offsets, median: steps, low: steps, high: steps)
        }
        return Measured(paths: paths, escapes: escapes, sweeps: sweeps)
    }

    private func sweep(at angle: Double) -> RateSweep {
        let starts = surface.randomStarts(starts, seed: seed, angle: angle)
        let rising = rates.sorted()
        let tasks = variants.flatMap { variant in rising.map { (variant, $0) } }
        let highest = surface.heights(of: starts, angle: angle).max() ?? 1
        let all = concurrentMap(tasks) { variant, rate in
            var swarm = DescentSwarm(
                on: surface, from: starts, clipping: variant.clipping, variant.optimizer(rate: rate), l2: variant.l2 ?? 0, angle: angle)
            return swarm.ends(after: steps, meanOf: min(Self.averaged, steps)).map { $0 <= Self.divergence * highest ? $0 : .infinity }
        }
        let ends = variants.indices.map { Array(all[$0 * rising.count..<($0 + 1) * rising.count]) }
        let series = zip(variants, ends).map { variant, ends in
            Series(
                name: variant.name, quantity: angle == 0 ? "loss by learning rate" : "loss by learning rate, turned by \(angle)°",
                x: rising,
                rows: starts.indices.map { start in ends.map { $0[start] } })
        }
        let best = ends.map { ends in
            let medians = ends.map(\.lowerMedian)
            return medians.indices.min { (medians[$0], $0) < (medians[$1], $1) }.map { rising[$0] } ?? Self.standardRate
        }
        return RateSweep(angle: angle, ends: ends, series: series, best: best)
    }

    private func stepsToLeave(_ variant: Variant, from offset: Double) -> Double {
        var descent = Descent(
            on: surface, from: [start[0], offset], variant.links(learningRate: Self.standardRate), l2: variant.l2 ?? 0,
            shrinkage: variant.optimizer?.shrinkage ?? 0)
        for step in 0..<Self.longest {
            if [descent.x.scalars[0], descent.y.scalars[0]].norm >= radius { return Double(step) }
            _ = descent.step()
        }
        return .infinity
    }

    /// The number of steps that gradient descent needs at this rate in theory: y grows by the factor 1 + 2η in each step.
    package func theory(learningRate: Double, offset: Double) -> Double {
        log(radius / offset) / log(1 + 2 * learningRate)
    }

    package func data(of measured: Measured) -> MeasuredData {
        MeasuredData(series: measured.escapes + measured.sweeps.flatMap(\.series), tables: [.paths(measured.paths)])
    }
}

extension Surface {
    /// The heights at some points.
    fileprivate func heights(of places: [(x: Double, y: Double)], angle: Double) -> [Double] {
        let lowered = LoweredSurface(self, shape: [places.count], l2: 0, angle: angle)
        let (x, y) = (Tensor(shape: [places.count], scalars: places.map(\.x)), Tensor(shape: [places.count], scalars: places.map(\.y)))
        return lowered.tape.evaluate(lowered.sources(x: x, y: y))[lowered.value.index].scalars
    }
}

extension Variant {
    /// The variant's optimizer with another learning rate.
    fileprivate func optimizer(rate: Double) -> Optimizer {
        var optimizer = optimizer ?? .descent(rate)
        optimizer.learningRate = rate
        return optimizer
    }

    fileprivate func links(rate: Double) -> [GradientTransform] {
        (clipping.map { [GradientTransform.clip($0)] } ?? []) + optimizer(rate: rate).chain
    }
}

extension Trajectory {
    package static let form = lessonForm(
        "trajectory", about: "optimizers' paths over a surface of two weights",
        keys: [
            .init("surface", .word(Surface.allCases.map(\.rawValue)), .standard("ravine"), "what is descended"),
            .init("angle", .number(.any), .standard("0"), "by which a ravine is turned, in degrees"),
            .init("start", .list(of: .number(.any)), "the two weights at first"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("60"), "of each path"),
            .init(
                "learning-rates", .list(of: .number(.positive)), "rates over which the loss is measured; the paths take each variant's best"
            ),
            .init("starts", .whole(1...Limits.batch), .standard("64"), "random starts of which that loss is the median"),
            Training.seed,
            .init("offsets", .list(of: .number(.positive)), "distances from the saddle's ridge, from which its leaving is timed"),
            .init("radius", .number(.positive), .standard("1"), "how far from the origin a path has left the saddle"),
        ],
        variants: variant(["optimizer", "clip", "regularization"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Trajectory? {
        let surface = fields.word("surface").flatMap(Surface.init(rawValue:))
        let angle = fields.number("angle")
        let start = reader.pair("start", of: fields)
        let steps = fields.whole("steps")
        let rates = reader.numbers("learning-rates", of: fields)
        let starts = fields.whole("starts")
        let seed = fields.seed("seed")
        let offsets = reader.numbers("offsets", of: fields)
        let radius = fields.number("radius")
        let variants = reader.variants(fields)
        func refuse(_ key: String, _ what: String, expected: String) {
            if let located = fields.located(key) { reader.findings.error(at: located, what, expected: expected) }
        }
        if let surface, surface != .saddle {
            refuse("offsets", "offsets mean nothing on a \(surface.rawValue)", expected: "surface: saddle, or no offsets")
        }
        if let surface, surface != .ravine {
            refuse("angle", "an angle means nothing on a \(surface.rawValue)", expected: "surface: ravine, or no angle")
        }
        if surface == .saddle {
            refuse(
                "learning-rates", "learning rates mean nothing on a saddle, whose loss has no least value",
                expected: "another surface, or no learning-rates")
        }
        if surface == .saddle, let offsets, let radius {
            let across = start?.first ?? surface?.start.first ?? 0
            if let far = offsets.first(where: { $0 >= radius }) {
                refuse("offsets", "an offset of \(far) is outside the radius", expected: "numbers below \(radius)")
            } else if let far = offsets.first(where: { [across, $0].norm >= radius }) {
                // A path that starts outside has already left.
                refuse(
                    fields.has("start") && abs(across) >= radius ? "start" : "offsets",
                    "a start at (\(across), \(far)) is outside the radius \(radius)",
                    expected: "a start nearer to the saddle than the radius")
            }
        }
        guard let surface, let angle, let steps, let starts, let seed, let radius, let variants else { return nil }
        return Trajectory(
            surface: surface, angle: angle, start: start, steps: steps, rates: rates ?? [], starts: starts, seed: seed,
            offsets: offsets ?? [], radius: radius, variants: variants)
    }
}
