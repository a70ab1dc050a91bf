import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// One drawing of a network in one state: lines first, everything else over them.
struct NetworkDrawing {
    let scene: NetworkScene
    let state: SceneState
    private let marks: SceneMarks
    private let groups: NetworkGroups

    private typealias NamedPart = (group: Group, part: DrawnPart)

    init(scene: NetworkScene, state: SceneState) {
        self.scene = scene
        self.state = state
        marks = SceneMarks(state, in: scene)
        groups = NetworkGroups(scene: scene, state: state, marks: marks)
    }

    private var geometry: NetworkGeometry { scene.geometry }
    private var values: NetworkValues { scene.values }
    private var texts: NetworkTexts { scene.texts }
    private var lettering: NetworkLettering { scene.lettering }
    private var nodes: NodeDrawing { NodeDrawing(scene: scene, state: state, marks: marks) }

    func draw() -> DisplayList {
        let parts = values.columns.indices.flatMap(column) + [part(groups.loss) { nodes.drawLoss(into: &$0) }]
        let labels = EdgeLabels(scene: scene, state: state, marks: marks).labels()
        let boxes = parts.flatMap(\.part.boxes) + geometry.edges.indices.flatMap { labels[$0]?.boxes ?? [] }
        let line = EdgeLine(flow: geometry.flow, resting: marks.lineColor)
        var list = DisplayList()
        let told = geometry.edges.indices.filter { marks.isMarked(.edge($0)) }
        let quiet = geometry.edges.indices.filter { !marks.isMarked(.edge($0)) }
        for grid in geometry.grids { list.append(grid.draw(lettering, marks.lineColor).content) }
        let across = quiet.filter { geometry.edges[$0].isShared }
        for index in across + quiet.filter({ !geometry.edges[$0].isShared }) + told {
            let mark = state.outlinesOnlyNumbers && geometry.edges[index].weight != nil ? nil : marks[.edge(index)].first
            var edge = line.draw(geometry.edges[index], mark, strength(of: index), leavingOut: boxes)
            if let label = labels[index] { edge.append(label.content) }
            list.group(groups.group(ofEdge: index), edge)
        }
        for (group, part) in parts { list.group(group, part.content) }
        return list
    }

    /// A bar across the link through which no gradient comes back, clear of the name above it.
    private func stopBar(on link: (start: Point, end: Point)) -> Path {
        let way = link.end - link.start
        let at = link.start + way * 0.5
        return geometry.flow == .rightward
            ? .line(from: Point(at.x, at.y), to: Point(at.x, at.y + 10)) : .line(from: Point(at.x - 10, at.y), to: Point(at.x, at.y))
    }

    private func strength(of edge: Int) -> EdgeStrength {
        guard let weight = geometry.edges[edge].weight, !state.isQuiet, !state.keepsSecrets, state.shows(gradientOf: weight),
            !values.isFrozen(weight)
        else {
            return .resting
        }
        let gradient = state.clipped[weight] ?? values.gradient(weight)
        let widest = state.widest ?? values.largestGradient
        guard gradient != 0, gradient.isFinite, widest > 0 else { return .resting }
        return .gradient(share: min(abs(gradient) / widest, 1), isNegative: gradient < 0)
    }

    /// Groups whatever `draw` adds.
    private func part(_ group: Group, _ draw: (inout DrawnPart) -> Void) -> NamedPart {
        var part = DrawnPart()
        draw(&part)
        return (group, part)
    }

    private func column(_ index: Int) -> [NamedPart] {
        var parts: [NamedPart] = []
        let column = values.columns[index]
        let placed = geometry.columns[index]
        if let anchor = placed.heading {
            let heading = lettering.text(.words(column.heading), NetworkLettering.heading, .quietInk)
            parts.append(
                part(Group(.label, "\(column.name) heading", words: column.heading)) { part in
                    part.labels.append(
                        placed.turnsHeading ? SceneLabel(heading, turnedAbout: anchor.point) : SceneLabel(heading, at: anchor))
                })
        }
        if let anchor = placed.linkName {
            let mark = geometry.edges.indices.lazy.filter { geometry.edges[$0].toColumn == index && geometry.edges[$0].weight == nil }
                .compactMap { marks[.edge($0)].first }.first
            parts.append(
                part(Group(.label, "\(column.name) operation", words: column.heading, isHighlighted: mark != nil)) { part in
                    let name = lettering.text(.words(column.heading), NetworkLettering.small, .local, bold: mark != nil)
                    var above: Rect?
                    part.labels.append(SceneLabel(name, at: anchor, marked: mark, below: &above, outlines: &part.outlines))
                })
        }
        if let block = placed.block, let mark = placed.mark {
            parts.append(part(groups.group(ofBlock: index)) { drawBlock(index, block, mark, into: &$0) })
        }
        for unit in placed.units { parts += self.parts(of: unit, in: index) }
        if let ellipsis = placed.ellipsis {
            let dots = lettering.text(.words(geometry.flow == .rightward ? "⋮" : "⋯"), Font(size: 14), .quietInk)
            let words = lettering.text(.words("\(placed.hidden) more"), NetworkLettering.small, .quietInk)
            parts.append(
                part(Group(.label, "\(column.name) more", words: "\(placed.hidden) more units of \(column.name)")) { part in
                    part.labels.append(SceneLabel(dots, centeredAt: ellipsis))
                    part.labels.append(SceneLabel(words, centeredAt: Point(ellipsis.x, ellipsis.y + 15)))
                })
        }
        return parts
    }

