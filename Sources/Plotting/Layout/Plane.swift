package import Drawing

/// Two scales laid over a rectangle of the page: where data becomes points.
package struct Plane: Sendable {
    package let x: any Scale
    package let y: any Scale
    package let frame: Rect
    /// The height of the strips along the upper and the lower edge that are kept for what has no place on the scale.
    package let upperStrip, lowerStrip: Double

    package init(x: any Scale, y: any Scale, frame: Rect, upperStrip: Double = 0, lowerStrip: Double = 0) {
        self.x = x
        self.y = y
        self.frame = frame
        self.upperStrip = upperStrip
        self.lowerStrip = lowerStrip
    }

    /// Where a pair of numbers stands.
    package enum Place: Hashable, Sendable {
        case inside(Point)
        /// Beyond an edge: where the edge is nearest.
        case above(Point)
        case below(Point)
        /// One of the two is no number, or has no place on its scale; the point is on the upper edge.
        case undefined(Point)
        /// Left or right of the frame: not shown.
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

    /// Where a fraction of the vertical scale stands on the page.
    package func height(atFraction up: Double) -> Double {
        frame.maxY - lowerStrip - up * (frame.height - lowerStrip - upperStrip)
    }

    /// Where the pair stands, or the edge nearest to it.
    package func clamped(_ x: Double, _ y: Double) -> Point? {
        switch place(x, y) {
        case .inside(let point), .above(let point), .below(let point), .undefined(let point): point
        case .outside: nil
        }
    }

    /// Where the pair would stand if the frame had no edges, but at most ten frames away; nil for what has no place at all.
    func unbounded(_ x: Double, _ y: Double) -> Point? {
        guard let across = self.x.fraction(of: x), let up = self.y.fraction(of: y) else { return nil }
        let far = 10.0
        return Point(frame.minX + min(max(across, -far), far) * frame.width, height(atFraction: min(max(up, -far), far)))
    }

    /// Rounding of a scale's ends moves nothing out of the frame.
    private static let slack = 1e-6
}
