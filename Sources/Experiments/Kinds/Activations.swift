package import Autodiff
package import Forms
import Foundation
package import NeuralNetworks

/// Activations f and their derivatives f′ as curves, with the minima and maxima of both.
package struct Activations: Measurement {
    /// Curves go from −range to range.
    package var range: Double
    package var variants: [Variant]

    package init(range: Double, variants: [Variant]) {
        self.range = range
        self.variants = variants
    }

    /// One variant.
    package struct Curve: Hashable, Sendable {
        package var name: String
        package var activation: Activation
        package var x: [Double]
        package var values: [Double]
        package var slopes: [Double]
        package var least: Extreme
        package var greatest: Extreme
        package var leastSlope: Extreme
        package var greatestSlope: Extreme
        /// The values of f′ if there are at most two; else empty.
        package var stepSlopes: [Double]
        /// The kinks where f′ jumps, in order.
        package var jumps: [Jump]

        /// The largest |f′|; ∞ if it is unbounded.
        package var steepest: Double { max(abs(leastSlope.value), abs(greatestSlope.value)) }
    }

    /// A jump of f′: the limits from both sides, and the value that is used.
    package struct Jump: Hashable, Sendable {
        package var x, left, right, taken: Double
    }

    /// The minimum or maximum of a function, over all x that matter for a Double.
    package struct Extreme: Hashable, Sendable {
        /// Where it is reached, nearest to 0; ±∞ if it is only approached.
        package var x: Double
        package var value: Double

        package var isReached: Bool { x.isFinite }
    }

    package func cost() throws(ExperimentError) -> Cost {
        Cost(scalars: 4 * Self.samples, operations: variants.count.saturatingTimes(4 * ExtremeSearch.steps + 2 * Self.samples))
    }

    package func measure() throws(ExperimentError) -> [Curve] {
        variants.map { variant in
            let f = variant.activation ?? .identity
            let x = (0...Self.samples).map { range * (2 * Double($0) / Double(Self.samples) - 1) }
            let slopes = x.map { f.derivative(at: $0) }
            let search = ExtremeSearch(scale: f.scale)
            let distinct = Set(slopes).sorted()
            return Curve(
                name: variant.name, activation: f, x: x, values: x.map { f($0) }, slopes: slopes,
                least: search.least { f($0) }, greatest: search.greatest { f($0) },
                leastSlope: search.least { f.derivative(at: $0) }, greatestSlope: search.greatest { f.derivative(at: $0) },
                stepSlopes: distinct.count <= 2 ? distinct : [],
                jumps: f.row.kinks.map { kink in
                    let near = 1e-9 * max(1, abs(kink.x))
                    return Jump(
                        x: kink.x, left: f.derivative(at: kink.x - near), right: f.derivative(at: kink.x + near),
                        taken: f.derivative(at: kink.x))
                })
        }
    }

    package func data(of measured: [Curve]) -> MeasuredData {
        let lines = measured.flatMap { curve in
            [("f", curve.values), ("f′", curve.slopes)].map { quantity, y in
                Series(name: curve.name, quantity: quantity, x: curve.x, median: y, low: y, high: y)
            }
        }
        let extremes = measured.flatMap { curve in
            [
                ("f", "least", curve.least), ("f", "greatest", curve.greatest), ("f′", "least", curve.leastSlope),
                ("f′", "greatest", curve.greatestSlope),
            ].map { quantity, which, extreme -> [MeasuredData.Table.Field] in
                [.text(curve.name), .text(quantity), .text(which), .number(extreme.x), .number(extreme.value)]
            }
        }
        return MeasuredData(
            series: lines,
            tables: [.init("extremes", columns: ["variant", "of", "which", "x", "value"], rows: extremes)])
    }

    private static let samples = 480
}

