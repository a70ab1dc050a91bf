import Experiments
import Plotting

extension [Series] {
    /// All numbers that are drawn.
    var heights: [Double] { flatMap { $0.median + $0.low + $0.high } }

    /// The names of the series that coincide with the first one, including its own; empty where none does.
    var coinciding: [String] {
        guard let first else { return [] }
        let names = filter { line in
            line.median.count == first.median.count
                && zip(line.median, first.median).allSatisfy { abs($0 - $1) <= 1e-6 * Swift.max(abs($0), abs($1)) }
        }.map(\.name)
        return names.count > 1 ? names : []
    }
}

extension Series {
    /// Over its median at the last x; as it is where that is no divisor.
    var relativeToLast: Series {
        guard let last = median.last, last > 0, last.isFinite else { return self }
        var series = self
        (series.median, series.low, series.high) = (median.map { $0 / last }, low.map { $0 / last }, high.map { $0 / last })
        return series
    }
}

/// A logarithmic scale if the numbers span more than one and a half decades, otherwise a linear one from 0.
/// - Parameter cap: numbers above it do not extend the axis.
func lossScale(covering values: [Double], cap: Double = .infinity) -> any Scale {
    let values = values.filter { $0 <= cap }
    let positive = values.filter { $0 > 0 && $0.isFinite }
    guard let least = positive.min(), let most = positive.max(), most > 30 * least else {
        return LinearScale(covering: values, includingZero: true)
    }
    return RatioScale(covering: positive)
}
