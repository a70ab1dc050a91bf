import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// Draws the nodes of a network, each with its value above its gradient, its name, and the small lines next to it.
struct NodeDrawing {
    let scene: NetworkScene
    let state: SceneState
    let marks: SceneMarks

    private var geometry: NetworkGeometry { scene.geometry }
    private var values: NetworkValues { scene.values }
    private var texts: NetworkTexts { scene.texts }
    private var lettering: NetworkLettering { scene.lettering }

    func drawPill(_ index: Int, _ unit: NetworkGeometry.Unit, _ argument: ScalarID, _ pill: Rect, into part: inout DrawnPart) {
        drawNode(
            .rect(pill, radius: 7), at: pill.center, widths: (pill.width - 6, pill.width - 6), scalar: argument,
            place: .preActivation(column: index, unit: unit.index), outlined: pill, radius: 7, isDead: isDead(index, unit), into: &part)
        let mark = marks[.preActivation(column: index, unit: unit.index)].first
        part.labels.append(
            SceneLabel(lettering.text(texts.symbol(argument), NetworkLettering.name, marks.nameColor(mark)), at: unit.pillName))
        place(texts.linesUnderPill(index, unit.index, .state(state)), at: unit.pillLines, index, unit.index, into: &part)
    }

    func drawCircle(_ index: Int, _ unit: NetworkGeometry.Unit, _ scalar: ScalarID, into part: inout DrawnPart) {
        let r = geometry.radius
        let chord = 2 * (r * r - lettering.reach * lettering.reach).squareRoot() - 3
        let box = Rect(center: unit.circle, width: 2 * r, height: 2 * r)
        drawNode(
            .circle(center: unit.circle, radius: r), at: unit.circle, widths: (chord, chord), scalar: scalar,
            place: .shown(column: index, unit: unit.index), outlined: box, radius: r, isDead: isDead(index, unit),
            into: &part)
        let mark = marks[.shown(column: index, unit: unit.index)].first
        part.labels.append(
            SceneLabel(lettering.text(texts.symbol(scalar), NetworkLettering.name, marks.nameColor(mark)), at: unit.name))
        place(texts.linesUnderCircle(index, unit.index, .state(state)), at: unit.lines, index, unit.index, into: &part)
    }

    private func isDead(_ column: Int, _ unit: NetworkGeometry.Unit) -> Bool {
        !state.keepsSecrets && values.isDead(values.columns[column], unit.index)
    }

    /// A node: its value in the upper half, the gradient in the lower.
    private func drawNode(
        _ path: Path, at center: Point, widths: (Double, Double), scalar: ScalarID,
        place: NetworkPlace, outlined: Rect, radius: Double, isDead: Bool, into part: inout DrawnPart
    ) {
        let (here, half) = (marks[place], lettering.half)
        part.shapes.fill(path, .page)
        if isDead {
            part.shapes.stroke(.hatching(inside: outlined.outline(radius: radius)), Stroke(.restingLine, width: 0.6))
            let clear = Rect(center: center, width: widths.0, height: 2 * half + 11).insetBy(-1, 0)
            part.shapes.fill(.rect(clear.intersection(outlined.insetBy(2, 2)), radius: 3), .page)
        }
        if here.isEmpty { part.shapes.stroke(path, Stroke(.restingLine, width: 1)) }
        // A second outline is drawn inside the first.
        for (depth, mark) in here.enumerated() {
            let outlined = outlined.insetBy(3.2 * Double(depth), 3.2 * Double(depth))
            let radius = max(0, radius - 3.2 * Double(depth))
            mark.outline.draw(around: outlined, radius: radius, color: Paint(of: mark.role), width: 2.2, into: &part.shapes)
        }
        let (value, gradient) = texts.numerals(of: scalar, state)
        if let numeral = value {
            let mark = here.first { !$0.isGradient }
            let laid = lettering.fitted(
                numeral, NetworkLettering.number, width: widths.0, color: marks.color(.value, mark), bold: mark != nil)
            part.labels.append(SceneLabel(laid, x: center.x, baseline: center.y - half + 3.2))
        }
        if let numeral = gradient {
            let mark = here.first { $0.isGradient }
            let laid = lettering.fitted(
                numeral, NetworkLettering.number, width: widths.1, color: marks.color(.gradient, mark), bold: mark != nil)
            part.labels.append(SceneLabel(laid, x: center.x, baseline: center.y + half + 2.8))
        }
        let reach = outlined.width / 2 * 0.55
        part.shapes.stroke(
            .line(from: Point(center.x - reach, center.y), to: Point(center.x + reach, center.y)),
            Stroke(.grid, width: 0.6))
    }

    private func place(_ lines: [SceneLine], at anchor: NetworkGeometry.Anchor, _ column: Int, _ unit: Int, into part: inout DrawnPart) {
        let places: [SceneLine.Kind: NetworkPlace] = [
            .bias: .bias(column: column, unit: unit), .gradient: .bias(column: column, unit: unit),
            .slope: .slope(column: column, unit: unit), .target: .target(unit),
        ]
        let bias = values.columns[column].bias.map { ScalarID($0, unit) }
        var above: Rect?
        for (number, line) in lines.enumerated() where !line.isHidden {
            let mark = places[line.kind].flatMap { marks[$0] }?.first {
                line.kind == .target || line.kind == .slope || $0.isGradient == (line.kind == .gradient)
            }
            let isFrozen = (line.kind == .bias || line.kind == .gradient) && bias.map(values.isFrozen) == true
            let color = isFrozen && mark == nil ? .quietInk : marks.color(line.role, mark)
            let laid = lettering.text(line.formula, NetworkLettering.small, color, bold: mark != nil)
            var anchor = anchor
            anchor.point.y += lettering.lead * Double(number)
            let label = SceneLabel(laid, at: anchor, marked: mark, below: &above, outlines: &part.outlines)
            part.labels.append(label)
            if line.isLeftOut { part.outlines.strike(label.box, "line \(number) of \(column).\(unit)") }
            if mark == nil, line.kind == .slope, values.isDead(values.columns[column], unit) {
                // A unit that stops the gradient.
                part.outlines.stroke(
                    .rect(label.box.insetBy(-3, -1.6), radius: 3), Stroke(.local, width: 1, dash: [0.1, 2.8], cap: .round))
            }
        }
    }

    func drawLoss(into part: inout DrawnPart) {
        let center = geometry.lossCircle
        let r = geometry.lossRadius
        let mark = marks[.loss].first
        part.shapes.fill(.circle(center: center, radius: r), .page)
        let box = Rect(center: center, width: 2 * r, height: 2 * r)
        if let mark {
            mark.outline.draw(around: box, radius: r, color: Paint(of: mark.role), width: 2.2, into: &part.shapes)
        } else {
            part.shapes.stroke(.circle(center: center, radius: r), Stroke(.restingLine, width: 1.4))
        }
        part.labels.append(
            SceneLabel(
                lettering.text(texts.lossName, NetworkLettering.name, marks.nameColor(mark)),
                at: geometry.lossName))
        if state.shows(valueOf: ScalarID(values.lowered.loss, 0)) {
            let laid = lettering.fitted(
                texts.lossNumeral(state), Font(size: 9), width: 2 * r - 5,
                color: mark.map { Paint(of: $0.role) } ?? marks.color(.plain, nil),
                bold: true)
            part.labels.append(SceneLabel(laid, centeredAt: center))
            if let note = texts.lossNote(precision: state.precision) {
                part.labels.append(
                    SceneLabel(
                        lettering.text(note, NetworkLettering.small, .quietInk), x: center.x, baseline: center.y + r + 11))
            }
        }
    }
}
