import Foundation

/// The width or height of a figure, given as a length or as the text width of a well-known page.
package struct TextWidth: Hashable, Sendable {
    /// In points of 1/72 inch.
    package let points: Double

    /// The allowed widths in points. A narrower figure has no room for its words, and a wider one is no longer readable as one page.
    package static let possible = 120.0...3000.0

    package init?(points: Double) {
        guard Self.possible.contains(points) else { return nil }
        self.points = points
    }

    /// Reads `89mm`, `8.9cm`, `3.25in`, `240pt`, or the name of a preset; nil for anything else.
    package init?(_ text: String) {
        if let preset = Self.presets.first(where: { $0.name == text.lowercased() }) {
            self.init(points: preset.points)
            return
        }
        self.init(length: text)
    }

    /// `89mm`, `8.9cm`, `3.25in` or `240pt`.
    package init?(length text: String) {
        guard let match = text.wholeMatch(of: #/(\d{1,6}(?:\.\d{1,20})?) ?(mm|cm|in|pt)/#), let number = Double(match.1),
            let unit = Self.units[String(match.2)]
        else { return nil }
        self.init(points: number * unit)
    }

    private static let units = ["mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0]

    package struct Preset: Hashable, Sendable {
        package let name: String
        package let points: Double
        /// The page or column that has this width.
        package let about: String
    }

    package static let presets: [Preset] = {
        func preset(_ name: String, _ number: Double, _ unit: String, _ about: String) -> Preset {
            Preset(name: name, points: number * (units[unit] ?? 1), about: about)
        }
        return [
            preset("a4", 160, "mm", "A4 with margins of 25 mm"),
            preset("letter", 6.5, "in", "US Letter with margins of one inch"),
            preset("article", 345 * 72 / 72.27, "pt", "LaTeX's article at 10 pt: 345 TeX points"),
            preset("neurips", 5.5, "in", "NeurIPS, the text"),
            preset("iclr", 5.5, "in", "ICLR, the text"),
            preset("jmlr", 6, "in", "JMLR, the text"),
            preset("icml", 3.25, "in", "ICML, a column"),
            preset("icml-wide", 6.75, "in", "ICML, both columns"),
            preset("acl", 7.7, "cm", "ACL, a column"),
            preset("acl-wide", 16, "cm", "ACL, both columns"),
            preset("ieee", 21 * 12 * 72 / 72.27, "pt", "IEEEtran, a column: 21 picas"),
            preset("lncs", 122, "mm", "Springer LNCS, the text"),
            preset("nature", 89, "mm", "Nature, a column"),
            preset("nature-wide", 183, "mm", "Nature, both columns"),
            preset("beamer-4x3", 108, "mm", "Beamer's frame of 128 mm without its margins"),
            preset("beamer-16x9", 140, "mm", "Beamer's frame of 160 mm without its margins"),
            preset("revealjs", 720, "pt", "reveal.js' slide of 960 pixels"),
        ]
    }()

    /// The allowed lengths in words.
    package static let expectedLength =
        "a length from \(Int(possible.lowerBound))pt to \(Int(possible.upperBound))pt, as 89mm, 3.25in or 240pt"

    /// The allowed values in words.
    package static var expected: String {
        "\(expectedLength), or one of " + presets.map(\.name).joined(separator: ", ")
    }
}
