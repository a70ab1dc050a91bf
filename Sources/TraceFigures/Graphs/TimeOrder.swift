import Autodiff
import Drawing
import NeuralNetworks
import Traces

/// The graph of a recurrent cell laid out by time: one block for each step, all alike, with the cell's state as a straight line on top.
struct TimeOrder {
    private let graph: ComputationGraph
    let places: Places
    private var centers: [Point]
    private var bends: [[Point]]
    /// Edges that keep all their bends.
    private var bent: Set<Int> = []
    /// The states on the line, from the first step to the last.
    private var states: [Int] = []
    /// Edges along the line.
    private var line: Set<Int> = []

    /// Whether each step has a row of its own, below the one before.
    private let isFolded: Bool
    /// The factor of the steps' positions across the page.
    private var narrowing = 1.0

    /// More inputs would not fit below a step.
    private static let mostFeatures = 3

    /// Factors of the distances, tried until every node's label has a place. Labels of tensors hold several numbers.
    static func stretches(_ graph: ComputationGraph) -> [Double] { graph.isOfTensors ? [1.25, 1.4, 1.6] : [1, 1.2, 1.4] }
    /// The largest width to which a graph is stretched for its labels, in points.
    static let mostStretched = 13_500.0

    /// Nil unless the trace is one recurrent layer, with whatever follows it, and the graph one of its tensors or of one unit.
    /// - Parameters:
    ///   - width: the width of a folded layout, in points; nil for all steps in one row.
    ///   - stretch: the factor of the distances; nil for the smallest.
    init?(_ graph: ComputationGraph, _ trace: Trace, foldedInto width: Double? = nil, stretch: Double? = nil) {
        guard let lowered = trace.lowered, let layer = lowered.layers.first, case .recurrent(let cell) = layer.layer.kind,
            lowered.layers.filter(\.isRecurrent).count == 1, case .sequence(let steps, let features) = layer.inputShape,
            graph.isOfTensors || cell.units == 1 && features <= Self.mostFeatures && lowered.problem.inputs.shape[0] == 1
        else { return nil }
        self.graph = graph
        places = Places(cell.cell, stretch: stretch ?? Self.stretches(graph)[0], isFolded: width != nil)
        isFolded = width != nil
        if let width { narrowing = min(1, max((width - 100) / places.right, 0.7)) }
        centers = Array(repeating: .zero, count: graph.nodes.count)
        bends = Array(repeating: [], count: graph.edges.count)
        var rest: [Int] = []
        var hidden: [Int] = []
        for (index, node) in graph.nodes.enumerated() {
            if node.scalar.tensor == lowered.input {
                let offset = Double(node.scalar.index % features) - Double(features - 1) / 2
                centers[index] = place(places.input + Point(52 * offset, 0), step: node.scalar.index / features + 1)
            } else if let (step, part) = Self.part(node, of: layer.id, cell, lowered) {
                guard
                    let place = places.place(of: part).map({ step == 0 ? Point(isFolded ? 0 : -40, part == places.state ? 0 : $0.y) : $0 })
                else { return nil }
                centers[index] = step == 0 ? place : self.place(place, step: step)
                if part == places.state, step > 0 { states.append(index) }
                if part == .hidden { hidden.append(index) }
            } else {
                rest.append(index)
            }
        }
        guard let last = hidden.last, !states.isEmpty else { return nil }
        let tail = Set(rest)
        // In folded rows, an edge from every step to the end would have to cross all rows.
        if isFolded, graph.edges.contains(where: { $0.from < last && !tail.contains($0.from) && tail.contains($0.to) }) { return nil }
        placeTail(rest, from: last, after: steps)
        for (index, edge) in graph.edges.enumerated() {
            let (from, to) = (centers[edge.from], centers[edge.to])
            let crosses = isFolded && to.y > from.y && row(of: edge.to) > row(of: edge.from)
            let isAlong = level(of: edge.from) == 0 && level(of: edge.to) == 0 && !tail.contains(edge.to)
            if isAlong, states.contains(edge.to) || states.contains(edge.from) { line.insert(index) }
            if tail.contains(edge.to) {
                if crosses {
                    let lane = rightLane(0)
                    bends[index] = [Point(lane, from.y), Point(lane, to.y - 45), Point(to.x, to.y - 45)]
                } else if hidden.contains(edge.from), edge.from != last {
                    // Below all steps.
                    bent.insert(index)
                    let lane = from.x + places.lane + 10
                    bends[index] = [Point(lane, from.y + 40), Point(lane, places.input.y + 62), Point(to.x - 70, places.input.y + 62)]
                }
            } else if isAlong {
                if crosses { bends[index] = way(from: from, to: Point(-20, to.y), lane: 1) }
            } else if hidden.contains(edge.from) {
                // Around everything to the right of the state, and up to each gate from below.
                bends[index] =
                    crosses
                    ? way(from: from, to: Point(-4, rowTop(of: edge.to) + places.foot), lane: 0)
                    : [Point(from.x + places.lane, from.y + 40), Point(from.x + places.lane, places.foot)]
            }
        }
    }

