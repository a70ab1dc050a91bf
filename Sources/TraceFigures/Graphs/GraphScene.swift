import Autodiff
package import Drawing
import NeuralNetworks
package import Notation
import Telling
package import Traces
import Typesetting

/// A computation graph that is laid out once; see `TraceScene`.
package struct GraphScene: TraceScene {
    let graph: ComputationGraph
    let numbers: GraphNumbers
    let layout: GraphLayout
    let focus: GraphFocus?
    let topic: ExpressionTopic?
    /// Whether the line of time, if there is one, shows the LSTM's cell state.
    let carriesCell: Bool
    /// The scalars behind each node, its own first.
    let scalars: [[ScalarID]]
    /// The address of each node's own scalar.
    let addresses: [String]
    private let nodeAt: [ScalarID: Int]
    let shift: Point
    let pauses: [Rect]
    /// Where lines are interrupted in pictures that keep secrets, which have no products.
    let secretPauses: [Rect]
    let braces: [SigmoidBrace]
    package let size: Size
    let notation: NotationStyle

    /// Whether its nodes are whole tensors, as in a graph too large for scalars.
    package var showsTensors: Bool { graph.nodes.contains { $0.tensor != nil } }

    /// - Parameters:
    ///   - namesAll: whether operations without a name in the lesson are labelled with that on the tape, t₁, as where steps refer to them.
    ///   - printed: the numbers of a page that the graph is beside.
    package init(
        _ trace: Trace, measurer: any TextMeasuring, pageWidth: Double? = nil, type: GraphType = GraphType(), width: Double = 440,
        notation: NotationStyle = .automatic, namesAll: Bool = false, printed: Precision = Precision()
    ) {
        let graph = ComputationGraph(trace, notation: notation, namesAll: namesAll)
        self.graph = graph
        self.notation = notation
        var scalars = graph.nodes.map { [$0.scalar] }
        for (scalar, node) in graph.others.map({ ($0.key, $0.value) }).sorted(by: { ($0.0.tensor, $0.0.index) < ($1.0.tensor, $1.0.index) })
        {
            scalars[node].append(scalar)
        }
        self.scalars = scalars
        addresses = graph.nodes.map { trace.address(of: $0.scalar) }
        nodeAt = Dictionary(
            scalars.enumerated().flatMap { node, scalars in scalars.map { ($0, node) } }, uniquingKeysWith: { first, _ in first })
        let typesetter = Typesetter(measurer: measurer)
        let all = Set(graph.edges.indices.filter { graph.edges[$0].contribution != nil })
        let time = TimeOrder(graph, trace)
        carriesCell = time?.places.state == .cell
        var startsDense = false
        if case .dense? = trace.lowered?.layers.first?.layer.kind { startsDense = true }
        var focus = time?.focus ?? GraphFocus(graph, prefersHidden: startsDense)
        // A fork takes precedence over the topic of a textbook's example.
        topic = focus?.isFork == false ? ExpressionTopic(trace, graph) : nil
        if let topic {
            let way = topic.way(in: graph)
            focus = GraphFocus(node: topic.node, edges: Array(way.prefix(1)), way: Set(way))
        }
        let central = Set(focus?.edges ?? [])
        let sums = GraphDressing.shortSums(of: graph)
        // In an expression, every value is next to its operands.
        let values = trace.lowered == nil ? Storyteller(trace).valueLines(of: graph.nodes.map(\.scalar)) : []

        // A pencil has no room in a cell.
        let roomiest: TensorMark.Style = type.written.isEmpty ? .numbers : .tints
        func dressed(
            _ edges: Set<Int>, sums: Set<Int>, isNarrow: Bool = false, grids: TensorMark.Style = roomiest, type: GraphType = type
        ) -> (GraphNumbers, GraphDressing) {
            let numbers = GraphNumbers(
                graph, edges: edges.union(central), sums: focus.map { $0.isFork ? sums.union([$0.node]) : sums } ?? sums,
                values: values, printed: printed)
            let dressing = GraphDressing(
                graph, numbers: numbers, sums: sums, isNarrow: isNarrow, grids: grids, typesetter: typesetter, type: type)
            return (numbers, dressing)
        }
        func rightward(_ edges: Set<Int>, isNarrow: Bool = false, grids: TensorMark.Style = roomiest) -> Found {
            // Where few products are written, sums of the others would be unexplained.
            let written = edges == all ? sums : time == nil ? sums.intersection([focus?.node ?? -1]) : []
            let (numbers, dressing) = dressed(edges, sums: written, isNarrow: isNarrow, grids: grids)
            return (numbers, time?.layout(dressing) ?? GraphLayout(graph, dressing, wanted: edges, width: width))
        }
        func downward(_ edges: Set<Int>, grids: TensorMark.Style = roomiest) -> Found {
            let (numbers, dressing) = dressed(edges, sums: [], isNarrow: true, grids: grids, type: type.narrow)
            return (numbers, .downward(graph, dressing, wanted: edges, width: width))
        }
        /// Products on only half of the edges say less than those of one well-labelled part.
        func tellsWell(_ layout: GraphLayout) -> Bool { layout.faults * 10 <= all.count && layout.crossings * 2 <= all.count }
        var found: Found
        if let time {
            found = rightward(time.wanted, isNarrow: time.places.stacksProducts)
            // Steps are close together: numbers only where they have room without moving the steps apart.
            if graph.isOfTensors, found.layout.missing > 0 {
                found = rightward(time.wanted, isNarrow: time.places.stacksProducts, grids: .tints)
            }
            for stretch in TimeOrder.stretches(graph).dropFirst() where found.layout.missing > 0 {
                guard let wide = TimeOrder(graph, trace, stretch: stretch), wide.extent.width <= TimeOrder.mostStretched else { break }
                let layout = wide.layout(found.layout.dressing)
                if layout.missing < found.layout.missing { found.layout = layout }
            }
        } else {
            found = rightward(all.count > 50 ? central : all)
            if all.count <= 50, found.layout.bounds.width > Self.usualWidth {
                let narrow = rightward(all, isNarrow: true)
                if narrow.layout.score <= found.layout.score, narrow.layout.bounds.width < found.layout.bounds.width { found = narrow }
            }
            if all.count <= 50, !tellsWell(found.layout) { found = rightward(central) }
        }
        if pageWidth != nil, found.layout.bounds.width > width, let folded = TimeOrder(graph, trace, foldedInto: width) {
            let (numbers, dressing) = dressed(folded.wanted, sums: [], isNarrow: true, type: type.narrow)
            found = (numbers, folded.layout(dressing))
            if graph.isOfTensors, found.layout.missing > 0 {
                found.layout = folded.layout(dressed(folded.wanted, sums: [], isNarrow: true, grids: .tints, type: type.narrow).1)
            }
        } else if pageWidth != nil, found.layout.bounds.width > width {
            var narrow = downward(all.count > 50 ? central : all)
            if graph.isOfTensors {
                let small = downward([], grids: .tints)
                if narrow.layout.bounds.width > width || narrow.layout.score > small.layout.score + 2 { narrow = small }
            } else if !tellsWell(narrow.layout) || narrow.layout.bounds.width > width {
                narrow = downward(central)
            }
            if narrow.layout.bounds.width < found.layout.bounds.width { found = narrow }
        }
        (numbers, layout) = found
        self.focus = focus
        pauses = layout.pauses
        secretPauses = layout.nodePauses
        braces = SigmoidBrace.all(in: graph, trace, layout, typesetter: typesetter)
        let bounds = braces.reduce(layout.bounds) { $0.union($1.bounds) }.insetBy(-2, -2)
        shift = Point(-bounds.minX, -bounds.minY)
        size = Size(bounds.width, bounds.height)
    }

    private typealias Found = (numbers: GraphNumbers, layout: GraphLayout)

    /// In points; wider graphs write their products on two lines.
    private static let usualWidth = 900.0

    /// The number of edges whose product is not written.
    var silentEdges: Int { graph.edges.indices.filter { graph.edges[$0].contribution != nil && layout.products[$0] == nil }.count }

    package var stops: [Double] { [] }
    package var showsOneSample: Bool { false }

    /// The digits that its numbers have.
    package var precision: Precision {
        var precision = numbers.precision
        for (index, node) in graph.nodes.enumerated() {
            _ = precision.raise(.gradient(node.scalar.key), to: numbers.gradientDigits(index))
        }
        return precision
    }

    package func anchor(of key: NumberKey) -> Rect? {
        if let node = nodeIndex(at: key) { return (cell(at: key, of: node) ?? layout.nodes[node]).offsetBy(shift.x, shift.y) }
        guard let edge = edge(at: key) else { return nil }
        if let label = layout.products[edge] { return label.shape.bounds.offsetBy(shift.x, shift.y) }
        let middle = layout.routes[edge].place(at: 0.5).point + shift
        return Rect(center: middle, width: 12, height: 12)
    }

    package func surroundings(of key: NumberKey) -> Rect? {
        graph.isOfTensors ? nodeIndex(at: key).map { whole($0).offsetBy(shift.x, shift.y) } : nil
    }

    package var surroundings: Size {
        guard graph.isOfTensors else { return Size(0, 0) }
        let boxes = layout.nodes.indices.map(whole)
        return Size(boxes.map(\.width).max() ?? 0, boxes.map(\.height).max() ?? 0)
    }

    /// A node with its labels.
    private func whole(_ node: Int) -> Rect {
        [layout.above[node], layout.below[node]].compactMap { $0?.box }.reduce(layout.nodes[node]) { $0.union($1) }.insetBy(-6, -6)
    }

    func nodeIndex(at key: NumberKey) -> Int? {
        switch key.place {
        case .value(let scalar), .gradient(let scalar): node(of: ScalarID(scalar))
        case .local, .norm, .rest, .branch, .remembered, .atStep, .updated, .clipped, .contribution, .probability: nil
        }
    }

    /// The scalar that stands for another: itself, or, of those of a whole tensor that have no cell, the first; nil where none is shown.
    func shown(_ scalar: ScalarID) -> ScalarID? {
        guard let node = node(of: scalar) else { return nil }
        guard let excerpt = layout.dressing.gradients[node]?.mark.excerpt, !excerpt.isWhole else { return scalar }
        let entries = Set(excerpt.cells.map(\.entry))
        guard !entries.contains(scalar.index) else { return scalar }
        return (0..<excerpt.count).first { !entries.contains($0) }.map { ScalarID(scalar.tensor, $0) }
    }

    /// A whole tensor's node has all of its scalars.
    private func node(of scalar: ScalarID) -> Int? {
        nodeAt[scalar] ?? (graph.isOfTensors ? nodeAt[ScalarID(scalar.tensor, 0)] : nil)
    }

    /// The box of a number in the grid of a node, or of the whole grid if the number has no cell; nil of a node without a grid.
    func cell(at key: NumberKey, of node: Int) -> Rect? {
        switch key.place {
        case .value(let scalar): Self.cell(scalar.index, of: layout.dressing.values[node], at: layout.above[node])
        case .gradient(let scalar): Self.cell(scalar.index, of: layout.dressing.gradients[node], at: layout.below[node])
        case .local, .norm, .rest, .branch, .remembered, .atStep, .updated, .clipped, .contribution, .probability: nil
        }
    }

    static func cell(_ entry: Int, of label: TensorLabel?, at place: PlacedLabel?) -> Rect? {
        guard let label, let place else { return nil }
        return (label.rect(ofEntry: entry) ?? label.grid).offsetBy(place.origin.x, place.origin.y)
    }

    func edge(at key: NumberKey) -> Int? {
        guard case .local(let use) = key.place, let from = node(of: ScalarID(use.from)), let to = node(of: ScalarID(use.to)) else {
            return nil
        }
        let edges = graph.edges.indices.filter { graph.edges[$0].from == from && graph.edges[$0].to == to }
        return edges.first { graph.edges[$0].contribution?.operand == use.operand } ?? edges.first
    }
}
