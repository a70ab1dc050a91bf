/// How a picture is painted and written, whatever it shows.
package struct Look: Hashable, Sendable {
    package var theme = ThemeName.light
    /// Without the ground of the page.
    package var isTransparent = false

    package init(theme: ThemeName = .light, isTransparent: Bool = false) {
        self.theme = theme
        self.isTransparent = isTransparent
    }

    /// Everything of a look that may be asked for.
    package static let options: [PictureOption<Look>] = [
        PictureOption("theme", help: "The colours. With auto, an SVG follows its reader's light or dark screen.", \.theme, usual: .light),
        PictureOption("transparent", help: "Leaves the ground of the page out.", \.isTransparent),
    ]
}
