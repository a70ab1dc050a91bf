/// How a path is drawn as a line; widths and dashes in points.
package struct Stroke: Hashable, Sendable {
    package enum Cap: Hashable, Sendable { case butt, round, square }
    package enum Join: Hashable, Sendable { case miter, round, bevel }

    package var color: Paint
    package var width: Double
    package var dash: [Double]
    package var cap: Cap
    package var join: Join

    package init(_ color: Paint, width: Double, dash: [Double] = [], cap: Cap = .butt, join: Join = .round) {
        self.color = color
        self.width = width
        self.dash = dash
        self.cap = cap
        self.join = join
    }
}
