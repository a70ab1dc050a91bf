import Drawing
import Notation

/// A typeset part of a formula. The left end of its baseline is at (0, 0).
struct Box {
    var width = 0.0
    var ascent = 0.0
    var descent = 0.0
    /// How far the ink of slanted letters extends to the right of the width. Upright neighbours and superscripts are moved by as much.
    var overhang = 0.0
    /// How far the ink of slanted letters, such as f, extends to the left of the origin.
    var underhang = 0.0
    /// Whether it is plain text, which has its scripts at fixed heights; the scripts of other boxes move with their height.
    var isGlyph = false
    var content = DisplayList()
    var places: [NumberKey: Rect] = [:]

    var bounds: Rect { Rect(0, -ascent, width, ascent + descent) }

    /// Adds a box with its baseline's left end at `origin`, and grows to contain it.
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

/// How a part of a formula is typeset.
struct Setting {
    /// The type size of the mathematics, in points.
    var size: Double
    var words: Font
    var color: Paint
    var weight: Font.Weight
    /// 0 for the formula itself, 1 and more inside scripts.
    var scriptLevel = 0
    /// Whether fractions are made smaller to fit the height of a line: in running text and inside other fractions.
    var isCramped = false
    /// The size of such fractions.
    var shrinking = 0.75

    /// Whether numbers are set in the typeface of words rather than that of mathematics.
    var numeralsAreWords = false

    var numerals: Font {
        guard numeralsAreWords else { return symbols(italic: false) }
        var font = words
        if weight == .bold, font.weight == .regular || font.weight == .medium { font.weight = .semibold }
        return font
    }

    /// The smallest type size that can be read in print, in points.
    static let smallestType = 7.0

    func symbols(italic: Bool) -> Font { Font(.mathematics, size: size, weight: weight, italic: italic) }

    /// The thickness of bars, in points.
    var rule: Double { 0.045 * size }

    func script() -> Setting { scaled(0.7, level: scriptLevel + 1) }

    /// Scaled by `factor`, but not below `smallestType`.
    func scaled(_ factor: Double, level: Int) -> Setting {
        var copy = self
        copy.size = max(factor * size, min(size, Self.smallestType))
        copy.words.size = max(factor * words.size, min(words.size, Self.smallestType))
        copy.scriptLevel = level
        return copy
    }
}
