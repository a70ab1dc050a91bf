package import Drawing
import NeuralNetworks
import Notation
import Plotting
package import Traces
import Typesetting

/// The cells of a gated recurrent layer next to each other, one for each time step: the state's line through all of them, and the gradient
/// that each step's gate passes back. As a graph of operations the same would be too wide to read.
/// - Returns: nil where there is no such layer, or it has too many steps.
package func cellSequenceFigure(_ trace: Trace, sample: Int = 0, measurer: any TextMeasuring, pageWidth: Double? = nil) -> Picture? {
    guard let layer = trace.lowered?.problem.network.unrolledLayers.first, layer.time <= CellSequence.mostSteps else { return nil }
    let circuits = (1...layer.time).compactMap { CellCircuit(trace, at: CellPlace(layer: layer.name, step: $0), sample: sample) }
    guard circuits.count == layer.time, circuits[0].gates.count > 1 else { return nil }
    return CellSequence(circuits, measurer: measurer).picture(
        GraphStory(trace, GraphScene(trace, measurer: measurer)), pageWidth: pageWidth)
}

/// A cell for each time step, with the parts that show the state's line.
struct CellSequence {
    static let mostSteps = 4
    private let cells: [CellLayout]
    private let typesetter: Typesetter
    private let precision: Precision

    init(_ circuits: [CellCircuit], measurer: any TextMeasuring) {
        let typesetter = Typesetter(measurer: measurer)
        self.typesetter = typesetter
        // The same digits in every cell, so that the equations along the state's line hold.
        var precision = Precision(usual: CellTexts.usualDigits)
        precision.settle(circuits.flatMap(\.lineRelations).map { ($0.key, $0.arithmetic, $0.result) })
        self.precision = precision
        let texts = circuits.map { [precision] in CellTexts($0, typesetter: typesetter, precision: precision) }
        let widths = texts.map { CellLayout($0).rowWidths }
        let between = widths.map(\.between).max() ?? 0
        let column = widths.map(\.column).max() ?? 0
        cells = texts.map { texts in
            var layout = CellLayout(texts)
            layout.placeInRow(between: between, column: column)
            return layout
        }
    }

    func picture(_ story: GraphStory, pageWidth: Double?) -> Picture {
        var story = story
        story.precision = precision
        let margin = pageWidth == nil ? PlotPage.margin : 4
        let bounds = cells.map(\.drawing.bounds)
        // Each cell starts where the frame of the one before ends.
        var shifts = [0.0]
        for cell in cells { shifts.append(shifts[shifts.count - 1] + cell.drawing.frame.width + cell.rowGap) }
        let left = bounds[0].minX
        let right = (zip(bounds, shifts).map { $0.maxX + $1 }.max() ?? 0)
        let top = bounds.map(\.minY).min() ?? 0
        let height = (bounds.map(\.maxY).max() ?? 0) - top
        let width = max(pageWidth ?? 480, right - left + 2 * margin)
        let type = PlotType()
        var page = TextColumn(margin: margin, width: width - 2 * margin, typesetter: typesetter)
        let headline = TracedHeadline(story.trace, found: story.headline) { precision.numeral($0, key: $1) }
        page.writeHead(story.trace.title, headline: headline.formula, subtitle: subtitle, type: type)
        page.y += 14
        let start = (width - (right - left)) / 2 - left
        for (cell, shift) in zip(cells, shifts) {
            page.list.append(cell.drawing.drawn(words: cell.texts.words).translated(by: Point(start + shift, page.y - top)))
        }
        page.y += height + 16
        return Picture(
            size: Size(width == pageWidth ? width : width.rounded(.up), (page.y + max(margin, 8) - 8).rounded(.up)), background: .page,
            content: page.list, title: headline.title,
            alternative: "The cells of \(cells.count) time steps side by side. \(story.headline.plainText).", description: story.description
        )
    }

