import Drawing
import Notation
import Typesetting

/// Where the panels of a page are: their rows, and the left end and the width of each frame.
///
/// Narrow frames all have the same width, and those below each other the same ends. So have the wide ones, where the page has room for that.
struct PanelGrid {
    typealias Span = (left: Double, width: Double)

    private(set) var layouts: [PanelLayout]
    /// The indices of the panels, row by row.
    let rows: [[Int]]
    /// The width of the narrow frames.
    let frameWidth: Double
    /// The frames, row by row.
    private(set) var spans: [[Span]] = []
    /// The right end of the panels.
    private(set) var right = 0.0
    /// The margins beside the frames of each column, of narrow panels and of wide ones that stand beside each other.
    private let gutters, joinedGutters: [Margins]
    private let width: Double

    private typealias Margins = (left: Double, right: Double)

    init(_ layouts: [PanelLayout], rows: [[Int]], columns: Int, width: Double, savesHeight: Bool) {
        (self.layouts, self.rows, self.width) = (layouts, rows, width)
        func gutters(_ rows: [[Int]], _ columns: Int) -> [Margins] {
            (0..<columns).map { column in
                let inColumn = rows.compactMap { column < $0.count ? layouts[$0[column]] : nil }
                return (left: inColumn.map(\.left).max() ?? 0, right: inColumn.map(\.right).max() ?? 0)
            }
        }
        let joined = rows.filter { Self.isJoined($0, layouts) }
        self.gutters = gutters(rows.filter { !layouts[$0[0]].panel.isWide }, columns)
        joinedGutters = gutters(joined, joined.map(\.count).max() ?? 0)
        frameWidth = max(Self.frameWidth(self.gutters, in: width - 2 * PlotPage.margin), PlotPage.leastFrameWidth)
        placeFrames()
        placeTitles(savesHeight: savesHeight)
    }

    /// Whether all frames are wide enough.
    var fits: (narrow: Bool, joined: Bool) {
        func fits(_ gutters: [Margins]) -> Bool {
            gutters.isEmpty || Self.frameWidth(gutters, in: width - 2 * PlotPage.margin) >= PlotPage.leastFrameWidth
        }
        return (fits(gutters), fits(joinedGutters))
    }

    private static func isJoined(_ row: [Int], _ layouts: [PanelLayout]) -> Bool {
        layouts[row[0]].panel.isWide && (row.count > 1 || layouts[row[0]].panel.joinsRow)
    }

    /// What each frame has of the width of a row.
    private static func frameWidth(_ gutters: [Margins], in width: Double) -> Double {
        let taken = gutters.reduce(0) { $0 + $1.left + $1.right } + PlotPage.gap * Double(gutters.count - 1)
        return (width - taken) / Double(max(gutters.count, 1))
    }

    private mutating func placeFrames() {
        let (margin, least) = (PlotPage.margin, PlotPage.leastFrameWidth)
        let alone = rows.filter { layouts[$0[0]].panel.isWide && !Self.isJoined($0, layouts) }.map { layouts[$0[0]] }
        let widest = (left: alone.map(\.left).reduce(gutters.first?.left ?? 0, max), right: alone.map(\.right).max() ?? 0)
        func end(of margins: Margins) -> Double { margin + margins.left + least + margins.right }
        let isAligned = end(of: widest) <= width - margin
        right = max(
            width - margin, gutters.reduce(margin - PlotPage.gap) { $0 + $1.left + frameWidth + $1.right + PlotPage.gap },
            isAligned ? 0 : alone.map { end(of: ($0.left, $0.right)) }.max() ?? 0)
        let joinedWidth = max(Self.frameWidth(joinedGutters, in: right - margin), least)
        spans = rows.map { row in
            let first = layouts[row[0]]
            if first.panel.isWide, !Self.isJoined(row, layouts) {
                let margins = isAligned ? widest : (left: first.left, right: first.right)
                let left = margin + margins.left
                return [(left, max(right - margins.right - left, least))]
            }
            let (gutters, width) = first.panel.isWide ? (joinedGutters, joinedWidth) : (self.gutters, frameWidth)
            var x = margin
            return gutters.prefix(row.count).map { gutter in
                let span = (left: x + gutter.left, width: width)
                x = span.left + width + gutter.right + PlotPage.gap
                return span
            }
        }
    }

