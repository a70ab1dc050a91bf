import Autodiff
import Drawing
import Telling
import Typesetting

/// Sets the labels of a network's edges.
struct EdgeLabels {
    let scene: NetworkScene
    let state: SceneState
    let marks: SceneMarks

    private var geometry: NetworkGeometry { scene.geometry }
    private var texts: NetworkTexts { scene.texts }
    private var lettering: NetworkLettering { scene.lettering }

    /// By the number of their edge.
    ///
    /// A label without a place of its own, which only a frame that speaks of its edge shows, takes the place of those that the frame does not
    /// speak of, and is left out where it would lie on others.
    func labels() -> [Int: DrawnPart] {
        var labels: [Int: DrawnPart] = [:]
        var counts: [Tape.ID: Int] = [:]
        for edge in geometry.edges where !edge.isSkip { counts[edge.into, default: 0] += 1 }
        let told = geometry.edges.indices.filter { marks.isMarked(.edge($0)) }
        let quiet = geometry.edges.indices.filter { !marks.isMarked(.edge($0)) && geometry.edges[$0].showsLabel }
        var taken: [Rect] = []
        for index in told.filter({ geometry.edges[$0].showsLabel }) + told.filter({ !geometry.edges[$0].showsLabel }) + quiet {
            let edge = geometry.edges[index]
            guard let label = edgeLabel(index, count: counts[edge.into] ?? 1) else { continue }
            // With the room for outlines, where the layout has not seen to it.
            let room = edge.showsLabel ? label.box.insetBy(-0.5, -0.5) : label.box.insetBy(-3.5, -2.5)
            guard !taken.contains(where: { $0.overlaps(room) }) else { continue }
            if marks.isMarked(.edge(index)) { taken.append(label.box) }
            labels[index] = DrawnPart(
                labels: label.lines, outlines: label.outlines, pauses: label.lines.count > 1 ? [label.box] : [])
        }
        return labels
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

    private func edgeLabel(_ index: Int, count: Int) -> EdgeLabel? {
        let edge = geometry.edges[index]
        let here = marks[.edge(index)]
        var lines = texts.lines(of: edge, count: count, .state(state))
        let height = lettering.lead * Double(max(1, lines.count))
        if !here.isEmpty, let weight = edge.weight, texts.products == nil { lines = texts.edgeLines(weight, edges: 1, .state(state)) }
        if edge.isSkip, geometry.flow == .downward, let line = lines.first {
            let laid = lettering.text(line.formula, NetworkLettering.small, marks.color(line.role, here.first))
            let label = SceneLabel(laid, turnedAbout: edge.label)
            return EdgeLabel(lines: [label], box: label.box)
        }
        var whole = EdgeLabel(lines: [], box: Rect(0, 0, 0, 0))
        var above: Rect?
        for (number, line) in lines.enumerated() where !line.isHidden {
            let mark = here.first { $0.isGradient == (line.kind == .gradient) }
            let laid = lettering.text(line.formula, NetworkLettering.small, marks.color(line.role, mark), bold: mark != nil)
            let anchor = NetworkGeometry.Anchor(
                point: Point(
                    mark == nil ? edge.label.x : middle(of: edge, width: laid.bounds.width + 5),
                    edge.label.y - height / 2 + 8 + lettering.lead * Double(number)))
            var label = SceneLabel(laid, at: anchor, marked: mark, below: &above, outlines: &whole.outlines)
            // The line must not run into the outline.
            if mark != nil { label.box = label.box.insetBy(-1.5, -0.5) }
            whole.box = whole.lines.isEmpty ? label.box : whole.box.union(label.box)
            whole.lines.append(label)
        }
        return whole.lines.isEmpty ? nil : whole
    }
}
