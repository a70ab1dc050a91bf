import Drawing
import Foundation
import Typesetting

/// A label with its position: its middle, and its clockwise rotation.
struct PlacedLabel: Hashable {
    var laid: Laid
    var center: Point
    var rotation = 0.0
    /// The margin around the ink, in points.
    var padding = 0.0
    /// Whether it is placed on lines, which are interrupted for it.
    var pausesLines = false

    /// The box before rotation.
    var box: Rect { Rect(center: center, width: laid.width + 2 * padding, height: laid.height + 2 * padding) }
    var shape: ConvexShape { ConvexShape(box, rotation: rotation) }

    /// The beginning of its baseline, before rotation.
    var origin: Point { Point(center.x - laid.width / 2, center.y - laid.height / 2 + laid.ascent) }

    /// The drawing at the label's position.
    var content: DisplayList {
        laid.content.translated(by: origin).turned(by: rotation, about: center)
    }
}

extension DisplayList {
    /// Rotates clockwise. Clipped content is dropped, since a rotated clip is not a rectangle.
    func turned(by angle: Double, about center: Point) -> DisplayList {
        guard angle != 0 else { return self }
        func turn(_ point: Point) -> Point { (point - center).rotated(by: angle) + center }
        return DisplayList(
            items: items.compactMap { item in
                switch item {
                case .fill(let path, let color): return .fill(path.mapPoints(turn), color)
                case .stroke(let path, let stroke): return .stroke(path.mapPoints(turn), stroke)
                case .text(var run):
                    run.origin = turn(run.origin)
                    run.rotation += angle
                    return .text(run)
                case .clipped: return nil
                case .group(let group, let inside): return .group(group, DisplayList(items: inside).turned(by: angle, about: center).items)
                }
            })
    }
}

/// Finds positions for labels, one after the other, clear of everything that is already placed.
struct LabelSearch {
    /// Nodes and labels.
    private var bodies: ShapeGrid
    private let lines: ShapeGrid
    /// Arrowheads, which cannot be interrupted.
    private let heads: [ConvexShape]
    /// The horizontal range for labels.
    var room = -Double.infinity...Double.infinity

    init(bodies: [ConvexShape], routes: [EdgeRoute]) {
        self.bodies = ShapeGrid(bodies)
        var lines = ShapeGrid([])
        for (edge, route) in routes.enumerated() {
            for shape in route.shapes { lines.insert(shape, of: edge) }
        }
        self.lines = lines
        heads = routes.map(\.head)
    }

    struct Candidate {
        var center: Point
        var rotation = 0.0
        /// How much worse than the best position it is.
        var cost: Double
    }

    static let bodyClearance = 4.0
    static let lineClearance = 1.8

    func isFree(_ shape: ConvexShape) -> Bool {
        isFreeOfBodies(shape) && !lines.comesNear(shape, clearance: Self.lineClearance)
            && !heads.contains { $0.comesNear(shape, clearance: Self.lineClearance) }
    }

    private func isFreeOfBodies(_ shape: ConvexShape) -> Bool {
        guard shape.bounds.minX >= room.lowerBound, shape.bounds.maxX <= room.upperBound else { return false }
        return !bodies.comesNear(shape, clearance: Self.bodyClearance)
    }

    /// Takes the cheapest position with the fewest interrupted lines; nil where bodies leave none.
    mutating func placePausing(_ laid: Laid, padding: Double = 0, candidates: [Candidate]) -> PlacedLabel? {
        var best: (label: PlacedLabel, cost: Double)?
        for candidate in candidates.sorted(by: { $0.cost < $1.cost }) where candidate.rotation == 0 {
            if let best, candidate.cost >= best.cost { break }
            var label = PlacedLabel(laid: laid, center: candidate.center, padding: padding)
            let shape = label.shape
            guard isFreeOfBodies(shape), !heads.contains(where: { $0.comesNear(shape, clearance: Self.lineClearance) }) else { continue }
            label.pausesLines = true
            let cost = candidate.cost + 8 * Double(lines.count(near: shape, clearance: Self.lineClearance))
            if cost < best?.cost ?? .infinity { best = (label, cost) }
        }
        if let best { bodies.insert(best.label.shape) }
        return best?.label
    }

    /// Takes a horizontal position on a line itself, which is interrupted for it, clear of all other lines.
    mutating func place(_ laid: Laid, on route: EdgeRoute, ofEdge edge: Int) -> PlacedLabel? {
        let steps = max(9, Int(min(route.length, 600) / 6))
        let places = (1..<steps).map { Double($0) / Double(steps) }.sorted { (abs($0 - 0.45), $0) < (abs($1 - 0.45), $1) }
        for part in places {
            var label = PlacedLabel(laid: laid, center: route.place(at: part).point)
            label.pausesLines = true
            let shape = label.shape
            guard isFreeOfBodies(shape), !heads.contains(where: { $0.comesNear(shape, clearance: 4) }),
                !lines.comesNear(shape, clearance: Self.lineClearance, besides: edge)
            else { continue }
            bodies.insert(shape)
            return label
        }
        return nil
    }