    private var subtitle: [Formula] {
        let gate = cells[0].circuit.isLSTM ? "forget gate" : "update gate"
        return [
            .row([
                .words("A cell for each time step. Above a wire "), .role(.value, .words("its value")), .words(", below it "),
                .role(.gradient, .words("the gradient of the loss")), .words(" that comes back along it: at each × the \(gate)’s part."),
            ])
        ]
    }
}

extension CellCircuit {
    /// The sums and products all of whose numbers are next to the state's line.
    fileprivate var lineRelations: [Relation] {
        let gates: [CellWire] = self.gates.map { .gate($0) }
        let wires = [isLSTM ? CellWire.cellBefore : .stateAlong, .kept, .written, isLSTM ? .cell : .hidden] + gates
        let keys = Set(wires.compactMap { signals[$0] }.flatMap { [$0.valueKey, $0.gradientKey] })
        return relations.filter { relation in
            keys.contains(relation.key) && relation.arithmetic.leaves.allSatisfy { $0.key.map(keys.contains) ?? true }
        }
    }
}

extension CellLayout {
    private var keep: CellGate { circuit.isLSTM ? .forget : .update }
    private var written: [CellGate] { circuit.isLSTM ? [.input, .candidate, .output] : [.reset, .candidate] }
    private var before: CellWire { circuit.isLSTM ? .cellBefore : .stateAlong }
    private var after: CellWire { circuit.isLSTM ? .cell : .hidden }

    /// The widths of the state between two cells and of a gate's column inside a cell, in points.
    var rowWidths: (between: Double, column: Double) {
        let pairs = written.map { texts.pair(.gate($0), isNamed: true).width } + [texts.pair(.gate(keep), isNamed: true).width]
        let state = [texts.pair(before, isNamed: true).width, texts.pair(after, isNamed: true).width, texts.pair(.kept).width]
        return ((state.max() ?? 0) + 4 * Self.gap, max((pairs + state).max() ?? 0, 44) + 3 * Self.gap)
    }

    mutating func placeInRow(between: Double, column: Double) {
        rowGap = between
        let radius = CellDrawing.radius
        let (times, plus) = (radius + 10, radius + 10 + column + 2 * radius)
        let width = max(plus + column + radius, Double(written.count) * column) + 10
        let gates = 78.0
        drawing.frame = Rect(0, -24, width, gates + 24 + 30)
        drawing.wire(Point(-between, 0), Point(times - radius, 0), of: before, isLine: isLine(before))
        write(texts.pair(before, isNamed: true), along: 0, at: -between / 2)
        drawing.sign(.times, at: Point(times, 0))
        drawing.wire(Point(times + radius, 0), Point(plus - radius, 0), of: .kept, isLine: isLine(.kept))
        write(texts.pair(.kept), along: 0, at: (times + plus) / 2)
        drawing.sign(.plus, at: Point(plus, 0))
        let isLast = circuit.place.step == circuit.time
        drawing.wire(Point(plus + radius, 0), Point(width + (isLast ? 12 : 0), 0), of: after, isLine: isLine(after), hasTip: isLast)
        // The value is written before the next cell.
        let state = isLast ? texts.pair(after, isNamed: true) : texts.branch(after)
        write(state, along: 0, at: (plus + radius + width) / 2)
        for (x, wire, name) in [(times, CellWire.gate(keep), true), (plus, .written, false)] {
            drawing.wire(Point(x, 46), Point(x, radius), of: wire)
            write(texts.pair(wire, isNamed: name), beside: x, at: 36)
        }
        for (number, gate) in written.enumerated() {
            let x = 10 + column * (Double(number) + 0.5)
            write(texts.pair(.gate(gate), isNamed: true), along: gates, at: x)
            if let name = texts.name(gate) { drawing.text(name, at: Point(x - name.width / 2, gates - 16)) }
        }
        let foot = drawing.frame.maxY
        drawing.wire(Point(width / 2, foot + 24), Point(width / 2, foot), of: .input)
        write(texts.pair(.input, isNamed: true), beside: width / 2, at: foot + 15)
    }
}
