import Drawing

/// A font on disk. Fonts are compared by identity: a font book makes one object per font.
final class FontFile: Sendable {
    let path: String
    /// The index of the face in a collection; the high 16 bits select an instance of a variable font.
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

/// A font without its size, which determines the file.
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
