package import BigInt
import Foundation

/// All paths from one scalar to the result through the graph of scalars: their number and the sum of their products.
///
/// The gradient of a scalar is the sum over all paths of the product of the local derivatives along them. A scalar has one edge to each
/// scalar that an operation computes from it (z·z is one edge, with derivative 2z). Counts and sums are found by dynamic programming from
/// the result back: no path is enumerated.
package struct PathSums: Sendable {
    package let start: ScalarID
    /// Exact, however large.
    package let count: BigUInt
    /// The sum over all paths: the gradient, computed in a second way.
    package let sum: Double

    /// For one number of edges: how many paths have it, and the sum of their products.
    package struct Length: Hashable, Sendable {
        package let edges: Int
        package let count: BigUInt
        package let sum: Double
    }
}

extension ScalarGraph {
    /// The number of paths and the sum of their products.
    package var sums: PathSums {
        var counts = [BigUInt](repeating: 0, count: scalars.count)
        var totals = [Double](repeating: 0, count: scalars.count)
        counts[result] = 1
        totals[result] = 1
        for scalar in scalars.indices.reversed() where scalar != result {
            var count: BigUInt = 0
            var total = 0.0
            for edge in edges(from: scalar).lazy.map({ self.edge($0) }) where counts[edge.to] > 0 {
                count += counts[edge.to]
                total += edge.local * totals[edge.to]
            }
            counts[scalar] = count
            totals[scalar] = total
        }
        return PathSums(start: scalars[start], count: counts[start], sum: totals[start])
    }

    /// For each number of edges, how many paths have it and the sum of their products, shortest first.
    ///
    /// Each scalar has a row of these. A finished row is added to those of the scalars before it and then released: only the rows at the
    /// front of the backward sweep are in memory at a time.
    /// - Throws: where the rows alone would take longer than a trace may.
    package func byLength() throws(CostExceeded) -> [PathSums.Length] {
        try checkCostOfLengths()
        let incoming = incoming()
        var rows = [LengthRow?](repeating: nil, count: scalars.count)
        rows[result] = LengthRow.end
        for scalar in scalars.indices.reversed() where scalar != start {
            guard let row = rows[scalar] else { continue }
            rows[scalar] = nil
            incoming.forEach(to: scalar) { edge, from in
                let local = self.edge(edge).local
                // Moved out of the array, so that it is not copied.
                if var known = rows[from].take() {
                    known.add(row, through: local)
                    rows[from] = known
                } else {
                    rows[from] = LengthRow(row, through: local)
                }
            }
        }
        return rows[start]?.lengths ?? []
    }

    /// Each edge adds one row to another: as many numbers as there are lengths, each of as many words as the number of paths needs.
    private func checkCostOfLengths() throws(CostExceeded) {
        // For each scalar the smallest and the largest number of edges, and the binary logarithm of the number of paths.
        var known = [(shortest: Int, longest: Int, bits: Double)?](repeating: nil, count: scalars.count)
        known[result] = (0, 0, 0)
        var work = 0
        for scalar in scalars.indices.reversed() where scalar != result {
            for edge in edges(from: scalar) {
                guard let next = known[head(of: edge)] else { continue }
                work = work.saturatingPlus((next.longest - next.shortest + 1).saturatingTimes(2 + Int(next.bits / 64)))
                guard let own = known[scalar] else {
                    known[scalar] = (next.shortest + 1, next.longest + 1, next.bits)
                    continue
                }
                let (more, fewer) = (max(own.bits, next.bits), min(own.bits, next.bits))
                known[scalar] = (
                    min(own.shortest, next.shortest + 1), max(own.longest, next.longest + 1), more + log2(1 + exp2(fewer - more))
                )
            }
        }
        guard work <= Cost.mostTraceProducts else {
            throw CostExceeded(what: "steps to count the paths by their length", count: work, limit: Cost.mostTraceProducts)
        }
    }
}
