import Drawing
package import Notation

/// A whole figure of plots: what was found, what was measured and how, the panels, and notes at the foot.
package struct PlotPage: Sendable {
    /// The topic, small above the headline.
    package var topic: String?
    /// An empty row where there is none.
    package var headline: Formula
    package var subtitle: Formula?
    /// In reading order; all panels of a page have frames of one size, but for those that take a whole row.
    package var panels: [Panel]
    package var columns: Int
    /// Whether the panels of a row share the vertical axis and those of a column the horizontal one, which are then written once.
    package var sharesAxes: Bool
    package var notes: [Formula]
    /// Of the page, in points.
    package var width: Double
    /// Of one frame, in points; grows where the names need more.
    package var frameHeight: Double
    /// Height over width of a frame that has neighbours, for planes in which angles are seen; nil: `frameHeight`.
    package var aspect: Double?

    package init(
        topic: String? = nil, headline: Formula, subtitle: Formula? = nil, panels: [Panel], columns: Int = 1,
        sharesAxes: Bool = false, notes: [Formula] = [], width: Double = 480, frameHeight: Double = 220,
        aspect: Double? = nil
    ) {
        self.topic = topic
        self.headline = headline
        self.subtitle = subtitle
        self.panels = panels
        self.columns = max(1, columns)
        self.sharesAxes = sharesAxes
        self.notes = notes
        self.width = width
        self.frameHeight = frameHeight
        self.aspect = aspect
    }
}
