package import Drawing
import Notation

/// A bar from one number to another at each x, which shows how each factor changes a running product. A thin line leads from the end of
/// each bar to the start of the next. Rising bars are hatched, so that not only their position shows the direction.
package struct RungMark: Mark {
    package var x: [Double]
    package var from: [Double]
    package var to: [Double]
    /// The colour of each rung.
    package var colors: [Paint]
    /// The width of a rung, as a fraction of the axis' length.
    package var width: Double

    package init(x: [Double], from: [Double], to: [Double], colors: [Paint], width: Double) {
        self.x = x
        self.from = from
        self.to = to
        self.colors = colors
        self.width = width
    }

    package var group: Group { .line("ladder", x: x, y: to) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        var last: Point?
        for index in x.indices {
            guard let start = plane.clamped(x[index], from[index]), let end = plane.clamped(x[index], to[index]) else { continue }
            let half = width * plane.frame.width / 2
            // The rung of a factor of 1 has no height, but must be visible.
            let height = max(abs(start.y - end.y), 1.2)
            let rung = Rect(start.x - half, min(start.y, end.y), 2 * half, height)
            if let last {
                list.stroke(
                    .line(from: Point(last.x + half, last.y), to: Point(start.x - half, start.y)),
                    Stroke(.restingLine, width: 0.6))
            }
            var drawn = DisplayList()
            if end.y < start.y - 1.2 {
                drawn.fill(.rect(rung), colors[index].opacity(0.15))
                drawn.clip(to: rung, DisplayList.hatching(of: rung, colors[index]))
                drawn.stroke(.rect(rung.insetBy(0.4, 0.4)), Stroke(colors[index], width: 0.8, join: .miter))
            } else {
                drawn.fill(.rect(rung), colors[index])
            }
            let words = "from \(Numeral(from[index]).text) to \(Numeral(to[index]).text)"
            list.group(Group(.bar, String(index + 1), words: words), drawn)
            last = end
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        x.indices.compactMap { index in
            guard let start = plane.clamped(x[index], from[index]), let end = plane.clamped(x[index], to[index]) else { return nil }
            return [start, end]
        }
    }

    package func strays(in plane: Plane) -> [Stray] {
        guard let color = colors.first else { return [] }
        return LineMark(x: x, y: to, style: SeriesStyle(color: color, textColor: color, marker: .disc)).strays(in: plane)
    }
}
