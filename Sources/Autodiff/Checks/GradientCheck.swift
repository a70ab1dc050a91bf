/// Holds gradients against differences of the function itself.
package struct GradientCheck: Sendable {
    /// One scalar whose gradient was compared.
    package struct Place: Hashable, Sendable {
        package let tensor: String
        package let index: [Int]
        package let gradient: Double
        /// What the differences say, and how far they can be trusted.
        package let difference: Double
        package let uncertainty: Double
        /// |gradient − difference| in units of what is allowed: above 1 the check fails.
        package let excess: Double
    }

    package private(set) var compared = 0
    /// Scalars where the function has a kink, and the gradient is one of its one-sided slopes or between them.
    package private(set) var kinks: [Place] = []
    package private(set) var failures: [Place] = []
    package private(set) var worst: Place?

    package var passed: Bool { failures.isEmpty }
}

extension GradientCheck {
    /// Compares the gradients of the given sources, entry by entry.
    ///
    /// Central differences are extrapolated to step 0 by Ridders' method, which also says how far they can be trusted.
    /// - Parameter gradient: what is compared; the pass's own gradients where nil is left.
    package init(_ pass: Pass, of sources: [Tape.ID], gradient: ((Tape.ID) -> Tensor)? = nil) {
        let gradients = sources.map { gradient?($0) ?? pass.gradient($0) }
        let largest = gradients.flatMap(\.scalars).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        for (source, gradient) in zip(sources, gradients) {
            let downstream = pass.tape.downstream(of: source)
            var values = pass.values
            for entry in 0..<gradient.count {
                let slope = Slope(pass, source, entry, downstream: downstream, values: &values)
                record(
                    slope, gradient: gradient.scalars[entry], largest: largest, tensor: pass.tape[source].name,
                    index: pass.tape[source].shape.index(ofFlat: entry))
            }
        }
    }

    private mutating func record(_ slope: Slope, gradient: Double, largest: Double, tensor: String, index: [Int]) {
        compared += 1
        let allowed = max(1e-6 * max(abs(gradient), abs(slope.central)), 1e-9 * largest, 20 * slope.uncertainty, 1e-14)
        let distance = abs(gradient - slope.central)
        let place = Place(
            tensor: tensor, index: index, gradient: gradient, difference: slope.central,
            uncertainty: slope.uncertainty, excess: distance.isFinite ? distance / allowed : .infinity)
        if slope.hasKink(atGradient: gradient, largest: largest) {
            kinks.append(place)
            return
        }
        if place.excess > 1 || place.excess.isNaN { failures.append(place) }
        if worst.map({ $0.excess < place.excess }) ?? true { worst = place }
    }
}

/// The slope of the result along one scalar, from differences.
private struct Slope {
    let central: Double
    let uncertainty: Double
    let left: Double
    let right: Double

    init(_ pass: Pass, _ source: Tape.ID, _ entry: Int, downstream: [Bool], values: inout [Tensor]) {
        let x = values[source.index].scalars[entry]
        func result(at moved: Double) -> Double {
            values[source.index].scalars[entry] = moved
            pass.tape.reevaluate(&values, downstream: downstream, of: source)
            return values[pass.result.index].scalars[0]
        }
        let here = pass.value(pass.result).scalars[0]
        let shrink = 2.0
        var step = max(abs(x), 1) * 0.02
        var table: [Double] = []
        var best = (value: Double.nan, error: Double.infinity)
        for row in 0..<10 {
            var estimates = [(result(at: x + step) - result(at: x - step)) / ((x + step) - (x - step))]
            var factor = shrink * shrink
            for previous in table {
                let last = estimates[estimates.count - 1]
                estimates.append(last + (last - previous) / (factor - 1))
                factor *= shrink * shrink
                let error = max(
                    abs(estimates[estimates.count - 1] - last), abs(estimates[estimates.count - 1] - previous))
                if error < best.error { best = (estimates[estimates.count - 1], error) }
            }
            if row > 3, let last = estimates.last, let before = table.last, abs(last - before) > 4 * best.error { break }
            table = estimates
            step /= shrink
        }
        central = best.value
        // What rounding the result itself does to a difference of about the last step.
        uncertainty = max(best.error, abs(here) * 1e-16 / (step * shrink))
        let near = max(abs(x), 1) * 1e-6
        left = (here - result(at: x - near)) / near
        right = (result(at: x + near) - here) / near
        _ = result(at: x)
    }

    /// Whether the slopes on both sides differ by far more than a smooth function's, with the gradient in between.
    func hasKink(atGradient gradient: Double, largest: Double) -> Bool {
        let spread = abs(right - left)
        let scale = max(abs(left), abs(right))
        guard spread > 1e-3 * scale, spread > 1e-5 * largest else { return false }
        let slack = 1e-3 * spread
        return gradient >= min(left, right) - slack && gradient <= max(left, right) + slack
    }
}
