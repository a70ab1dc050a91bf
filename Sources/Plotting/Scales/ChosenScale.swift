import Notation

/// A logarithmic scale for chosen positive numbers, such as the settings of a sweep; each of them is a tick.
///
///     ChosenScale([2, 4, 8, 16])
package struct ChosenScale: Scale, Hashable {
    /// Increasing, without repetitions.
    private let numbers: [Double]
    /// The logarithms of the smallest and the largest number.
    private let ends: ClosedRange<Double>

    /// - Parameter numbers: in any order; those that are not positive and finite are ignored.
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

    /// The margin at both ends, as a fraction of the axis, so that the labels of the first and last number have room.
    private static let margin = 0.03
}
