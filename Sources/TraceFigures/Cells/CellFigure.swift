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
        let texts = CellTexts(circuit, typesetter: Typesetter(measurer: measurer))
        var layout = CellLayout(texts)
        switch circuit.recurrent.cell {
        case .rnn: layout.placePlain()
        case .lstm: layout.placeLSTM()
        case .gru: layout.placeGRU()
        }
        self.texts = texts
        drawing = layout.drawing
        story = CellStory(circuit: circuit, texts: texts)
    }

    private static let leastWidth = 560.0

    func picture(_ panels: [CellStory.Line]) -> Picture {
        let margin = pageWidth == nil ? PlotPage.margin : 4
        let bounds = drawing.bounds
        let leastWidth = pageWidth ?? Self.leastWidth
        let width = max(leastWidth, bounds.width + 2 * margin)
        let type = PlotType()
        var page = TextColumn(margin: margin, width: width - 2 * margin, typesetter: texts.typesetter)
        let headline = TracedHeadline(story.circuit.trace, found: story.headline) { texts.precision.numeral($0, key: $1) }
        page.writeHead(story.circuit.trace.title, headline: headline.formula, subtitle: story.subtitle, type: type)
        page.y += 14
        page.list.append(
            drawing.drawn(words: texts.words).translated(by: Point((width - bounds.width) / 2 - bounds.minX, page.y - bounds.minY)))
        page.y += bounds.height + 16
        draw(panels, on: &page)
        for note in story.notes { page.write(note, font: type.note, color: .quietInk, lead: 3) }
        return Picture(
            size: Size(width == leastWidth ? width : width.rounded(.up), (page.y + max(margin, 8) - 4).rounded(.up)),
            background: .page, content: page.list, title: headline.title, alternative: story.alternative,
            description: story.description)
    }

    /// Next to each other while they fit in the width.
    private func draw(_ panels: [CellStory.Line], on page: inout TextColumn) {
        let gap = 8.0
        var rows: [[CaptionedFormula]] = []
        for panel in panels.map({ CaptionedFormula($0, typesetter: texts.typesetter, caption: PlotType().note, room: page.width) }) {
            let taken = rows.last.map { $0.reduce(0) { $0 + $1.width + gap } } ?? .infinity
            if taken + panel.width <= page.width { rows[rows.count - 1].append(panel) } else { rows.append([panel]) }
        }
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
