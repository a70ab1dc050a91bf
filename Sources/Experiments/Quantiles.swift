/// Median and quartiles of a few numbers.
///
/// Between two ranks one interpolates linearly (Hyndman & Fan 1996, definition 7). NaN, which overflow leaves behind,
/// ranks above ∞: a quantile is NaN only where the numbers that it stands between are.
struct Quantiles {
    private let sorted: [Double]

    init(of values: [Double]) {
        sorted = values.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 }
    }

    /// - Parameter part: 0 the least, 1 the largest. NaN where there are no numbers.
    func at(_ part: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let rank = min(max(part, 0), 1) * Double(last)
        let below = Int(rank)
        let weight = rank - Double(below)
        let low = sorted[below]
        guard weight > 0, below < last else { return low }
        let high = sorted[below + 1]
        // ∞ − ∞ is no number, but between ∞ and ∞ there is only ∞.
        if low == high { return low }
        return low + (high - low) * weight
    }
}

extension Series {
    /// A line from one row of measured values a seed; every row has a value for each x.
    init(name: String, quantity: String? = nil, panel: String? = nil, x: [Double], rows: [[Double]]) {
        let columns = x.indices.map { column in Quantiles(of: rows.map { $0[column] }) }
        self.init(
            name: name, quantity: quantity, panel: panel, x: x, median: columns.map { $0.at(0.5) },
            low: columns.map { $0.at(0.25) }, high: columns.map { $0.at(0.75) })
    }
}
