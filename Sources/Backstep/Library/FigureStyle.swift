public import Drawing
import Figures

/// How figures look.
public struct FigureStyle: Hashable, Sendable {
    public typealias Theme = ThemeName

    /// A length, `89mm`, `3.25in` or `240pt`, or the name of a page, `neurips`, `beamer-16x9` or `a4`; nil: what suits the figure. Type keeps its
    /// size; a figure that needs more gets more.
    public var width: String?
    public var theme: Theme
    /// Without the ground of the page.
    public var isTransparent: Bool
    /// Whether each edge of a network shows upstream × local = contribution.
    public var showsProducts: Bool
    /// Whose numbers of a batch are shown, from 0; nil: their mean.
    public var sample: Int?

    public init(
        width: String? = nil, theme: Theme = .light, isTransparent: Bool = false, showsProducts: Bool = false, sample: Int? = 0
    ) {
        self.width = width
        self.theme = theme
        self.isTransparent = isTransparent
        self.showsProducts = showsProducts
        self.sample = sample
    }

    func options() throws(BackstepError) -> PictureOptions {
        var options = PictureOptions()
        if let width {
            guard let known = TextWidth(width) else {
                throw BackstepError(.usage, "\"\(width)\" is no width; expected \(TextWidth.expected)")
            }
            options.width = known
        }
        options.theme = theme
        options.isTransparent = isTransparent
        options.showsProducts = showsProducts
        options.sample = sample.map { .number(max(0, $0)) } ?? .mean
        return options
    }
}
