import Drawing
import Notation
import Typesetting

/// The texts of a page, written one below the other.
struct TextColumn {
    var list = DisplayList()
    /// Where the next line begins.
    var y: Double
    let x: Double
    let width: Double
    let typesetter: Typesetter

    /// - Parameters:
    ///   - margin: above the first line and to the left of all.
    ///   - width: of the longest line.
    init(margin: Double, width: Double, typesetter: Typesetter) {
        x = margin
        y = margin
        self.width = width
        self.typesetter = typesetter
    }

    /// - Parameter lead: below each line.
    mutating func write(_ text: Formula, font: Font, color: Color, lead: Double) {
        for line in typesetter.wrapText(text, font: font, width: width, color: color) {
            y += line.ascent
            list.append(line.moved(to: Point(x, y)).content)
            y += line.descent + lead
        }
    }
}
