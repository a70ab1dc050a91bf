import Autodiff
import Drawing
import NeuralNetworks
import Traces

/// The graph of an LSTM of one unit laid out by time: one block a step, the cell's state as a straight line on top, the gates
/// under it, and the input at the foot (as in Olah, "Understanding LSTM Networks", 2015).
struct TimeOrder {
    private let graph: ComputationGraph
    private var centers: [Point]
    private var bends: [[Point]]
    /// The cell's states, from the first step to the last.
    private var cells: [Int] = []
    /// Edges along the cell's state.
    private var line: Set<Int> = []

    /// Of one time step, in points.
    private static let pitch = 385.0
    private static let places: [String: Point] = [
        "kept": Point(80, 0), "cell": Point(252, 0), "written": Point(252, 85), "squashed-cell": Point(322, 44),
        "hidden": Point(368, 112), "forget-gate": Point(80, 175), "input-gate": Point(190, 175), "candidate": Point(278, 175),
        "output-gate": Point(368, 195), "input": Point(230, 395),
    ]
    /// What stands before each gate's function; all four are one tensor.
    private static let sums: [Point] = [Point(190, 255), Point(80, 255), Point(278, 255), Point(368, 275)]

    /// nil unless the trace is one sample through one LSTM of one unit.
    init?(_ graph: ComputationGraph, _ trace: Trace) {
        guard let lowered = trace.lowered, let layer = lowered.layers.first(where: { $0.isRecurrent }),
            lowered.layers.filter(\.isRecurrent).count == 1, lowered.layers.first?.layer.name == layer.layer.name,
            case .recurrent(let cell) = layer.layer.kind, case .lstm = cell.cell, cell.units == 1,
            case .sequence(let steps, let features) = layer.inputShape, features == 1,
            lowered.problem.inputs.shape[0] == 1, graph.nodes[graph.result].tensor == nil
        else { return nil }
        self.graph = graph
        centers = Array(repeating: .zero, count: graph.nodes.count)
        bends = Array(repeating: [], count: graph.edges.count)
        let prefix = "\(layer.layer.name).t"
        var rest: [Int] = []
        var hidden: Set<Int> = []
        var sums: Set<Int> = []
        for (index, node) in graph.nodes.enumerated() {
            let name = trace.tape[node.scalar.tensor].name
            let parts = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
            if node.scalar.tensor == lowered.input {
                centers[index] = Self.place("input", step: node.scalar.index + 1)
            } else if name.hasPrefix(prefix), parts.count == 2, let step = Int(parts[0]) {
                let part = String(parts[1])
                if part == "pre-activation" {
                    sums.insert(index)
                    centers[index] = Self.sums[min(node.scalar.index, 3)] + Point(Self.pitch * Double(step - 1), 0)
                } else {
                    centers[index] = step == 0 ? Point(-40, 0) : Self.place(part, step: step)
                }
                if part == "cell", step > 0 { cells.append(index) }
                if part == "hidden" { hidden.insert(index) }
            } else {
                rest.append(index)
            }
        }
        placeTail(rest, after: Double(steps) * Self.pitch)
        for (index, edge) in graph.edges.enumerated() {
            if hidden.contains(edge.from), sums.contains(edge.to) {
                // Round the output gate, and up to each gate from below.
                let from = centers[edge.from]
                bends[index] = [Point(from.x + 36, from.y + 40), Point(from.x + 36, 350)]
            }
            if centers[edge.from].y == 0, centers[edge.to].y == 0, cells.contains(edge.to) || cells.contains(edge.from) {
                line.insert(index)
            }
        }
    }

    private static func place(_ part: String, step: Int) -> Point {
        (places[part] ?? .zero) + Point(pitch * Double(step - 1), 0)
    }

    /// What comes after the last step, from left to right; its own sources stand below it.
    private mutating func placeTail(_ rest: [Int], after start: Double) {
        var x = start + 150
        for index in rest where graph.nodes[index].kind == .operation {
            centers[index] = Point(x, 112)
            let sources = graph.edges.filter { $0.to == index && graph.nodes[$0.from].kind != .operation }.map(\.from)
            for (place, source) in sources.filter(rest.contains).enumerated() {
                centers[source] = Point(x, 195 + 62 * Double(place))
            }
            x += 140
        }
    }

    /// The last cell's gradient on its way to the first.
    var focus: GraphFocus? {
        guard let first = cells.first, let last = cells.last, first != last else { return GraphFocus(graph) }
        let way = line.filter { graph.edges[$0].contribution != nil && graph.edges[$0].from >= first }
        return GraphFocus(node: first, edges: graph.contributing(to: first), way: way, span: [first, last])
    }

    /// The edges whose products are written: along the cell's state, and beside it.
    var wanted: Set<Int> {
        Set(
            graph.edges.indices.filter { edge in
                graph.edges[edge].contribution != nil
                    && (line.contains(edge) || (centers[graph.edges[edge].to].y < 150 && centers[graph.edges[edge].from].y < 150))
            })
    }

    func layout(_ dressing: GraphDressing) -> GraphLayout {
        GraphLayout(graph, dressing, centers: centers, bends: bends, wanted: wanted)
    }
}
