import Autodiff
import CairoBackend
import Drawing
import Forms
import Lessons
import NeuralNetworks
import TraceFigures
import Traces

/// How a trace is drawn: as a network of units and weights, or as a graph of operations.
///
/// By default, traces whose layers are not columns of units (normalizations, recurrent cells, images) are drawn as readable graphs.
enum TraceView {
    case network, graph

    /// The most nodes of a graph that is drawn by default, and of one that is drawn on request.
    static let readableNodes = 90
    static let mostNodes = 300
    /// The longest side of a graph that is drawn by default, in points.
    static let readableSide = 6_500.0

    /// - Parameter pageWidth: the width available, in points; nil: as wide as needed.
    /// - Throws: if what is asked for can't be drawn.
    init(of trace: Trace, name: String, asked: TraceView? = nil, pageWidth: Double? = nil) throws(BackstepError) {
        if trace.lowered == nil {
            guard asked != .network else {
                throw BackstepError(.usage, "\(name) is an expression; it has a graph of operations but no network")
            }
            try Self.checkGraph(trace, name, pageWidth)
            self = .graph
            return
        }
        switch asked {
        case .network: self = .network
        case .graph:
            try Self.checkGraph(trace, name, pageWidth)
            self = .graph
        case nil: self = NetworkScene.suits(trace) || !Self.isReadable(trace) ? .network : .graph
        }
    }

    /// Whether a trace has too many operations even to build its graph.
    private static func isVast(_ trace: Trace) -> Bool { trace.tape.entries.count > 4 * mostNodes }

    private static func isReadable(_ trace: Trace) -> Bool {
        guard !isVast(trace) else { return false }
        let graph = ComputationGraph(trace)
        return graph.nodes.count <= readableNodes && graph.leastSide(trace) <= readableSide
    }

    /// Refuses a graph with too many nodes or, as far as can be seen before the layout, one that is too large for a page.
    private static func checkGraph(_ trace: Trace, _ name: String, _ pageWidth: Double?) throws(BackstepError) {
        guard !isVast(trace) else {
            throw tooLarge(trace, name, "\(trace.tape.entries.count.grouped) operations", expected: "\(mostNodes) nodes")
        }
        let graph = ComputationGraph(trace)
        guard graph.nodes.count <= mostNodes else {
            throw tooLarge(trace, name, "\(graph.nodes.count.grouped) nodes", expected: "\(mostNodes) nodes")
        }
        try checkSide(graph.leastSide(trace, pageWidth: pageWidth), trace, name, nodes: graph.nodes.count)
    }

    /// Refuses a graph whose layout turned out to be too large.
    static func checkSize(of picture: Picture, _ trace: Trace, _ name: String) throws(BackstepError) {
        let side = max(picture.size.width, picture.size.height)
        guard side > Picture.longestSide else { return }
        try checkSide(side, trace, name, nodes: ComputationGraph(trace).nodes.count)
    }

    private static func checkSide(_ side: Double, _ trace: Trace, _ name: String, nodes: Int) throws(BackstepError) {
        guard side > Picture.longestSide else { return }
        throw tooLarge(
            trace, name, "\(nodes.grouped) nodes, at least \(Int(side.rounded(.up)).grouped) pt long",
            expected: "\(Int(Picture.longestSide).grouped) pt")
    }

    private static func tooLarge(_ trace: Trace, _ name: String, _ found: String, expected: String) -> BackstepError {
        let ways: String
        if trace.lowered == nil {
            ways = "shorten the expression, or try: backstep trace"
        } else if trace.isUnrolled {
            ways = "take fewer time steps, or draw figures: [cell] (--figure cell), or try: backstep trace"
        } else {
            ways = "take fewer layers, or draw figures: [network] (--figure network), or try: backstep trace"
        }
        return BackstepError(.badLesson, "\(name) has a graph of \(found); expected at most \(expected) to be drawn; \(ways)")
    }
}
