/// How a picture is painted and written, whatever it shows.
package struct Look: Hashable, Sendable {
    package var theme = ThemeName.light
    /// Without the ground of the page.
    package var isTransparent = false
    /// Whether an SVG's text is text, which can be searched, edited and translated, rather than the outlines of its letters.
    package var writesText = false
    /// Whether a PNG with more than 256 colours may do with those that come near, as a page of many pictures on the web wants; else its pixels are
    /// those that were drawn. No option asks for it.
    package var hasFewColors = false

    package init(theme: ThemeName = .light, isTransparent: Bool = false, writesText: Bool = false) {
        self.theme = theme
        self.isTransparent = isTransparent
        self.writesText = writesText
    }

    /// Everything of a look that may be asked for.
    package static let options: [PictureOption<Look>] = [
        PictureOption("theme", help: "The colours. With auto, an SVG follows its reader's light or dark screen.", \.theme, usual: .light),
        PictureOption("transparent", help: "Leaves the ground of the page out.", \.isTransparent),
        PictureOption(
            "svg-text",
            help:
                "Writes an SVG's text as text, to be searched, edited and translated; it looks the same only where the fonts are installed.",
            \.writesText),
    ]
}
