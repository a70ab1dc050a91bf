import Drawing
import Notation
import Typesetting

/// A part of a page with its size: its upper left corner is at (0, 0). Blocks are put beside and below each other, so that none overlaps another.
struct Block {
    var width = 0.0
    var height = 0.0
    /// The height of its middle line, at which blocks in a row are aligned.
    var axis = 0.0
    var list = DisplayList()

    init() {}

    init(width: Double, height: Double, axis: Double? = nil, list: DisplayList = DisplayList()) {
        (self.width, self.height, self.axis, self.list) = (width, height, axis ?? height / 2, list)
    }

    /// A formula on one line.
    init(_ laid: Laid) {
        self.init(width: laid.width, height: laid.height, list: laid.moved(to: Point(0, laid.ascent)).content)
    }

    /// Beside each other, with their middle lines at one height.
    static func row(_ blocks: [Block], gap: Double) -> Block {
        let (above, below) = (blocks.map(\.axis).max() ?? 0, blocks.map { $0.height - $0.axis }.max() ?? 0)
        var row = Block(width: 0, height: above + below, axis: above)
        for block in blocks {
            if row.width > 0 { row.width += gap }
            row.list.append(block.list.translated(by: Point(row.width, above - block.axis)))
            row.width += block.width
        }
        return row
    }

    /// Below each other, from the left, or with their middles below each other.
    static func column(_ blocks: [Block], gap: Double, isCentred: Bool = false) -> Block {
        var column = Block(width: blocks.map(\.width).max() ?? 0, height: 0)
        for block in blocks {
            if column.height > 0 { column.height += gap }
            column.list.append(block.list.translated(by: Point(isCentred ? (column.width - block.width) / 2 : 0, column.height)))
            column.height += block.height
        }
        column.axis = column.height / 2
        return column
    }

    /// In rows no wider than `width`, as far as the blocks allow that.
    static func flow(_ blocks: [Block], width: Double, gap: Double, lead: Double) -> Block {
        var rows: [[Block]] = []
        var taken = 0.0
        for block in blocks {
            if !rows.isEmpty, taken + gap + block.width <= width {
                rows[rows.count - 1].append(block)
                taken += gap + block.width
            } else {
                rows.append([block])
                taken = block.width
            }
        }
        return column(rows.map { row($0, gap: gap) }, gap: lead)
    }

    /// The same with its middle line at another height, measured from its own upper edge.
    func aligned(at axis: Double) -> Block {
        var copy = self
        copy.axis = axis
        return copy
    }
}

/// Sets the texts of a picture of a layer.
struct BlockLettering {
    let typesetter: Typesetter
    /// Whether numbers are as small and as close as they may be, and whole tensors are without their shape.
    var isCompact = false

    static let number = Font(size: 8)
    static let strongNumber = Font(size: 8, weight: .semibold)
    private static let smallNumber = Font(size: 7.2)
    private static let smallStrongNumber = Font(size: 7.2, weight: .semibold)
    static let name = Font(size: 9.5)
    static let note = Font(size: 7.5)
    static let body = Font(size: 8.5)
    static let heading = Font(size: 9.5, weight: .semibold)

    /// Of the number in a cell.
    func cellFont(isStrong: Bool) -> Font {
        isCompact ? isStrong ? Self.smallStrongNumber : Self.smallNumber : isStrong ? Self.strongNumber : Self.number
    }

    /// Between the baselines in a cell, and around its numbers, in points.
    var cellLead: Double { isCompact ? 9.6 : 11 }
    var cellPadding: Size { isCompact ? Size(6, 5) : Size(8, 6) }

    func line(_ formula: Formula, _ font: Font = body, _ color: Paint = .ink) -> Laid {
        typesetter.layoutText(formula, font: font, color: color, numerals: .words)
    }

    func block(_ formula: Formula, _ font: Font = body, _ color: Paint = .ink) -> Block { Block(line(formula, font, color)) }

    /// On as many lines as the width calls for.
    func text(_ formula: Formula, _ font: Font = body, _ color: Paint = .ink, width: Double) -> Block {
        .column(
            typesetter.wrapText(formula, font: font, width: width, color: color, numerals: .words).map { Block($0) }, gap: Self.leading)
    }

    /// Between the lines of a text, in points.
    static let leading = 3.5

    /// A calculation, whose fractions are as large as the rest.
    func equation(_ formula: Formula, _ font: Font = body, width: Double) -> Block {
        .column(
            typesetter.wrapText(formula, font: font, width: width, numerals: .words, isDisplayed: true).map { Block($0) }, gap: Self.leading
        )
    }

    /// +, =, → between two blocks.
    func sign(_ sign: Formula.Sign) -> Block { block(.sign(sign), Font(size: 11), .quietInk) }
}
