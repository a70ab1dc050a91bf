package import Drawing
import Notation

/// Densities one above the other, each a curve over its base with the area between filled; the lower ones stand in front.
package struct RidgeMark: Mark {
    /// One density.
    package struct Ridge: Hashable, Sendable {
        /// Where its base stands, in data.
        package var y: Double
        /// Rising, in data.
        package var x: [Double]
        /// At each x, 0…1.
        package var heights: [Double]

        package init(y: Double, x: [Double], heights: [Double]) {
            self.y = y
            self.x = x
            self.heights = heights
        }
    }

    package var ridges: [Ridge]
    package var color: Paint
    /// How high a height of 1 is, on the vertical axis.
    package var reach: Double

    package init(_ ridges: [Ridge], color: Paint, reach: Double) {
        self.ridges = ridges
        self.color = color
        self.reach = reach
    }

    package var group: Group { Group(.series, "distributions", words: Group.count(ridges.count, "distribution")) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for ridge in ridges.sorted(by: { $0.y > $1.y }) {
            guard let base = base(of: ridge, in: plane) else { continue }
            var drawn = DisplayList()
            defer { list.group(Group(.mark, Numeral(ridge.y).text, words: "distribution at \(Numeral(ridge.y).text)"), drawn) }
            drawn.stroke(
                .line(from: Point(plane.frame.minX, base), to: Point(plane.frame.maxX, base)), Stroke(.grid, width: 0.5))
            for curve in curves(of: ridge, in: plane) {
                guard let first = curve.first, let last = curve.last else { continue }
                let area = Path.polyline([Point(first.x, base)] + curve + [Point(last.x, base)], closed: true)
                // What stands behind does not shine through.
                drawn.fill(area, .page)
                drawn.fill(area, color.opacity(0.25))
                drawn.stroke(.polyline(curve), Stroke(color, width: 1))
            }
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] { ridges.flatMap { curves(of: $0, in: plane) } }

    private func base(of ridge: Ridge, in plane: Plane) -> Double? { plane.y.fraction(of: ridge.y).map(plane.height(atFraction:)) }

    /// The pieces that rise above the base, each from and to it.
    private func curves(of ridge: Ridge, in plane: Plane) -> [[Point]] {
        guard let base = base(of: ridge, in: plane), let top = plane.y.fraction(of: ridge.y + reach).map(plane.height(atFraction:)) else {
            return []
        }
        let points = zip(ridge.x, ridge.heights).map { x, height -> Point? in
            guard let across = plane.x.fraction(of: x), (-1e-6...1 + 1e-6).contains(across) else { return nil }
            // What is too low to be seen is left to the base.
            return Point(plane.frame.minX + across * plane.frame.width, base + (height < Self.least ? 0 : height) * (top - base))
        }
        var pieces: [[Point]] = []
        var last: Point?
        for point in points {
            defer { last = point }
            guard let point else { continue }
            let rises = point.y != base
            if rises, last.map({ $0.y == base }) ?? true {
                pieces.append(last.map { [$0] } ?? [])
            }
            if rises || last.map({ $0.y != base }) ?? false { pieces[pieces.count - 1].append(point) }
        }
        return pieces
    }

    private static let least = 0.004
}
