package import Drawing
import Notation

/// A bar from the base to each number; a negative one is hatched, so that sign is not told by place alone. What is lower than half a pixel is
/// not drawn: the outline of a bar would make more of it than it is.
package struct BarMark: Mark {
    package var x: [Double]
    package var y: [Double]
    package var style: SeriesStyle
    /// The number at which bars start; nil: at the lower end of the axis, as on a logarithmic scale.
    package var base: Double?
    /// The width of a bar, as a fraction of the axis' length.
    package var width: Double
    /// The distance of a bar's middle from x, as a fraction of the axis' length, so that bars of several series are side by side.
    package var shift: Double

    package init(x: [Double], y: [Double], style: SeriesStyle, base: Double? = 0, width: Double, shift: Double = 0) {
        self.x = x
        self.y = y
        self.style = style
        self.base = base
        self.width = width
        self.shift = shift
    }

    package var group: Group { Group(.series, "bars", words: English.count(x.count, "bar")) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for (x, y) in zip(x, y) {
            guard let bar = bar(x, y, in: plane), bar.height >= 0.5 else { continue }
            var drawn = DisplayList()
            if y < 0 {
                drawn.fill(.rect(bar), style.color.opacity(0.15))
                drawn.clip(to: bar, DisplayList.hatching(of: bar, style.color))
                drawn.stroke(.rect(bar.insetBy(0.4, 0.4)), Stroke(style.color, width: 0.8, join: .miter))
            } else {
                drawn.fill(.rect(bar), style.color)
            }
            list.group(.item(.bar, x: x, y: y), drawn)
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        zip(x, y).compactMap { x, y in
            bar(x, y, in: plane).map { bar in
                [
                    Point(bar.minX, bar.minY), Point(bar.maxX, bar.minY), Point(bar.maxX, bar.maxY),
                    Point(bar.minX, bar.maxY), Point(bar.minX, bar.minY),
                ]
            }
        }
    }

    package func strays(in plane: Plane) -> [Stray] {
        LineMark(x: x, y: y, style: style).strays(in: plane)
    }

    /// The bar for one number, clipped to the frame; nil for NaN.
    private func bar(_ x: Double, _ y: Double, in plane: Plane) -> Rect? {
        guard !y.isNaN, let end = plane.clamped(x, y) else { return nil }
        let start = base.flatMap { plane.clamped(x, $0)?.y } ?? plane.frame.maxY
        let middle = end.x + shift * plane.frame.width
        let half = width * plane.frame.width / 2
        return Rect(middle - half, min(start, end.y), 2 * half, abs(start - end.y))
    }
}

extension DisplayList {
    /// Diagonal lines over a rectangle, which extend beyond it and must be clipped.
    static func hatching(of bar: Rect, _ color: Paint) -> DisplayList {
        var list = DisplayList()
        var left = bar.minX - bar.height
        while left < bar.maxX {
            list.stroke(
                .line(from: Point(left, bar.maxY), to: Point(left + bar.height, bar.minY)), Stroke(color, width: 0.8))
            left += 3.5
        }
        return list
    }
}