    /// Lets the title of each panel extend to that of the next column, or to the page's margin; and where height is saved, puts the titles of
    /// a row's horizontal axes into the line of the tick labels, if all have room there.
    private mutating func placeTitles(savesHeight: Bool) {
        for (row, spans) in zip(rows, spans) {
            for (column, index) in row.enumerated() {
                let isLast = column == row.count - 1
                layouts[index].titleWidth = (isLast ? right : spans[column + 1].left - 8) - spans[column].left
            }
            guard savesHeight else { continue }
            let places = zip(row, spans).enumerated().map { column, panel in
                let isWide = layouts[panel.0].panel.isWide
                let gutters = isWide ? joinedGutters : gutters
                let room = row.count == 1 && isWide ? right - panel.1.left - panel.1.width : gutters[column].right
                return layouts[panel.0].xTitlePlace(frame: panel.1.width, room: room)
            }
            guard zip(row, places).allSatisfy({ layouts[$0].xTitle == nil || $1 != nil }) else { continue }
            for (index, place) in zip(row, places) { layouts[index].xTitlePlace = place }
        }
    }
}

extension PlotPage {
    /// The panels in as many columns as were asked for, or fewer so that frames are wide enough. If one is too narrow, the page grows.
    func grid(typesetter: Typesetter, type: PlotType) -> PanelGrid {
        var columns = max(1, min(self.columns, panels.count))
        var joins = true
        while true {
            let rows = rows(columns, joins: joins)
            var fits = (narrow: false, joined: false)
            // Titles beside others save height, but take width.
            for mostBeside in isDense ? Self.mostBesideWhereDense : [isCompact ? Self.mostBeside : nil] {
                let layouts = layouts(rows, columns: columns, mostBeside: mostBeside, typesetter: typesetter, type: type)
                let grid = PanelGrid(layouts, rows: rows, columns: columns, width: width, savesHeight: isCompact)
                fits = grid.fits
                if (fits.narrow || columns == 1) && (fits.joined || !joins) { return grid }
            }
            if !fits.narrow, columns > 1 { columns -= 1 }
            if !fits.joined { joins = false }
        }
    }

    private func rows(_ columns: Int, joins: Bool) -> [[Int]] {
        var rows: [[Int]] = []
        for (index, panel) in panels.enumerated() {
            if let last = rows.last, panel.isWide == panels[last[0]].isWide,
                panel.isWide ? joins && panel.joinsRow && last.count < self.columns : last.count < columns
            {
                rows[rows.count - 1].append(index)
            } else {
                rows.append([index])
            }
        }
        return rows
    }

    private func layouts(
        _ rows: [[Int]], columns: Int, mostBeside: Double?, typesetter: Typesetter, type: PlotType
    ) -> [PanelLayout] {
        var layouts: [PanelLayout] = []
        for (number, row) in rows.enumerated() {
            for (column, index) in row.enumerated() {
                let panel = panels[index]
                // Ticks are written once for all below each other that have the same axis.
                let below = rows.dropFirst(number + 1).first {
                    panels[$0[0]].isWide == panel.isWide && $0.count > column && (!panel.isWide || $0.count == row.count)
                        && panels[$0[column]].x.title == panel.x.title
                }
                let isLowest = below == nil || (panel.isWide ? !sharesColumns : !(sharesAxes || sharesColumns))
                // The title of the panel to the left may be where the axis' title would be.
                let isFree =
                    column == 0
                    || panels[index - 1].title.map {
                        typesetter.layoutText($0, font: type.panel, color: .ink).width <= Self.leastFrameWidth + layouts[index - 1].right
                    } ?? true
                let parts = panel.isWide ? row.count : columns
                layouts.append(
                    PanelLayout(
                        panel, typesetter: typesetter, type: type, pageWidth: width / Double(parts),
                        writesY: !sharesAxes || column == 0, writesX: isLowest,
                        mostBeside: isFree ? mostBeside : nil))
            }
        }
        return layouts
    }

    /// The width of the longest title of a vertical axis that is to the left of the panel's title.
    private static let mostBeside = 32.0
    private static let mostBesideWhereDense: [Double?] = [46, 34, 28]
}
