import CCairo
import Drawing

/// Chooses a file for each font and a glyph for each character. Words are set in Inter and mathematics in STIX; if these are not installed,
/// in DejaVu or in what fontconfig offers instead. A character that a font lacks is taken from the next one in the chain words →
/// mathematics → DejaVu Sans → any font that has it. If none has it, it is shown as �, never as an empty box.
///
/// A substitute for Inter or STIX is scaled to the same height of x, so that layouts keep their proportions.
///
/// In italic mathematics only letters and ∂ are slanted. Digits, brackets, operators and Greek capitals are upright, as usual.
package final class FontBook: Sendable {
    package enum Preference: Hashable, Sendable {
        /// The best fonts that are installed.
        case installed
        /// Only the upright DejaVu fonts, as on a machine without any other.
        case fallback
    }

    let preference: Preference
    let pool = FaceSetPool()
    private let shelf: Guarded<Shelf>

    /// - Throws: if no outline font is installed or can be opened.
    package init(preferring preference: Preference = .installed) throws(FontError) {
        self.preference = preference
        shelf = Guarded(try Shelf(preference: preference))
    }

    /// The font book that the whole process shares, made on first use.
    package static func standard() throws(FontError) -> FontBook { try shared.get() }

    private static let shared: Result<FontBook, FontError> = {
        do throws(FontError) { return .success(try FontBook()) } catch { return .failure(error) }
    }()

    /// The glyphs of a line of text, for all sizes.
    func line(_ text: String, in style: FontStyle) -> GlyphLine {
        shelf.withLock { shelf in
            var line = GlyphLine()
            shelf.forEachGlyph(of: text, in: style) { glyph, scalar in line.append(glyph, standingFor: scalar) }
            return line
        }
    }

    /// The advance width and the box of the ink (left, right, bottom, top), in ems, y upwards. The box is nil if there is no ink.
    func measure(_ text: String, in style: FontStyle) -> TextMeasure { shelf.withLock { $0.measure(text, in: style) } }

    func outline(of glyph: UInt32, in file: FontFile) -> GlyphOutline? { shelf.withLock { $0.outline(of: glyph, in: file) } }

    /// Nil if the file can no longer be opened.
    func unitsPerEm(of file: FontFile) -> Double? { shelf.withLock { $0.unitsPerEm(of: file) } }

    /// The ascent, descent and x-height of the style's own font, in ems.
    func reach(of style: FontStyle) -> Reach {
        shelf.withLock { $0.reach(of: style) }
    }

    /// For each font, the file in use and the characters that it lacks.
    package func report() -> [FontReport] { shelf.withLock { $0.report() } }
}

extension GlyphLine {
    /// A nil glyph stands for an invisible character, such as a joiner, whose bytes are kept in the text.
    fileprivate mutating func append(_ glyph: Glyph?, standingFor scalar: Unicode.Scalar) {
        let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        guard let glyph else {
            if let last = pieces.indices.last {
                pieces[last].utf8 += bytes
                pieces[last].clusters.append((Int32(bytes.count), 0))
            }
            return
        }
        if pieces.last?.file !== glyph.file || pieces.last?.sheared != glyph.sheared {
            pieces.append(Piece(file: glyph.file, sheared: glyph.sheared, scale: glyph.scale))
        }
        let last = pieces.count - 1
        pieces[last].glyphs.append((glyph.index, width))
        if !glyph.isBlank {
            ink.append(Rect(width + glyph.left, -glyph.top, glyph.right - glyph.left, glyph.top - glyph.bottom))
        }
        pieces[last].utf8 += bytes
        pieces[last].clusters.append((Int32(bytes.count), 1))
        width += glyph.advance
    }
}
