/// Quantiles of a few numbers.
///
/// Linear interpolation between two ranks (Hyndman & Fan 1996, definition 7). NaN, a result of overflow, ranks above ∞: a quantile is NaN
/// only if a number it is interpolated from is.
struct Quantiles {
    /// Sorted at least at the ranks that are needed.
    private let sorted: [Double]

    init(of values: [Double]) { sorted = values.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 } }

    /// - Parameter parts: the only quantiles that may be read; for many numbers this is far faster than sorting.
    init(of values: [Double], at parts: [Double]) {
        var values = values
        let numbers = values.partition { $0.isNaN }
        let ranks = parts.flatMap { part in
            let below = Int(min(max(part, 0), 1) * Double(max(values.count - 1, 0)))
            return [below, below + 1]
        }
        values.sort(0..<numbers, for: Array(Set(ranks)).sorted()[...])
        sorted = values
    }

    /// - Parameter part: 0 for the minimum, 1 for the maximum. NaN where there are no numbers.
    func at(_ part: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let rank = min(max(part, 0), 1) * Double(last)
        let below = Int(rank)
        let weight = rank - Double(below)
        let low = sorted[below]
        guard weight > 0, below < last else { return low }
        let high = sorted[below + 1]
        // ∞ − ∞ would be NaN, but between ∞ and ∞ there is only ∞.
        if low == high { return low }
        return low + (high - low) * weight
    }
}

extension [Double] {
    /// Puts at each of the ranks, given in rising order, the element that sorting the range would put there (Hoare 1961, find).
    fileprivate mutating func sort(_ range: Range<Int>, for ranks: ArraySlice<Int>) {
        let ranks = ranks.drop { $0 < range.lowerBound }.prefix { $0 < range.upperBound }
        guard !ranks.isEmpty, range.count > 1 else { return }
        guard range.count > 24 else { return self[range].sort() }
        let ends = [self[range.lowerBound], self[range.lowerBound + range.count / 2], self[range.upperBound - 1]]
        let pivot = ends.sorted()[1]
        var (low, high) = (range.lowerBound, range.upperBound - 1)
        while low <= high {
            while self[low] < pivot { low += 1 }
            while pivot < self[high] { high -= 1 }
            guard low <= high else { break }
            swapAt(low, high)
            low += 1
            high -= 1
        }
        sort(range.lowerBound..<high + 1, for: ranks)
        sort(low..<range.upperBound, for: ranks)
    }
}

extension [Double] {
    /// Of an even number, the lower of the middle two; NaN ranks last.
    package var lowerMedian: Double {
        let sorted = sorted { $1.isNaN ? !$0.isNaN : $0 < $1 }
        return sorted.isEmpty ? .nan : sorted[(sorted.count - 1) / 2]
    }
}

extension Series {
    /// A line from the measured values of each seed, one row a seed, with a value for each x.
    init(name: String, quantity: String? = nil, panel: String? = nil, x: [Double], rows: [[Double]]) {
        let columns = x.indices.map { column in Quantiles(of: rows.map { $0[column] }) }
        self.init(
            name: name, quantity: quantity, panel: panel, x: x, median: columns.map { $0.at(0.5) },
            low: columns.map { $0.at(0.25) }, high: columns.map { $0.at(0.75) })
    }
}
