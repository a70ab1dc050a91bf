import Autodiff
package import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

extension NetworkScene {
    package func draw(_ state: SceneState) -> DisplayList {
        var drawing = NetworkDrawing(scene: self, state: state)
        return drawing.draw()
    }
}

/// One drawing of a network in one state.
struct NetworkDrawing {
    let scene: NetworkScene
    let state: SceneState
    /// At most two a place: its value and its gradient.
    var marks: [NetworkScene.Place: [Highlight]] = [:]
    /// Small texts, for which lines pause.
    var labels: [SceneLabel] = []
    /// Where the lines pause besides: between the two lines of an edge's label.
    var pauses: [Rect] = []
    var outlines = DisplayList()
    var nodes = DisplayList()
    /// What has been drawn, thing by thing.
    var parts: [Part] = []

    /// One thing: its part of the shapes, the texts and their outlines.
    struct Part {
        enum Thing {
            case group(Group)
            case edge(Int)
            case nothing
        }

        let thing: Thing
        let nodes, labels, outlines: Range<Int>
    }

    init(scene: NetworkScene, state: SceneState) {
        self.scene = scene
        self.state = state
        for highlight in state.highlights {
            guard let place = scene.place(of: highlight.place),
                marks[place]?.contains(where: { $0.isGradient == highlight.isGradient }) != true
            else { continue }
            marks[place, default: []].append(highlight)
        }
    }

    var geometry: NetworkGeometry { scene.geometry }

    mutating func draw() -> DisplayList {
        for index in scene.columns.indices { drawColumn(index) }
        drawLoss()
        addEdgeLabels()
        let boxes = labels.map { $0.box.insetBy(-2.5, -1.5) } + pauses
        var list = DisplayList()
        let told = geometry.edges.indices.filter { marks[.edge($0)] != nil }
        let quiet = geometry.edges.indices.filter { marks[.edge($0)] == nil }
        var edgeTexts: [Int: DisplayList] = [:]
        for part in parts { if case .edge(let index) = part.thing { edgeTexts[index, default: DisplayList()].append(content(of: part)) } }
        for index in quiet + told {
            var edge = DisplayList()
            draw(geometry.edges[index], marks[.edge(index)]?.first, boxes, into: &edge)
            edge.append(edgeTexts[index] ?? DisplayList())
            list.group(group(ofEdge: index), edge)
        }
        for part in parts {
            switch part.thing {
            case .edge: break
            case .group(let group): list.group(group, content(of: part))
            case .nothing: list.append(content(of: part))
            }
        }
        return list
    }

    private func content(of part: Part) -> DisplayList {
        var list = DisplayList(items: Array(nodes.items[part.nodes]))
        for label in labels[part.labels] { list.append(label.laid.content) }
        list.append(DisplayList(items: Array(outlines.items[part.outlines])))
        return list
    }

    /// Keeps together what `draw` adds.
    mutating func part(_ thing: Part.Thing, _ draw: (inout NetworkDrawing) -> Void) {
        let (node, label, outline) = (nodes.items.count, labels.count, outlines.items.count)
        draw(&self)
        parts.append(
            Part(
                thing: thing, nodes: node..<nodes.items.count, labels: label..<labels.count, outlines: outline..<outlines.items.count))
    }

    /// The colour of a text: quiet where the frame speaks of other things.
    func color(_ role: Formula.Role, _ mark: Highlight?) -> Paint {
        if let mark { return Paint(of: mark.role) }
        return state.isQuiet ? .quietInk : Paint(of: role)
    }

    private func draw(_ edge: NetworkGeometry.Edge, _ mark: Highlight?, _ boxes: [Rect], into list: inout DisplayList) {
        let path = Path.polyline(edge.points, leavingOut: boxes)
        guard let mark else {
            list.stroke(
                path,
                Stroke(state.isQuiet ? .restingLine.opacity(0.55).over(.page) : .restingLine, width: edge.isSkip ? 1.2 : 0.8)
            )
            arrow(edge, state.isQuiet ? .restingLine.opacity(0.55).over(.page) : .restingLine, into: &list)
            return
        }
        let color = Paint(of: mark.role)
        switch mark.outline {
        case .solid: list.stroke(path, Stroke(color, width: 2.2))
        case .dashed: list.stroke(path, Stroke(color, width: 2.2, dash: [5, 2.5]))
        case .dotted: list.stroke(path, Stroke(color, width: 2.2, dash: [0.1, 3.6], cap: .round))
        case .double:
            list.stroke(path, Stroke(color, width: 3.4))
            list.stroke(path, Stroke(.page, width: 1.4))
        }
        arrow(edge, color, into: &list)
    }

