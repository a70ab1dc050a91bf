/// Median and quartiles of a few numbers.
///
/// Between two ranks one interpolates linearly (Hyndman & Fan 1996, definition 7). NaN, which overflow leaves behind,
/// ranks above ∞: a quantile is NaN only where the numbers that it stands between are.
struct Quantiles {
    /// At the ranks that are asked for as if sorted.
    private let sorted: [Double]

    init(of values: [Double]) { sorted = values.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 } }

    /// Only these parts may be asked for: of many numbers they are found in a fraction of the time.
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

extension [Double] {
    /// Puts at each of the ranks, which rise, what would stand there were the range sorted (Hoare 1961, find).
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
    /// As lines of medians have it: of an even number, halfway between the middle two. NaN ranks behind everything.
    package var median: Double { Quantiles(of: self).at(0.5) }

    /// Of an even number, the lower of the middle two; NaN behind everything.
    package var lowerMedian: Double {
        let sorted = sorted { $1.isNaN ? !$0.isNaN : $0 < $1 }
        return sorted.isEmpty ? .nan : sorted[(sorted.count - 1) / 2]
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
