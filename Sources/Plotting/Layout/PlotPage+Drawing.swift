package import Drawing
import Notation
package import Typesetting

extension PlotPage {
    /// The page's size, which follows from its width and what it holds, and what is drawn on it.
    package func draw(measurer: any TextMeasuring, theme: Theme, type: PlotType = PlotType()) -> (Size, DisplayList) {
        let typesetter = Typesetter(measurer: measurer, theme: theme)
        let margin = Self.margin
        let textWidth = max(width - 2 * margin, 60)
        var list = DisplayList()
        var y = margin

        func write(_ text: Formula, font: Font, color: Color, lead: Double) {
            for line in typesetter.wrapText(text, font: font, width: textWidth, color: color) {
                y += max(line.ascent, 0.95 * font.size)
                list.append(line.moved(to: Point(margin, y)).content)
                y += max(line.descent, 0.25 * font.size) + lead
            }
        }
        if let topic, !topic.isEmpty {
            write(.words(topic), font: type.topic, color: theme.quietInk, lead: 0)
            y += 2
        }
        write(headline, font: type.headline, color: theme.ink, lead: 0)
        if let subtitle {
            y += 3
            write(subtitle, font: type.subtitle, color: theme.quietInk, lead: 1)
        }
        y += 10

        let layouts = panels.enumerated().map { index, panel in
            PanelLayout(
                panel, typesetter: typesetter, theme: theme, type: type,
                writesY: !sharesAxes || index % columns == 0,
                writesX: !sharesAxes || index + columns >= panels.count)
        }
        let gutters = (0..<min(columns, max(panels.count, 1))).map { column in
            let inColumn = layouts.indices.filter { $0 % columns == column }.map { layouts[$0] }
            return (left: inColumn.map(\.left).max() ?? 0, right: inColumn.map(\.right).max() ?? 0)
        }
        let between = Self.gap * Double(gutters.count - 1)
        let taken = gutters.reduce(0) { $0 + $1.left + $1.right } + between
        let frameWidth = max((textWidth - taken) / Double(gutters.count), 40)
        let frameHeight = layouts.map(\.neededHeight).reduce(self.frameHeight, max)

        var overflow: [Formula] = []
        for row in stride(from: 0, to: layouts.count, by: columns) {
            let inRow = row..<min(row + columns, layouts.count)
            let head = inRow.map { layouts[$0].top }.max() ?? 0
            var x = margin
            for index in inRow {
                let gutter = gutters[index - row]
                let frame = Rect(x + gutter.left, y + head, frameWidth, frameHeight)
                let (drawn, unplaced) = layouts[index].draw(in: frame)
                list.append(drawn)
                overflow += unplaced
                x += gutter.left + frameWidth + gutter.right + Self.gap
            }
            y += head + frameHeight + (inRow.map { layouts[$0].bottom }.max() ?? 0) + 8
        }
        for note in notes + overflow { write(note, font: type.note, color: theme.quietInk, lead: 1.5) }
        return (Size(width, (y + margin - 6).rounded(.up)), list)
    }

    static let margin = 16.0
    /// Between two columns of panels.
    static let gap = 12.0
}
