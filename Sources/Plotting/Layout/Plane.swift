package import Drawing

/// Two scales over a rectangle of the page, which turn data coordinates into points.
package struct Plane: Sendable {
    package let x: any Scale
    package let y: any Scale
    package let frame: Rect
    /// The heights of the strips along the upper and lower edge that are kept for values off the scale.
    package let upperStrip, lowerStrip: Double

    package init(x: any Scale, y: any Scale, frame: Rect, upperStrip: Double = 0, lowerStrip: Double = 0) {
        self.x = x
        self.y = y
        self.frame = frame
        self.upperStrip = upperStrip
        self.lowerStrip = lowerStrip
    }

    /// The position of a pair of numbers.
    package enum Place: Hashable, Sendable {
        case inside(Point)
        /// Beyond an edge; the point is the nearest on the edge.
        case above(Point)
        case below(Point)
        /// y is NaN or has no position on its scale; the point is on the upper edge.
        case undefined(Point)
        /// To the left or right of the frame, or with an x that has no position on its scale: not shown.
        case outside
    }

    package func place(_ x: Double, _ y: Double) -> Place {
        guard let across = self.x.fraction(of: x), across > -Self.slack, across < 1 + Self.slack else { return .outside }
        let left = frame.minX + across * frame.width
        guard let up = self.y.fraction(of: y) else { return .undefined(Point(left, frame.minY)) }
        if up < -Self.slack { return .below(Point(left, frame.maxY)) }
        if up > 1 + Self.slack { return .above(Point(left, frame.minY)) }
        return .inside(Point(left, height(atFraction: up)))
    }

    /// The y coordinate on the page for a fraction of the vertical scale.
    package func height(atFraction up: Double) -> Double {
        frame.maxY - lowerStrip - up * (frame.height - lowerStrip - upperStrip)
    }

    /// The position of the pair, moved to the edge if it is above or below the frame; nil if it is `outside`.
    package func clamped(_ x: Double, _ y: Double) -> Point? {
        switch place(x, y) {
        case .inside(let point), .above(let point), .below(let point), .undefined(let point): point
        case .outside: nil
        }
    }

    /// The position of the pair without regard to the frame's edges, but at most ten frames away; nil if it has no position on its scales.
    func unbounded(_ x: Double, _ y: Double) -> Point? {
        guard let across = self.x.fraction(of: x), let up = self.y.fraction(of: y) else { return nil }
        let far = 10.0
        return Point(frame.minX + min(max(across, -far), far) * frame.width, height(atFraction: min(max(up, -far), far)))
    }

    /// How far beyond the ends a value still counts as inside, so that rounding errors push nothing out of the frame.
    private static let slack = 1e-6
}
