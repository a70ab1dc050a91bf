import Drawing

/// A character as it will be drawn; lengths in ems, y upwards.
struct Glyph: Sendable {
    var file: FontFile
    var index: UInt32
    /// Slanted by us, since the file is upright and italic was asked for.
    var sheared: Bool
    /// What the face is drawn at, for each em asked for.
    var scale: Double
    var advance: Double
    /// The ink's box, shear included; empty where there is no ink.
    var left, right, bottom, top: Double

    /// Horizontal shift per unit of height of the slant that we make: 11.3°, as most italics have.
    static let shear = 0.2

    var isBlank: Bool { right <= left || top <= bottom }
}

/// A line of text cut into pieces that one face draws, each with its part of the text.
struct GlyphLine: Sendable {
    struct Piece: Sendable {
        var file: FontFile
        var sheared: Bool
        var scale: Double
        /// Glyph numbers and their distance from the line's start, in ems.
        var glyphs: [(index: UInt32, x: Double)] = []
        var utf8: [UInt8] = []
        /// How many bytes and glyphs belong together, in order.
        var clusters: [(bytes: Int32, glyphs: Int32)] = []
    }

    var pieces: [Piece] = []
    /// The inked boxes of its glyphs, from the line's start on the baseline, in ems, y downwards.
    var ink: [Rect] = []
    /// In ems.
    var width = 0.0
}

extension GlyphLine {
    /// What a halo covers at a size in points: the box of the ink, widened; nil where nothing is inked. A halo along the outlines leaves crumbs of lines
    /// between glyphs, which read as accents and dots, and takes twenty times as long and as many bytes.
    func halo(size: Double) -> Path? {
        guard let first = ink.first else { return nil }
        let box = ink.reduce(first) { $0.union($1) }.insetBy(-Self.haloMargin, -Self.haloMargin)
        return .rect(Rect(box.x * size, box.y * size, box.width * size, box.height * size), radius: Self.haloMargin * size)
    }

    /// In ems.
    private static let haloMargin = 0.15
}
