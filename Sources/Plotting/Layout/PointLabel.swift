package import Drawing
package import Notation

/// A text that stands where the data say, and nowhere else: a number on its bar or in its cell.
package struct PointLabel: Hashable, Sendable {
    package enum Side: Hashable, Sendable { case center, above, below }

    package var text: Formula
    package var color: Paint
    /// In data.
    package var x, y: Double
    package var side: Side

    package init(_ text: Formula, color: Paint, x: Double, y: Double, side: Side = .center) {
        self.text = text
        self.color = color
        self.x = x
        self.y = y
        self.side = side
    }
}
