/// Why no text can be drawn or measured.
package enum FontError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fontconfig knows no usable outline font at all.
    case noFonts
    /// A file that fontconfig names can't be opened.
    case unreadable(file: String)

    package var description: String {
        switch self {
        case .noFonts: "no fonts are installed; try: apt install fonts-dejavu-core (or, for the intended look, fonts-inter fonts-stix)"
        case .unreadable(let file): "cannot open the font \(file); try: fc-cache -f"
        }
    }
}
