import Autodiff
package import Drawing
import Notation
import Telling
import Traces
import Typesetting

// One drawing of a graph: what is known and highlighted of it.
extension GraphScene {
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

    // MARK: What is known

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
}