    private func drawBlock(_ index: Int, _ block: Rect, _ mark: TensorMark, into part: inout DrawnPart) {
        let column = values.columns[index]
        part.shapes.fill(.rect(block, radius: 6), .panel)
        part.shapes.stroke(.rect(block, radius: 6), Stroke(.restingLine, width: 1))
        let shape = lettering.text(.words(mark.text(of: column)), NetworkLettering.small, .quietInk)
        part.labels.append(SceneLabel(shape, x: block.center.x, baseline: block.minY + 11.5))
        var corner = Point(block.center.x - mark.size.width / 2, block.minY + NetworkMeasures.blockHead)
        let isTinted = !column.isOfTokens
        for (number, tensor) in texts.blockTensors(of: column).enumerated() {
            func value(_ entry: Int) -> Double { values.shown(tensor.numbers, entry, of: column.count, sample: state.sample) }
            func isKnown(_ entry: Int) -> Bool {
                let scalar = values.scalar(column.shown, entry, sample: state.sample, of: column.count)
                return number == 0 ? state.shows(valueOf: scalar) || values.isSource(column.shown) : state.shows(gradientOf: scalar)
            }
            let numbers = mark.numbers(tensor.ink, isTinted: isTinted, of: value) { entry, paint, isBold in
                let number = texts.cellNumber(tensor.numbers, entry, of: column, sample: state.sample)
                return lettering.text(number.asWords, NetworkLettering.small, paint, bold: isBold)
            }
            part.shapes.append(
                mark.draw(tensor.ink, isTinted: isTinted, numbers: numbers, of: value, isKnown: isKnown).translated(by: corner))
            corner.y += mark.size.height + NetworkMeasures.gridGap
        }
    }

    private func parts(of unit: NetworkGeometry.Unit, in index: Int) -> [NamedPart] {
        var parts: [NamedPart] = []
        let column = values.columns[index]
        let scalar = values.scalar(column.shown, unit.index, sample: state.sample, of: column.count)
        if let z = column.preActivation, let pill = unit.pill {
            let argument = values.scalar(z, unit.index, sample: state.sample, of: column.count)
            let link = marks[.slope(column: index, unit: unit.index)].first
            let letter = column.activation?.letter ?? ""
            parts.append(
                part(groups.group(ofLink: letter, from: argument, to: scalar, isHighlighted: link != nil)) { part in
                    let line = Path.line(from: unit.link.start, to: unit.link.end)
                    let linkColor = link.map { Paint(of: $0.role) } ?? .restingLine
                    part.shapes.stroke(line, Stroke(linkColor, width: link == nil ? 1 : 2.2))
                    if !state.keepsSecrets, values.isDead(column, unit.index) {
                        part.shapes.stroke(stopBar(on: unit.link), Stroke(.local, width: 3))
                    }
                    let name = lettering.text(
                        letter.count <= 5 ? .name(letter) : .words(letter), NetworkLettering.small, marks.color(.local, link))
                    part.labels.append(SceneLabel(name, at: unit.activation))
                })
            parts.append(
                part(groups.group(of: argument, at: .preActivation(column: index, unit: unit.index))) { part in
                    nodes.drawPill(index, unit, argument, pill, into: &part)
                })
        }
        if let sum = unit.sum {
            parts.append(
                part(Group(.node, "\(values.trace.address(of: scalar)) sum", words: "sum of the block and the skip")) { part in
                    let end = Point(unit.circle.x - geometry.radius, unit.circle.y)
                    part.shapes.stroke(.line(from: Point(sum.x + SkipLayout.sumRadius, sum.y), to: end), Stroke(marks.lineColor, width: 1))
                    part.shapes.fill(.circle(center: sum, radius: SkipLayout.sumRadius), .page)
                    part.shapes.stroke(.circle(center: sum, radius: SkipLayout.sumRadius), Stroke(.restingLine, width: 1))
                    let sign = Path.line(from: Point(sum.x - 3.5, sum.y), to: Point(sum.x + 3.5, sum.y))
                    part.shapes.stroke(sign, Stroke(.ink, width: 1.1))
                    part.shapes.stroke(.line(from: Point(sum.x, sum.y - 3.5), to: Point(sum.x, sum.y + 3.5)), Stroke(.ink, width: 1.1))
                })
        }
        parts.append(
            part(groups.group(of: scalar, at: .shown(column: index, unit: unit.index))) { nodes.drawCircle(index, unit, scalar, into: &$0) }
        )
        return parts
    }
}
