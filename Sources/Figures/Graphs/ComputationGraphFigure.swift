import Autodiff
package import Drawing
import Notation
import Plotting
package import Traces
import Typesetting

package struct ComputationGraphOptions: Hashable, Sendable {
    /// The least width of the page, in points; a graph that needs more gets more.
    package var width: Double
    package var type: GraphType

    package init(width: Double = 480, type: GraphType = GraphType()) {
        self.width = width
        self.type = type
    }
}

/// Operations as nodes, values over them, gradients under them, and on each edge upstream × local = contribution.
package func computationGraph(
    _ trace: Trace, options: ComputationGraphOptions = ComputationGraphOptions(), measurer: any TextMeasuring, theme: Theme = .light
) -> Picture {
    let margin = theme.pageWidth == nil ? 18.0 : 4.0
    let leastWidth = theme.pageWidth ?? options.width
    let scene = GraphScene(trace, measurer: measurer, theme: theme, type: options.type, width: leastWidth - 2 * margin - 4)
    let story = GraphStory(trace, scene)
    let typesetter = Typesetter(measurer: measurer, theme: theme)
    let type = PlotType()
    var width = max(leastWidth, scene.size.width + 2 * margin)
    let textWidth = min(width - 2 * margin, 640)
    var list = DisplayList()
    var y = margin

    func write(_ text: Formula, font: Font, color: Color, lead: Double) {
        for line in typesetter.wrapText(text, font: font, width: textWidth, color: color) {
            y += line.ascent
            list.append(line.moved(to: Point(margin, y)).content)
            y += line.descent + lead
        }
    }
    if let title = trace.title, !title.isEmpty {
        write(.words(title), font: type.topic, color: theme.quietInk, lead: 0)
        y += 4
    }
    write(story.headline, font: type.headline, color: theme.ink, lead: 2)
    y += 4
    for line in story.subtitle { write(line, font: type.subtitle, color: theme.quietInk, lead: 3) }
    y += 16
    list.append(scene.drawFocused().translated(by: Point((width - scene.size.width) / 2, y)))
    y += scene.size.height + 18
    let panel = story.panel
    if !panel.isEmpty {
        let drawn = formulaPanel(panel, typesetter: typesetter, caption: type.subtitle)
        list.append(drawn.content.translated(by: Point(margin, y)))
        width = max(width, drawn.width + 2 * margin)
        y += drawn.height + 12
    }
    for line in story.key { write(line, font: type.note, color: theme.quietInk, lead: 3) }
    return Picture(
        size: Size(width == leastWidth ? width : width.rounded(.up), (y + max(margin, 8) - 4).rounded(.up)), background: theme.page,
        content: list,
        title: story.headline.plainText, alternative: story.alternative, description: story.description)
}

/// A line of mathematics on a quiet ground, with captions under its parts; its top left corner at (0, 0).
private func formulaPanel(
    _ parts: [(formula: Formula, caption: Formula?)], typesetter: Typesetter, caption: Font
) -> (content: DisplayList, width: Double, height: Double) {
    let formulas = parts.map { typesetter.layout($0.formula, size: 14) }
    let captions = parts.map { part in
        part.caption.map { typesetter.layoutText($0, font: caption, color: typesetter.theme.quietInk) }
    }
    let ascent = formulas.map(\.ascent).max() ?? 0
    let descent = formulas.map(\.descent).max() ?? 0
    let captionAscent = captions.compactMap { $0?.ascent }.max() ?? 0
    let captionDescent = captions.compactMap { $0?.descent }.max() ?? 0
    // A caption starts under the numbers, not under the fraction beside them.
    let numbers = zip(formulas, captions).compactMap { $1 == nil ? nil : $0.descent }.max() ?? 0
    let captionLine = numbers + 6 + captionAscent
    let baseline = 10 + ascent
    let height = baseline + max(descent, captions.contains { $0 != nil } ? captionLine + captionDescent : 0) + 10
    var content = DisplayList()
    var x = 14.0
    for (formula, caption) in zip(formulas, captions) {
        let width = max(formula.width, caption?.width ?? 0)
        content.append(formula.moved(to: Point(x + (width - formula.width) / 2, baseline)).content)
        if let caption { content.append(caption.moved(to: Point(x + (width - caption.width) / 2, baseline + captionLine)).content) }
        x += width + 7
    }
    let width = x - 7 + 14
    var list = DisplayList()
    list.fill(.rect(Rect(0, 0, width, height), radius: 6), typesetter.theme.panel)
    list.append(content)
    return (list, width, height)
}