extension Activation {
    /// The length scale on which the function bends.
    fileprivate var scale: Double {
        // Swish with β = 0 is linear; for a huge β it is a step.
        if case .swish(let beta) = self { return beta == 0 ? 1 : 1 / min(max(beta.magnitude, 1e-300), 1e300) }
        return 1
    }
}

/// Finds the extremes of a function of one variable: on a grid, then between grid points by golden section.
private struct ExtremeSearch {
    /// Farther out a saturating derivative is lost in rounding and would seem to reach its limit.
    private let reach: Double
    /// Where a function with a limit has reached it to the last digit.
    private let farOut: Double
    static let steps = 9600

    /// - Parameter scale: the length scale on which the functions bend.
    init(scale: Double) {
        reach = 12 * scale
        farOut = 700 * scale
    }

    func greatest(_ f: (Double) -> Double) -> Activations.Extreme {
        let found = least { -f($0) }
        return Activations.Extreme(x: found.x, value: -found.value)
    }

    func least(_ f: (Double) -> Double) -> Activations.Extreme {
        let x = (0...Self.steps).map { reach * (2 * Double($0) / Double(Self.steps) - 1) }
        let y = x.map(f)
        // Of several minima the one nearest to 0; of −x and x the positive one.
        let best = y.indices.min { (y[$0], abs(x[$0]), -x[$0]) < (y[$1], abs(x[$1]), -x[$1]) } ?? 0
        let lowest = y[best]
        // The function exceeds the range of Doubles only because it keeps growing.
        guard lowest.isFinite else { return Activations.Extreme(x: x[best] < 0 ? -.infinity : .infinity, value: lowest) }
        // A minimum at the ends of the grid alone, up to rounding, is a limit. How large rounding errors are depends on the range of the
        // function's values.
        let nearest = 1e-12 * ((y.max() ?? lowest) - lowest)
        let isLimit = y.indices.allSatisfy { y[$0] > lowest + nearest || abs(x[$0]) > reach * (1 - 1 / 60) }
        if isLimit || best == 0 || best == Self.steps {
            return Activations.Extreme(x: x[best] < 0 ? -.infinity : .infinity, value: limit(of: f, at: x[best] < 0 ? -farOut : farOut))
        }
        guard y.count(where: { $0 == lowest }) == 1 else { return Activations.Extreme(x: x[best], value: lowest) }
        var (low, high) = (x[best - 1], x[best + 1])
        let ratio = (5.0.squareRoot() - 1) / 2
        for _ in 0..<60 {
            let (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
            if f(a) <= f(b) { high = b } else { low = a }
        }
        let middle = (low + high) / 2
        // A kink or a grid point may lie lower than the point where the search ends.
        return f(middle) < lowest ? Activations.Extreme(x: middle, value: f(middle)) : Activations.Extreme(x: x[best], value: lowest)
    }

    /// The limit of the function; ±∞ where it keeps growing, so that twice as far out it is larger by a factor, and 0 where it keeps
    /// shrinking so.
    private func limit(of f: (Double) -> Double, at far: Double) -> Double {
        var (x, value) = (far, f(far))
        // What nears its limit as 1/x has reached it, to the last digit, after some 45 of them.
        for _ in 0..<64 where (2 * x).isFinite {
            x *= 2
            let farther = f(x)
            if abs(farther) > 1.5 * abs(value) { return farther < 0 ? -.infinity : .infinity }
            if 1.5 * abs(farther) < abs(value) { return 0 }
            if farther == value { break }
            value = farther
        }
        return value == 0 ? 0 : value
    }
}

extension Activations {
    package static let form = lessonForm(
        "activations", about: "activations and their slopes as curves",
        keys: [.init("range", .number(.positive), .standard("6"), "curves go from −range to range")],
        variants: variant(["activation"], needed: "activation"))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Activations? {
        let range = fields.number("range")
        let variants = reader.variants(fields)
        guard let range, let variants else { return nil }
        return Activations(range: range, variants: variants)
    }
}
