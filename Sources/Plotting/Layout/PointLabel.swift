package import Drawing
package import Notation

/// A text at a fixed point of the data, such as a number on its bar or in its cell.
package struct PointLabel: Hashable, Sendable {
    package enum Side: Hashable, Sendable { case center, above, below }

    package var text: Formula
    package var color: Paint
    /// The point, in data coordinates.
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
