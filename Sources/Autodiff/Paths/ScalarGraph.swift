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

/// The graph of scalars downstream of one scalar, with merged edges.
///
/// Edges are stored in flat arrays, those that leave one scalar next to each other: 16 bytes an edge, so that the largest allowed graph
/// takes less than 200 MB.
package struct ScalarGraph: Sendable {
    /// An edge to the scalar numbered `to`, with its local derivative.
    struct Edge: Sendable {
        let to: Int
        let local: Double
    }

    /// The start, then all scalars of the tensors downstream of its own, in the order of the tape.
    package let scalars: [ScalarID]
    let start: Int
    let result: Int
    /// The first edge of each scalar, and one more element for the end.
    private let firsts: [Int32]
    private let heads: [Int32]
    private let locals: [Double]

    /// Nobody could read a larger graph, and it would fill the memory.
    package static let mostEdges = 5_000_000

    /// The graph between one scalar and the result; nil where the result does not depend on the scalar's tensor.
    /// - Throws: where the graph has more than `most` edges.
    package init?(_ pass: Pass, from start: ScalarID, atMost most: Int = Self.mostEdges) throws(CostExceeded) {
        let downstream = pass.tape.downstream(of: start.tensor)
        guard downstream[pass.result.index] else { return nil }
        var first = [Int](repeating: -1, count: pass.tape.entries.count)
        var scalars = [start]
        first[start.tensor.index] = 0
        let later = (start.tensor.index + 1..<max(pass.result.index, start.tensor.index) + 1).map { Tape.ID(index: $0) }
        for id in later where downstream[id.index] {
            first[id.index] = scalars.count
            for index in 0..<pass.tape[id].shape.saturatingCount { scalars.append(ScalarID(id, index)) }
        }
        // Ordered by head. Other samples of the batch lie downstream of the tensor but not of the scalar, hence `reached`.
        var found: [(from: Int32, to: Int32, local: Double)] = []
        var reached = [Bool](repeating: false, count: scalars.count)
        reached[0] = true
        var isTooLarge = false
        for id in later where downstream[id.index] && !isTooLarge {
            pass.forEachRun(from: id) { run in
                guard downstream[run.input.index], !isTooLarge else { return }
                let to = first[id.index] + run.outputIndex
                for (entry, local) in zip(run.first..., run.locals) where run.input != start.tensor || entry == start.index {
                    let from = run.input == start.tensor ? 0 : first[run.input.index] + entry
                    guard reached[from] else { continue }
                    reached[to] = true
                    found.append((Int32(from), Int32(to), local))
                }
                isTooLarge = found.count > most
            }
        }
        guard !isTooLarge else {
            throw CostExceeded(what: "edges between the scalar and the result", count: found.count, limit: most)
        }
        self.scalars = scalars
        self.start = 0
        result = start.tensor == pass.result ? 0 : first[pass.result.index]
        (firsts, heads, locals) = Self.sorted(found, count: scalars.count)
    }

    /// Sorted by tail, then by head; several uses of a scalar by one operation become one edge.
    private static func sorted(
        _ edges: [(from: Int32, to: Int32, local: Double)], count: Int
    ) -> (firsts: [Int32], heads: [Int32], locals: [Double]) {
        var places = [Int](repeating: 0, count: count + 1)
        for edge in edges { places[Int(edge.from) + 1] += 1 }
        for scalar in 0..<count { places[scalar + 1] += places[scalar] }
        var order = [Int32](repeating: 0, count: edges.count)
        var next = places
        for (index, edge) in edges.enumerated() {
            order[next[Int(edge.from)]] = Int32(index)
            next[Int(edge.from)] += 1
        }
        var firsts: [Int32] = [0]
        var heads: [Int32] = []
        var locals: [Double] = []
        firsts.reserveCapacity(count + 1)
        for scalar in 0..<count {
            let own = heads.count
            for place in places[scalar]..<places[scalar + 1] {
                let edge = edges[Int(order[place])]
                if heads.count > own, heads[heads.count - 1] == edge.to {
                    locals[locals.count - 1] += edge.local
                } else {
                    heads.append(edge.to)
                    locals.append(edge.local)
                }
            }
            firsts.append(Int32(heads.count))
        }
        return (firsts, heads, locals)
    }

    package var edgeCount: Int { heads.count }

    /// The numbers of the edges that leave a scalar.
    func edges(from scalar: Int) -> Range<Int> { Int(firsts[scalar])..<Int(firsts[scalar + 1]) }

    func edge(_ number: Int) -> Edge { Edge(to: Int(heads[number]), local: locals[number]) }

    func head(of edge: Int) -> Int { Int(heads[edge]) }

    /// For each scalar the edges that lead to it, with the scalar each one leaves, ordered by the latter.
    func incoming() -> IncomingEdges { IncomingEdges(self) }
}

/// The edges of a graph, ordered by the scalar that they lead to.
struct IncomingEdges {
    private var firsts: [Int32]
    private var numbers: [Int32]
    private var tails: [Int32]

    fileprivate init(_ graph: ScalarGraph) {
        let count = graph.scalars.count
        firsts = [Int32](repeating: 0, count: count + 1)
        numbers = [Int32](repeating: 0, count: graph.edgeCount)
        tails = numbers
        for edge in 0..<graph.edgeCount { firsts[graph.head(of: edge) + 1] += 1 }
        for scalar in 0..<count { firsts[scalar + 1] += firsts[scalar] }
        var next = firsts
        for scalar in 0..<count {
            for edge in graph.edges(from: scalar) {
                let to = graph.head(of: edge)
                numbers[Int(next[to])] = Int32(edge)
                tails[Int(next[to])] = Int32(scalar)
                next[to] += 1
            }
        }
    }

    /// Calls `visit` with each edge that leads to a scalar, and the scalar it leaves.
    func forEach(to scalar: Int, _ visit: (_ edge: Int, _ from: Int) -> Void) {
        for place in Int(firsts[scalar])..<Int(firsts[scalar + 1]) { visit(Int(numbers[place]), Int(tails[place])) }
    }
}
