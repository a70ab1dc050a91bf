import Drawing

/// The glyph that is drawn for a character; lengths in ems, y upwards.
struct Glyph: Sendable {
    var file: FontFile
    var index: UInt32
    /// Whether it is slanted mechanically, because the font is italic and the file is upright.
    var sheared: Bool
    /// The factor by which a substitute's type size is multiplied.
    var scale: Double
    var advance: Double
    /// The box of the ink, with the slant; empty if there is no ink.
    var left, right, bottom, top: Double

    /// The horizontal shift per unit of height for mechanical slant: 11.3°, as most italics have.
    static let shear = 0.2

    var isBlank: Bool { right <= left || top <= bottom }
}

/// A line of text, split into pieces of one face each.
struct GlyphLine: Sendable {
    struct Piece: Sendable {
        var file: FontFile
        var sheared: Bool
        var scale: Double
        /// The indices of the glyphs and their distances from the start of the line, in ems.
        var glyphs: [(index: UInt32, x: Double)] = []
        var utf8: [UInt8] = []
        /// How many bytes of the text and glyphs belong together, in order.
        var clusters: [(bytes: Int32, glyphs: Int32)] = []
    }

    var pieces: [Piece] = []
    /// The boxes of the glyphs' ink, relative to the start of the line on the baseline, in ems, y downwards.
    var ink: [Rect] = []
    /// In ems.
    var width = 0.0
}

extension GlyphLine {
    /// The shape of a halo for a type size in points: the enlarged box of the ink, or nil if there is no ink. A halo that followed the
    /// outlines would leave fragments of lines between glyphs, which look like accents and dots, and would take twenty times as long and
    /// twenty times the bytes.
    /// - Parameter followsText: whether it begins at the ink, so that it covers no text that ends there.
    func halo(size: Double, followsText: Bool) -> Path? {
        guard let first = ink.first else { return nil }
        let whole = ink.reduce(first) { $0.union($1) }
        var box = whole.insetBy(-Self.haloMargin, -Self.haloMargin)
        if followsText { box = Rect(whole.x, box.y, box.maxX - whole.x, box.height) }
        return .rect(Rect(box.x * size, box.y * size, box.width * size, box.height * size), radius: Self.haloMargin * size)
    }

    /// In ems.
    private static let haloMargin = 0.15
}
