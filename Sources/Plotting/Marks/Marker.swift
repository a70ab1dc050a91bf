package import Drawing

/// The shape of a series' points. Successive cases differ in outline and in filling.
package enum Marker: Hashable, Sendable, CaseIterable {
    case disc, hollowSquare, triangle, hollowDiamond, square, hollowCircle, diamond, hollowTriangle

    private enum Shape { case circle, square, triangle, diamond }

    private var shape: Shape {
        switch self {
        case .disc, .hollowCircle: .circle
        case .square, .hollowSquare: .square
        case .triangle, .hollowTriangle: .triangle
        case .diamond, .hollowDiamond: .diamond
        }
    }

    private var isHollow: Bool {
        switch self {
        case .disc, .square, .triangle, .diamond: false
        case .hollowCircle, .hollowSquare, .hollowTriangle, .hollowDiamond: true
        }
    }

    /// - Parameter size: the diameter of a disc, in points; the others cover about the same area.
    package func draw(at center: Point, size: Double, color: Paint) -> DisplayList {
        let r = size / 2
        let path: Path
        switch shape {
        case .circle: path = .circle(center: center, radius: r)
        case .square: path = .rect(Rect(center: center, width: 1.77 * r, height: 1.77 * r))
        case .triangle:
            path = .polyline(
                [
                    Point(center.x, center.y - 1.3 * r), Point(center.x + 1.2 * r, center.y + 0.8 * r),
                    Point(center.x - 1.2 * r, center.y + 0.8 * r),
                ], closed: true)
        case .diamond:
            path = .polyline(
                [
                    Point(center.x, center.y - 1.3 * r), Point(center.x + 1.3 * r, center.y),
                    Point(center.x, center.y + 1.3 * r), Point(center.x - 1.3 * r, center.y),
                ], closed: true)
        }
        var list = DisplayList()
        if isHollow {
            list.fill(path, .page)
            list.stroke(path, Stroke(color, width: 0.3 * size, join: .miter))
        } else {
            list.fill(path, color)
        }
        return list
    }
}
