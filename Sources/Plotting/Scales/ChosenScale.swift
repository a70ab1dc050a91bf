import Notation

/// Positive numbers that somebody chose, the settings of a sweep: equal ratios are equal lengths, and each number is a tick.
///
///     ChosenScale([2, 4, 8, 16])
package struct ChosenScale: Scale, Hashable {
    /// Rising, each once.
    private let numbers: [Double]
    /// The logarithms of the first and the last.
    private let ends: ClosedRange<Double>

    /// - Parameter numbers: in any order; only what is positive and finite has a place.
    package init(_ numbers: some Sequence<Double>) {
        self.numbers = Set(numbers.filter { $0 > 0 && $0.isFinite }).sorted()
        let (least, most) = (log10(self.numbers.first ?? 1), log10(self.numbers.last ?? 1))
        ends = most > least ? least...most : least - 1...least + 1
    }

    package func fraction(of value: Double) -> Double? {
        guard value >= 0 else { return nil }
        let inner = (log10(value) - ends.lowerBound) / (ends.upperBound - ends.lowerBound)
        return Self.margin + (1 - 2 * Self.margin) * inner
    }

    package func ticks(about count: Int) -> [Tick] {
        numbers.compactMap { number in fraction(of: number).map { Tick(fraction: $0, label: .tickLabel(Numeral(number))) } }
    }

    /// At either end, so that the first and the last number have room for their labels.
    private static let margin = 0.03
}
