package import Autodiff
import BigInt

/// The ways from one scalar to the result: how many, the largest, and what all of them sum to.
package struct PathReport: Sendable {
    package let address: String
    package let gradient: Double
    /// In decimal, however large.
    package let count: String
    package let sum: Double
    package let largest: [GradientPath]
    /// For each number of edges; nil where it wasn't asked for.
    package let byLength: [Length]?

    package struct Length: Sendable {
        package let edges: Int
        package let count: String
        package let sum: Double
    }

    package init(_ trace: Trace, of scalar: ScalarID, top: Int, byLength: Bool) {
        address = trace.address(of: scalar)
        gradient = trace.pass.gradient(scalar.tensor).scalars[scalar.index]
        guard let graph = ScalarGraph(trace.pass, from: scalar) else {
            (count, sum, largest) = ("0", 0, [])
            self.byLength = byLength ? [] : nil
            return
        }
        let sums = graph.sums
        count = String(sums.count)
        sum = sums.sum
        largest = graph.largestPaths(top)
        self.byLength =
            byLength
            ? graph.byLength.map { Length(edges: $0.edges, count: String($0.count), sum: $0.sum) } : nil
    }
}

extension PathReport {
    package func json(_ trace: Trace) -> JSON {
        var members: [JSON.Member] = []
        func add(_ key: String, _ value: JSON) { members.append(JSON.Member(key: key, value: value)) }
        add("format", .string("backstep.paths"))
        add("version", .integer(1))
        add("of", .string(address))
        add("count", .string(count))
        add("gradient", .number(gradient))
        add("sum", .number(sum))
        add(
            "paths",
            .array(
                largest.map { path in
                    .object([
                        "product": .number(path.product),
                        "steps": .array(
                            path.steps.map {
                                .object(["to": .string(trace.address(of: $0.to)), "local": .number($0.local)])
                            }),
                    ])
                }))
        if let byLength {
            add(
                "by-length",
                .array(
                    byLength.map {
                        .object(["edges": .integer($0.edges), "count": .string($0.count), "sum": .number($0.sum)])
                    }))
        }
        return .object(members)
    }
}
