import Drawing

/// A convex polygon, or a line between two points, that labels keep clear of.
struct ConvexShape: Hashable {
    private(set) var points: [Point]
    private(set) var bounds: Rect

    init(_ points: [Point]) {
        self.points = points
        var bounds = points.first.map { Rect($0.x, $0.y, 0, 0) } ?? Rect(0, 0, 0, 0)
        for point in points { bounds = bounds.union(Rect(point.x, point.y, 0, 0)) }
        self.bounds = bounds
    }

    init(_ rect: Rect, rotation: Double = 0) {
        let center = rect.center
        self.init(rect.corners.map { ($0 - center).rotated(by: rotation) + center })
    }

    /// A rectangle with its corners cut off, which encloses a circle or a pill.
    init(pill rect: Rect) {
        let cut = min(rect.width, rect.height) / 2 * 0.586
        self.init([
            Point(rect.minX + cut, rect.minY), Point(rect.maxX - cut, rect.minY), Point(rect.maxX, rect.minY + cut),
            Point(rect.maxX, rect.maxY - cut), Point(rect.maxX - cut, rect.maxY), Point(rect.minX + cut, rect.maxY),
            Point(rect.minX, rect.maxY - cut), Point(rect.minX, rect.minY + cut),
        ])
    }

    /// Whether the two come nearer than `clearance` points, by the separating axis theorem.
    func comesNear(_ other: ConvexShape, clearance: Double) -> Bool {
        guard bounds.insetBy(-clearance, -clearance).overlaps(other.bounds.insetBy(-1e-6, -1e-6)) else { return false }
        return !isSeparated(from: other, clearance) && !other.isSeparated(from: self, clearance)
    }

    private func isSeparated(from other: ConvexShape, _ clearance: Double) -> Bool {
        for index in points.indices {
            let edge = points[(index + 1) % points.count] - points[index]
            let length = edge.length
            guard length > 1e-9 else { continue }
            let direction = edge * (1 / length)
            let normal = Point(-direction.y, direction.x)
            for axis in points.count == 2 ? [normal, direction] : [normal] {
                let own = extent(along: axis)
                let its = other.extent(along: axis)
                if own.low >= its.high + clearance || its.low >= own.high + clearance { return true }
            }
        }
        return false
    }

    private func extent(along axis: Point) -> (low: Double, high: Double) {
        var low = Double.infinity
        var high = -Double.infinity
        for point in points {
            let at = point.x * axis.x + point.y * axis.y
            low = min(low, at)
            high = max(high, at)
        }
        return (low, high)
    }
}
