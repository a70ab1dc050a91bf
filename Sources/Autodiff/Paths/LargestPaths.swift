import Foundation

/// One path from a scalar to the result.
package struct GradientPath: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// The scalar that the edge leads to, and the edge's local derivative.
        package let to: ScalarID
        package let local: Double
    }

    package let steps: [Step]
    /// The product of the local derivatives; 0 or infinite where it leaves the range of a Double.
    package let product: Double
    /// ln|product|, which orders even products that underflow.
    package let logMagnitude: Double
}

/// The k paths of largest magnitude, largest first; paths whose product is 0 come last, those through a NaN or an infinity first.
///
/// The first edges of the largest paths from each scalar form a tree, and a path is determined by the edges at which it leaves the tree
/// (Eppstein 1998). A path is stored as the last of these edges and the path that has the others, so that k paths take the memory of k such
/// pairs, however long they are. A path is expanded when it is asked for.
package struct LargestPaths: Sendable {
    private let graph: ScalarGraph
    private let tree: LargestWays
    /// In the order in which they were found, which differs from that of their products only by rounding.
    private let found: [Found]
    private let order: [Int32]

    /// A path, stored as the last edge at which it leaves the tree and the path that leaves it at all earlier ones.
    fileprivate struct Found {
        let edge: Int32
        let before: Int32
        let loss: Magnitude
    }

    fileprivate init(_ graph: ScalarGraph, atMost k: Int) {
        self.graph = graph
        tree = LargestWays(graph)
        found = tree.paths(graph, atMost: k)
        var sizes: [Double] = []
        for index in found.indices { sizes.append(Self.size(of: index, graph, tree, found)) }
        order = sizes.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }.map { Int32($0) }
    }
}

extension ScalarGraph {
    package func largestPaths(_ k: Int) -> LargestPaths { LargestPaths(self, atMost: k) }
}

extension LargestPaths: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { order.count }

    package subscript(rank: Int) -> GradientPath {
        let edges = Self.edges(of: Int(order[rank]), graph, tree, found)
        let steps = edges.map { number in
            let edge = graph.edge(number)
            return GradientPath.Step(to: graph.scalars[edge.to], local: edge.local)
        }
        let size = Self.logMagnitude(edges.map { graph.edge($0).local })
        return GradientPath(
            steps: steps, product: size == -.infinity ? 0 : steps.reduce(1) { $0 * $1.local }, logMagnitude: size)
    }

    private static func size(of path: Int, _ graph: ScalarGraph, _ tree: LargestWays, _ found: [Found]) -> Double {
        logMagnitude(edges(of: path, graph, tree, found).map { graph.edge($0).local })
    }

    private static func logMagnitude(_ locals: [Double]) -> Double {
        let magnitude = locals.reversed().reduce(Magnitude.one) { $0 + Magnitude(of: $1) }
        return magnitude.zeros > 0 ? -.infinity : magnitude.infinities > 0 ? .infinity : magnitude.logarithm
    }

    /// The path's edges, by number.
    private static func edges(of path: Int, _ graph: ScalarGraph, _ tree: LargestWays, _ found: [Found]) -> [Int] {
        var leaving: [Int] = []
        var at = path
        while found[at].edge >= 0 {
            leaving.append(Int(found[at].edge))
            at = Int(found[at].before)
        }
        var edges: [Int] = []
        var scalar = graph.start
        while scalar != graph.result {
            var edge = Int(tree.edges[scalar])
            if let next = leaving.last, graph.edges(from: scalar).contains(next) {
                edge = next
                leaving.removeLast()
            }
            edges.append(edge)
            scalar = graph.head(of: edge)
        }
        return edges
    }
}

/// The magnitude of a product of local derivatives, as a sum that can be subtracted from: factors 0 and ∞ are counted apart.
private struct Magnitude: Comparable {
    var zeros: Int32
    /// NaN counts as infinite.
    var infinities: Int32
    var logarithm: Double

    static let one = Magnitude(zeros: 0, infinities: 0, logarithm: 0)

    init(zeros: Int32, infinities: Int32, logarithm: Double) {
        (self.zeros, self.infinities, self.logarithm) = (zeros, infinities, logarithm)
    }

    init(of local: Double) {
        self =
            local == 0
            ? Magnitude(zeros: 1, infinities: 0, logarithm: 0)
            : local.isFinite
                ? Magnitude(zeros: 0, infinities: 0, logarithm: log(abs(local)))
                : Magnitude(zeros: 0, infinities: 1, logarithm: 0)
    }

    static func < (a: Magnitude, b: Magnitude) -> Bool { (b.zeros, a.infinities, a.logarithm) < (a.zeros, b.infinities, b.logarithm) }

    static func + (a: Magnitude, b: Magnitude) -> Magnitude {
        Magnitude(zeros: a.zeros + b.zeros, infinities: a.infinities + b.infinities, logarithm: a.logarithm + b.logarithm)
    }

    static func - (a: Magnitude, b: Magnitude) -> Magnitude {
        Magnitude(zeros: a.zeros - b.zeros, infinities: a.infinities - b.infinities, logarithm: a.logarithm - b.logarithm)
    }
}

/// For each scalar the first edge of its largest path.
private struct LargestWays: Sendable {
    /// The edge's number; −1 at the result, and where no path leads to it.
    private(set) var edges: [Int32]
    private let sizes: [Magnitude]

