import Drawing
import Notation
import Typesetting

/// A line of mathematics on a panel, with captions under its parts.
struct CaptionedFormula {
    private var content = DisplayList()
    private(set) var width = 0.0
    /// The extents of the line itself, above and below its baseline.
    private(set) var ascent = 0.0
    private(set) var descent = 0.0

    private static let top = 10.0

    private static let gap = 7.0

    /// The sizes of its type, in points.
    static let sizes = [14.0, 12, 10, 9]

    /// - Parameters:
    ///   - room: the largest width; smaller type, then more lines keep the formula within it.
    ///   - largest: the size of its type where there is room.
    init(
        _ parts: [(formula: Formula, caption: Formula?)], typesetter: Typesetter, caption: Font, room: Double = .infinity,
        largest: Double = sizes[0]
    ) {
        // Between panels of small type, narrow margins may make room for one more.
        let side = largest < Self.sizes[0] ? 9.0 : 14
        let captions = parts.map { part in
            part.caption.map { typesetter.layoutText($0, font: caption, color: .quietInk) }
        }
        var formulas: [Laid] = []
        var widths: [Double] = []
        for size in Self.sizes where size <= largest {
            formulas = parts.map { typesetter.layout($0.formula, size: size) }
            widths = zip(formulas, captions).map { max($0.width, $1?.width ?? 0) }
            if widths.reduce(-Self.gap, { $0 + $1 + Self.gap }) + 2 * side <= room { break }
        }
        for line in Self.lines(widths, side: side, room: room) {
            let row = line.map { formulas[$0] }
            let under = line.compactMap { captions[$0] }
            // A caption starts below the numbers, not below a fraction next to them.
            let numbers = line.compactMap { captions[$0] == nil ? nil : formulas[$0].descent }.max() ?? 0
            let captionLine = numbers + 6 + (under.map(\.ascent).max() ?? 0)
            let rowAscent = row.map(\.ascent).max() ?? 0
            let baseline = line.startIndex == 0 ? 0 : descent + 7 + rowAscent
            if line.startIndex == 0 { ascent = rowAscent }
            descent =
                baseline + max(row.map(\.descent).max() ?? 0, under.isEmpty ? 0 : captionLine + (under.map(\.descent).max() ?? 0))
            // Further lines are aligned with the right-hand side of the first.
            var x = side + (line.startIndex == 0 ? 0 : widths[0] + Self.gap)
            for (index, formula) in zip(line, row) {
                content.append(formula.moved(to: Point(x + (widths[index] - formula.width) / 2, baseline)).content)
                if let caption = captions[index] {
                    content.append(caption.moved(to: Point(x + (widths[index] - caption.width) / 2, baseline + captionLine)).content)
                }
                x += widths[index] + Self.gap
            }
            width = max(width, x - Self.gap + side)
        }
    }

    /// The parts of each line.
    private static func lines(_ widths: [Double], side: Double, room: Double) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var x = side
        for index in widths.indices {
            if index > start, index > 1, x + widths[index] + side > room {
                lines.append(start..<index)
                start = index
                x = side + widths[0] + gap
            }
            x += widths[index] + gap
        }
        lines.append(start..<widths.count)
        return lines
    }

    var height: Double { Self.height(of: [self]) }

    /// The height of a row of formulas with one baseline and equal heights.
    static func height(of row: [CaptionedFormula]) -> Double {
        (row.map(\.ascent).max() ?? 0) + (row.map(\.descent).max() ?? 0) + 2 * top
    }

    /// Draws it with its top left corner at (0, 0).
    /// - Parameter row: the formulas next to it.
    func draw(beside row: [CaptionedFormula] = []) -> DisplayList {
        let row = row + [self]
        var list = DisplayList()
        list.fill(.rect(Rect(0, 0, width, Self.height(of: row)), radius: 6), .panel)
        list.append(content.translated(by: Point(0, Self.top + (row.map(\.ascent).max() ?? 0))))
        return list
    }
}
