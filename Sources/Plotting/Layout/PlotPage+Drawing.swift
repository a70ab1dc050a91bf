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
            page.isCompact = isDense || wanted < width
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
        if grid.right > width - Self.margin + 0.01, panels.contains(where: \.namesStandLeft) {
            // Names on both sides of a column leave too little between them.
            var page = self
            for index in panels.indices { page.panels[index].namesStandLeft = false }
            return page.drawn(typesetter, type: type)
        }
        let layouts = grid.layouts
        let neighbours = layouts.filter { !$0.panel.isWide }.map(\.neededHeight)
        let neighbourHeight = neighbours.reduce(aspect.map { $0 * grid.frameWidth } ?? frameHeight, max)

        var overflow: [Formula] = []
        for (number, row) in grid.rows.enumerated() {
            let head = row.map { layouts[$0].top }.max() ?? 0
            let ascent = row.compactMap { layouts[$0].title?.ascent }.max() ?? 0
            let height =
                zip(row, grid.spans[number]).map { index, span in
                    let layout = layouts[index]
                    return layout.panel.isWide
                        ? max(layout.panel.aspect.map { $0 * span.width } ?? frameHeight, layout.neededHeight) : neighbourHeight
                }.max() ?? 0
            let frames = grid.spans[number].map { Rect($0.left, y + head, $0.width, height) }
            let strips = zip(row, frames).map { layouts[$0].strips(in: $1) }
            let shared = strips.reduce(PanelLayout.Strips()) { $0.joined($1) }
            for (column, index) in row.enumerated() {
                let layout = layouts[index]
                let (drawn, unplaced) = layout.draw(
                    in: frames[column], titleBaseline: y + ascent, strips: sharesAxes ? shared : strips[column])
                list.group(layout.panel.group, drawn)
                // At the foot, one can't see which panel is meant.
                let title = panels.count > 1 ? layout.panel.title.flatMap { $0.plainText.count <= Self.longestPrefix ? $0 : nil } : nil
                overflow += unplaced.map { Self.sentence($0, of: title) }
            }
            y += head + height + (row.map { layouts[$0].bottom }.max() ?? 0) + (number < grid.rows.count - 1 ? rowGap : 8)
        }
        for note in notes + overflow { write(note, font: type.note, color: .quietInk, lead: 1.5) }
        return (Size(grid.right + margin, (y + margin - 6).rounded(.up)), list)
    }

    /// A text for the foot of the page: "Loss. Dashed line: a guess.", "Loss: × 0.2."
    private static func sentence(_ text: Formula, of title: Formula?) -> Formula {
        let plain = text.plainText
        let start = title.map { $0.parts + [.words(plain.contains(": ") ? ". " : ": ")] } ?? []
        return .row(start + text.parts + (plain.last?.isPunctuation == true && !plain.hasSuffix(")") ? [] : [.words(".")]))
    }

    /// The distance between two rows of panels.
    private var rowGap: Double { isDense ? 6 : isCompact ? 10 : 16 }

    static let leastFrameWidth = 80.0
    /// The characters of the longest title that stands before what its panel has no room for.
    private static let longestPrefix = 24
    package static let margin = 16.0
    /// The distance between two columns of panels, in points.
    static let gap = 12.0
}
