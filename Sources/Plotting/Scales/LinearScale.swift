import Notation

/// A linear scale: equal differences have equal lengths.
package struct LinearScale: Scale, Hashable {
    package let lower, upper: Double

    /// Takes the ends in either order. Ends that are equal or not finite are moved apart, so that the scale always has a length.
    package init(_ one: Double, _ other: Double) {
        let a = one.isFinite ? one : 0
        let b = other.isFinite ? other : a
        guard a != b else {
            let margin = a == 0 ? 1 : abs(a) / 2
            let low = max(a - margin, -Double.greatestFiniteMagnitude)
            let high = min(a + margin, Double.greatestFiniteMagnitude)
            (lower, upper) = low < high ? (low, high) : (a, a.nextUp)
            return
        }
        (lower, upper) = (min(a, b), max(a, b))
    }

    /// Covers the finite values, with the ends rounded outwards to a tick.
    package init(covering values: some Sequence<Double>, includingZero: Bool = false, about count: Int = 5) {
        var least = Double.infinity
        var most = -Double.infinity
        for value in values where value.isFinite {
            least = min(least, value)
            most = max(most, value)
        }
        if includingZero || least > most {
            least = min(least, 0)
            most = max(most, 0)
        }
        let tight = LinearScale(least, most)
        let step = NiceStep(from: tight.lower, to: tight.upper, about: count)
        let low = step.value * (tight.lower / step.value).rounded(.down)
        let high = step.value * (tight.upper / step.value).rounded(.up)
        self.init(low.isFinite ? low : tight.lower, high.isFinite ? high : tight.upper)
    }

    package func fraction(of value: Double) -> Double? {
        guard !value.isNaN else { return nil }
        let length = upper - lower
        // The distance between the ends may overflow.
        return length.isFinite ? (value - lower) / length : (value / 2 - lower / 2) / (upper / 2 - lower / 2)
    }

    package func ticks(about count: Int) -> [Tick] {
        // One tick by itself tells no length.
        for factor in [1, 2, 4] {
            let step = NiceStep(from: lower, to: upper, about: max(count, 1) * factor)
            let ticks = step.multiples(from: lower, to: upper).compactMap { value in
                fraction(of: value).map { Tick(fraction: $0, label: .tickLabel(step.numeral(value))) }
            }
            if ticks.count > 1 || factor == 4 { return ticks }
        }
        return []
    }
}
