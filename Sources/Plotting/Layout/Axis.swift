package import Drawing
package import Notation

/// An axis of a panel: its scale, its title, and whether its ticks have grid lines.
package struct Axis: Sendable {
    package var scale: any Scale
    package var title: Formula?
    package var hasGrid: Bool

    package init(_ scale: any Scale, title: Formula? = nil, hasGrid: Bool = false) {
        self.scale = scale
        self.title = title
        self.hasGrid = hasGrid
    }
}

/// Text sizes of a plot, in points at the final physical size.
package struct PlotType: Hashable, Sendable {
    package var headline = Font(size: 13, weight: .bold)
    package var topic = Font(size: 9, weight: .medium)
    package var subtitle = Font(size: 9)
    package var panel = Font(size: 9.5, weight: .semibold)
    package var axis = Font(size: 9)
    package var series = Font(size: 9, weight: .semibold)
    package var annotation = Font(size: 9, weight: .semibold)
    package var note = Font(size: 8)
    /// For numbers on marks and in cells.
    package var label = Font(size: 7.5)

    package init() {}
}
