package import Autodiff
package import Notation

/// A vertex of a computation graph: a source, or an operation with its result.
package struct GraphNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case input, parameter, constant, operation }

    /// The scalar; for a whole tensor its first.
    package var scalar: ScalarID
    package var kind: Kind
    /// The label inside: ×, σ, or the name of an input.
    package var face: Formula
    /// The name of the result, if the face does not show it.
    package var name: Formula?
    /// The name that steps use for an unnamed result: t₁.
    package var alias: Formula?
    /// An unnamed result, written by its operands: a·b.
    package var meaning: Formula?
    package var value: Double
    /// Nil where a gradient has no meaning: constants.
    package var gradient: Double?
    /// For a node that represents a whole tensor.
    package var tensor: TensorSummary?
    /// Whether it is the exponential function of another node.
    package var isExponential = false
    /// All values of a node that represents several constants.
    package var constants: [Double] = []
}

/// What a node shows of a whole tensor.
package struct TensorSummary: Hashable, Sendable {
    package var shape: [Int]
    package var values: Tensor
    /// Nil where a gradient has no meaning: constants.
    package var gradients: Tensor?
    package var gradientNorm: Double?
    /// Whether its numbers are names, such as tokens and classes, whose magnitude says nothing.
    package var isOfNames = false
}

/// A use of one node's value by another.
package struct GraphEdge: Hashable, Sendable {
    package var from, to: Int
    /// upstream × local = contribution; nil where no gradient flows (constants, targets) and between whole tensors.
    package var contribution: Contribution?
    /// Whether the contribution is left out of the gradient by mistake.
    package var isLeftOut = false
}

/// The nodes and edges of a figure. Edges lead from lower to higher indices.
package struct ComputationGraph: Hashable, Sendable {
    package var nodes: [GraphNode]
    package var edges: [GraphEdge]
    package var result: Int
    /// Whether it is a cell unrolled over time, whose inputs are placed where they are used.
    package var isUnrolled = false
    /// Other scalars that a node represents: copies of its own, and sums merged with it.
    package var others: [ScalarID: Int] = [:]

    /// Whether its nodes are whole tensors.
    package var isOfTensors: Bool { nodes.indices.contains(result) && nodes[result].tensor != nil }

    /// The edges through which gradient comes back to a node.
    package func contributing(to node: Int) -> [Int] {
        edges.indices.filter { edges[$0].from == node && edges[$0].contribution != nil }
    }
}
