extension Layering {
    /// A vertical position for each vertex, near its neighbours, in the order of its layer.
    ///
    /// Each layer in turn moves to the weighted mean of its neighbours: a quadratic program with minimum distances, which the
    /// pool-adjacent-violators algorithm solves exactly. Edges through dummies weigh more, so that long edges become straight.
    /// - Parameter reach: how far each vertex extends above and below its position; `gap`: the smallest distance between two.
    func rows(reach: [(above: Double, below: Double)], gap: Double) -> [Double] {
        var y = [Double](repeating: 0, count: layer.count)
        var links: [[(vertex: Int, weight: Double)]] = Array(repeating: [], count: layer.count)
        for (a, b) in segments {
            let weight = isDummy(a) && isDummy(b) ? 8.0 : isDummy(a) || isDummy(b) ? 3 : 1
            links[a].append((b, weight))
            links[b].append((a, weight))
        }
        let distances = order.map { vertices in
            zip(vertices, vertices.dropFirst()).map { reach[$0].below + gap + reach[$1].above }
        }
        for (vertices, distance) in zip(order, distances) {
            let height = distance.reduce(0, +)
            var at = -height / 2
            for (index, vertex) in vertices.enumerated() {
                y[vertex] = at
                if index < distance.count { at += distance[index] }
            }
        }
        for sweep in 0..<60 {
            let indices = Array(order.indices)
            for index in sweep.isMultiple(of: 2) ? indices : indices.reversed() {
                let wishes = order[index].map { vertex -> (at: Double, weight: Double) in
                    let weight = links[vertex].reduce(0) { $0 + $1.weight }
                    guard weight > 0 else { return (y[vertex], 0.1) }
                    return (links[vertex].reduce(0) { $0 + $1.weight * y[$1.vertex] } / weight, weight)
                }
                for (vertex, at) in zip(order[index], spread(wishes, distances: distances[index])) { y[vertex] = at }
            }
        }
        return y
    }
}

extension Layering {
    /// The same positions, but nearly horizontal edges made exactly horizontal.
    func levelled(_ rows: [Double]) -> [Double] {
        var rows = rows
        for layer in order.indices.dropLast() {
            for (a, b) in segments where self.layer[a] == layer && abs(rows[a] - rows[b]) < Self.nearlyLevel { rows[b] = rows[a] }
        }
        return rows
    }

    /// In points.
    private static let nearlyLevel = 5.0
}

/// The positions closest to the wishes in the least squares sense, with at least the given distances between neighbours.
func spread(_ wishes: [(at: Double, weight: Double)], distances: [Double]) -> [Double] {
    var offsets = [0.0]
    for distance in distances { offsets.append(offsets[offsets.count - 1] + distance) }
    var pools: [(sum: Double, weight: Double, count: Int)] = []
    for (wish, offset) in zip(wishes, offsets) {
        pools.append(((wish.at - offset) * wish.weight, wish.weight, 1))
        while pools.count > 1 {
            let last = pools[pools.count - 1]
            let before = pools[pools.count - 2]
            guard before.sum / before.weight > last.sum / last.weight else { break }
            pools.removeLast(2)
            pools.append((before.sum + last.sum, before.weight + last.weight, before.count + last.count))
        }
    }
    return zip(pools.flatMap { Array(repeating: $0.sum / $0.weight, count: $0.count) }, offsets).map { $0 + $1 }
}
