import Autodiff
package import Drawing
import Notation
import Plotting
package import Traces
import Typesetting

package struct ComputationGraphOptions: Hashable, Sendable {
    /// The smallest width of the page, in points; a graph that needs more gets more.
    package var width: Double
    package var type: GraphType
    package var notation: NotationStyle

    package init(width: Double = 480, type: GraphType = GraphType(), notation: NotationStyle = .automatic) {
        self.width = width
        self.type = type
        self.notation = notation
    }
}

/// Operations as nodes, values above them, gradients below them, and on each edge upstream × local = contribution.
package func computationGraph(
    _ trace: Trace, options: ComputationGraphOptions = ComputationGraphOptions(), measurer: any TextMeasuring, pageWidth: Double? = nil
) -> Picture {
    let margin = pageWidth == nil ? PlotPage.margin : 4.5
    let leastWidth = pageWidth ?? options.width
    let scene = GraphScene(
        trace, measurer: measurer, pageWidth: pageWidth, type: options.type, width: leastWidth - 2 * margin - 4, notation: options.notation)
    var story = GraphStory(trace, scene)
    let typesetter = Typesetter(measurer: measurer)
    let type = PlotType()
    let normalization = NormalizationDrawing(trace, scene, room: pageWidth.map { $0 - 2 * margin } ?? .infinity, typesetter: typesetter)
    if normalization != nil { story.flow = .rightward }
    let drawing = normalization.map { ($0.draw(), $0.size) } ?? (scene.drawFocused(), scene.size)
    var width = max(leastWidth, drawing.1.width + 2 * margin)
    var page = TextColumn(margin: margin, width: min(width - 2 * margin, 640), typesetter: typesetter)
    if pageWidth != nil { page.y += 2 }
    let headline = TracedHeadline(trace, found: story.headline) { scene.numbers.numeral($0, key: $1) }
    page.writeHead(trace.title, headline: headline.formula, subtitle: story.subtitle, type: type)
    page.y += 16
    page.list.append(drawing.0.translated(by: Point((width - drawing.1.width) / 2, page.y)))
    page.y += drawing.1.height + 18
    let panel = story.panel
    if !panel.isEmpty {
        let drawn = CaptionedFormula(panel, typesetter: typesetter, caption: type.subtitle, room: width - 2 * margin)
        page.list.append(drawn.draw().translated(by: Point(margin, page.y)))
        width = max(width, drawn.width + 2 * margin)
        page.y += drawn.height + 12
    }
    for line in normalization?.notes ?? story.key { page.write(line, font: type.note, color: .quietInk, lead: 3) }
    return Picture(
        size: Size(width == leastWidth ? width : width.rounded(.up), (page.y + max(margin, 8) - 4).rounded(.up)), background: .page,
        content: page.list,
        title: headline.title, alternative: story.alternative, description: story.description)
}
