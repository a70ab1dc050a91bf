import Drawing

/// A font in which every character is half as wide as the font is large.
struct PlainMeasurer: TextMeasuring {
    func extent(of text: String, in font: Font) -> TextExtent {
        TextExtent(width: 0.5 * font.size * Double(text.count), ascent: 0.9 * font.size, descent: 0.25 * font.size)
    }

    func ink(of text: String, in font: Font) -> Rect {
        Rect(0, -0.72 * font.size, 0.5 * font.size * Double(text.count), 0.92 * font.size)
    }

    func xHeight(of font: Font) -> Double { 0.5 * font.size }
}
