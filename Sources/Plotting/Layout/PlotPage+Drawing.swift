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

        let grid = grid(typesetter: typesetter, theme: theme, type: type)
        let (layouts, columns, gutters, frameWidth) = (grid.layouts, grid.columns, grid.gutters, grid.frameWidth)
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
        let right = gutters.reduce(-Self.gap) { $0 + $1.left + frameWidth + $1.right + Self.gap }
        return (Size(max(width, right + 2 * margin), (y + margin - 6).rounded(.up)), list)
    }

    private struct Grid {
        var layouts: [PanelLayout]
        var columns: Int
        /// Beside the frames of each column.
        var gutters: [(left: Double, right: Double)]
        var frameWidth: Double
    }

    /// As many columns as were asked for and as leave frames wide enough to read; the page grows where one is too many.
    private func grid(typesetter: Typesetter, theme: Theme, type: PlotType) -> Grid {
        var columns = max(1, min(self.columns, panels.count))
        while true {
            let layouts = panels.enumerated().map { index, panel in
                PanelLayout(
                    panel, typesetter: typesetter, theme: theme, type: type, pageWidth: width / Double(columns),
                    writesY: !sharesAxes || index % columns == 0,
                    writesX: !sharesAxes || index + columns >= panels.count)
            }
            let gutters = (0..<columns).map { column in
                let inColumn = layouts.indices.filter { $0 % columns == column }.map { layouts[$0] }
                return (left: inColumn.map(\.left).max() ?? 0, right: inColumn.map(\.right).max() ?? 0)
            }
            let taken = gutters.reduce(0) { $0 + $1.left + $1.right } + Self.gap * Double(columns - 1)
            let frameWidth = (width - 2 * Self.margin - taken) / Double(columns)
            if frameWidth >= Self.leastFrameWidth || columns == 1 {
                return Grid(
                    layouts: layouts, columns: columns, gutters: gutters,
                    frameWidth: max(frameWidth, Self.leastFrameWidth))
            }
            columns -= 1
        }
    }

    static let leastFrameWidth = 80.0
    static let margin = 16.0
    /// Between two columns of panels.
    static let gap = 12.0
}