    /// Only skips need telling which way they go.
    private func arrow(_ edge: NetworkGeometry.Edge, _ color: Paint, into list: inout DisplayList) {
        guard edge.isSkip, let tip = edge.points.last else { return }
        let back = geometry.flow == .rightward ? Point(0, -6) : Point(6, 0)
        let side = Point(back.y / 2, back.x / 2)
        list.fill(.polyline([tip, tip + back + side, tip + back - side], closed: true), color)
    }
}

extension NetworkDrawing {
    private mutating func drawColumn(_ index: Int) {
        let column = scene.columns[index]
        let placed = geometry.columns[index]
        let heading = scene.text(.words(column.name), NetworkScene.Lettering.heading, .quietInk)
        part(.group(Group(.label, "\(column.name) heading", words: column.name))) {
            $0.labels.append(
                placed.turnsHeading
                    ? SceneLabel(heading, turnedAbout: placed.heading.point)
                    : SceneLabel(heading, x: placed.heading.point.x, baseline: placed.heading.point.y))
        }
        if let block = placed.block { part(.group(group(ofBlock: index))) { $0.drawBlock(index, block) } }
        for unit in placed.units { drawUnit(index, unit) }
        if let ellipsis = placed.ellipsis {
            let dots = scene.text(.words(geometry.flow == .rightward ? "⋮" : "⋯"), Font(size: 14), .quietInk)
            let words = scene.text(.words("\(placed.hidden) more"), NetworkScene.Lettering.small, .quietInk)
            part(.group(Group(.label, "\(column.name) more", words: "\(placed.hidden) more units of \(column.name)"))) {
                $0.labels.append(SceneLabel(dots, centeredAt: ellipsis))
                $0.labels.append(SceneLabel(words, centeredAt: Point(ellipsis.x, ellipsis.y + 15)))
            }
        }
    }

    private mutating func drawBlock(_ index: Int, _ block: Rect) {
        let column = scene.columns[index]
        nodes.fill(.rect(block, radius: 6), .panel)
        nodes.stroke(.rect(block, radius: 6), Stroke(.restingLine, width: 1))
        let gradient = scene.trace.pass.gradient(column.shown).norm
        let lines: [(Formula, Paint)] = [
            (.words(column.shape.text), .value),
            (.row([.words("norm "), Numeral(scene.trace.pass.value(column.shown).norm).asWords]), .value),
            (.row([.words("∂L: norm "), Numeral(gradient).asWords]), .gradient),
        ]
        for (number, line) in lines.enumerated() {
            labels.append(
                SceneLabel(
                    scene.text(line.0, NetworkScene.Lettering.small, line.1), x: block.center.x,
                    baseline: block.center.y - 13 + 14 * Double(number) + 2))
        }
    }

    private mutating func drawUnit(_ index: Int, _ unit: NetworkGeometry.Unit) {
        let column = scene.columns[index]
        let scalar = scene.scalar(column.shown, unit.index, sample: state.sample, of: column.count)
        if let z = column.preActivation, let pill = unit.pill {
            let argument = scene.scalar(z, unit.index, sample: state.sample, of: column.count)
            let link = marks[.slope(column: index, unit: unit.index)]?.first
            let letter = column.activation?.letter ?? ""
            part(.group(group(ofLink: letter, from: argument, to: scalar, isHighlighted: link != nil))) {
                let line = Path.line(from: unit.link.start, to: unit.link.end)
                let linkColor = link.map { Paint(of: $0.role) } ?? .restingLine
                $0.nodes.stroke(line, Stroke(linkColor, width: link == nil ? 1 : 2.2))
                let name = $0.scene.text(.words(letter), NetworkScene.Lettering.small, $0.color(.local, link))
                $0.labels.append(SceneLabel(name, at: unit.activation))
            }
            part(.group(group(of: argument, at: .preActivation(column: index, unit: unit.index)))) {
                $0.drawPill(index, unit, argument, pill)
            }
        }
        part(.group(group(of: scalar, at: .shown(column: index, unit: unit.index)))) { $0.drawCircle(index, unit, scalar) }
    }

