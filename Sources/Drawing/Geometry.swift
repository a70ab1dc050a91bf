/// A position or a displacement on the page, in points; y grows downwards.
package struct Point: Hashable, Sendable {
    package var x, y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    package static let zero = Point(0, 0)

    package static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
    package static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
    package static func * (a: Point, k: Double) -> Point { Point(a.x * k, a.y * k) }

    package var length: Double { (x * x + y * y).squareRoot() }
}

/// A width and a height, in points.
package struct Size: Hashable, Sendable {
    package var width, height: Double

    package init(_ width: Double, _ height: Double) {
        self.width = width
        self.height = height
    }
}

/// An axis-aligned rectangle, in points.
package struct Rect: Hashable, Sendable {
    package var x, y, width, height: Double

    package init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package init(center: Point, width: Double, height: Double) {
        self.init(center.x - width / 2, center.y - height / 2, width, height)
    }

    package var minX: Double { x }
    package var maxX: Double { x + width }
    package var minY: Double { y }
    package var maxY: Double { y + height }
    package var center: Point { Point(x + width / 2, y + height / 2) }

    package func insetBy(_ dx: Double, _ dy: Double) -> Rect { Rect(x + dx, y + dy, width - 2 * dx, height - 2 * dy) }

    package func offsetBy(_ dx: Double, _ dy: Double) -> Rect { Rect(x + dx, y + dy, width, height) }

    package func union(_ other: Rect) -> Rect {
        let left = min(minX, other.minX)
        let top = min(minY, other.minY)
        return Rect(left, top, max(maxX, other.maxX) - left, max(maxY, other.maxY) - top)
    }

    /// Whether the two share an area, not only an edge.
    package func overlaps(_ other: Rect) -> Bool {
        minX < other.maxX && other.minX < maxX && minY < other.maxY && other.minY < maxY
    }

    package func contains(_ other: Rect) -> Bool {
        minX <= other.minX && maxX >= other.maxX && minY <= other.minY && maxY >= other.maxY
    }

    package func contains(_ point: Point) -> Bool {
        minX <= point.x && point.x <= maxX && minY <= point.y && point.y <= maxY
    }
}

extension Rect {
    /// The part of a line segment that is inside, as a range within 0…1 (Liang and Barsky 1984); nil if none is.
    package func part(ofLineFrom start: Point, to end: Point) -> (Double, Double)? {
        let direction = end - start
        var (low, high) = (0.0, 1.0)
        for (delta, near, far, at) in [
            (direction.x, minX, maxX, start.x), (direction.y, minY, maxY, start.y),
        ] {
            if delta == 0 {
                if at <= near || at >= far { return nil }
                continue
            }
            let (first, second) = ((near - at) / delta, (far - at) / delta)
            low = max(low, min(first, second))
            high = min(high, max(first, second))
        }
        return low < high ? (low, high) : nil
    }
}
