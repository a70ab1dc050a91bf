extension Layering {
    /// The number of crossings between edges of adjacent layers.
    var crossings: Int { crossings(places) }

    /// Counted layer by layer as inversions among the right ends, sorted by the left ones (Barth, Jünger & Mutzel 2002).
    private func crossings(_ place: [Int]) -> Int {
        var ends: [[(left: Int, right: Int)]] = Array(repeating: [], count: order.count)
        for (a, b) in segments { ends[layer[a]].append((place[a], place[b])) }
        var count = 0
        for (index, pairs) in ends.enumerated() where pairs.count > 1 {
            // Counts the right ends so far from each position on, in a binary indexed tree.
            var tree = [Int](repeating: 0, count: order[index + 1].count + 1)
            for (before, pair) in pairs.sorted(by: { ($0.left, $0.right) < ($1.left, $1.right) }).enumerated() {
                var above = 0
                var at = pair.right + 1
                while at > 0 {
                    above += tree[at]
                    at &= at - 1
                }
                count += before - above
                at = pair.right + 1
                while at < tree.count {
                    tree[at] += 1
                    at += at & -at
                }
            }
        }
        return count
    }

    private var places: [Int] {
        var place = [Int](repeating: 0, count: layer.count)
        for vertices in order { for (index, vertex) in vertices.enumerated() { place[vertex] = index } }
        return place
    }

    /// Reorders the layers by sweeps of medians and barycentres, and swaps neighbours while that helps; keeps the best order found.
    mutating func reduceCrossings() {
        let neighbours = Neighbours(self)
        var place = places
        var best = order
        var fewest = crossings(place)
        for sweep in 0..<24 where fewest > 0 {
            let goesRight = sweep.isMultiple(of: 2)
            let byMedian = sweep % 4 < 2
            for index in goesRight ? Array(order.indices.dropFirst()) : order.indices.dropLast().reversed() {
                sort(index, by: goesRight ? neighbours.left : neighbours.right, byMedian: byMedian, &place)
            }
            transpose(neighbours, &place)
            let now = crossings(place)
            if now < fewest {
                fewest = now
                best = order
            }
        }
        order = best
    }

    private mutating func sort(_ index: Int, by neighbours: [[Int]], byMedian: Bool, _ place: inout [Int]) {
        let wishes = order[index].enumerated().map { at, vertex -> (wish: Double, at: Int, vertex: Int) in
            let around = neighbours[vertex].map { Double(place[$0]) }.sorted()
            guard !around.isEmpty else { return (Double(at), at, vertex) }
            let middle = (around[(around.count - 1) / 2] + around[around.count / 2]) / 2
            return (byMedian ? middle : around.reduce(0, +) / Double(around.count), at, vertex)
        }
        order[index] = wishes.sorted { ($0.wish, $0.at) < ($1.wish, $1.at) }.map(\.vertex)
        for (at, vertex) in order[index].enumerated() { place[vertex] = at }
    }

    private mutating func transpose(_ neighbours: Neighbours, _ place: inout [Int]) {
        var improved = true
        var rounds = 0
        while improved, rounds < 10 {
            improved = false
            rounds += 1
            for index in order.indices where order[index].count > 1 {
                for at in 0..<order[index].count - 1 {
                    let (above, below) = (order[index][at], order[index][at + 1])
                    let kept = neighbours.crossings(above, below, place)
                    let swapped = neighbours.crossings(below, above, place)
                    if swapped < kept {
                        order[index].swapAt(at, at + 1)
                        place.swapAt(above, below)
                        improved = true
                    }
                }
            }
        }
    }
}

/// For each vertex its neighbours in the layers to the left and to the right.
struct Neighbours {
    var left: [[Int]]
    var right: [[Int]]

    init(_ layering: Layering) {
        left = Array(repeating: [], count: layering.layer.count)
        right = left
        for (a, b) in layering.segments {
            right[a].append(b)
            left[b].append(a)
        }
    }

    /// Crossings among the edges of two neighbours in one layer, with `above` over `below`.
    fileprivate func crossings(_ above: Int, _ below: Int, _ place: [Int]) -> Int {
        var count = 0
        for side in [left, right] {
            for a in side[above] { for b in side[below] where place[a] > place[b] { count += 1 } }
        }
        return count
    }
}
