import Notation

/// A logarithmic scale: equal ratios have equal lengths. Its ends are powers of ten.
package struct LogScale: Scale, Hashable {
    /// The exponents of the ends, lower < upper.
    package let lower, upper: Int

    package init(exponents lower: Int, _ upper: Int) {
        self.lower = min(lower, upper)
        self.upper = lower == upper ? upper + 1 : max(lower, upper)
    }

    /// Covers the positive finite values by whole decades; 0.1…10 if there are none.
    package init(covering values: some Sequence<Double>) {
        var least = Double.infinity
        var most = 0.0
        for value in values where value.isFinite && value > 0 {
            least = min(least, value)
            most = max(most, value)
        }
        guard least <= most else {
            self.init(exponents: -1, 1)
            return
        }
        // A value beyond a power of ten only by a rounding error must not add a decade.
        let low = Int((log10(least) + 1e-9).rounded(.down))
        let high = Int((log10(most) - 1e-9).rounded(.up))
        self.init(exponents: low, max(high, low + 1))
    }

    package func fraction(of value: Double) -> Double? {
        guard value >= 0 else { return nil }
        return (log10(value) - Double(lower)) / Double(upper - lower)
    }

    package func ticks(about count: Int) -> [Tick] {
        let decades = upper - lower
        let wanted = max(count, 1)
        let step = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500].first { decades / $0 <= wanted } ?? 1000
        // Exponents are multiples of the step, so that panels with different ends have the same ticks.
        let first = Int((Double(lower) / Double(step)).rounded(.up)) * step
        return stride(from: first, through: upper, by: step).map { exponent in
            Tick(fraction: Double(exponent - lower) / Double(decades), label: .powerOfTen(exponent))
        }
    }
}
