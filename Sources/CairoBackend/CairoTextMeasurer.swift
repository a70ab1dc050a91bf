package import Drawing

package struct CairoTextMeasurer: TextMeasuring {
    private let book: FontBook
    package init(_ book: FontBook) { self.book = book }
    package func extent(of text: String, in font: Font) -> TextExtent {
        TextExtent(width: 0.55 * font.size * Double(text.unicodeScalars.count), ascent: font.size * 0.93, descent: font.size * 0.24)
    }
    package func ink(of text: String, in font: Font) -> Rect { Rect(0, -font.size * 0.7, extent(of: text, in: font).width, font.size * 0.9) }
    package func xHeight(of font: Font) -> Double { 0.53 * font.size }
}
