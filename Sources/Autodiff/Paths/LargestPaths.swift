import Foundation

/// One way from a scalar to the result.
package struct GradientPath: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// The scalar that the edge leads to, and the edge's local derivative.
        package let to: ScalarID
        package let local: Double
    }

    package let steps: [Step]
    /// The product of the local derivatives; 0 or infinite where it leaves the range of a Double.
    package let product: Double
    /// ln|product|, which keeps the order of what underflows.
    package let logMagnitude: Double
}

extension ScalarGraph {
    /// The k paths of largest magnitude, largest first; paths whose product is 0 come last.
    ///
    /// For each scalar the k best continuations are merged from those of its successors by a heap, from the result
    /// back, so that the work grows as the number of edges.
    package func largestPaths(_ k: Int) -> [GradientPath] {
        guard k > 0 else { return [] }
        var best = [[Continuation]](repeating: [], count: scalars.count)
        best[result] = [Continuation(logMagnitude: 0, edge: -1, rank: 0)]
        for scalar in scalars.indices.reversed() where scalar != result {
            best[scalar] = merged(edges[scalar], best, k)
        }
        return best[start].indices.map { path(rank: $0, best) }
    }

    /// The way on from a scalar: over which of its edges, and then which of the next scalar's continuations.
    private struct Continuation: Comparable {
        let logMagnitude: Double
        let edge: Int
        let rank: Int

        static func < (a: Continuation, b: Continuation) -> Bool {
            (a.logMagnitude, b.edge, b.rank) < (b.logMagnitude, a.edge, a.rank)
        }
    }

    private func merged(_ edges: [Edge], _ best: [[Continuation]], _ k: Int) -> [Continuation] {
        let logarithms = edges.map { log(abs($0.local)) }
        func candidate(_ edge: Int, _ rank: Int) -> Continuation? {
            let next = best[edges[edge].to]
            guard rank < next.count else { return nil }
            let local = logarithms[edge]
            // A path through a 0 counts as 0 even where it also passes ∞; one through a NaN comes first.
            let sum =
                local == -.infinity || next[rank].logMagnitude == -.infinity
                ? -Double.infinity : local + next[rank].logMagnitude
            return Continuation(logMagnitude: sum.isNaN ? .infinity : sum, edge: edge, rank: rank)
        }
        var heap = MaxHeap(edges.indices.compactMap { candidate($0, 0) })
        var found: [Continuation] = []
        while found.count < k, let next = heap.popMax() {
            found.append(next)
            if let following = candidate(next.edge, next.rank + 1) { heap.insert(following) }
        }
        return found
    }

    private func path(rank: Int, _ best: [[Continuation]]) -> GradientPath {
        var steps: [GradientPath.Step] = []
        var product = 1.0
        var scalar = start
        var continuation = best[start][rank]
        let logMagnitude = continuation.logMagnitude
        while continuation.edge >= 0 {
            let edge = edges[scalar][continuation.edge]
            steps.append(GradientPath.Step(to: scalars[edge.to], local: edge.local))
            product *= edge.local
            scalar = edge.to
            continuation = best[scalar][continuation.rank]
        }
        return GradientPath(
            steps: steps, product: logMagnitude == -.infinity ? 0 : product, logMagnitude: logMagnitude)
    }
}
