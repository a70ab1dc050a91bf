import Autodiff
import Drawing
import Telling
import Typesetting

/// Typesets the labels of a network's edges.
struct EdgeLabels {
    let scene: NetworkScene
    let state: SceneState
    let marks: SceneMarks

    private var geometry: NetworkGeometry { scene.geometry }
    private var texts: NetworkTexts { scene.texts }
    private var lettering: NetworkLettering { scene.lettering }

    /// By the index of their edge.
    func labels() -> [Int: DrawnPart] {
        var labels: [Int: DrawnPart] = [:]
        for index in geometry.edges.indices where geometry.edges[index].showsLabel {
            guard let label = edgeLabel(index) else { continue }
            var part = DrawnPart(labels: label.lines, outlines: label.outlines, pauses: label.lines.count > 1 ? [label.box] : [])
            if let weight = geometry.edges[index].weight, state.named.contains(weight) {
                let box = state.namesGradients ? label.gradient : label.box
                if let box { part.shapes.fill(.rect(box.insetBy(-2.5, -1.5), radius: 3), .gradientWash) }
            }
            labels[index] = part
        }
        return labels
    }

    /// The lines of text on an edge, and their common box.
    private struct EdgeLabel {
        var lines: [SceneLabel]
        var outlines = DisplayList()
        var box: Rect
        /// Of the gradient.
        var gradient: Rect?
    }

    private func edgeLabel(_ index: Int) -> EdgeLabel? {
        let edge = geometry.edges[index]
        let here = marks[.edge(index)]
        let isNamed = edge.weight.map(state.named.contains) ?? false
        if edge.isSkip, geometry.flow == .downward, let line = texts.lines(of: edge, .state(state)).first {
            let laid = lettering.text(line.formula, NetworkLettering.small, marks.color(line.role, here.first))
            let label = SceneLabel(laid, turnedAbout: edge.label)
            return EdgeLabel(lines: [label], box: label.box)
        }
        let lines =
            edge.arrangement == .grid ? edge.key.map { texts.cellLines(of: $0, .state(state)) } ?? [] : texts.lines(of: edge, .state(state))
        let isBeside = edge.arrangement == .sideBySide
        let height = isBeside ? lettering.lead : lettering.lead * Double(max(1, lines.count))
        var whole = EdgeLabel(lines: [], box: Rect(0, 0, 0, 0))
        var above: Rect?
        for (number, line) in lines.enumerated() where !line.isHidden {
            let mark = line.kind == .plain ? nil : here.first { $0.isGradient == (line.kind == .gradient) }
            let color = edge.weight.map(scene.values.isFrozen) == true && mark == nil ? .quietInk : marks.color(line.role, mark)
            let isTinted = isNamed && (!state.namesGradients || line.kind == .gradient)
            let laid = lettering.text(line.formula, NetworkLettering.small, color, bold: mark != nil || isTinted)
            let anchor = NetworkGeometry.Anchor(
                point: Point(
                    edge.label.x + (!isBeside ? 0 : number == 0 ? edge.labelSplit : edge.labelSplit + NetworkMeasures.besideGap),
                    edge.label.y - height / 2 + 8 + (isBeside ? 0 : lettering.lead * Double(number))),
                alignment: !isBeside ? .center : number == 0 ? .trailing : .leading)
            if isBeside { above = nil }
            var label = SceneLabel(laid, at: anchor, marked: mark, below: &above, outlines: &whole.outlines)
            // The edge must not touch the outline.
            if mark != nil { label.box = label.box.insetBy(-1.5, -0.5) }
            if line.kind == .gradient { whole.gradient = label.box }
            if line.isLeftOut { whole.outlines.strike(label.box, "line \(number) of edge \(index)") }
            whole.box = whole.lines.isEmpty ? label.box : whole.box.union(label.box)
            whole.lines.append(label)
        }
        return whole.lines.isEmpty ? nil : whole
    }
}
