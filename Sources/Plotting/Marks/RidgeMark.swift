package import Drawing
import Notation

/// Densities one above the other, each as a filled curve over its own baseline. Lower ones cover the ones above.
package struct RidgeMark: Mark {
    /// One density.
    package struct Ridge: Hashable, Sendable {
        /// Its baseline on the vertical axis, in data coordinates.
        package var y: Double
        /// Increasing, in data coordinates.
        package var x: [Double]
        /// The density at each x, scaled to 0…1.
        package var heights: [Double]

        package init(y: Double, x: [Double], heights: [Double]) {
            self.y = y
            self.x = x
            self.heights = heights
        }
    }

    package var ridges: [Ridge]
    package var color: Paint
    /// The length of a height of 1 on the vertical axis, in data coordinates.
    package var reach: Double

    package init(_ ridges: [Ridge], color: Paint, reach: Double) {
        self.ridges = ridges
        self.color = color
        self.reach = reach
    }

    package var group: Group { Group(.series, "distributions", words: English.count(ridges.count, "distribution")) }

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
                // Covers the densities behind.
                drawn.fill(area, .page)
                drawn.fill(area, color.opacity(0.25))
                drawn.stroke(.polyline(curve), Stroke(color, width: 1))
            }
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] { ridges.flatMap { curves(of: $0, in: plane) } }

    private func base(of ridge: Ridge, in plane: Plane) -> Double? { plane.y.fraction(of: ridge.y).map(plane.height(atFraction:)) }

    /// The pieces of the curve above the baseline, each with its ends on the baseline.
    private func curves(of ridge: Ridge, in plane: Plane) -> [[Point]] {
        guard let base = base(of: ridge, in: plane), let top = plane.y.fraction(of: ridge.y + reach).map(plane.height(atFraction:)) else {
            return []
        }
        let points = zip(ridge.x, ridge.heights).map { x, height -> Point? in
            guard let across = plane.x.fraction(of: x), (-1e-6...1 + 1e-6).contains(across) else { return nil }
            // Heights too small to be seen are drawn as the baseline.
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
