package import Drawing

/// Measures text by the glyphs that pictures are drawn with. Widths are proportional to the type size and the same for PNG, SVG and PDF.
package struct CairoTextMeasurer: TextMeasuring {
    private let book: FontBook

    package init(_ book: FontBook) { self.book = book }

    package func extent(of text: String, in font: Font) -> TextExtent {
        let style = FontStyle(font)
        let reach = book.reach(of: style)
        return TextExtent(
            width: book.measure(text, in: style).width * font.size, ascent: reach.ascent * font.size,
            descent: reach.descent * font.size)
    }

    package func ink(of text: String, in font: Font) -> Rect {
        guard let (left, right, bottom, top) = book.measure(text, in: FontStyle(font)).ink else { return Rect(0, 0, 0, 0) }
        return Rect(left * font.size, -top * font.size, (right - left) * font.size, (top - bottom) * font.size)
    }

    package func xHeight(of font: Font) -> Double { book.reach(of: FontStyle(font)).xHeight * font.size }
}
