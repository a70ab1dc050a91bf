package import Drawing
import Notation
import Typesetting

extension PlotPage {
    /// Draws the page. Its height follows from its contents, and it becomes wider than `width` only if a frame would get too narrow.
    package func draw(measurer: any TextMeasuring, pageWidth: Double? = nil, type: PlotType = PlotType()) -> (Size, DisplayList) {
        let typesetter = Typesetter(measurer: measurer)
        var page = self
        if let wanted = pageWidth {
            page.width = wanted
            page.isCompact = wanted < width
            page.frameHeight = frameHeight * Self.lowering(to: wanted, from: width)
        }
        return page.drawn(typesetter, type: type)
    }

    /// The factor for the height of frames on a page of the width `wanted` that was designed for `width`: 0.6…1.
    package static func lowering(to wanted: Double?, from width: Double) -> Double { wanted.map { min(1, max(0.6, $0 / width)) } ?? 1 }

    private func drawn(_ typesetter: Typesetter, type: PlotType) -> (Size, DisplayList) {
        let margin = Self.margin
        let textWidth = max(width - 2 * margin, 60)
        var list = DisplayList()
        var y = margin

        func write(_ text: Formula, font: Font, color: Paint, lead: Double) {
            for line in typesetter.wrapText(text, font: font, width: textWidth, color: color) {
                y += max(line.ascent, 0.95 * font.size)
                list.append(line.moved(to: Point(margin, y)).content)
                y += max(line.descent, 0.25 * font.size) + lead
            }
        }
        if let topic, !topic.isEmpty {
            write(.words(topic), font: type.topic, color: .quietInk, lead: 0)
            y += 2
        }
        if headline != .row([]) { write(headline, font: type.headline, color: .ink, lead: 0) }
        if let subtitle {
            y += 3
            write(subtitle, font: type.subtitle, color: .quietInk, lead: 1)
        }
        y += 10

        let grid = grid(typesetter: typesetter, type: type)
        let (layouts, gutters, frameWidth) = (grid.layouts, grid.gutters, grid.frameWidth)
        let wide = layouts.filter(\.panel.isWide).map { (left: $0.left, right: $0.right) }
        let widest = (left: wide.map(\.left).reduce(gutters[0].left, max), right: wide.map(\.right).max() ?? 0)
        func end(of margins: (left: Double, right: Double)) -> Double { margin + margins.left + Self.leastFrameWidth + margins.right }
        // The left and right edges of all wide frames are aligned where the page has room for that.
        let isAligned = end(of: widest) <= width - Self.margin
        let right = max(
            width - Self.margin, gutters.reduce(margin - Self.gap) { $0 + $1.left + frameWidth + $1.right + Self.gap },
            isAligned ? 0 : wide.map(end).max() ?? 0)
        if right > width - Self.margin + 0.01, panels.contains(where: \.namesStandLeft) {
            // Names on both sides of a column leave too little between them.
            var page = self
            for index in panels.indices { page.panels[index].namesStandLeft = false }
            return page.drawn(typesetter, type: type)
        }
        let neighbours = layouts.filter { !$0.panel.isWide }.map(\.neededHeight)
        let neighbourHeight = neighbours.reduce(aspect.map { $0 * frameWidth } ?? frameHeight, max)

        var overflow: [Formula] = []
        for (number, row) in grid.rows.enumerated() {
            let head = row.map { layouts[$0].top }.max() ?? 0
            let ascent = row.compactMap { layouts[$0].title?.ascent }.max() ?? 0
            var height = neighbourHeight
            var x = margin
            var frames: [Rect] = []
            for (column, index) in row.enumerated() {
                let layout = layouts[index]
                var frame = Rect(x + gutters[column].left, y + head, frameWidth, height)
                if layout.panel.isWide {
                    let margins = isAligned ? widest : (left: layout.left, right: layout.right)
                    let left = margin + margins.left
                    let width = max(right - margins.right - left, Self.leastFrameWidth)
                    height = max(layout.panel.aspect.map { $0 * width } ?? frameHeight, layout.neededHeight)
                    frame = Rect(left, y + head, width, height)
                }
                frames.append(frame)
                x += gutters[column].left + frameWidth + gutters[column].right + Self.gap
            }
            let strips = zip(row, frames).map { layouts[$0].strips(in: $1) }
            let shared = strips.reduce(PanelLayout.Strips()) { $0.joined($1) }
            for (column, index) in row.enumerated() {
                let layout = layouts[index]
                let (drawn, unplaced) = layout.draw(
                    in: frames[column], titleBaseline: y + ascent, strips: sharesAxes ? shared : strips[column])
                list.group(layout.panel.group, drawn)
                // At the foot, one can't see which panel is meant.
                let title = panels.count > 1 ? layout.panel.title.flatMap { $0.plainText.count <= Self.longestPrefix ? $0 : nil } : nil
                overflow += unplaced.map { text in title.map { .row($0.parts + [.words(", ")] + text.parts) } ?? text }
            }
            y += head + height + (row.map { layouts[$0].bottom }.max() ?? 0) + (number < grid.rows.count - 1 ? rowGap : 8)
        }
        for note in notes + overflow { write(note, font: type.note, color: .quietInk, lead: 1.5) }
        return (Size(right + margin, (y + margin - 6).rounded(.up)), list)
    }

