import Drawing
package import Notation

/// A figure of plots: a headline with the result, a subtitle on what was measured and how, panels, and notes at the foot.
package struct PlotPage: Sendable {
    /// The topic, small above the headline.
    package var topic: String?
    /// An empty row where there is none.
    package var headline: Formula
    package var subtitle: Formula?
    /// In reading order. All panels have frames of the same size, except those that take a whole row.
    package var panels: [Panel]
    package var columns: Int
    /// Whether the panels of a row share the vertical axis and those of a column the horizontal one; each is then labelled once.
    package var sharesAxes: Bool
    /// Whether at least the panels below each other, wide ones too, share the horizontal axis where its title is the same.
    package var sharesColumns: Bool
    package var notes: [Formula]
    /// The width of the page, in points.
    package var width: Double
    /// The height of a frame, in points; it grows if the names of the series need more.
    package var frameHeight: Double
    /// The height of a frame divided by its width, for planes in which angles matter; nil: `frameHeight` applies, as it does to whole rows.
    package var aspect: Double?
    /// Whether there are so many panels that the page saves height at any width.
    package var isDense: Bool
    /// Whether the page saves height: also one that is narrower than it was designed for.
    var isCompact: Bool

    package init(
        topic: String? = nil, headline: Formula, subtitle: Formula? = nil, panels: [Panel], columns: Int = 1,
        sharesAxes: Bool = false, sharesColumns: Bool = false, notes: [Formula] = [], width: Double = 480, frameHeight: Double = 220,
        aspect: Double? = nil, isDense: Bool = false
    ) {
        self.topic = topic
        self.headline = headline
        self.subtitle = subtitle
        self.panels = panels
        self.columns = max(1, columns)
        self.sharesAxes = sharesAxes
        self.sharesColumns = sharesColumns
        self.notes = notes
        self.width = width
        self.frameHeight = frameHeight
        self.aspect = aspect
        (self.isDense, isCompact) = (isDense, isDense)
    }
}
