import Drawing
import Notation
import Typesetting

/// A line of mathematics on a quiet ground, with captions under its parts.
struct CaptionedFormula {
    private var content = DisplayList()
    private let theme: Theme
    private(set) var width = 0.0
    /// Of the line's own parts, above its baseline and below.
    private(set) var ascent = 0.0
    private(set) var descent = 0.0

    private static let margin = (side: 14.0, top: 10.0)

    init(_ parts: [(formula: Formula, caption: Formula?)], typesetter: Typesetter, caption: Font) {
        theme = typesetter.theme
        let formulas = parts.map { typesetter.layout($0.formula, size: 14) }
        let captions = parts.map { part in
            part.caption.map { typesetter.layoutText($0, font: caption, color: theme.quietInk) }
        }
        ascent = formulas.map(\.ascent).max() ?? 0
        let captionAscent = captions.compactMap { $0?.ascent }.max() ?? 0
        let captionDescent = captions.compactMap { $0?.descent }.max() ?? 0
        // A caption starts under the numbers, not under the fraction beside them.
        let numbers = zip(formulas, captions).compactMap { $1 == nil ? nil : $0.descent }.max() ?? 0
        let captionLine = numbers + 6 + captionAscent
        descent = max(formulas.map(\.descent).max() ?? 0, captions.contains { $0 != nil } ? captionLine + captionDescent : 0)
        var x = Self.margin.side
        for (formula, caption) in zip(formulas, captions) {
            let width = max(formula.width, caption?.width ?? 0)
            content.append(formula.moved(to: Point(x + (width - formula.width) / 2, 0)).content)
            if let caption { content.append(caption.moved(to: Point(x + (width - caption.width) / 2, captionLine)).content) }
            x += width + 7
        }
        width = x - 7 + Self.margin.side
    }

    var height: Double { Self.height(of: [self]) }

    /// Of a row of them, at one baseline and with one height.
    static func height(of row: [CaptionedFormula]) -> Double {
        (row.map(\.ascent).max() ?? 0) + (row.map(\.descent).max() ?? 0) + 2 * margin.top
    }

    /// With its top left corner at (0, 0).
    /// - Parameter row: those beside which it stands.
    func draw(beside row: [CaptionedFormula] = []) -> DisplayList {
        let row = row + [self]
        var list = DisplayList()
        list.fill(.rect(Rect(0, 0, width, Self.height(of: row)), radius: 6), theme.panel)
        list.append(content.translated(by: Point(0, Self.margin.top + (row.map(\.ascent).max() ?? 0))))
        return list
    }
}
