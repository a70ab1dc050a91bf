package import Drawing
import Notation

/// Arrows from one point of the data to another.
package struct ArrowMark: Mark {
    package struct Arrow: Hashable, Sendable {
        package var fromX, fromY, toX, toY: Double

        package init(from start: (Double, Double), to end: (Double, Double)) {
            (fromX, fromY) = start
            (toX, toY) = end
        }
    }

    package var arrows: [Arrow]
    package var color: Paint
    /// The width of the shaft, in points; the head is scaled with it.
    package var width: Double
    package var dash: [Double]

    package init(_ arrows: [Arrow], color: Paint, width: Double = 1.8, dash: [Double] = []) {
        self.arrows = arrows
        self.color = color
        self.width = width
        self.dash = dash
    }

    package var group: Group {
        guard arrows.count == 1, let arrow = arrows.first else { return Group(.mark, "arrows", words: "\(arrows.count) arrows") }
        func text(_ x: Double, _ y: Double) -> String { "(\(Numeral(x).text), \(Numeral(y).text))" }
        return Group(.mark, "arrow", words: "arrow from \(text(arrow.fromX, arrow.fromY)) to \(text(arrow.toX, arrow.toY))")
    }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for (start, end) in segments(in: plane) {
            let way = end - start
            guard way.length > 0.5 else { continue }
            let along = way * (1 / way.length)
            let across = Point(-along.y, along.x)
            // The head must not be longer than the arrow, or it would begin before the start.
            let head = min(2.2 + 2.6 * width, 0.8 * way.length)
            let neck = end - along * head
            list.stroke(.line(from: start, to: neck + along * (0.3 * head)), Stroke(color, width: width, dash: dash))
            list.fill(.polyline([end, neck + across * (0.42 * head), neck - across * (0.42 * head)], closed: true), color)
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] { segments(in: plane).map { [$0, $1] } }

    private func segments(in plane: Plane) -> [(Point, Point)] {
        arrows.compactMap { arrow in
            guard let start = plane.clamped(arrow.fromX, arrow.fromY), let end = plane.clamped(arrow.toX, arrow.toY) else {
                return nil
            }
            return (start, end)
        }
    }
}
