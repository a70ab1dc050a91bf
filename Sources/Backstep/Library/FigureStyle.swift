public import Drawing
import TraceFigures

/// How figures look, for a program; `set(_:to:)` takes everything that the command line takes.
public typealias FigureStyle = PictureOptions

extension PictureOptions {
    public typealias Theme = ThemeName

    /// - Parameters:
    ///   - width: a length, `89mm`, `3.25in` or `240pt`, or the name of a page, `neurips`, `beamer-16x9` or `a4`; nil: what suits the figure. Type keeps
    ///     its size; a figure that needs more gets more.
    ///   - theme: light, dark, for print, or one SVG that follows its reader's screen.
    ///   - isTransparent: without the ground of the page.
    ///   - showsProducts: whether each edge of a network shows upstream × local = contribution.
    ///   - sample: whose numbers of a batch are shown, from 0; nil: their mean.
    /// - Throws: `BackstepError` where the width is none.
    public init(
        width: String? = nil, theme: Theme = .light, isTransparent: Bool = false, showsProducts: Bool = false, sample: Int? = 0
    ) throws(BackstepError) {
        self.init()
        if let width { try set("width", to: width) }
        self.theme = theme
        self.isTransparent = isTransparent
        self.showsProducts = showsProducts
        self.sample = sample.map { .number(max(0, $0)) } ?? .mean
    }

    public var theme: Theme {
        get { look.theme }
        set { look.theme = newValue }
    }

    /// Without the ground of the page.
    public var isTransparent: Bool {
        get { look.isTransparent }
        set { look.isTransparent = newValue }
    }
}
