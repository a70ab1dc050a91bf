import Autodiff
import Figures
import Lessons
import NeuralNetworks
import Traces

/// How a trace is laid out: as units and weights, or as a graph of operations.
///
/// Traces whose layers are no columns of units (normalizations, recurrent cells, images) are graphs where these stay readable.
enum TraceView {
    case network, graph

    /// Nodes of a graph that a page shows on its own account, and that it shows when it is asked to.
    static let readableNodes = 90
    static let mostNodes = 300
    static let mostSteps = 1_000

    /// - Throws: where what is asked for can't be drawn.
    init(of trace: Trace, name: String, asked: TraceView? = nil) throws(BackstepError) {
        if trace.lowered == nil {
            guard asked != .network else {
                throw BackstepError(.usage, "\(name) is an expression; it has a graph of operations but no network")
            }
            try Self.checkNodes(trace, name)
            self = .graph
            return
        }
        switch asked {
        case .network: self = .network
        case .graph:
            try Self.checkNodes(trace, name)
            self = .graph
        case nil: self = NetworkScene.suits(trace) || Self.nodes(trace) > Self.readableNodes ? .network : .graph
        }
    }

    private static func nodes(_ trace: Trace) -> Int {
        trace.tape.entries.count > 4 * mostNodes ? trace.tape.entries.count : ComputationGraph(trace).nodes.count
    }

    private static func checkNodes(_ trace: Trace, _ name: String) throws(BackstepError) {
        let nodes = nodes(trace)
        guard nodes <= mostNodes else {
            throw BackstepError(
                .badLesson, "\(name) has a graph of \(nodes) operations; expected at most \(mostNodes) to be drawn; try: backstep trace")
        }
    }
}
