import Experiments
import Plotting

extension [Series] {
    /// All numbers that are drawn.
    var heights: [Double] { flatMap { $0.median + $0.low + $0.high } }
}

/// Decades where the numbers span more than one and a half, otherwise equal steps from 0.
func lossScale(covering values: [Double]) -> any Scale {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    guard let least = positive.min(), let most = positive.max(), most > 30 * least else {
        return LinearScale(covering: values, includingZero: true)
    }
    return LogScale(covering: values)
}
