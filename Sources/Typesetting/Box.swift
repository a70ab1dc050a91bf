import Drawing
import Notation

/// A part of a formula while it is being set: the left end of its baseline at (0, 0).
struct Box {
    var width = 0.0
    var ascent = 0.0
    var descent = 0.0
    /// How far slanted ink reaches past the width at the top; upright neighbours and superscripts keep clear of it.
    var overhang = 0.0
    /// How far slanted ink reaches out on the left, as that of an f does.
    var underhang = 0.0
    /// A lone glyph takes its scripts at fixed heights, anything taller at its corners.
    var isGlyph = false
    var content = DisplayList()
    var places: [NumberKey: Rect] = [:]

    var bounds: Rect { Rect(0, -ascent, width, ascent + descent) }

    /// Adds what stands at `origin`, and grows to hold it.
    mutating func place(_ box: Box, at origin: Point) {
        content.append(box.content.translated(by: origin))
        places.merge(box.places.mapValues { $0.offsetBy(origin.x, origin.y) }) { first, _ in first }
        ascent = max(ascent, box.ascent - origin.y)
        descent = max(descent, box.descent + origin.y)
        width = max(width, origin.x + box.width)
    }

    mutating func append(_ box: Box, after gap: Double = 0) {
        let end = width + gap
        place(box, at: Point(end, 0))
        width = end + box.width
        overhang = box.overhang
    }
}

/// How a part is to be set.
struct Setting {
    /// Of the mathematics, in points.
    var size: Double
    var words: Font
    var color: Paint
    var weight: Font.Weight
    /// 0 for the formula itself, 1 and more inside scripts.
    var scriptLevel = 0
    /// Fractions take the height of the line: in running text, and inside other fractions.
    var isCramped = false

    /// Numbers in the words' face rather than in that of mathematics.
    var numeralsAreWords = false

    var numerals: Font {
        guard numeralsAreWords else { return symbols(italic: false) }
        var font = words
        if weight == .bold, font.weight == .regular || font.weight == .medium { font.weight = .semibold }
        return font
    }

    /// In points.
    static let smallestType = 7.0

    func symbols(italic: Bool) -> Font { Font(.mathematics, size: size, weight: weight, italic: italic) }

    /// In quads of the current size: rule thickness of bars.
    var rule: Double { 0.045 * size }

    func script() -> Setting { scaled(0.7, level: scriptLevel + 1) }

    /// Smaller, but not below what can be read in print.
    func scaled(_ factor: Double, level: Int) -> Setting {
        var copy = self
        copy.size = max(factor * size, min(size, Self.smallestType))
        copy.words.size = max(factor * words.size, min(words.size, Self.smallestType))
        copy.scriptLevel = level
        return copy
    }
}
