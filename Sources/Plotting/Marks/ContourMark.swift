package import Drawing
import Notation

/// Contour lines of a function of two variables.
package struct ContourMark: Mark {
    package var field: ScalarField
    package var levels: [Double]
    /// Nil for `restingLine`.
    package var color: Paint?
    /// In points.
    package var width: Double
    package var dash: [Double]

    package init(_ field: ScalarField, levels: [Double], color: Paint? = nil, width: Double = 0.6, dash: [Double] = []) {
        self.field = field
        self.levels = levels
        self.color = color
        self.width = width
        self.dash = dash
    }

    package var group: Group { Group(.mark, "contours", words: "contours at \(levels.map { Numeral($0).text }.joined(separator: ", "))") }

    /// Text may lie over hairlines, not over a line that is meant to be seen.
    package func outlines(in plane: Plane) -> [[Point]] {
        guard width > 1 else { return [] }
        return levels.flatMap { field.contours(at: $0) }.map { $0.compactMap { plane.clamped($0.x, $0.y) } }
    }

    package func draw(in plane: Plane) -> DisplayList {
        var lines = DisplayList()
        for level in levels {
            for line in field.contours(at: level) {
                let points = line.compactMap { plane.clamped($0.x, $0.y) }
                guard points.count > 1 else { continue }
                let isRing = line.first == line.last
                let path = Path.polyline(isRing ? points.dropLast() : points, closed: isRing)
                lines.stroke(path, Stroke(color ?? .restingLine, width: width, dash: dash))
            }
        }
        return lines
    }
}