    init(_ graph: ScalarGraph) {
        var edges = [Int32](repeating: -1, count: graph.scalars.count)
        var sizes = [Magnitude](repeating: .one, count: graph.scalars.count)
        for scalar in graph.scalars.indices.reversed() where scalar != graph.result {
            for number in graph.edges(from: scalar) {
                let edge = graph.edge(number)
                guard edge.to == graph.result || edges[edge.to] >= 0 else { continue }
                let size = Magnitude(of: edge.local) + sizes[edge.to]
                if edges[scalar] < 0 || sizes[scalar] < size { (edges[scalar], sizes[scalar]) = (Int32(number), size) }
            }
        }
        (self.edges, self.sizes) = (edges, sizes)
    }

    func paths(_ graph: ScalarGraph, atMost k: Int) -> [LargestPaths.Found] {
        guard k > 0, graph.start == graph.result || edges[graph.start] >= 0 else { return [] }
        var found = [LargestPaths.Found(edge: -1, before: -1, loss: .one)]
        guard k > 1 else { return found }
        let heaps = Departures(graph, self)
        var candidates = MaxHeap<Candidate>([])
        func add(_ heap: Int32, after path: Int) {
            guard heap >= 0 else { return }
            candidates.insert(
                Candidate(size: found[path].loss + heaps.nodes[Int(heap)].loss, number: heap, before: Int32(path)))
        }
        add(heaps.roots[graph.start], after: 0)
        while found.count < k, let next = candidates.popMax() {
            let node = heaps.nodes[Int(next.number)]
            found.append(LargestPaths.Found(edge: node.edge, before: next.before, loss: next.size))
            for other in [node.left, node.right, node.others] { add(other, after: Int(next.before)) }
            add(heaps.roots[graph.head(of: Int(node.edge))], after: found.count - 1)
        }
        return found
    }

    /// How much smaller the largest path is that begins with an edge other than the tree's; nil where it does not reach the result.
    func loss(_ graph: ScalarGraph, of number: Int, from scalar: Int) -> Magnitude? {
        let edge = graph.edge(number)
        guard number != edges[scalar], edge.to == graph.result || edges[edge.to] >= 0 else { return nil }
        return Magnitude(of: edge.local) + sizes[edge.to] - sizes[scalar]
    }

    private struct Candidate: Comparable {
        let size: Magnitude
        /// The number of a heap node.
        let number: Int32
        let before: Int32

        static func < (a: Candidate, b: Candidate) -> Bool {
            a.size != b.size ? a.size < b.size : (b.before, b.number) < (a.before, a.number)
        }
    }
}

/// For each scalar a heap of the edges by which a path can leave the tree between there and the result.
///
/// A scalar's heap is that of the next scalar in the tree with one more node, and shares all unchanged nodes with it: inserting into a
/// leftist heap copies only logarithmically many nodes. The scalar's other edges, below its best, have a heap of their own beneath that
/// node.
private struct Departures {
    struct Node {
        let edge: Int32
        /// The length of the rightmost path down from this node (Crane 1972).
        var rank: Int32
        let loss: Magnitude
        var left: Int32
        var right: Int32
        /// The heap of the scalar's other edges.
        var others: Int32
    }

    private(set) var nodes: [Node] = []
    /// −1 where there is none.
    private(set) var roots: [Int32]

    init(_ graph: ScalarGraph, _ tree: LargestWays) {
        roots = [Int32](repeating: -1, count: graph.scalars.count)
        for scalar in graph.scalars.indices.reversed() where tree.edges[scalar] >= 0 {
            var own = graph.edges(from: scalar).compactMap { number in
                tree.loss(graph, of: number, from: scalar).map {
                    Node(edge: Int32(number), rank: 1, loss: $0, left: -1, right: -1, others: -1)
                }
            }
            let rest = roots[graph.head(of: Int(tree.edges[scalar]))]
            guard let best = own.indices.max(by: { own[$0].loss < own[$1].loss }) else {
                roots[scalar] = rest
                continue
            }
            own.swapAt(0, best)
            let others = heap(of: own.dropFirst())
            var first = own[0]
            first.others = others
            roots[scalar] = inserted(first, into: rest)
        }
    }

    /// Builds a binary heap from a sorted array: node i above nodes 2i + 1 and 2i + 2.
    private mutating func heap(of own: ArraySlice<Node>) -> Int32 {
        guard !own.isEmpty else { return -1 }
        let first = nodes.count
        let sorted = own.sorted { $1.loss < $0.loss }
        for (place, node) in sorted.enumerated() {
            var node = node
            if 2 * place + 1 < sorted.count { node.left = Int32(first + 2 * place + 1) }
            if 2 * place + 2 < sorted.count { node.right = Int32(first + 2 * place + 2) }
            nodes.append(node)
        }
        return Int32(first)
    }

    private mutating func inserted(_ node: Node, into heap: Int32) -> Int32 {
        guard heap >= 0 else { return append(node) }
        var root = nodes[Int(heap)]
        if root.loss < node.loss {
            var node = node
            node.left = heap
            return append(node)
        }
        let below = inserted(node, into: root.right)
        root.right = below
        if rank(root.left) < rank(root.right) { swap(&root.left, &root.right) }
        root.rank = rank(root.right) + 1
        return append(root)
    }

    private func rank(_ heap: Int32) -> Int32 { heap < 0 ? 0 : nodes[Int(heap)].rank }

    private mutating func append(_ node: Node) -> Int32 {
        nodes.append(node)
        return Int32(nodes.count - 1)
    }
}
