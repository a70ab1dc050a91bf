import Drawing
import Notation
import Plotting
import Typesetting

/// The texts of a page, written one below the other.
struct TextColumn {
    var list = DisplayList()
    /// The top of the next line.
    var y: Double
    let x: Double
    let width: Double
    let typesetter: Typesetter
    private let numerals: Font.Family

    /// - Parameters:
    ///   - margin: the margin above the first line and to the left of all.
    ///   - width: the width of the longest line.
    ///   - numerals: the font of numbers, which is that of the picture below.
    init(margin: Double, width: Double, typesetter: Typesetter, numerals: Font.Family = .mathematics) {
        x = margin
        y = margin
        self.width = width
        self.typesetter = typesetter
        self.numerals = numerals
    }

    /// - Parameter lead: the extra distance below each line.
    mutating func write(_ text: Formula, font: Font, color: Paint, lead: Double) {
        for line in typesetter.wrapText(text, font: font, width: width, color: color, numerals: numerals) {
            y += line.ascent
            list.append(line.moved(to: Point(x, y)).content)
            y += line.descent + lead
        }
    }

    /// The lesson's title, the headline, and what is shown.
    mutating func writeHead(_ title: String?, headline: Formula?, subtitle: [Formula], type: PlotType) {
        if let title, !title.isEmpty {
            write(.words(title), font: type.topic, color: .quietInk, lead: 0)
            y += 4
        }
        if let headline {
            write(headline, font: type.headline, color: .ink, lead: 2)
            y += 4
        }
        for line in subtitle { write(line, font: type.subtitle, color: .quietInk, lead: 3) }
    }
}
