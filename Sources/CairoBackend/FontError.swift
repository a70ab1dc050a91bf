/// Why text can't be drawn or measured.
package enum FontError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fontconfig finds no usable outline font.
    case noFonts
    /// A file that fontconfig lists can't be opened.
    case unreadable(file: String)

    package var description: String {
        switch self {
        case .noFonts: "no fonts are installed; try: apt install fonts-dejavu-core (or, for the intended look, fonts-inter fonts-stix)"
        case .unreadable(let file): "cannot open the font \(file); try: fc-cache -f"
        }
    }
}
