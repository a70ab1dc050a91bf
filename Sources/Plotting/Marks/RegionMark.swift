package import Drawing
import Notation

/// The region of the plane where a function is at least `level`, filled with a pale colour and outlined.
package struct RegionMark: Mark {
    package var field: ScalarField
    package var level: Double
    package var color: Paint

    package init(_ field: ScalarField, from level: Double, color: Paint) {
        self.field = field
        self.level = level
        self.color = color
    }

    package var group: Group { Group(.mark, "region", words: "region from \(Numeral(level).text) on") }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        let path = field.region(from: level, in: plane)
        if !path.elements.isEmpty { list.fill(path, color.opacity(0.18)) }
        list.append(ContourMark(field, levels: [level], color: color, width: 1.2).draw(in: plane))
        return list
    }
}

/// A function's heights as tints: the higher, the darker, with pale lines between.
package struct HeightMark: Mark {
    package var field: ScalarField
    /// Rising: where one tint ends and the next begins.
    package var levels: [Double]
    package var color: Paint

    package init(_ field: ScalarField, levels: [Double], color: Paint = .restingLine) {
        self.field = field
        self.levels = levels
        self.color = color
    }

    package var group: Group {
        Group(.mark, "heights", words: "heights, parted at \(levels.map { Numeral($0).text }.joined(separator: ", "))")
    }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for level in levels {
            let path = field.region(from: level, in: plane)
            // Together they stay pale enough for text and lines.
            if !path.elements.isEmpty { list.fill(path, color.opacity(min(0.12, 0.55 / Double(levels.count)))) }
        }
        list.append(ContourMark(field, levels: levels, color: .page, width: 0.5).draw(in: plane))
        return list
    }
}

extension ScalarField {
    /// Where the function is at least `level`. One path for all cells: washes that merely touch would show their seams.
    fileprivate func region(from level: Double, in plane: Plane) -> Path {
        var path = Path()
        for row in 0..<max(y.count - 1, 0) {
            for cell in cells(inRow: row, from: level) {
                for (index, place) in cell.enumerated() {
                    guard let point = plane.clamped(place.x, place.y) else { continue }
                    if index == 0 { path.move(to: point) } else { path.line(to: point) }
                }
                path.close()
            }
        }
        return path
    }

    /// The polygons of one row of cells that lie at `level` or above; whole cells beside each other are one.
    fileprivate func cells(inRow row: Int, from level: Double) -> [[Place]] {
        var polygons: [[Place]] = []
        var wholeFrom: Int?
        func rectangle(_ first: Int, _ last: Int) -> [Place] {
            [
                Place(x: x[first], y: y[row]), Place(x: x[last], y: y[row]), Place(x: x[last], y: y[row + 1]),
                Place(x: x[first], y: y[row + 1]),
            ]
        }
        for column in 0..<max(x.count - 1, 0) {
            let corners = rectangle(column, column + 1)
            let start = row * x.count + column
            let heights = [values[start], values[start + 1], values[start + x.count + 1], values[start + x.count]]
            let isWhole = heights.allSatisfy { $0 >= level }
            if isWhole {
                wholeFrom = wholeFrom ?? column
                continue
            }
            if let first = wholeFrom { polygons.append(rectangle(first, column)) }
            wholeFrom = nil
            guard heights.allSatisfy(\.isFinite), heights.contains(where: { $0 >= level }) else { continue }
            // The corners at or above the level, in order around the cell, with the points where its edges cross the level.
            var polygon: [Place] = []
            for index in 0..<4 {
                let next = (index + 1) % 4
                if heights[index] >= level { polygon.append(corners[index]) }
                guard (heights[index] >= level) != (heights[next] >= level) else { continue }
                let part = (level - heights[index]) / (heights[next] - heights[index])
                polygon.append(
                    Place(
                        x: corners[index].x + part * (corners[next].x - corners[index].x),
                        y: corners[index].y + part * (corners[next].y - corners[index].y)))
            }
            polygons.append(polygon)
        }
        if let first = wholeFrom { polygons.append(rectangle(first, x.count - 1)) }
        return polygons
    }
}
