package import Drawing
import Autodiff
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
    let scene = GraphScene(trace, measurer: measurer, theme: theme, type: options.type)
    let story = GraphStory(trace, scene)
    let typesetter = Typesetter(measurer: measurer, theme: theme)
    let type = PlotType()
    let margin = 18.0
    let width = max(options.width, scene.size.width + 2 * margin)
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
    if let panel = story.panel {
        let laid = typesetter.layout(panel, size: 13)
        let lines = laid.width <= width - 2 * margin - 28
            ? [laid] : typesetter.wrapText(panel, font: Font(.words, size: 11), width: width - 2 * margin - 28)
        let height = lines.reduce(0) { $0 + $1.height } + 5 * Double(lines.count - 1) + 18
        let inner = lines.map(\.width).max() ?? 0
        let box = Rect(margin, y, inner + 28, height)
        list.fill(.rect(box, radius: 6), theme.panel)
        var at = y + 9
        for line in lines {
            at += line.ascent
            list.append(line.moved(to: Point(margin + 14, at)).content)
            at += line.descent + 5
        }
        y += height + 12
    }
    for line in story.key { write(line, font: type.note, color: theme.quietInk, lead: 3) }
    return Picture(
        size: Size(width.rounded(.up), (y + margin - 4).rounded(.up)), background: theme.page, content: list,
        title: story.headline.plainText, alternative: story.alternative, description: story.description)
}