    /// Takes the cheapest free position; nil where there is none.
    /// - Parameter edge: the edge whose label it is, which near another edge would seem to belong to that.
    mutating func place(_ laid: Laid, padding: Double = 0, candidates: [Candidate], ofEdge edge: Int? = nil) -> PlacedLabel? {
        var best: (label: PlacedLabel, cost: Double)?
        for candidate in candidates.sorted(by: { $0.cost < $1.cost }) {
            if let best, candidate.cost >= best.cost { break }
            let label = PlacedLabel(laid: laid, center: candidate.center, rotation: candidate.rotation, padding: padding)
            let shape = label.shape
            guard isFree(shape) else { continue }
            let cost = candidate.cost + (edge.map { isAmbiguous(shape, ofEdge: $0) } == true ? 9 : 0)
            if cost < best?.cost ?? .infinity { best = (label, cost) }
        }
        if let best { bodies.insert(best.label.shape) }
        return best?.label
    }

    /// The cost of a label that is rotated with its edge rather than horizontal.
    private static let tilt = 20.0

    /// Nearer than this to another edge, a label is ambiguous.
    private static let ambiguity = 7.0

    func isAmbiguous(_ shape: ConvexShape, ofEdge edge: Int) -> Bool {
        lines.comesNear(shape, clearance: Self.ambiguity, besides: edge)
    }

    mutating func add(body: ConvexShape) { bodies.insert(body) }

    /// Above or below a node, centred or shifted to a side.
    static func candidates(
        around node: Rect, _ laid: Laid, padding: Double, isAbove: Bool, flow: NetworkGeometry.Flow = .rightward,
        mostLift: Double = 28
    ) -> [Candidate] {
        let (w, h) = (laid.width / 2 + padding, laid.height / 2 + padding)
        let middle = node.center
        var found: [Candidate] = []
        for lift in [0.0, 3, 6, 10, 15, 21, 28] where lift <= mostLift {
            let y = isAbove ? node.minY - 3.5 - h - lift : node.maxY + 3.5 + h + lift
            for part in [0, -0.3, 0.3, -0.6, 0.6, -0.85, 0.85, -1, 1] as [Double] {
                // Completely to one side, it is clear of a line that leaves the node vertically.
                let shift = part * w + (abs(part) == 1 ? part * 3 : 0)
                found.append(Candidate(center: Point(middle.x + shift, y), cost: lift * 0.5 + abs(part) * 6 + (part > 0 ? 0.1 : 0)))
            }
        }
        // Next to the node, still above or below its middle.
        for side in [-1.0, 1] {
            let x = side < 0 ? node.minX - 3 - w : node.maxX + 3 + w
            for at in [0.9, 0.6, 0.3, 0] {
                let y = middle.y + (isAbove ? -1 : 1) * (node.height / 2) * at
                // Where edges enter from above and leave below, the sides are the usual position, the right one first.
                let cost = flow == .rightward ? 17 + side - at * 3 : (side > 0 ? -4 : 0) + abs(at - 0.6)
                found.append(Candidate(center: Point(x, y + (isAbove ? -h : h) * 0.5), cost: cost))
            }
            // Where lines fan out from the node, only beyond its middle.
            for at in flow == .rightward ? [0.0, 0.5, 1] : [] {
                let y = middle.y + (isAbove ? 1 : -1) * (node.height / 2 * at + h * 0.2)
                found.append(Candidate(center: Point(x + 1.5 * side, y), cost: 24 + side + at))
            }
        }
        return found
    }

    /// To the left or to the right of a node, as high as it is: for grids, which would hide lines that come from above.
    static func candidates(beside node: Rect, _ laid: Laid, isLeft: Bool) -> [Candidate] {
        [(isLeft, 0.0), (!isLeft, 4)].flatMap { isLeft, cost in
            [3.0, 10, 18].flatMap { gap in
                [0.0, 5, -5, 10, -10, 16, -16, 24, -24].map { rise in
                    let x = isLeft ? node.minX - gap - laid.width / 2 : node.maxX + gap + laid.width / 2
                    return Candidate(center: Point(x, node.center.y + rise), cost: cost + abs(rise) * 0.2 + gap * 0.2 - 12)
                }
            }
        }
    }

    /// Along an edge, on either side, rotated with it or horizontal.
    static func candidates(
        along route: EdgeRoute, _ laid: Laid, prefersAbove: Bool, flow: NetworkGeometry.Flow = .rightward
    ) -> [Candidate] {
        let (w, h) = (laid.width / 2, laid.height / 2)
        var found: [Candidate] = []
        let steps = max(9, Int(min(route.length, 600) / 12))
        for step in 1..<steps {
            let part = Double(step) / Double(steps)
            let (point, direction) = route.place(at: part)
            var angle = direction
            if angle > .pi / 2 { angle -= .pi }
            if angle < -.pi / 2 { angle += .pi }
            let off = abs(part - 0.48) * 14
            for side in [-1.0, 1] {
                let (sine, cosine) = (sin(angle), cos(angle))
                let normal = Point(-sine, cosine) * side
                let sideCost = (side < 0) == prefersAbove ? 0.0 : 1.5
                if abs(angle) < 0.06 {
                    found.append(Candidate(center: point + Point(0, side * (h + 2.6 + w * abs(sine))), cost: off + sideCost))
                    continue
                }
                let steep = max(0, abs(angle) - 0.75) * (flow == .rightward ? 20 : 60)
                found.append(
                    Candidate(center: point + normal * (h + 2.6), rotation: angle, cost: off + sideCost + steep + Self.tilt))
                let reach = w * abs(sine) + h * abs(cosine) + 2.6
                let level = flow == .rightward || abs(angle) < 0.75 ? 11 + w * abs(sine) * 0.35 : 2
                found.append(Candidate(center: point + normal * reach, cost: off + sideCost + level))
            }
        }
        return found
    }
}
