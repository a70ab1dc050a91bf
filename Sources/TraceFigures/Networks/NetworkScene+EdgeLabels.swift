import Autodiff
import Drawing
import Telling
import Typesetting

extension NetworkDrawing {
    /// A label without a place of its own, which only a frame that speaks of its edge shows, takes the place of those that the frame does not
    /// speak of, and is left out where it would lie on others.
    mutating func addEdgeLabels() {
        var counts: [Tape.ID: Int] = [:]
        for edge in geometry.edges where !edge.isSkip { counts[edge.into, default: 0] += 1 }
        let told = geometry.edges.indices.filter { marks[.edge($0)] != nil }
        let quiet = geometry.edges.indices.filter { marks[.edge($0)] == nil && geometry.edges[$0].showsLabel }
        var taken: [Rect] = []
        for index in told.filter({ geometry.edges[$0].showsLabel }) + told.filter({ !geometry.edges[$0].showsLabel }) + quiet {
            let edge = geometry.edges[index]
            guard let label = edgeLabel(index, count: counts[edge.into] ?? 1) else { continue }
            // With the room for outlines, where the layout has not seen to it.
            let room = edge.showsLabel ? label.box.insetBy(-0.5, -0.5) : label.box.insetBy(-3.5, -2.5)
            guard !taken.contains(where: { $0.overlaps(room) }) else { continue }
            if marks[.edge(index)] != nil { taken.append(label.box) }
            part(.edge(index)) { $0.add(label) }
        }
    }

    /// Where a text of this width, which the layout has not seen, stands clear of both columns.
    private func middle(of edge: NetworkGeometry.Edge, width: Double) -> Double {
        guard geometry.flow == .rightward, geometry.columns.indices.contains(edge.toColumn) else { return edge.label.x }
        let low = geometry.columns[edge.fromColumn].extent.maxX + 3 + width / 2
        let high = geometry.columns[edge.toColumn].extent.minX - 3 - width / 2
        return low <= high ? min(max(edge.label.x, low), high) : edge.label.x
    }

    /// The lines of text on an edge, and the box of all.
    private struct EdgeLabel {
        var lines: [SceneLabel]
        var outlines = DisplayList()
        var box: Rect
    }

    private mutating func add(_ label: EdgeLabel) {
        labels += label.lines
        outlines.append(label.outlines)
        if label.lines.count > 1 { pauses.append(label.box) }
    }

    private func edgeLabel(_ index: Int, count: Int) -> EdgeLabel? {
        let edge = geometry.edges[index]
        let marks = marks[.edge(index)] ?? []
        var lines = scene.lines(of: edge, count: count, state)
        let height = scene.lead * Double(max(1, lines.count))
        if !marks.isEmpty, let weight = edge.weight, scene.products == nil { lines = scene.edgeLines(weight, edges: 1, state) }
        if edge.isSkip, geometry.flow == .downward, let line = lines.first {
            let laid = scene.text(line.formula, NetworkScene.Lettering.small, color(line.role, marks.first))
            let label = SceneLabel(laid, turnedAbout: edge.label)
            return EdgeLabel(lines: [label], box: label.box)
        }
        var whole = EdgeLabel(lines: [], box: Rect(0, 0, 0, 0))
        var above: Rect?
        for (number, line) in lines.enumerated() where !line.isHidden {
            let mark = marks.first { $0.isGradient == (line.kind == .gradient) }
            let laid = scene.text(line.formula, NetworkScene.Lettering.small, color(line.role, mark), bold: mark != nil)
            let anchor = NetworkGeometry.Anchor(
                point: Point(
                    mark == nil ? edge.label.x : middle(of: edge, width: laid.bounds.width + 5),
                    edge.label.y - height / 2 + 8 + scene.lead * Double(number)))
            var label = self.label(laid, at: anchor, mark, below: &above, outlines: &whole.outlines)
            // The line must not run into the outline.
            if mark != nil { label.box = label.box.insetBy(-1.5, -0.5) }
            whole.box = whole.lines.isEmpty ? label.box : whole.box.union(label.box)
            whole.lines.append(label)
        }
        return whole.lines.isEmpty ? nil : whole
    }

    /// A line of small text with the outline of what marks it, lower where a raised exponent would let that touch the line above.
    /// - Parameter above: what the line above takes, then what this one takes.
    func label(
        _ laid: Laid, at anchor: NetworkGeometry.Anchor, _ mark: Highlight?, below above: inout Rect?, outlines: inout DisplayList
    ) -> SceneLabel {
        var label = SceneLabel(laid, at: anchor)
        defer { above = mark == nil ? label.box : label.box.insetBy(-2.5, -1.4) }
        guard let mark else { return label }
        let reach = label.box.insetBy(-2.5, -1.4)
        if let above, reach.minY < above.maxY {
            var lower = anchor
            lower.point.y += above.maxY + 0.5 - reach.minY
            label = SceneLabel(laid, at: lower)
        }
        mark.outline.draw(
            around: label.box.insetBy(-2.5, -1.4), radius: 3, color: Paint(of: mark.role), width: 0.9, into: &outlines)
        return label
    }
}
