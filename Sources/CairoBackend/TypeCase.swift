/// How far a face reaches above and below the baseline, and its x's height, in ems.
typealias Reach = (ascent: Double, descent: Double, xHeight: Double)

/// What has been found out about one style.
final class TypeCase {
    let style: FontStyle
    /// The files that serve it, each asked for when those before it lack a character; nil where nothing is installed.
    var files: [FontFile?] = []
    var reach: Reach?
    private var ascii = [Glyph??](repeating: .none, count: 128)
    private var others: [Unicode.Scalar: Glyph?] = [:]

    init(_ style: FontStyle) { self.style = style }

    /// `.none` is not yet looked for, `.some(nil)` not to be seen.
    subscript(scalar: Unicode.Scalar) -> Glyph?? {
        get { scalar.isASCII ? ascii[Int(scalar.value)] : others[scalar] }
        set {
            if scalar.isASCII { ascii[Int(scalar.value)] = newValue } else { others[scalar] = newValue }
        }
    }
}
