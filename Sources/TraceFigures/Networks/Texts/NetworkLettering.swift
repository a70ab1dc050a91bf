import Drawing
import Notation
import Typesetting

/// Typesets the texts of a network: the type sizes, and the distance between its small lines.
struct NetworkLettering {
    static let number = Font(size: 8)
    static let small = Font(size: 7.2)
    static let name = Font(size: 9)
    static let heading = Font(size: 7.5, weight: .medium)
    static let least = 7.0
    /// The distance between baselines of small lines without superscripts.
    private static let usualLead = 10.5

    let typesetter: Typesetter
    /// Whether each number leaves room for a box that a pencil writes in.
    let isWritable: Bool
    /// The distance between baselines of small lines, in points: larger if symbols have superscripts.
    private(set) var lead = usualLead

    /// - Parameter symbols: the symbols at the beginning of small lines.
    init(_ typesetter: Typesetter, symbols: [Formula], isWritable: Bool = false) {
        self.typesetter = typesetter
        self.isWritable = isWritable
        let tallest = symbols.map { text($0, Self.small, .ink).height }.max() ?? 0
        lead = max(Self.usualLead, tallest + 2, isWritable ? WorksheetFigure.leastBox.height + 1.5 : 0)
    }

    /// From the middle of a node to the middles of its value and its gradient.
    var half: Double { isWritable ? WorksheetFigure.leastBox.height / 2 + 1 : 6 }

    /// From the middle of a node to the ends of its numbers, up and down.
    var reach: Double { half + 4 }

    /// Of the box of a weighted sum with its gradient.
    var pillHeight: Double { 2 * half + 14 }

    /// The least width of a label on an edge: a box may cover the ends of the edge's lines.
    var leastLabel: Double { isWritable ? WorksheetFigure.leastBox.width - 4 : 0 }

    func text(_ formula: Formula, _ font: Font, _ color: Paint, bold: Bool = false) -> Laid {
        var font = font
        if bold { font.weight = .semibold }
        return typesetter.layoutText(formula, font: font, color: color, numerals: .words)
    }

    /// The number in the largest size, from `font`'s down to 7 pt, at which it is no wider than `width`.
    func fitted(_ numeral: Numeral, _ font: Font, width: Double, color: Paint, bold: Bool = false) -> Laid {
        var font = font
        var laid = text(numeral.asWords, font, color, bold: bold)
        while laid.width > width, font.size > Self.least {
            font.size = max(Self.least, font.size - 0.25)
            laid = text(numeral.asWords, font, color, bold: bold)
        }
        return laid
    }
}
