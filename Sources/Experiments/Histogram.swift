import Autodiff
import Foundation

/// Counts of numbers in equal bins, with separate counts for those that fit in no bin.
///
/// Bin k is centred at k · width, so that numbers that pile up at 1 have a bin of their own. Counts are integers, so the sum of two
/// histograms does not depend on the order.
package struct Histogram: Hashable, Sendable {
    package enum Axis: Hashable, Sendable {
        /// The numbers themselves, from −1 to 1; zeros are binned like others.
        case unit
        /// log₁₀ of their magnitudes; zeros have none.
        case decades

        package var width: Double {
            switch self {
            case .unit: 0.05
            case .decades: 0.125
            }
        }

        /// The bins of all numbers that may occur.
        fileprivate var bins: ClosedRange<Int> {
            let ends: [Double] =
                switch self {
                case .unit: [-1, 1]
                case .decades: [.leastNonzeroMagnitude, .greatestFiniteMagnitude]
                }
            let places = places(of: ends)
            return nearest(places[0])...nearest(places[1])
        }

        fileprivate func holds(_ value: Double) -> Bool {
            switch self {
            case .unit: abs(value) <= 1
            case .decades: value.isFinite && value != 0
            }
        }

        /// Positions on the axis, in bins.
        fileprivate func places(of values: [Double]) -> [Double] {
            switch self {
            case .unit: return values.map { $0 / width }
            case .decades:
                let scale = M_LOG10E / width
                return [Double](unsafeUninitializedCapacity: values.count) { places, initialized in
                    values.withUnsafeBufferPointer { findLogarithms(of: $0, into: .init(rebasing: places[..<$0.count])) }
                    for index in values.indices { places[index] *= scale }
                    initialized = values.count
                }
            }
        }

        /// Rounds to the nearest integer, halves away from zero. By truncation, since `rounded()` is a function call on baseline
        /// processors.
        fileprivate func nearest(_ x: Double) -> Int { x < 0 ? -Int(0.5 - x) : Int(0.5 + x) }
    }

    package let axis: Axis
    /// The index of the first bin.
    package private(set) var first = 0
    package private(set) var counts: [Int] = []
    /// The number of all numbers, in a bin or not.
    package private(set) var total: Int
    package private(set) var zeros: Int
    /// ∞ and NaN.
    package private(set) var lost: Int

    package init(of values: [Double], on axis: Axis) {
        self.axis = axis
        (total, zeros, lost) = (values.count, 0, 0)
        let bins = axis.bins
        var all = [Int](repeating: 0, count: bins.count)
        let places = axis.places(of: values)
        for (index, value) in values.enumerated() {
            if value == 0 { zeros += 1 }
            if !value.isFinite { lost += 1 }
            if axis.holds(value) { all[axis.nearest(places[index]) - bins.lowerBound] += 1 }
        }
        guard let least = all.firstIndex(where: { $0 > 0 }), let most = all.lastIndex(where: { $0 > 0 }) else { return }
        first = bins.lowerBound + least
        counts = Array(all[least...most])
    }

    /// The center of each bin, on the axis.
    package var centers: [Double] { counts.indices.map { Double(first + $0) * axis.width } }

    /// Counts per length of the axis, as parts of the total: the bins at −1 and 1 are half as wide, since no number lies beyond.
    package var densities: [Double] {
        let ends = axis.bins
        return counts.enumerated().map { index, count in
            let isEnd = axis == .unit && (first + index == ends.lowerBound || first + index == ends.upperBound)
            return Double(count) / Double(max(total, 1)) / (isEnd ? axis.width / 2 : axis.width)
        }
    }

    private func count(in bin: Int) -> Int { counts.indices.contains(bin - first) ? counts[bin - first] : 0 }

    /// The sum of both, which must have the same axis.
    static func + (a: Histogram, b: Histogram) -> Histogram {
        var sum = a.counts.isEmpty ? b : a
        (sum.total, sum.zeros, sum.lost) = (a.total + b.total, a.zeros + b.zeros, a.lost + b.lost)
        guard !a.counts.isEmpty, !b.counts.isEmpty else { return sum }
        sum.first = min(a.first, b.first)
        let end = max(a.first + a.counts.count, b.first + b.counts.count)
        sum.counts = (sum.first..<end).map { a.count(in: $0) + b.count(in: $0) }
        return sum
    }
}
