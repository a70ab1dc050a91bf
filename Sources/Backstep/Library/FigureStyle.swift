public import Drawing
import TraceFigures

/// The options of figures. `set(_:to:)` accepts every option of the command line.
public typealias FigureStyle = PictureOptions

extension PictureOptions {
    public typealias Theme = ThemeName

    /// - Parameters:
    ///   - width: a length such as `89mm`, `3.25in` or `240pt`, or the name of a page such as `neurips`, `beamer-16x9` or `a4`; nil: the
    ///     width that suits the figure. The type size stays the same.
    ///   - theme: light, dark, print, or auto for an SVG that follows its reader's screen.
    ///   - isTransparent: whether the background is left out.
    ///   - showsProducts: whether each edge of a network shows upstream × local = contribution.
    ///   - sample: the sample of the batch whose numbers are shown, from 0; nil: the mean over the batch.
    /// - Throws: `BackstepError` if the width is not understood.
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

    /// The colours of the figures.
    public var theme: Theme {
        get { look.theme }
        set { look.theme = newValue }
    }

    /// Whether the background is left out.
    public var isTransparent: Bool {
        get { look.isTransparent }
        set { look.isTransparent = newValue }
    }
}
