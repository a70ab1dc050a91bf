import Drawing

/// A recurrent layer's graph laid out by time, one block a step, the cell's state as a straight line on top.
struct TimeOrder {
    let graph: ComputationGraph

    /// nil where the graph is no unrolled cell.
    init?(_ graph: ComputationGraph) { return nil }

    func layout(_ dressing: GraphDressing) -> GraphLayout { GraphLayout(graph, dressing, wanted: []) }
}