    private mutating func drawPill(_ index: Int, _ unit: NetworkGeometry.Unit, _ argument: ScalarID, _ pill: Rect) {
        drawNode(
            .rect(pill, radius: 7), at: pill.center, half: 6, widths: (pill.width - 6, pill.width - 6), scalar: argument,
            place: .preActivation(column: index, unit: unit.index), outlined: pill, radius: 7)
        let mark = marks[.preActivation(column: index, unit: unit.index)]?.first
        labels.append(
            SceneLabel(scene.text(scene.symbol(argument), NetworkScene.Lettering.name, nameColor(mark)), at: unit.pillName))
        place(scene.linesUnderPill(index, unit.index, state), at: unit.pillLines, index, unit.index)
    }

    private mutating func drawCircle(_ index: Int, _ unit: NetworkGeometry.Unit, _ scalar: ScalarID) {
        let r = geometry.radius
        let chord = 2 * (r * r - 100).squareRoot() - 3
        let box = Rect(center: unit.circle, width: 2 * r, height: 2 * r)
        drawNode(
            .circle(center: unit.circle, radius: r), at: unit.circle, half: 6, widths: (chord, chord), scalar: scalar,
            place: .shown(column: index, unit: unit.index), outlined: box, radius: r)
        let mark = marks[.shown(column: index, unit: unit.index)]?.first
        labels.append(
            SceneLabel(scene.text(scene.symbol(scalar), NetworkScene.Lettering.name, nameColor(mark)), at: unit.name))
        place(scene.linesUnderCircle(index, unit.index, state), at: unit.lines, index, unit.index)
    }

    /// What a node shows; nil where it is not known yet.
    func numerals(of scalar: ScalarID) -> (value: Numeral?, gradient: Numeral?) {
        let isMean = scene.options.sample == .mean
        let count = scene.count(of: scalar.tensor)
        let unit = scalar.index % max(count, 1)
        func numeral(_ numbers: [Double], _ key: NumberKey) -> Numeral {
            let shown = scene.shown(numbers, unit, of: count, sample: state.sample)
            return scene.numeral(shown, digits: isMean ? 4 : scene.digits(of: key, state))
        }
        let isKnown = state.shows(valueOf: scalar) || scene.isSource(scalar.tensor)
        return (
            isKnown ? numeral(scene.trace.pass.value(scalar.tensor).scalars, scene.key(valueOf: scalar)) : nil,
            state.shows(gradientOf: scalar)
                ? numeral(scene.trace.pass.gradient(scalar.tensor).scalars, .gradient(scalar.key)) : nil
        )
    }

    private func nameColor(_ mark: Highlight?) -> Paint { mark != nil || !state.isQuiet ? .ink : .quietInk }

    /// A node: its value in the upper half, the gradient in the lower.
    private mutating func drawNode(
        _ path: Path, at center: Point, half: Double, widths: (Double, Double), scalar: ScalarID,
        place: NetworkScene.Place, outlined: Rect, radius: Double
    ) {
        let marks = marks[place] ?? []
        nodes.fill(path, .page)
        if marks.isEmpty { nodes.stroke(path, Stroke(.restingLine, width: 1)) }
        // The second outline stands inside the first.
        for (depth, mark) in marks.enumerated() {
            let outlined = outlined.insetBy(3.2 * Double(depth), 3.2 * Double(depth))
            let radius = max(0, radius - 3.2 * Double(depth))
            mark.outline.draw(around: outlined, radius: radius, color: Paint(of: mark.role), width: 2.2, into: &nodes)
        }
        let (value, gradient) = numerals(of: scalar)
        if let numeral = value {
            let mark = marks.first { !$0.isGradient }
            let laid = scene.fitted(
                numeral, NetworkScene.Lettering.number, width: widths.0, color: color(.value, mark), bold: mark != nil)
            labels.append(SceneLabel(laid, x: center.x, baseline: center.y - half + 3.2))
        }
        if let numeral = gradient {
            let mark = marks.first { $0.isGradient }
            let laid = scene.fitted(
                numeral, NetworkScene.Lettering.number, width: widths.1, color: color(.gradient, mark), bold: mark != nil)
            labels.append(SceneLabel(laid, x: center.x, baseline: center.y + half + 2.8))
        }
        let reach = outlined.width / 2 * 0.55
        nodes.stroke(
            .line(from: Point(center.x - reach, center.y), to: Point(center.x + reach, center.y)),
            Stroke(.grid, width: 0.6))
    }

