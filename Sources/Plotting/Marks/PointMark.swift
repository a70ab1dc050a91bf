package import Drawing
import Notation

/// Separate points with the marker of their series.
package struct PointMark: Mark {
    package var x: [Double]
    package var y: [Double]
    package var style: SeriesStyle
    /// The diameter of a marker, in points.
    package var size: Double

    package init(x: [Double], y: [Double], style: SeriesStyle, size: Double = 4.2) {
        self.x = x
        self.y = y
        self.style = style
        self.size = size
    }

    package var group: Group { Group(.series, "points", words: English.count(x.count, "point")) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for (x, y) in zip(x, y) {
            guard case .inside(let point) = plane.place(x, y) else { continue }
            let marker = style.marker.draw(at: point, size: size, color: style.color)
            if self.x.count <= Group.mostItems { list.group(.item(.point, x: x, y: y), marker) } else { list.append(marker) }
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        x.count > Group.mostItems
            ? [] : zip(x, y).compactMap { x, y in if case .inside(let point) = plane.place(x, y) { [point] } else { nil } }
    }

    package func strays(in plane: Plane) -> [Stray] {
        LineMark(x: x, y: y, style: style).strays(in: plane)
    }
}
