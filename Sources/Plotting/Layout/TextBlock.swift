import Drawing
import Notation
import Typesetting

/// A measured text on one or more lines.
struct TextBlock {
    let lines: [Laid]
    /// The distance between baselines, in points.
    let leading: Double
    let width: Double

    init(_ text: Formula, font: Font, width: Double, color: Paint, typesetter: Typesetter) {
        lines = typesetter.wrapText(text, font: font, width: width, color: color)
        leading = 1.2 * font.size
        self.width = lines.map(\.width).max() ?? 0
    }

    var ascent: Double { max(lines.first?.ascent ?? 0, 0.75 * leading) }

    var height: Double {
        ascent + Double(max(lines.count - 1, 0)) * leading + max(lines.last?.descent ?? 0, 0.25 * leading)
    }

    /// The text with its upper left corner at `corner`.
    func draw(at corner: Point) -> DisplayList {
        var list = DisplayList()
        for (index, line) in lines.enumerated() {
            list.append(line.moved(to: Point(corner.x, corner.y + ascent + Double(index) * leading)).content)
        }
        return list
    }
}