    /// The distance between two rows of panels.
    private var rowGap: Double { isCompact ? 10 : 16 }

    private struct Grid {
        var layouts: [PanelLayout]
        /// The indices of the panels, row by row.
        var rows: [[Int]]
        /// The widths of the margins beside the frames of each column.
        var gutters: [(left: Double, right: Double)]
        var frameWidth: Double

        /// Lets the title of each panel extend to that of the next column, or to the page's margin.
        mutating func giveTitlesTheirWidth(page width: Double) {
            for row in rows {
                for (column, index) in row.enumerated() {
                    var room = frameWidth + gutters[column].right
                    if layouts[index].panel.isWide {
                        room = width - 2 * PlotPage.margin - max(gutters[0].left, layouts[index].left)
                    } else if column + 1 < gutters.count {
                        room += PlotPage.gap + gutters[column + 1].left - 8
                    }
                    layouts[index].titleWidth = room
                }
            }
        }
    }

    /// The panels in as many columns as were asked for, or fewer so that frames are wide enough. If one is too narrow, the page grows.
    private func grid(typesetter: Typesetter, type: PlotType) -> Grid {
        var columns = max(1, min(self.columns, panels.count))
        while true {
            let rows = rows(columns)
            let layouts = panels.enumerated().map { index, panel in
                let row = rows.firstIndex { $0.contains(index) } ?? 0
                let column = rows[row].firstIndex(of: index) ?? 0
                // Ticks are written once for all below each other that have the same axis.
                let below = rows.dropFirst(row + 1).first {
                    panels[$0[0]].isWide == panel.isWide && $0.count > column && panels[$0[column]].x.title == panel.x.title
                }
                let isLowest = below == nil || (panel.isWide ? !sharesColumns : !(sharesAxes || sharesColumns))
                return PanelLayout(
                    panel, typesetter: typesetter, type: type,
                    pageWidth: panel.isWide ? width : width / Double(columns),
                    writesY: !sharesAxes || column == 0, writesX: isLowest,
                    // In other columns the title of the panel to the left may be there.
                    mayTitleBeside: isCompact && (panel.isWide || column == 0))
            }
            let gutters = (0..<columns).map { column in
                let inColumn = rows.compactMap { column < $0.count && !panels[$0[0]].isWide ? layouts[$0[column]] : nil }
                return (left: inColumn.map(\.left).max() ?? 0, right: inColumn.map(\.right).max() ?? 0)
            }
            let taken = gutters.reduce(0) { $0 + $1.left + $1.right } + Self.gap * Double(columns - 1)
            let frameWidth = (width - 2 * Self.margin - taken) / Double(columns)
            if frameWidth >= Self.leastFrameWidth || columns == 1 {
                var grid = Grid(
                    layouts: layouts, rows: rows, gutters: gutters, frameWidth: max(frameWidth, Self.leastFrameWidth))
                grid.giveTitlesTheirWidth(page: width)
                return grid
            }
            columns -= 1
        }
    }

    private func rows(_ columns: Int) -> [[Int]] {
        var rows: [[Int]] = []
        for (index, panel) in panels.enumerated() {
            if let last = rows.last, last.count < columns, !panel.isWide, !panels[last[0]].isWide {
                rows[rows.count - 1].append(index)
            } else {
                rows.append([index])
            }
        }
        return rows
    }

    static let leastFrameWidth = 80.0
    /// The characters of the longest title that stands before what its panel has no room for.
    private static let longestPrefix = 24
    package static let margin = 16.0
    /// The distance between two columns of panels, in points.
    static let gap = 12.0
}
