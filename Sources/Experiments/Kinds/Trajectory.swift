package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// Optimizers' paths over a surface of two weights, and how long each takes to leave a saddle.
package struct Trajectory: Measurement {
    package var surface: Surface
    package var start: [Double]
    package var steps: Int
    /// Distances from the saddle's ridge to start from; none: nothing is left.
    package var offsets: [Double]
    /// How far from the origin a path has left the saddle.
    package var radius: Double
    package var variants: [Variant]

    package init(
        surface: Surface, start: [Double]? = nil, steps: Int, offsets: [Double] = [], radius: Double = 1, variants: [Variant]
    ) {
        self.surface = surface
        self.start = start ?? surface.start
        self.steps = steps
        self.offsets = offsets
        self.radius = radius
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One a variant.
        package var paths: [DescentPath]
        /// One a variant: over the offset, how many steps it took to leave; ∞ where `longest` steps did not do it.
        package var escapes: [Series]
    }

    /// Where a variant that names no optimizer stands.
    package static let standardRate = 0.1
    /// After which nobody waits for a path to leave.
    package static let longest = 20_000
}

extension Trajectory {
    package func cost() throws(ExperimentError) -> Cost {
        let each = steps.saturatingPlus(1).saturatingPlus(Self.longest.saturatingTimes(offsets.count))
        return Descent.cost(on: surface).repeated(each.saturatingTimes(variants.count))
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let paths = concurrentMap(variants) { variant in
            var descent = Descent(
                on: surface, from: start, variant.links(learningRate: Self.standardRate), l2: variant.l2 ?? 0,
                shrinkage: variant.optimizer?.shrinkage ?? 0)
            return descent.path(named: variant.name, steps: steps)
        }
        guard !offsets.isEmpty else { return Measured(paths: paths, escapes: []) }
        let escapes = concurrentMap(variants) { variant in
            let steps = offsets.map { stepsToLeave(variant, from: $0) }
            return Series(name: variant.name, quantity: "steps to leave", x: offsets, median: steps, low: steps, high: steps)
        }
        return Measured(paths: paths, escapes: escapes)
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

    /// How many steps plain descent at this rate needs by theory: y grows by 1 + 2η a step.
    package func theory(learningRate: Double, offset: Double) -> Double {
        log(radius / offset) / log(1 + 2 * learningRate)
    }

    package func data(of measured: Measured) -> MeasuredData {
        MeasuredData(series: measured.escapes, tables: [.paths(measured.paths)])
    }
}

extension Trajectory {
    package static let form = lessonForm(
        "trajectory", about: "optimizers' paths over a surface of two weights",
        keys: [
            .init("surface", .word(Surface.allCases.map(\.rawValue)), .standard("ravine"), "what is descended"),
            .init("start", .list(of: .number(.any)), "the two weights at first"),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("60"), "of each path"),
            .init("offsets", .list(of: .number(.positive)), "distances from the saddle's ridge, from which its leaving is timed"),
            .init("radius", .number(.positive), .standard("1"), "how far from the origin a path has left the saddle"),
        ],
        variants: variant(["optimizer", "clip", "regularization"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Trajectory? {
        let surface = fields.word("surface").flatMap(Surface.init(rawValue:))
        let start = reader.pair("start", of: fields)
        let steps = fields.whole("steps")
        let offsets = reader.numbers("offsets", of: fields)
        let radius = fields.number("radius")
        let variants = reader.variants(fields)
        if let surface, surface != .saddle, let located = fields.located("offsets") {
            reader.findings.error(
                at: located, "offsets mean nothing on a \(surface.rawValue)", expected: "surface: saddle, or no offsets")
        }
        if let offsets, let radius, let place = fields.located("offsets"), let far = offsets.first(where: { $0 >= radius }) {
            reader.findings.error(at: place, "an offset of \(far) is outside the radius", expected: "numbers below \(radius)")
        }
        guard let surface, let steps, let radius, let variants else { return nil }
        return Trajectory(
            surface: surface, start: start, steps: steps, offsets: offsets ?? [], radius: radius, variants: variants)
    }
}
