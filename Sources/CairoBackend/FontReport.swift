package import Drawing

/// The file that is used for a font on this machine.
package struct FontReport: Hashable, Sendable {
    package var font: Font
    package var family: String
    package var file: String
    /// Whether the family is another than Inter or STIX.
    package var isSubstitute: Bool
    /// Whether the font is italic but the file is upright, so that letters are slanted mechanically.
    package var isSheared: Bool
    /// The characters of figures that come from other files.
    package var fallingBack: String
}

extension Shelf {
    mutating func report() -> [FontReport] {
        var lines: [FontReport] = []
        for family in [Font.Family.words, .mathematics] {
            for weight in [Font.Weight.regular, .medium, .semibold, .bold] {
                for italic in [false, true] {
                    let style = FontStyle(family, weight: weight, italic: italic)
                    guard let file = file(0, in: style) else { continue }
                    var missing = ""
                    for scalar in Self.used.unicodeScalars where glyph(for: scalar, from: file, sheared: false, in: style) == nil {
                        missing.unicodeScalars.append(scalar)
                    }
                    lines.append(
                        FontReport(
                            font: Font(family, size: 10, weight: weight, italic: italic), family: file.family, file: file.path,
                            isSubstitute: !style.intendedFamilies.contains(file.family), isSheared: italic && !file.italic,
                            fallingBack: missing))
                }
            }
        }
        return lines
    }

    /// Characters beyond ASCII that figures use.
    private static let used = "−×·÷±≈≤≥≠∞√∑∏∂∇′‖←→↑↓⋮⋯…½¼∈ℓσημλθβγεαδρφωΣΔΘ\u{2009}\u{202F}–—“”’éü"
}
