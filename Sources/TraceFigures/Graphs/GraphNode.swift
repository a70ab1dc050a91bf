package import Autodiff
package import Notation

/// A vertex of a computation graph: a source, or an operation with its result.
package struct GraphNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case input, parameter, constant, operation }

    /// The scalar; of a whole tensor its first.
    package var scalar: ScalarID
    package var kind: Kind
    /// What stands inside: ×, σ, or the name of an input.
    package var face: Formula
    /// What the result is called, where the face doesn't say it.
    package var name: Formula?
    /// What steps call a result that has no name: t₁.
    package var alias: Formula?
    /// What the result is in words of its operands, where it has no name: a·b.
    package var meaning: Formula?
    package var value: Double
    /// nil where a gradient has no meaning: constants.
    package var gradient: Double?
    /// Of a node that stands for a whole tensor.
    package var tensor: TensorSummary?
    /// All values of a node that stands for several constants.
    package var constants: [Double] = []
}

/// What a node says of a tensor that it does not unfold.
package struct TensorSummary: Hashable, Sendable {
    package var shape: [Int]
    /// The first numbers, row-major.
    package var firstValues: [Double]
    package var gradientNorm: Double?
}

/// A use of one node's value by another.
package struct GraphEdge: Hashable, Sendable {
    package var from, to: Int
    /// upstream × local = contribution; nil where no gradient flows (constants, targets) or where whole tensors do.
    package var contribution: Contribution?
}

/// Nodes and edges as a figure shows them. Edges lead from lower to higher indices.
package struct ComputationGraph: Hashable, Sendable {
    package var nodes: [GraphNode]
    package var edges: [GraphEdge]
    package var result: Int
    /// Whether it is a cell unrolled over time, whose inputs stand where they are used.
    package var isUnrolled = false
    /// Further scalars that a node stands for: copies of its own, and sums drawn as one with it.
    package var others: [ScalarID: Int] = [:]

    /// Whether its nodes are whole tensors.
    package var isOfTensors: Bool { nodes.indices.contains(result) && nodes[result].tensor != nil }

    /// The edges over which gradient comes back to a node.
    package func contributing(to node: Int) -> [Int] {
        edges.indices.filter { edges[$0].from == node && edges[$0].contribution != nil }
    }
}
