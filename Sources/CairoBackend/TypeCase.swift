/// The ascent, descent and x-height of a face, in ems.
typealias Reach = (ascent: Double, descent: Double, xHeight: Double)

/// The advance width and the box of the ink (left, right, bottom, top), in ems, y upwards.
typealias TextMeasure = (width: Double, ink: (Double, Double, Double, Double)?)

/// A cache of the files and glyphs for one style.
final class TypeCase {
    let style: FontStyle
    /// The chain of files, each used for characters that those before it lack; nil if none is installed.
    var files: [FontFile?] = []
    var reach: Reach?
    /// Of the last few thousand texts: figures measure the same words and numbers again and again.
    var measures: [String: TextMeasure] = [:]
    static let mostMeasures = 4096
    private var ascii = [Glyph??](repeating: .none, count: 128)
    private var others: [Unicode.Scalar: Glyph?] = [:]

    init(_ style: FontStyle) { self.style = style }

    /// `.none` for a glyph that was not looked up yet, `.some(nil)` for an invisible character.
    subscript(scalar: Unicode.Scalar) -> Glyph?? {
        get { scalar.isASCII ? ascii[Int(scalar.value)] : others[scalar] }
        set {
            if scalar.isASCII { ascii[Int(scalar.value)] = newValue } else { others[scalar] = newValue }
        }
    }
}
