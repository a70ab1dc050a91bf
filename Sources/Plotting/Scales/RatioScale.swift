import Notation

/// Equal ratios are equal lengths, between any two positive ends; ticks at 1, 2 and 5 times powers of ten where there is room for them.
package struct RatioScale: Scale, Hashable {
    package let lower, upper: Double

    /// - Parameters: the ends in either order; what is not positive and finite is replaced, and equal ends are moved apart.
    package init(_ one: Double, _ other: Double) {
        func usable(_ value: Double) -> Double? { value > 0 && value.isFinite ? value : nil }
        let a = usable(one) ?? usable(other) ?? 1
        let b = usable(other) ?? a
        // The half of the least number is 0, and twice a large one is ∞.
        (lower, upper) = a == b ? (max(a / 2, .leastNonzeroMagnitude), min(a * 2, .greatestFiniteMagnitude)) : (min(a, b), max(a, b))
    }

    /// The positive finite ones of the values, ends rounded outwards to 1, 2 or 5 times a power of ten.
    package init(covering values: some Sequence<Double>) {
        let usable = values.filter { $0 > 0 && $0.isFinite }
        let numbers = Self.round(1, 2, 5)
        let least = usable.min() ?? 0.1
        let most = usable.max() ?? 10
        self.init(
            numbers.last { $0 <= least * (1 + 1e-9) } ?? least, numbers.first { $0 >= most * (1 - 1e-9) } ?? most)
    }

    package func fraction(of value: Double) -> Double? {
        guard value >= 0 else { return nil }
        return (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
    }

    package func ticks(about count: Int) -> [Tick] {
        func within(_ numbers: [Double]) -> [Double] { numbers.filter { $0 >= lower * (1 - 1e-9) && $0 <= upper * (1 + 1e-9) } }
        let most = max(count, 2) + 1
        let fine = [within(Self.round(1, 2, 5)), within(Self.round(1, 3)), within(Self.round(1))]
        // Every second, fifth, … power of ten; one tick by itself tells no length.
        let coarse = [2, 3, 4, 5, 10, 20, 50, 100].map { step in
            fine[2].filter { Int(log10($0).rounded()) % step == 0 }
        }
        let chosen = (fine + coarse).first { $0.count <= most } ?? []
        let ticks = chosen.count > 1 ? chosen : [lower, upper]
        // Powers of ten are written as such where all ticks are, so that neighbours are written alike.
        let powers = ticks.map(log10)
        let arePowers = powers.allSatisfy { abs($0 - $0.rounded()) < 1e-9 } && powers.contains { $0 < -3.5 || $0 > 3.5 }
        return zip(ticks, powers).compactMap { number, power in
            fraction(of: number).map {
                Tick(fraction: $0, label: arePowers ? .powerOfTen(Int(power.rounded())) : .tickLabel(Numeral(number, digits: 3)))
            }
        }
    }

    /// All that a Double holds, rising.
    private static func round(_ factors: Double...) -> [Double] {
        (-307...307).flatMap { power in factors.map { power < 0 ? $0 / exp10(-power) : $0 * exp10(power) } }
    }
}

/// A scale the other way round: its upper end comes first.
package struct ReversedScale: Scale {
    private let scale: any Scale

    package init(_ scale: any Scale) { self.scale = scale }

    package func fraction(of value: Double) -> Double? { scale.fraction(of: value).map { 1 - $0 } }

    package func ticks(about count: Int) -> [Tick] {
        scale.ticks(about: count).reversed().map { Tick(fraction: 1 - $0.fraction, label: $0.label) }
    }
}
