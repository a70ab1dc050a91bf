extension ScalarField {
    /// A point of the plane, in data coordinates.
    package struct Place: Hashable, Sendable {
        package var x, y: Double
    }

    /// The contour lines at a level, by marching squares (Lorensen and Cline 1987, in two dimensions).
    ///
    /// The function is taken as linear along the edges of the grid. In a cell whose diagonally opposite corners are on the same side of the
    /// level, the mean of the four decides. A line either closes (its last point is its first) or ends at the edge of the grid or at a
    /// value that is not finite.
    package func contours(at level: Double) -> [[Place]] {
        var links: [Int: [Int]] = [:]
        var order: [Int] = []
        let isAbove = values.map { $0 >= level }
        for row in 0..<max(y.count - 1, 0) {
            for column in 0..<max(x.count - 1, 0) {
                let corner = row * x.count + column
                let (below, above) = (isAbove[corner], isAbove[corner + x.count])
                // Skips cells whose corners are all on one side of the level, as most are.
                if below == isAbove[corner + 1], above == isAbove[corner + x.count + 1], below == above { continue }
                for (a, b) in segments(row, column, level) {
                    for (from, to) in [(a, b), (b, a)] {
                        if links[from] == nil { order.append(from) }
                        links[from, default: []].append(to)
                    }
                }
            }
        }
        var isUsed: Set<Int> = []
        func line(from start: Int) -> [Place] {
            var edges = [start]
            isUsed.insert(start)
            while let next = links[edges[edges.count - 1]]?.first(where: { !isUsed.contains($0) }) {
                edges.append(next)
                isUsed.insert(next)
            }
            if edges.count > 2, links[edges[edges.count - 1]]?.contains(start) == true { edges.append(start) }
            return edges.map { place(onEdge: $0, level) }
        }
        // Open lines are followed first, from one of their ends; all remaining lines are closed.
        let ends = order.filter { links[$0]?.count == 1 }
        var lines: [[Place]] = []
        for start in ends + order where !isUsed.contains(start) { lines.append(line(from: start)) }
        return lines
    }

    /// The segments of the contour in one cell, each between two edges. The number of an edge is twice that of the grid point at its lower
    /// left end, plus one if it is vertical.
    private func segments(_ row: Int, _ column: Int, _ level: Double) -> [(Int, Int)] {
        let corner = row * x.count + column
        let corners = [values[corner], values[corner + 1], values[corner + x.count + 1], values[corner + x.count]]
        guard corners.allSatisfy(\.isFinite) else { return [] }
        let bottom = 2 * corner
        let right = 2 * (corner + 1) + 1
        let top = 2 * (corner + x.count)
        let left = 2 * corner + 1
        let isAbove = corners.map { $0 >= level }
        switch (isAbove[0], isAbove[1], isAbove[2], isAbove[3]) {
        case (false, false, false, false), (true, true, true, true): return []
        case (true, false, false, false), (false, true, true, true): return [(left, bottom)]
        case (false, true, false, false), (true, false, true, true): return [(bottom, right)]
        case (false, false, true, false), (true, true, false, true): return [(right, top)]
        case (false, false, false, true), (true, true, true, false): return [(top, left)]
        case (true, true, false, false), (false, false, true, true): return [(left, right)]
        case (true, false, false, true), (false, true, true, false): return [(bottom, top)]
        case (true, false, true, false), (false, true, false, true):
            let middle = corners.reduce(0, +) / 4
            return (middle >= level) == isAbove[0] ? [(left, top), (bottom, right)] : [(left, bottom), (right, top)]
        }
    }

    private func place(onEdge edge: Int, _ level: Double) -> Place {
        let start = edge / 2
        let (row, column) = (start / x.count, start % x.count)
        let end = edge % 2 == 0 ? start + 1 : start + x.count
        let part = (level - values[start]) / (values[end] - values[start])
        return edge % 2 == 0
            ? Place(x: x[column] + part * (x[column + 1] - x[column]), y: y[row])
            : Place(x: x[column], y: y[row] + part * (y[row + 1] - y[row]))
    }
}
