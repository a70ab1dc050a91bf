/// Moves intervals on a line apart so that none overlap, with the least sum of squared displacements.
///
/// Neighbours that collide become one block at the mean of their wishes (the pool-adjacent-violators algorithm of isotonic regression,
/// Barlow et al. 1972). The intervals keep the order of their wishes.
package struct LabelSpreading: Sendable {
    /// The smallest distance between two intervals.
    package var gap: Double
    /// The range that should contain the intervals; if they need more, they extend past the upper end.
    package var range: ClosedRange<Double>

    package init(gap: Double, range: ClosedRange<Double>) {
        self.gap = gap
        self.range = range
    }

    /// The length that intervals of these sizes need, with the gaps.
    package func needed(for sizes: [Double]) -> Double {
        sizes.reduce(0, +) + gap * Double(max(sizes.count - 1, 0))
    }

    /// New centres, in the order given, for intervals of `sizes` that wish to be centred at `wishes` (finite, as many as sizes).
    package func centers(wishes: [Double], sizes: [Double]) -> [Double] {
        let order = wishes.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
        // The distance of each centre from the first one if all intervals are as close as the gap allows.
        var offsets: [Double] = []
        for (rank, index) in order.enumerated() {
            guard rank > 0 else {
                offsets.append(0)
                continue
            }
            offsets.append(offsets[rank - 1] + sizes[order[rank - 1]] / 2 + gap + sizes[index] / 2)
        }
        var blocks: [(sum: Double, count: Int)] = []
        for (rank, index) in order.enumerated() {
            blocks.append((wishes[index] - offsets[rank], 1))
            while blocks.count > 1, mean(blocks[blocks.count - 2]) > mean(blocks[blocks.count - 1]) {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].count += last.count
            }
        }
        guard let firstIndex = order.first, let lastIndex = order.last else { return [] }
        let least = range.lowerBound + sizes[firstIndex] / 2
        let most = max(least, range.upperBound - sizes[lastIndex] / 2 - offsets[offsets.count - 1])
        var centers = wishes
        var rank = 0
        for block in blocks {
            let start = min(max(mean(block), least), most)
            for _ in 0..<block.count {
                centers[order[rank]] = start + offsets[rank]
                rank += 1
            }
        }
        return centers
    }

    private func mean(_ block: (sum: Double, count: Int)) -> Double { block.sum / Double(block.count) }
}
