package import Drawing
package import Figures

/// Which picture of a traced network is drawn.
package enum FigureKind: String, CaseIterable, Sendable {
    /// Units and weights.
    case network
    /// Operations.
    case graph
    /// One step of a recurrent layer.
    case cell
}

/// What a figure shows, and how it looks.
package struct PictureOptions: Hashable, Sendable {
    package var sample = NetworkDiagramOptions.Sample.number(0)
    package var showsProducts = false
    /// nil: what suits the lesson.
    package var figure: FigureKind?
    /// nil: what the figure looks best with.
    package var width: TextWidth?
    package var theme = ThemeName.light
    /// Without the ground of the page.
    package var isTransparent = false
    /// Whether the figure carries its lesson.
    package var carriesSource = true

    package init() {}
}
