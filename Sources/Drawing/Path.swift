/// A sequence of lines and cubic curves, in points.
package struct Path: Hashable, Sendable {
    package enum Element: Hashable, Sendable {
        case move(Point)
        case line(Point)
        case curve(Point, Point, Point)
        case close
    }

    package private(set) var elements: [Element] = []

    package init() {}

    init(elements: [Element]) { self.elements = elements }

    package mutating func move(to point: Point) { elements.append(.move(point)) }
    package mutating func line(to point: Point) { elements.append(.line(point)) }
    package mutating func curve(to end: Point, control1: Point, control2: Point) {
        elements.append(.curve(control1, control2, end))
    }
    package mutating func close() { elements.append(.close) }
}

extension Path {
    package static func line(from start: Point, to end: Point) -> Path { polyline([start, end]) }

    package static func polyline(_ points: [Point], closed: Bool = false) -> Path {
        var path = Path()
        for (index, point) in points.enumerated() {
            if index == 0 { path.move(to: point) } else { path.line(to: point) }
        }
        if closed { path.close() }
        return path
    }

    package static func rect(_ rect: Rect, radius: Double = 0) -> Path {
        var path = Path()
        let r = min(radius, rect.width / 2, rect.height / 2)
        guard r > 0 else {
            return polyline(
                [
                    Point(rect.minX, rect.minY), Point(rect.maxX, rect.minY),
                    Point(rect.maxX, rect.maxY), Point(rect.minX, rect.maxY),
                ], closed: true)
        }
        let k = r * (1 - circleControl)
        path.move(to: Point(rect.minX + r, rect.minY))
        path.line(to: Point(rect.maxX - r, rect.minY))
        path.curve(
            to: Point(rect.maxX, rect.minY + r), control1: Point(rect.maxX - k, rect.minY),
            control2: Point(rect.maxX, rect.minY + k))
        path.line(to: Point(rect.maxX, rect.maxY - r))
        path.curve(
            to: Point(rect.maxX - r, rect.maxY), control1: Point(rect.maxX, rect.maxY - k),
            control2: Point(rect.maxX - k, rect.maxY))
        path.line(to: Point(rect.minX + r, rect.maxY))
        path.curve(
            to: Point(rect.minX, rect.maxY - r), control1: Point(rect.minX + k, rect.maxY),
            control2: Point(rect.minX, rect.maxY - k))
        path.line(to: Point(rect.minX, rect.minY + r))
        path.curve(
            to: Point(rect.minX + r, rect.minY), control1: Point(rect.minX, rect.minY + k),
            control2: Point(rect.minX + k, rect.minY))
        path.close()
        return path
    }

    package static func circle(center: Point, radius: Double) -> Path {
        rect(Rect(center: center, width: 2 * radius, height: 2 * radius), radius: radius)
    }

    /// The distance of the control points from the ends, in radii, with which four cubic curves make a circle.
    private static let circleControl = 0.552_284_749_830_793_4
}
