package import Drawing
package import NeuralNetworks
import Notation
import Plotting
package import Traces
import Typesetting

/// A recurrent cell at one time step as the well-known diagram, with the value and the gradient of every wire.
/// - Parameters:
///   - sample: the sample of the batch, from 0, if `place` names none.
///   - pageHeight: the height of the page, in points: on a low page the last lines of mathematics are omitted, whose numbers are on the
///   wires.
/// - Returns: nil where the trace has no such cell.
package func cellFigure(
    _ trace: Trace, at place: CellPlace, sample: Int = 0, notation: NotationStyle = .automatic, measurer: any TextMeasuring,
    pageWidth: Double? = nil, pageHeight: Double? = nil
) -> Picture? {
    CellCircuit(trace, at: place, sample: sample, notation: notation).map { circuit in
        let page = CellPage(circuit, measurer: measurer, pageWidth: pageWidth)
        var panels = page.story.panels
        var picture = page.picture(panels)
        while picture.size.height > pageHeight ?? .infinity, panels.popLast() != nil { picture = page.picture(panels) }
        return picture
    }
}

/// The page around a cell.
struct CellPage {
    let texts: CellTexts
    let drawing: CellDrawing
    let story: CellStory
    private let pageWidth: Double?

    init(_ circuit: CellCircuit, measurer: any TextMeasuring, pageWidth: Double?) {
        self.pageWidth = pageWidth
        let layout = Self.layout(
            CellTexts(circuit, typesetter: Typesetter(measurer: measurer)), room: pageWidth.map { $0 - 2 * Self.margin } ?? .infinity)
        texts = layout.texts
        drawing = layout.drawing
        story = CellStory(circuit: circuit, texts: texts)
    }

    /// The first layout that fits: in columns with type of the usual size, then a little smaller; in rows, as small as can be read.
    /// - Returns: the narrowest, if none fits.
    private static func layout(_ texts: CellTexts, room: Double) -> CellLayout {
        let isPlain = texts.circuit.gates.count == 1
        let columns = isPlain ? [CellTexts.usualSize, 8.5, 8, 7.5, CellTexts.leastSize] : [CellTexts.usualSize, 8.5, 8]
        let rows = isPlain ? [] : [CellTexts.usualSize, 8.5, 8, 7.5, CellTexts.leastSize]
        var layout = CellLayout(texts)
        for (inRows, size) in columns.map({ (false, $0) }) + rows.map({ (true, $0) }) {
            layout = CellLayout(
                CellTexts(texts.circuit, typesetter: texts.typesetter, precision: texts.precision, size: size))
            switch (texts.circuit.recurrent.cell, inRows) {
            case (.rnn, _): layout.placePlain()
            case (.lstm, false): layout.placeLSTM()
            case (.lstm, true): layout.placeLSTMInRows()
            case (.gru, false): layout.placeGRU()
            case (.gru, true): layout.placeGRUInRows()
            }
            if layout.drawing.bounds.width <= room { break }
        }
        return layout
    }

    /// Around a picture on a page of a given width, in points.
    private static let margin = 4.0

    private static let leastWidth = 560.0

    func picture(_ panels: [CellStory.Line]) -> Picture {
        let margin = pageWidth == nil ? PlotPage.margin : Self.margin
        let bounds = drawing.bounds
        let leastWidth = pageWidth ?? Self.leastWidth
        let width = max(leastWidth, bounds.width + 2 * margin)
        let type = PlotType()
        var page = TextColumn(margin: margin, width: width - 2 * margin, typesetter: texts.typesetter)
        let headline = TracedHeadline(story.circuit.trace, found: story.headline) { texts.precision.numeral($0, key: $1) }
        page.writeHead(story.circuit.trace.title, headline: headline.formula, subtitle: story.subtitle, type: type)
        let isNarrow = page.width < Self.leastWidth - 2 * PlotPage.margin
        page.y += isNarrow ? 10 : 14
        page.list.append(
            drawing.drawn(words: texts.words).translated(by: Point((width - bounds.width) / 2 - bounds.minX, page.y - bounds.minY)))
        page.y += bounds.height + (isNarrow ? 12 : 16)
        draw(panels, on: &page, isNarrow: isNarrow)
        for note in story.notes { page.write(note, font: type.note, color: .quietInk, lead: 3) }
        return Picture(
            size: Size(width == leastWidth ? width : width.rounded(.up), (page.y + max(margin, 8) - 4).rounded(.up)),
            background: .page, content: page.list, title: headline.title, alternative: story.alternative,
            description: story.description)
    }

    /// The panels next to each other while they fit in the width. On a narrow page they have the type with which they take the fewest rows.
    private func rows(_ panels: [CellStory.Line], width: Double, gap: Double, isNarrow: Bool) -> [[CaptionedFormula]] {
        func rows(_ size: Double) -> [[CaptionedFormula]] {
            var rows: [[CaptionedFormula]] = []
            for panel in panels {
                let panel = CaptionedFormula(
                    panel, typesetter: texts.typesetter, caption: PlotType().note, room: width, largest: size)
                let taken = rows.last.map { $0.reduce(0) { $0 + $1.width + gap } } ?? .infinity
                if taken + panel.width <= width { rows[rows.count - 1].append(panel) } else { rows.append([panel]) }
            }
            return rows
        }
        let sizes = CaptionedFormula.sizes.prefix(isNarrow ? CaptionedFormula.sizes.count : 1)
        return sizes.map(rows).min { $0.count < $1.count } ?? []
    }

    private func draw(_ panels: [CellStory.Line], on page: inout TextColumn, isNarrow: Bool) {
        let gap = 8.0
        let rows = rows(panels, width: page.width, gap: gap, isNarrow: isNarrow)
        for row in rows {
            var x = page.x
            for panel in row {
                page.list.append(panel.draw(beside: row).translated(by: Point(x, page.y)))
                x += panel.width + gap
            }
            page.y += CaptionedFormula.height(of: row) + gap
        }
        if !rows.isEmpty { page.y += 4 }
    }
}