    private mutating func place(_ lines: [SceneLine], at anchor: NetworkGeometry.Anchor, _ column: Int, _ unit: Int) {
        let places: [SceneLine.Kind: NetworkScene.Place] = [
            .bias: .bias(column: column, unit: unit), .gradient: .bias(column: column, unit: unit),
            .slope: .slope(column: column, unit: unit), .target: .target(unit),
        ]
        var above: Rect?
        for (number, line) in lines.enumerated() where !line.isHidden {
            let mark = places[line.kind].flatMap { marks[$0] }?.first {
                line.kind == .target || line.kind == .slope || $0.isGradient == (line.kind == .gradient)
            }
            let laid = scene.text(
                line.formula, NetworkScene.Lettering.small, color(line.role, mark), bold: mark != nil)
            var anchor = anchor
            anchor.point.y += scene.lead * Double(number)
            labels.append(label(laid, at: anchor, mark, below: &above, outlines: &outlines))
        }
    }

    private mutating func drawLoss() {
        let words = state.shows(valueOf: ScalarID(scene.lowered.loss, 0)) ? ": \(lossNumeral.text)" : ""
        part(
            .group(
                Group(
                    .node, "loss", words: "loss \(scene.symbols.resultName.plainText)\(words)", isHighlighted: marks[.loss] != nil))
        ) { $0.drawLossCircle() }
    }

    private var lossNumeral: Numeral {
        Numeral(scene.trace.loss, digits: scene.digits(of: .value(ScalarID(scene.lowered.loss, 0).key), state))
    }

    private mutating func drawLossCircle() {
        let center = geometry.lossCircle
        let r = geometry.lossRadius
        let mark = marks[.loss]?.first
        nodes.fill(.circle(center: center, radius: r), .page)
        let box = Rect(center: center, width: 2 * r, height: 2 * r)
        if let mark {
            mark.outline.draw(around: box, radius: r, color: Paint(of: mark.role), width: 2.2, into: &nodes)
        } else {
            nodes.stroke(.circle(center: center, radius: r), Stroke(.restingLine, width: 1.4))
        }
        labels.append(
            SceneLabel(
                scene.text(.row([.words("loss "), scene.symbols.resultName]), NetworkScene.Lettering.name, nameColor(mark)),
                at: geometry.lossName))
        if state.shows(valueOf: ScalarID(scene.lowered.loss, 0)) {
            let laid = scene.fitted(
                lossNumeral, Font(size: 9), width: 2 * r - 5, color: mark.map { Paint(of: $0.role) } ?? color(.plain, nil),
                bold: true)
            labels.append(SceneLabel(laid, centeredAt: center))
            if let note = scene.lossNote(precision: state.precision) {
                labels.append(
                    SceneLabel(
                        scene.text(note, NetworkScene.Lettering.small, .quietInk), x: center.x, baseline: center.y + r + 11))
            }
        }
    }
}

extension NetworkScene {
    /// Units of one sample of a tensor of a column.
    func count(of id: Tape.ID) -> Int {
        switch tensors[id] {
        case .shown(let column), .preActivation(let column): columns[column].count
        case .bias, .weight, .target, .loss, nil: 1
        }
    }

    func isSource(_ id: Tape.ID) -> Bool {
        if case .source = trace.tape[id].origin { true } else { false }
    }
}
