package import Figures


/// Which picture of a traced network is drawn.
package enum FigureKind: String, CaseIterable, Sendable {
    /// Units and weights.
    case network
    /// Operations.
    case graph
}

/// What a figure shows.
package struct PictureOptions: Sendable {
    package var sample = NetworkDiagramOptions.Sample.number(0)
    package var showsProducts = false
    /// nil: what suits the lesson.
    package var figure: FigureKind?

    package init() {}
}
