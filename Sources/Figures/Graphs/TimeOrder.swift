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

    /// Whether each step has a row of its own, under the one before.
    private var isFolded = false
    /// What the steps' places are multiplied with across the page.
    private var narrowing = 1.0

    /// Of one time step, in points; of one row where each step has its own.
    private static let pitch = 385.0
    private static let rowPitch = 500.0
    private static let places: [String: Point] = [
        "kept": Point(80, 0), "cell": Point(252, 0), "written": Point(252, 85), "squashed-cell": Point(322, 44),
        "hidden": Point(368, 112), "forget-gate": Point(80, 175), "input-gate": Point(190, 175), "candidate": Point(278, 175),
        "output-gate": Point(368, 195), "input": Point(230, 395),
    ]
    /// What stands before each gate's function; all four are one tensor.
    private static let sums: [Point] = [Point(190, 255), Point(80, 255), Point(278, 255), Point(368, 275)]

    /// nil unless the trace is one sample through one LSTM of one unit.
    /// - Parameter width: what a folded layout has, in points; nil: all steps stand in one row.
    init?(_ graph: ComputationGraph, _ trace: Trace, foldedInto width: Double? = nil) {
        guard let lowered = trace.lowered, let layer = lowered.layers.first(where: { $0.isRecurrent }),
            lowered.layers.filter(\.isRecurrent).count == 1, lowered.layers.first?.layer.name == layer.layer.name,
            case .recurrent(let cell) = layer.layer.kind, case .lstm = cell.cell, cell.units == 1,
            case .sequence(let steps, let features) = layer.inputShape, features == 1,
            lowered.problem.inputs.shape[0] == 1, graph.nodes[graph.result].tensor == nil
        else { return nil }
        self.graph = graph
        isFolded = width != nil
        if let width { narrowing = min(1, max((width - 100) / 368, 0.7)) }
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
                centers[index] = place("input", step: node.scalar.index + 1)
            } else if name.hasPrefix(prefix), parts.count == 2, let step = Int(parts[0]) {
                let part = String(parts[1])
                if part == "pre-activation" {
                    sums.insert(index)
                    centers[index] = place(Self.sums[min(node.scalar.index, 3)], step: step)
                } else {
                    centers[index] = step == 0 ? Point(isFolded ? 0 : -40, 0) : place(part, step: step)
                }
                if part == "cell", step > 0 { cells.append(index) }
                if part == "hidden" { hidden.insert(index) }
            } else {
                rest.append(index)
            }
        }
        placeTail(rest, after: steps)
        for (index, edge) in graph.edges.enumerated() {
            let (from, to) = (centers[edge.from], centers[edge.to])
            let crosses = isFolded && to.y > from.y && row(of: edge.to) > row(of: edge.from)
            if hidden.contains(edge.from), sums.contains(edge.to) {
                // Round the output gate, and up to each gate from below.
                bends[index] =
                    crosses
                    ? way(from: from, to: Point(-4, rowTop(of: edge.to) + 350), lane: 0)
                    : [Point(from.x + 36, from.y + 40), Point(from.x + 36, 350)]
            } else if crosses, cells.contains(edge.from) {
                bends[index] = way(from: from, to: Point(-20, to.y), lane: 1)
            } else if crosses {
                let lane = rightLane(0)
                bends[index] = [Point(lane, from.y), Point(lane, to.y - 45), Point(to.x, to.y - 45)]
            }
            if level(of: edge.from) == 0, level(of: edge.to) == 0, cells.contains(edge.to) || cells.contains(edge.from) {
                line.insert(index)
            }
        }
    }

    private func place(_ part: String, step: Int) -> Point { place(Self.places[part] ?? .zero, step: step) }

    private func place(_ point: Point, step: Int) -> Point {
        isFolded
            ? Point(point.x * narrowing, point.y + Self.rowPitch * Double(step - 1)) : point + Point(Self.pitch * Double(step - 1), 0)
    }

    private func row(of node: Int) -> Int { isFolded ? Int(((centers[node].y + 60) / Self.rowPitch).rounded(.down)) : 0 }

    private func rowTop(of node: Int) -> Double { Double(row(of: node)) * Self.rowPitch }

    /// How far below the cell's state a node stands.
    private func level(of node: Int) -> Double { centers[node].y - rowTop(of: node) }

    /// A vertical line right of everything; lane 1 is outside lane 0.
    private func rightLane(_ lane: Int) -> Double { (368 * narrowing) + 48 + 12 * Double(lane) }

    /// From the right end of a row to the left end of the next.
    private func way(from: Point, to: Point, lane: Int) -> [Point] {
        let right = rightLane(lane)
        let top = ((from.y + 60) / Self.rowPitch).rounded(.down) * Self.rowPitch
        let between = top + Self.rowPitch - 62 + 14 * Double(lane == 0 ? 1 : 0)
        return [Point(right, from.y), Point(right, between), Point(to.x, between), to]
    }

    /// What comes after the last step, from left to right; its own sources stand below it, or before it where rows are folded.
    private mutating func placeTail(_ rest: [Int], after steps: Int) {
        var x = isFolded ? 120 * narrowing : Double(steps) * Self.pitch + 150
        let y = isFolded ? Double(steps) * Self.rowPitch : 112
        for index in rest where graph.nodes[index].kind == .operation {
            centers[index] = Point(x, y)
            let sources = graph.edges.filter { $0.to == index && graph.nodes[$0.from].kind != .operation }.map(\.from)
            for (place, source) in sources.filter(rest.contains).enumerated() {
                centers[source] = Point(x, y + 83 + 62 * Double(place))
            }
            x += isFolded ? 120 : 140
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
                    && (line.contains(edge)
                        || (level(of: graph.edges[edge].to) < 150 && level(of: graph.edges[edge].from) < 150
                            && row(of: graph.edges[edge].to) == row(of: graph.edges[edge].from)))
            })
    }

    func layout(_ dressing: GraphDressing) -> GraphLayout {
        GraphLayout(graph, dressing, centers: centers, bends: bends, wanted: wanted, keepsBends: isFolded)
    }
}
