import CCairo
import Drawing

/// Which file serves which font, and which glyph serves which character. Words are set in Inter, mathematics in STIX; where these aren't
/// installed, in DejaVu or what fontconfig has instead. A character that a face lacks is taken from the next face of the chain
/// words → mathematics → DejaVu Sans → any font that has it, and else shown as �, never as an empty box.
///
/// What stands in for Inter or STIX is drawn at a size that makes its x as high as theirs, so that a layout keeps its proportions.
///
/// In italic mathematics only letters and ∂ are slanted: digits, brackets, operators and Greek capitals stand upright, as mathematics is set.
package final class FontBook: Sendable {
    package enum Preference: Hashable, Sendable {
        /// The best that is installed.
        case installed
        /// The upright DejaVu fonts only, as on a machine without any other.
        case fallback
    }

    let preference: Preference
    let pool = FaceSetPool()
    private let shelf: Guarded<Shelf>

    /// Throws if no outline font is installed.
    package init(preferring preference: Preference = .installed) throws(FontError) {
        self.preference = preference
        shelf = Guarded(try Shelf(preference: preference))
    }

    /// The book that a process shares; made when first asked for.
    package static func standard() throws(FontError) -> FontBook { try shared.get() }

    private static let shared: Result<FontBook, FontError> = {
        do throws(FontError) { return .success(try FontBook()) } catch { return .failure(error) }
    }()

    /// Glyphs of one line, for all sizes.
    func line(_ text: String, in style: FontStyle) -> GlyphLine {
        shelf.withLock { shelf in
            var line = GlyphLine()
            shelf.forEachGlyph(of: text, in: style) { glyph, scalar in line.append(glyph, standingFor: scalar) }
            return line
        }
    }

    /// Advance width, and the ink's box (left, right, bottom, top), in ems, y upwards; nil where nothing is inked.
    func measure(_ text: String, in style: FontStyle) -> (width: Double, ink: (Double, Double, Double, Double)?) {
        shelf.withLock { shelf in
            var width = 0.0
            var ink: (Double, Double, Double, Double)?
            shelf.forEachGlyph(of: text, in: style) { glyph, _ in
                guard let glyph else { return }
                if !glyph.isBlank {
                    let box = (width + glyph.left, width + glyph.right, glyph.bottom, glyph.top)
                    ink = ink.map { (min($0.0, box.0), max($0.1, box.1), min($0.2, box.2), max($0.3, box.3)) } ?? box
                }
                width += glyph.advance
            }
            return (width, ink)
        }
    }

    func outline(of glyph: UInt32, in file: FontFile) -> GlyphOutline? { shelf.withLock { $0.outline(of: glyph, in: file) } }

    /// Nil where the file cannot be opened any more.
    func unitsPerEm(of file: FontFile) -> Double? { shelf.withLock { $0.unitsPerEm(of: file) } }

    /// How far the style's own face reaches above and below the baseline, and its x's height, in ems.
    func reach(of style: FontStyle) -> Reach {
        shelf.withLock { $0.reach(of: style) }
    }

    /// A line for each font: the file that serves it, and what is missing.
    package func report() -> [FontReport] { shelf.withLock { $0.report() } }
}

extension GlyphLine {
    /// A nil glyph stands for a character that is not seen, such as a joiner; its bytes stay with the text.
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
