package import BigInt

/// Every way from one scalar to the result, through the graph of scalars: how many there are and what they sum to.
///
/// The gradient of a scalar is the sum over all paths of the product of the local derivatives along them. A scalar has
/// one edge to each scalar that one operation makes of it (z·z is one edge, 2z). Counts, sums and the largest are
/// dynamic programs from the result back: no path is enumerated.
package struct PathSums: Sendable {
    package let start: ScalarID
    /// Exact, however many.
    package let count: BigUInt
    /// The sum over all paths: the gradient, found a second way.
    package let sum: Double

    /// For each number of edges that a path may have: how many paths have it, and their sum.
    package struct Length: Hashable, Sendable {
        package let edges: Int
        package let count: BigUInt
        package let sum: Double
    }
}

/// One scalar of one tensor of a tape.
package struct ScalarID: Hashable, Sendable {
    package let tensor: Tape.ID
    /// Row-major.
    package let index: Int

    package init(_ tensor: Tape.ID, _ index: Int) {
        self.tensor = tensor
        self.index = index
    }
}

/// The graph of scalars downstream of one tensor, with merged edges.
package struct ScalarGraph: Sendable {
    /// An edge to the scalar numbered `to`, with its local derivative.
    struct Edge: Sendable {
        let to: Int
        let local: Double
    }

    /// The scalars in the tape's order; only those downstream of the start.
    package let scalars: [ScalarID]
    /// The edges that leave each scalar.
    let edges: [[Edge]]
    let start: Int
    let result: Int

    /// The graph between one scalar and the result; nil where the result does not depend on the scalar's tensor.
    package init?(_ pass: Pass, from start: ScalarID) {
        let downstream = pass.tape.downstream(of: start.tensor)
        guard downstream[pass.result.index] else { return nil }
        var first = [Int](repeating: -1, count: pass.tape.entries.count)
        var scalars = [start]
        first[start.tensor.index] = 0
        let later = (start.tensor.index + 1..<max(pass.result.index, start.tensor.index) + 1).map { Tape.ID(index: $0) }
        for id in later where downstream[id.index] {
            first[id.index] = scalars.count
            for index in 0..<pass.tape[id].shape.reduce(1, *) { scalars.append(ScalarID(id, index)) }
        }
        var edges = [[Edge]](repeating: [], count: scalars.count)
        // Other samples of the batch lie downstream of the tensor but not of the scalar.
        var reached = [Bool](repeating: false, count: scalars.count)
        reached[0] = true
        for id in later where downstream[id.index] {
            pass.forEachRun(from: id) { run in
                guard downstream[run.input.index] else { return }
                let to = first[id.index] + run.outputIndex
                for (entry, local) in zip(run.first..., run.locals) where run.input != start.tensor || entry == start.index {
                    let from = run.input == start.tensor ? 0 : first[run.input.index] + entry
                    guard reached[from] else { continue }
                    reached[to] = true
                    if let last = edges[from].indices.last, edges[from][last].to == to {
                        edges[from][last] = Edge(to: to, local: edges[from][last].local + local)
                    } else {
                        edges[from].append(Edge(to: to, local: local))
                    }
                }
            }
        }
        self.scalars = scalars
        self.edges = edges
        self.start = 0
        result = start.tensor == pass.result ? 0 : first[pass.result.index]
    }

    package var edgeCount: Int { edges.reduce(0) { $0 + $1.count } }
}

extension ScalarGraph {
    /// How many paths there are and what they sum to.
    package var sums: PathSums {
        var counts = [BigUInt](repeating: 0, count: scalars.count)
        var totals = [Double](repeating: 0, count: scalars.count)
        counts[result] = 1
        totals[result] = 1
        for scalar in scalars.indices.reversed() where scalar != result {
            var count: BigUInt = 0
            var total = 0.0
            for edge in edges[scalar] where counts[edge.to] > 0 {
                count += counts[edge.to]
                total += edge.local * totals[edge.to]
            }
            counts[scalar] = count
            totals[scalar] = total
        }
        return PathSums(start: scalars[start], count: counts[start], sum: totals[start])
    }

    /// For each number of edges, how many paths have it and what they sum to, shortest first.
    package var byLength: [PathSums.Length] {
        var lengths = [[Int: (count: BigUInt, sum: Double)]](repeating: [:], count: scalars.count)
        lengths[result] = [0: (1, 1)]
        for scalar in scalars.indices.reversed() where scalar != result {
            for edge in edges[scalar] {
                for (length, found) in lengths[edge.to].sorted(by: { $0.key < $1.key }) {
                    let known = lengths[scalar][length + 1] ?? (0, 0)
                    lengths[scalar][length + 1] = (known.count + found.count, known.sum + edge.local * found.sum)
                }
            }
        }
        return lengths[start].sorted { $0.key < $1.key }.map {
            PathSums.Length(edges: $0.key, count: $0.value.count, sum: $0.value.sum)
        }
    }
}