    /// The step and the part of the cell that a node represents; nil for other nodes.
    private static func part(
        _ node: GraphNode, of layer: LayerID, _ recurrent: RecurrentLayer, _ lowered: LoweredProblem
    ) -> (step: Int, part: Part)? {
        let role = lowered.role(of: node.scalar.tensor)
        if role == .given(.initialState, layer) { return (0, .hidden) }
        if role == .given(.initialCell, layer) { return (0, .cell) }
        guard case .part(let part, layer, let step?) = role else { return nil }
        guard node.tensor == nil else { return (step, part) }
        // All gates are one tensor, in blocks; where a gate's sum has its name, only this one is left.
        switch (recurrent.cell, part) {
        case (.lstm, .preActivation(nil)):
            let gates = recurrent.cell.gates
            return (step, .preActivation(gates[min(node.scalar.index / recurrent.units, gates.count - 1)]))
        case (.gru, .fromState(nil)): return (step, .fromState(.candidate))
        case (.rnn, _), (.lstm, _), (.gru, _): return (step, part)
        }
    }

    private func place(_ point: Point, step: Int) -> Point {
        isFolded
            ? Point(point.x * narrowing, point.y + places.rowPitch * Double(step - 1))
            : point + Point(places.pitch * Double(step - 1), 0)
    }

    private func row(of node: Int) -> Int { isFolded ? Int(((centers[node].y + 60) / places.rowPitch).rounded(.down)) : 0 }

    private func rowTop(of node: Int) -> Double { Double(row(of: node)) * places.rowPitch }

    /// How far below the line a node is.
    private func level(of node: Int) -> Double { centers[node].y - rowTop(of: node) }

    /// A vertical line to the right of everything; lane 1 is outside lane 0.
    private func rightLane(_ lane: Int) -> Double { (places.right * narrowing) + 48 + 12 * Double(lane) }

    /// From the right end of a row to the left end of the next.
    private func way(from: Point, to: Point, lane: Int) -> [Point] {
        let right = rightLane(lane)
        let top = ((from.y + 60) / places.rowPitch).rounded(.down) * places.rowPitch
        let between = top + places.rowPitch - 62 + 14 * Double(lane == 0 ? 1 : 0)
        return [Point(right, from.y), Point(right, between), Point(to.x, between), to]
    }

    /// Places what follows the last step, from left to right, one column for each operation on the path; its sources are below.
    private mutating func placeTail(_ rest: [Int], from last: Int, after steps: Int) {
        let tail = Set(rest)
        var column: [Int: Int] = [:]
        for edge in graph.edges.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) where tail.contains(edge.to) {
            column[edge.to] = max(column[edge.to] ?? 0, (column[edge.from] ?? -1) + (graph.nodes[edge.from].kind == .operation ? 1 : 0))
        }
        let start = isFolded ? 120 * narrowing : centers[last].x + 167
        let y = isFolded ? Double(steps) * places.rowPitch : places.hidden.y
        let operations = rest.filter { graph.nodes[$0].kind == .operation }
        for (at, members) in Dictionary(grouping: operations, by: { max(column[$0] ?? 0, 0) }) {
            let x = start + Double(at) * (isFolded ? 120 : 140)
            for (place, node) in members.enumerated() { centers[node] = Point(x, y + 90 * Double(place)) }
            let sources = graph.edges.filter { members.contains($0.to) && graph.nodes[$0.from].kind != .operation }.map(\.from)
            let given = Set(sources.filter(tail.contains)).sorted()
            for (place, source) in given.enumerated() {
                let offset = Double(place) - Double(given.count - 1) / 2
                centers[source] = Point(x + 64 * offset, y + 90 * Double(members.count - 1) + 83)
            }
        }
    }

    /// From one end of the nodes to the other, in points.
    var extent: Size {
        Size(
            (centers.map(\.x).max() ?? 0) - (centers.map(\.x).min() ?? 0), (centers.map(\.y).max() ?? 0) - (centers.map(\.y).min() ?? 0))
    }

    /// The path of the last state's gradient to the first.
    var focus: GraphFocus? {
        guard let first = states.first, let last = states.last, first != last else { return GraphFocus(graph) }
        let way = line.filter { edge in
            let ends = graph.edges[edge]
            return ends.from >= first && ends.to <= last && (graph.isOfTensors || ends.contribution != nil)
        }
        return GraphFocus(node: first, edges: graph.contributing(to: first), way: way, span: [first, last])
    }

    /// The edges whose products are written: along the line and next to it.
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
        GraphLayout(graph, dressing, centers: centers, bends: bends, wanted: wanted, bent: isFolded ? Set(graph.edges.indices) : bent)
    }
}
