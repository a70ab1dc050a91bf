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
    private let scalars: [[ScalarID]]
    /// The address of each node's own scalar.
    private let addresses: [String]
    private let nodeAt: [ScalarID: Int]
    private let shift: Point
    private let pauses: [Rect]
    /// Where lines are interrupted in pictures that keep secrets, which have no products.
    private let secretPauses: [Rect]
    private let braces: [SigmoidBrace]
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
        case .local, .norm, .rest, .branch, .remembered, .updated, .clipped, .contribution, .probability: nil
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
    private func cell(at key: NumberKey, of node: Int) -> Rect? {
        switch key.place {
        case .value(let scalar): Self.cell(scalar.index, of: layout.dressing.values[node], at: layout.above[node])
        case .gradient(let scalar): Self.cell(scalar.index, of: layout.dressing.gradients[node], at: layout.below[node])
        case .local, .norm, .rest, .branch, .remembered, .updated, .clipped, .contribution, .probability: nil
        }
    }

    private static func cell(_ entry: Int, of label: TensorLabel?, at place: PlacedLabel?) -> Rect? {
        guard let label, let place else { return nil }
        return (label.rect(ofEntry: entry) ?? label.grid).offsetBy(place.origin.x, place.origin.y)
    }

    private func edge(at key: NumberKey) -> Int? {
        guard case .local(let use) = key.place, let from = node(of: ScalarID(use.from)), let to = node(of: ScalarID(use.to)) else {
            return nil
        }
        let edges = graph.edges.indices.filter { graph.edges[$0].from == from && graph.edges[$0].to == to }
        return edges.first { graph.edges[$0].contribution?.operand == use.operand } ?? edges.first
    }

    /// Sources are known from the start.
    private func shows(valueOf node: Int, _ state: SceneState) -> Bool {
        graph.nodes[node].kind != .operation || entries(of: node).contains(where: state.shows(valueOf:))
    }

    private func shows(gradientOf node: Int, _ state: SceneState) -> Bool { entries(of: node).contains(where: state.shows(gradientOf:)) }

    /// The scalars of a node; of a whole tensor, those that its grid shows.
    private func entries(of node: Int) -> [ScalarID] {
        let label = layout.dressing.values[node] ?? layout.dressing.gradients[node]
        guard let cells = label?.mark.excerpt.cells else { return scalars[node] }
        return cells.map { ScalarID(graph.nodes[node].scalar.tensor, $0.entry) }
    }

    package func draw(_ state: SceneState) -> DisplayList {
        var marked: [Int: Highlight] = [:]
        for highlight in state.highlights { if let edge = edge(at: highlight.place) { marked[edge] = highlight } }
        return draw(state, way: [], marked: marked).translated(by: shift)
    }

    /// The whole graph with its focus marked.
    func drawFocused() -> DisplayList {
        draw(SceneState(), way: focus?.way ?? [], marked: [:]).translated(by: shift)
    }

    private func draw(_ state: SceneState, way: Set<Int>, marked: [Int: Highlight]) -> DisplayList {
        var list = DisplayList()
        let pauses = state.keepsSecrets ? secretPauses : pauses
        // In a frame, edges between the numbers of the step stand out from all that pass them.
        let meant = state.isQuiet ? Set(state.highlights.compactMap { nodeIndex(at: $0.place) }) : []
        func width(_ edge: GraphEdge) -> Double { meant.isEmpty ? 1.2 : meant.contains(edge.from) && meant.contains(edge.to) ? 1.8 : 0.7 }
        for index in layout.routes.indices where !way.contains(index) && marked[index] == nil {
            var edge = DisplayList()
            draw(
                layout.routes[index], .restingLine, width: width(graph.edges[index]),
                dash: graph.nodes[graph.edges[index].from].kind == .constant ? [3, 2.5] : [], pauses, into: &edge)
            addProduct(of: index, state, isMeant: false, into: &edge)
            list.group(group(ofEdge: index, state), edge)
        }
        if let arrow = layout.resultArrow, shows(valueOf: graph.result, state) {
            draw(arrow, .restingLine, width: 1.2, dash: [], pauses, into: &list)
        }
        for (index, route) in layout.routes.enumerated() where way.contains(index) || marked[index] != nil {
            var edge = DisplayList()
            if way.contains(index) { draw(route, .gradientLine, width: 2.2, dash: [], pauses, into: &edge) }
            if let highlight = marked[index] {
                draw(route, Paint(of: highlight.role), width: 2.2, dash: highlight.outline.dash, pauses, into: &edge)
            }
            addProduct(of: index, state, isMeant: marked[index] != nil, into: &edge)
            list.group(group(ofEdge: index, state, isHighlighted: true), edge)
        }
        for index in graph.nodes.indices {
            var node = DisplayList()
            drawNode(index, state, isFocus: way.isEmpty ? false : index == focus?.node, into: &node)
            list.group(group(ofNode: index, state), node)
        }
        for brace in braces where state.shows(valueOf: brace.scalar) && !state.keepsSecrets {
            list.group(Group(.label, "sigmoid \(brace.scalar.tensor.index)", words: "the slope of σ"), brace.content)
        }
        return list
    }

    private func addProduct(of index: Int, _ state: SceneState, isMeant: Bool, into list: inout DisplayList) {
        guard let label = layout.products[index] else { return }
        let ends = graph.edges[index]
        if isMeant || !state.keepsSecrets && shows(gradientOf: ends.from, state) && shows(gradientOf: ends.to, state) {
            list.append(label.content)
        }
    }

    // MARK: Groups

    /// The name of a node: its own, its operands', or its face.
    private func name(ofNode index: Int) -> String {
        let node = graph.nodes[index]
        return (node.name ?? (node.kind == .operation ? node.meaning : nil) ?? node.face).plainText
    }

    /// "a·b: value −6, gradient 1".
    private func group(ofNode index: Int, _ state: SceneState) -> Group {
        let node = graph.nodes[index]
        var parts: [String] = []
        if let tensor = node.tensor {
            parts.append("shape \(tensor.shape.map(String.init).joined(separator: " × "))")
            func scalar(_ entry: Int) -> ScalarID { ScalarID(node.scalar.tensor, entry) }
            let values = tensor.values.scalars.indices.lazy
                .filter { node.kind != .operation || state.shows(valueOf: scalar($0)) }.map { tensor.values.scalars[$0] }
            if !values.isEmpty { parts.append("\(tensor.values.count == 1 ? "value" : "values") \(values.firstNumbers)") }
            if let gradients = tensor.gradients, shows(gradientOf: index, state) {
                let known = gradients.scalars.indices.lazy.filter { state.shows(gradientOf: scalar($0)) }.map { gradients.scalars[$0] }
                parts.append("gradient \(known.firstNumbers)")
                if let norm = tensor.gradientNorm, gradients.count > 1 { parts.append("norm of the gradient \(Numeral(norm).text)") }
            }
        } else {
            if shows(valueOf: index, state), node.constants.isEmpty { parts.append("value \(numbers.value(index).text)") }
            if let gradient = numbers.gradient(index), shows(gradientOf: index, state) { parts.append("gradient \(gradient.text)") }
        }
        return Group(
            .node, addresses[index], words: name(ofNode: index) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")),
            isHighlighted: state.highlights.contains { nodeIndex(at: $0.place) == index })
    }

    /// "from a to a·b: 1 × 3 = 3".
    private func group(ofEdge index: Int, _ state: SceneState, isHighlighted: Bool = false) -> Group {
        let edge = graph.edges[index]
        var words = "from \(name(ofNode: edge.from)) to \(name(ofNode: edge.to))"
        if !state.keepsSecrets, shows(gradientOf: edge.from, state), shows(gradientOf: edge.to, state),
            let line = numbers.productLine(index)
        {
            words += ": \(Formula.row(line.numeric.parts + [.sign(line.relation), .number(line.result)]).plainText)"
            if edge.isLeftOut { words += ", left out by mistake" }
        }
        return Group(
            .edge, "\(addresses[edge.from]) to \(addresses[edge.to])", words: words, isHighlighted: isHighlighted)
    }

    private func drawNode(_ index: Int, _ state: SceneState, isFocus: Bool, into list: inout DisplayList) {
        let (node, rect) = (graph.nodes[index], layout.nodes[index])
        let radius = min(rect.width, rect.height) / 2
        let outline = Path.rect(rect, radius: radius)
        list.fill(outline, .page)
        if node.kind != .constant {
            list.stroke(outline, Stroke(isFocus ? .gradientLine : .restingLine, width: isFocus ? 2.2 : 1.3))
        } else {
            list.stroke(outline, Stroke(.restingLine, width: 0.8, dash: [1.5, 2]))
        }
        let face = layout.dressing.faces[index]
        list.append(PlacedLabel(laid: face, center: rect.center).content)
        guard !state.isOverview else { return }
        if let label = layout.above[index], shows(valueOf: index, state) {
            if let grid = layout.dressing.values[index], node.kind == .operation, state.values != nil {
                let known = grid.draw { state.shows(valueOf: ScalarID(node.scalar.tensor, $0)) }
                list.append(known.translated(by: label.origin))
            } else {
                list.append(label.content)
            }
        }
        if index == graph.result, let result = layout.result, shows(valueOf: index, state) { list.append(result.content) }
        // ∂f/∂f is 1 by definition; it appears once the backward pass has begun.
        let isSeed = index == graph.result && state.gradients?.isEmpty == false
        let isMeant = isSeed || state.highlights.contains { $0.isGradient && nodeIndex(at: $0.place) == index }
        if let label = layout.below[index], isMeant || shows(gradientOf: index, state) {
            if layout.dressing.sums.contains(index) { list.fill(.rect(label.box, radius: label.box.height / 2), .gradientWash) }
            if let grid = layout.dressing.gradients[index], state.gradients != nil {
                let known = grid.draw { state.shows(gradientOf: ScalarID(node.scalar.tensor, $0)) }
                list.append(known.translated(by: label.origin))
            } else {
                list.append(label.content)
            }
        }
        outlineCells(of: index, state, into: &list)
        for highlight in state.highlights where nodeIndex(at: highlight.place) == index && cell(at: highlight.place, of: index) == nil {
            let target = highlight.isGradient ? layout.below[index].map { $0.box.insetBy(-5, -3) } : nil
            let box = target ?? rect.insetBy(-3, -3)
            highlight.outline.draw(
                around: box, radius: min(box.width, box.height) / 2, color: Paint(of: highlight.role), into: &list)
        }
    }

    /// The cells of a step's numbers; together where they are a rectangle with one kind of outline, as when they are a whole tensor.
    private func outlineCells(of node: Int, _ state: SceneState, into list: inout DisplayList) {
        struct Kind: Hashable {
            let outline: Highlight.Outline
            let role: Formula.Role
            let isGradient: Bool
        }
        var cells: [Kind: [Rect]] = [:]
        var kinds: [Kind] = []
        for highlight in state.highlights where nodeIndex(at: highlight.place) == node {
            guard let cell = cell(at: highlight.place, of: node) else { continue }
            let kind = Kind(outline: highlight.outline, role: highlight.role, isGradient: highlight.isGradient)
            if cells[kind] == nil { kinds.append(kind) }
            if cells[kind]?.contains(cell) != true { cells[kind, default: []].append(cell) }
        }
        for kind in kinds {
            guard let boxes = cells[kind], let first = boxes.first else { continue }
            let all = boxes.dropFirst().reduce(first) { $0.union($1) }
            let label = kind.isGradient ? layout.dressing.gradients[node] : layout.dressing.values[node]
            let place = kind.isGradient ? layout.below[node] : layout.above[node]
            let others = (label?.mark.excerpt.cells ?? []).compactMap { Self.cell($0.entry, of: label, at: place) }
            let isWhole = boxes.count == others.count { all.contains($0.center) }
            for box in isWhole ? [all] : boxes {
                kind.outline.draw(
                    around: box.insetBy(-0.5, -0.5), radius: 1.5, color: Paint(of: kind.role), width: 1.3, into: &list)
            }
        }
    }

    private func draw(_ route: EdgeRoute, _ color: Paint, width: Double, dash: [Double], _ pauses: [Rect], into list: inout DisplayList) {
        list.stroke(route.line(leavingOut: pauses), Stroke(color, width: width, dash: dash, cap: dash.first ?? 1 < 1 ? .round : .butt))
        list.fill(route.arrowhead, color)
    }
}
