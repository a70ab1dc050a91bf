extension Layering {
    /// How many pairs of edges cross between adjacent layers.
    var crossings: Int {
        let place = places
        var count = 0
        let segments = segments
        for a in segments.indices {
            for b in segments.indices where b > a && layer[segments[a].0] == layer[segments[b].0] {
                let left = place[segments[a].0] - place[segments[b].0]
                let right = place[segments[a].1] - place[segments[b].1]
                if left * right < 0 { count += 1 }
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
    mutating func reduceCrossings(sweeps: Int = 24) {
        let neighbours = Neighbours(self)
        var best = order
        var fewest = crossings
        for sweep in 0..<sweeps where fewest > 0 {
            let goesRight = sweep.isMultiple(of: 2)
            let byMedian = sweep % 4 < 2
            for index in goesRight ? Array(order.indices.dropFirst()) : order.indices.dropLast().reversed() {
                sort(index, by: goesRight ? neighbours.left : neighbours.right, byMedian: byMedian)
            }
            transpose(neighbours)
            let now = crossings
            if now < fewest {
                fewest = now
                best = order
            }
        }
        order = best
    }

    private mutating func sort(_ index: Int, by neighbours: [[Int]], byMedian: Bool) {
        let place = places
        let wishes = order[index].enumerated().map { at, vertex -> (wish: Double, at: Int, vertex: Int) in
            let around = neighbours[vertex].map { Double(place[$0]) }.sorted()
            guard !around.isEmpty else { return (Double(at), at, vertex) }
            let middle = (around[(around.count - 1) / 2] + around[around.count / 2]) / 2
            return (byMedian ? middle : around.reduce(0, +) / Double(around.count), at, vertex)
        }
        order[index] = wishes.sorted { ($0.wish, $0.at) < ($1.wish, $1.at) }.map(\.vertex)
    }

    private mutating func transpose(_ neighbours: Neighbours) {
        var improved = true
        var rounds = 0
        while improved, rounds < 10 {
            improved = false
            rounds += 1
            for index in order.indices where order[index].count > 1 {
                for at in 0..<order[index].count - 1 {
                    let place = places
                    let (above, below) = (order[index][at], order[index][at + 1])
                    let kept = neighbours.crossings(above, below, place)
                    let swapped = neighbours.crossings(below, above, place)
                    if swapped < kept {
                        order[index].swapAt(at, at + 1)
                        improved = true
                    }
                }
            }
        }
    }
}

/// The vertices of the layers to the left and to the right that each vertex is joined to.
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

    /// Crossings among the edges of two neighbours of one layer, `above` standing over `below`.
    fileprivate func crossings(_ above: Int, _ below: Int, _ place: [Int]) -> Int {
        var count = 0
        for side in [left, right] {
            for a in side[above] { for b in side[below] where place[a] > place[b] { count += 1 } }
        }
        return count
    }
}
