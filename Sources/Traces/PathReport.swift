package import Autodiff
import BigInt

/// The paths from one scalar to the result: how many, the largest, and the sum of their products.
package struct PathReport: Sendable {
    package let address: String
    /// Its symbol in figures, and its address.
    package let name: String
    package let gradient: Double
    /// In decimal digits, however large.
    package let count: String
    package let sum: Double
    /// Each path is expanded when it is asked for; nil where the result does not depend on the scalar.
    package let largest: LargestPaths?
    /// For each number of edges; nil unless requested.
    package let byLength: [Length]?

    package struct Length: Sendable {
        package let edges: Int
        package let count: String
        package let sum: Double
    }

    /// - Throws: where the graph between the scalar and the result is too large.
    package init(_ trace: Trace, of scalar: ScalarID, top: Int, byLength: Bool) throws(CostExceeded) {
        address = trace.address(of: scalar)
        name = trace.fullName(of: scalar)
        gradient = trace.pass.gradient(scalar.tensor).scalars[scalar.index]
        guard let graph = try ScalarGraph(trace.pass, from: scalar) else {
            (count, sum, largest) = ("0", 0, nil)
            self.byLength = byLength ? [] : nil
            return
        }
        let sums = graph.sums
        count = String(sums.count)
        sum = sums.sum
        largest = graph.largestPaths(top)
        self.byLength =
            byLength
            ? try graph.byLength().map { (length) throws(CostExceeded) in
                Length(edges: length.edges, count: String(length.count), sum: length.sum)
            } : nil
    }
}

extension PathReport {
    /// Writes the report as `backstep paths --format json` prints it, path by path.
    package func writeJSON<Failure: Error>(_ trace: Trace, to put: (String) throws(Failure) -> Void) throws(Failure) {
        let head: [JSON.Member] = [
            .init(key: "format", value: .string("backstep.paths")), .init(key: "version", value: .integer(1)),
            .init(key: "of", value: .string(address)), .init(key: "count", value: .string(count)),
            .init(key: "gradient", value: .number(gradient)), .init(key: "sum", value: .number(sum)),
        ]
        let paths = (largest?.indices ?? 0..<0).lazy.compactMap { rank in
            largest.map { Self.json($0[rank], trace) }
        }
        let lengths = byLength.map { lengths in
            JSON.Member(
                key: "by-length",
                value: .array(
                    lengths.map {
                        .object(["edges": .integer($0.edges), "count": .string($0.count), "sum": .number($0.sum)])
                    }))
        }
        try JSON.write(head, "paths", elements: paths, lengths.map { [$0] } ?? [], to: put)
    }

    private static func json(_ path: GradientPath, _ trace: Trace) -> JSON {
        .object([
            "product": .number(path.product),
            "steps": .array(
                path.steps.map { .object(["to": .string(trace.address(of: $0.to)), "local": .number($0.local)]) }),
        ])
    }
}
