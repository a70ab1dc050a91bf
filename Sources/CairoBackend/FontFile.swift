import Drawing

/// A font's place on disk, and what it says of itself. Told apart by identity: a font book makes one for each file.
final class FontFile: Sendable {
    let path: String
    /// The face within a collection; the high 16 bits name an instance of a variable font.
    let index: Int
    let family: String
    let italic: Bool

    init(path: String, index: Int, family: String, italic: Bool) {
        self.path = path
        self.index = index
        self.family = family
        self.italic = italic
    }
}

/// A font without its size: what decides on the file.
struct FontStyle: Hashable, Sendable {
    var family: Font.Family
    var weight: Font.Weight
    var italic: Bool

    init(_ family: Font.Family, weight: Font.Weight = .regular, italic: Bool = false) {
        self.family = family
        self.weight = weight
        self.italic = italic
    }

    init(_ font: Font) { self.init(font.family, weight: font.weight, italic: font.italic) }
}
