import Foundation

/// How many numbers lie in each of equal bins, those that no bin can hold told apart.
///
/// Bin k is centred at k · width, so that numbers that pile up at 1 stand in a bin of their own. Binned by integers, the sum of two
/// histograms does not depend on the order.
package struct Histogram: Hashable, Sendable {
    package enum Axis: Hashable, Sendable {
        /// The numbers themselves, from −1 to 1; zeros are binned like others.
        case unit
        /// log₁₀ of their magnitudes; a zero has none.
        case decades

        package var width: Double {
            switch self {
            case .unit: 0.05
            case .decades: 0.125
            }
        }

        fileprivate func bin(of value: Double) -> Int? {
            switch self {
            case .unit: abs(value) <= 1 ? nearest(value / width) : nil
            case .decades: value.isFinite && value != 0 ? nearest(log(abs(value)) * (M_LOG10E / width)) : nil
            }
        }

        /// Without the call that rounding is where the processor is not known: nobody sees which bin a number between two falls into.
        private func nearest(_ x: Double) -> Int { x < 0 ? -Int(0.5 - x) : Int(0.5 + x) }
    }

    package let axis: Axis
    /// The number of the first bin.
    package private(set) var first = 0
    package private(set) var counts: [Int] = []
    /// Of all numbers, whether a bin holds them or not.
    package private(set) var total: Int
    package private(set) var zeros: Int
    /// ∞ and NaN.
    package private(set) var lost: Int

    package init(of values: [Double], on axis: Axis) {
        self.axis = axis
        total = values.count
        zeros = values.count { $0 == 0 }
        lost = values.count { !$0.isFinite }
        let bins = values.compactMap(axis.bin)
        guard let least = bins.min(), let most = bins.max() else { return }
        first = least
        counts = Array(repeating: 0, count: most - least + 1)
        for bin in bins { counts[bin - least] += 1 }
    }

    /// The middle of each bin, on the axis.
    package var centers: [Double] { counts.indices.map { Double(first + $0) * axis.width } }

    private func count(in bin: Int) -> Int { counts.indices.contains(bin - first) ? counts[bin - first] : 0 }

    /// Both together; nothing is asked but that their axes are the same.
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
