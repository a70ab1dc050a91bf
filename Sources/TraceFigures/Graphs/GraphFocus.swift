import Notation

/// The focus of a graph's figure: a fork where gradients are added, or else the input with the largest gradient.
struct GraphFocus: Hashable {
    var node: Int
    /// The edges through which its gradient comes.
    var edges: [Int]
    /// The edges that are drawn as its path.
    var way: Set<Int>

    /// The first and the last time step's node on the path, if the path is a cell's state.
    var span: [Int] = []

    var isFork: Bool { edges.count > 1 }

    /// Nil where nothing has a gradient.
    /// - Parameter prefersHidden: whether a fork at an operation takes precedence over one at an input, as where weights are learnt.
    init?(_ graph: ComputationGraph, prefersHidden: Bool = false) {
        let uses = graph.nodes.indices.map { graph.contributing(to: $0) }
        let sources = graph.nodes.indices.filter { graph.nodes[$0].kind == .input || graph.nodes[$0].kind == .parameter }
        // Inputs before operations, two paths before many, the first in reading order.
        let forks = graph.nodes.indices.filter { uses[$0].count > 1 }
        let fork =
            (prefersHidden ? forks.first { graph.nodes[$0].kind == .operation } : nil)
            ?? sources.first { uses[$0].count > 1 && graph.nodes[$0].kind == .input }
            ?? sources.first { uses[$0].count > 1 } ?? forks.first
        if let fork {
            self.init(node: fork, edges: uses[fork], way: Set(uses[fork]))
            return
        }
        let size = { (node: Int) in
            let gradient = abs(graph.nodes[node].gradient ?? 0)
            return gradient.isNaN ? Double.infinity : gradient
        }
        guard let most = sources.filter({ !uses[$0].isEmpty }).max(by: { (size($0), -$0) < (size($1), -$1) }) else {
            return nil
        }
        var way: Set<Int> = []
        var at = most
        while let edge = uses[at].first, way.insert(edge).inserted { at = graph.edges[edge].to }
        self.init(node: most, edges: uses[most], way: way)
    }

    init(node: Int, edges: [Int], way: Set<Int>, span: [Int] = []) {
        self.span = span
        self.node = node
        self.edges = edges
        self.way = way
    }
}
