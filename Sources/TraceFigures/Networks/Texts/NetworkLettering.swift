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
    /// The distance between baselines of small lines, in points: larger if symbols have superscripts.
    private(set) var lead = usualLead

    /// - Parameter symbols: the symbols at the beginning of small lines.
    init(_ typesetter: Typesetter, symbols: [Formula]) {
        self.typesetter = typesetter
        let tallest = symbols.map { text($0, Self.small, .ink).height }.max() ?? 0
        lead = max(Self.usualLead, tallest + 2)
    }

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
