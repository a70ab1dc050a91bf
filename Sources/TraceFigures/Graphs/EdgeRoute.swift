import Drawing
import Foundation

/// The path of an edge on the page: straight pieces with rounded bends, clipped at the outlines of the nodes.
struct EdgeRoute: Hashable {
    /// Closely spaced, from the start to the arrow's tip.
    private(set) var points: [Point]
    /// The part that is drawn as a line, up to the arrowhead.
    private let body: [Point]
    private(set) var arrowhead: Path
    /// The shape of the arrowhead.
    let head: ConvexShape

    static let arrowLength = 6.5
    static let arrowWidth = 5.0

    /// - Parameters:
    ///   - bends: the corners of the path, from the centre of the first node to the centre of the last.
    ///   - from: the outline at which it starts; `to`: the one from which its tip keeps `gap` points away.
    init(bends: [Point], from: Rect, to: Rect, gap: Double = 2.5) {
        var way = Self.rounded(bends)
        while way.count > 2, Self.isInside(way[1], from, by: gap) { way.removeFirst() }
        while way.count > 2, Self.isInside(way[way.count - 2], to, by: gap) { way.removeLast() }
        way[0] = Self.crossing(inside: way[0], outside: way[1], from, by: gap)
        way[way.count - 1] = Self.crossing(inside: way[way.count - 1], outside: way[way.count - 2], to, by: gap)
        points = way
        // The arrowhead has the direction of the line over its own length.
        let tip = way[way.count - 1]
        var body = way
        while body.count > 2, (body[body.count - 2] - tip).length < Self.arrowLength { body.remove(at: body.count - 2) }
        let back = body[body.count - 2] - tip
        let unit = back * (1 / max(back.length, 1e-9))
        let base = tip + unit * Self.arrowLength
        let side = Point(-unit.y, unit.x) * (Self.arrowWidth / 2)
        body[body.count - 1] = tip + unit * (Self.arrowLength * 0.8)
        self.body = body
        arrowhead = .polyline([tip, base + side, base - side], closed: true)
        head = ConvexShape([tip, base + side, base - side])
    }

    /// The path up to the arrowhead, interrupted at boxes.
    func line(leavingOut boxes: [Rect] = []) -> Path { boxes.isEmpty ? .polyline(body) : .polyline(body, leavingOut: boxes) }

    var length: Double { zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length } }

    /// The lines that labels keep away from.
    var shapes: [ConvexShape] { zip(points, points.dropFirst()).map { ConvexShape([$0, $1]) } }

    /// The point at a fraction of the length, with the direction there.
    func place(at part: Double) -> (point: Point, angle: Double) {
        var rest = length * part
        for (a, b) in zip(points, points.dropFirst()) {
            let step = (b - a).length
            if rest <= step, step > 0 { return (a + (b - a) * (rest / step), atan2(b.y - a.y, b.x - a.x)) }
            rest -= step
        }
        // Rounding may leave a remainder beyond the last bend.
        let a = points[points.count - 2]
        let b = points[points.count - 1]
        return (b, atan2(b.y - a.y, b.x - a.x))
    }

    /// Corners replaced by curves that begin half-way, but at most 34 points, before them.
    private static func rounded(_ bends: [Point]) -> [Point] {
        var way = [bends[0]]
        for index in bends.indices.dropFirst().dropLast() {
            let (a, corner, b) = (bends[index - 1], bends[index], bends[index + 1])
            let radius = min((a - corner).length / 2, (b - corner).length / 2, 34)
            let start = corner + (a - corner) * (radius / max((a - corner).length, 1e-9))
            let end = corner + (b - corner) * (radius / max((b - corner).length, 1e-9))
            for step in 0...8 {
                let t = Double(step) / 8
                way.append(start * ((1 - t) * (1 - t)) + corner * (2 * t * (1 - t)) + end * (t * t))
            }
        }
        way.append(bends[bends.count - 1])
        return way
    }

    /// Whether a point is inside the pill with the rectangle's bounds.
    private static func isInside(_ point: Point, _ rect: Rect, by gap: Double) -> Bool {
        let radius = min(rect.width, rect.height) / 2
        let core = rect.insetBy(radius, radius)
        let dx = max(core.minX - point.x, 0, point.x - core.maxX)
        let dy = max(core.minY - point.y, 0, point.y - core.maxY)
        return (dx * dx + dy * dy).squareRoot() < radius + gap
    }

    private static func crossing(inside: Point, outside: Point, _ rect: Rect, by gap: Double) -> Point {
        var (near, far) = (inside, outside)
        guard isInside(near, rect, by: gap) else { return inside }
        for _ in 0..<40 {
            let middle = (near + far) * 0.5
            if isInside(middle, rect, by: gap) { near = middle } else { far = middle }
        }
        return far
    }
}
