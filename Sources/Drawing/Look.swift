/// How a picture is coloured and encoded, independent of what it shows.
package struct Look: Hashable, Sendable {
    package var theme = ThemeName.light
    /// Whether the page's background is left out.
    package var isTransparent = false
    /// Whether an SVG has text, which can be searched, edited and translated, rather than the outlines of the letters.
    package var writesText = false
    /// The resolution of a PNG; nil: what suits its size.
    package var pixelsPerInch: Int?
    /// Whether a PNG with more than 256 colours may be reduced to similar ones, which makes the files of the gallery's page smaller.
    /// Otherwise pixels are kept as drawn. Set by the program only, by no option.
    package var hasFewColors = false

    package init(theme: ThemeName = .light, isTransparent: Bool = false, writesText: Bool = false) {
        self.theme = theme
        self.isTransparent = isTransparent
        self.writesText = writesText
    }

    private static let resolutions = 36...1200

    /// The options that set a look.
    package static let options: [PictureOption<Look>] = [
        PictureOption(
            "dpi", help: "The pixels of a PNG per inch; 144 if not given, and fewer for a picture wider than a projector.",
            expected: "a whole number from \(resolutions.lowerBound) to \(resolutions.upperBound)", words: ["144", "300", "600"]
        ) { value, look in
            guard let number = Int(value), resolutions.contains(number) else { return false }
            look.pixelsPerInch = number
            return true
        } written: {
            $0.pixelsPerInch.map(String.init)
        },
        PictureOption("theme", help: "The colours. With auto, an SVG follows its reader's light or dark setting.", \.theme, usual: .light),
        PictureOption("transparent", help: "Leaves out the background of the page.", \.isTransparent),
        PictureOption(
            "svg-text",
            help:
                "Writes an SVG's text as text, to be searched, edited and translated; it looks the same only where the fonts are installed.",
            \.writesText),
    ]
}
