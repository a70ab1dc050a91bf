/// A typeface and a size. The backend chooses the font file.
package struct Font: Hashable, Sendable {
    /// `words` is Inter and `mathematics` is STIX, or what the system has instead.
    package enum Family: Hashable, Sendable { case words, mathematics }
    package enum Weight: Hashable, Sendable { case regular, medium, semibold, bold }

    package var family: Family
    package var weight: Weight
    package var italic: Bool
    /// In points.
    package var size: Double

    package init(_ family: Family = .words, size: Double, weight: Weight = .regular, italic: Bool = false) {
        self.family = family
        self.size = size
        self.weight = weight
        self.italic = italic
    }
}

/// One line of text in one font and colour. The left end of its baseline is at `origin`.
package struct TextRun: Hashable, Sendable {
    package var text: String
    package var font: Font
    package var color: Paint
    package var origin: Point
    /// Clockwise about the origin, in radians.
    package var rotation: Double
    /// The colour of a band around the glyphs, which keeps lines behind from touching them.
    package var halo: Paint?
    /// Whether the band begins at the glyphs' ink, so that it covers no text that ends there.
    package var followsText = false

    package init(
        _ text: String, font: Font, color: Paint, at origin: Point, rotation: Double = 0, halo: Paint? = nil
    ) {
        self.text = text
        self.font = font
        self.color = color
        self.origin = origin
        self.rotation = rotation
        self.halo = halo
    }
}

/// The advance width of a line of text, and its font's ascent and descent.
package struct TextExtent: Hashable, Sendable {
    package var width, ascent, descent: Double

    package init(width: Double, ascent: Double, descent: Double) {
        self.width = width
        self.ascent = ascent
        self.descent = descent
    }
}

/// Measures text without drawing it, in points. Layout code uses only this protocol, so that it needs no backend.
package protocol TextMeasuring: Sendable {
    func extent(of text: String, in font: Font) -> TextExtent
    /// The box of the ink, with the left end of the baseline at (0, 0).
    func ink(of text: String, in font: Font) -> Rect
    /// The height of a lower-case x.
    func xHeight(of font: Font) -> Double
}
