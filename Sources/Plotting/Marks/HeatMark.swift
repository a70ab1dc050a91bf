package import Drawing
import Notation

/// A number for each row and column of a table, as the tint of a cell on a logarithmic scale: the larger, the darker. NaN is black, ∞ hatched, 0 blank, and
/// what isn't known is grey.
///
/// In data coordinates the middle of row i is at y = i, and a row is 1 high.
package struct HeatMark: Mark {
    /// The ends of the columns, rising: one more than there are columns.
    package var edges: [Double]
    /// Row by row, each as long as there are columns; nil where nothing is known.
    package var rows: [[Double?]]
    /// The scale of the tints.
    package var scale: LogScale
    package var color: Paint

    package init(edges: [Double], rows: [[Double?]], scale: LogScale, color: Paint = .gradientLine) {
        (self.edges, self.rows, self.scale, self.color) = (edges, rows, scale, color)
    }

    package var group: Group {
        Group(.mark, "heat map", words: "\(English.count(rows.count, "row")) of \(English.count(max(edges.count - 1, 0), "column"))")
    }

    /// How many tints there are: four a decade, or fewer where more than 14 could not be told apart.
    private static func tintCount(of scale: LogScale) -> Int {
        let decades = scale.upper - scale.lower
        return decades <= 3 ? 4 * decades : min(2 * decades, 14)
    }

    /// The tint of a number from the lower end of the scale, from 0.
    private func tint(_ value: Double) -> Int {
        let tints = Self.tintCount(of: scale)
        let part = scale.fraction(of: value) ?? 0
        return min(max(Int(min(max(part, 0), 1) * Double(tints)), 0), tints - 1)
    }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        func fill(_ paint: Paint, _ isMeant: (Double?) -> Bool) {
            let path = path(in: plane, isMeant)
            if !path.elements.isEmpty { list.fill(path, paint) }
        }
        fill(.grid) { $0 == nil }
        let tints = Self.tintCount(of: scale)
        var covered = 0.0
        for tint in 0..<tints {
            // Each tint lies over the paler ones, so that no seam shows between them, and adds what they lack.
            let wanted = 0.08 + 0.92 * Double(tint) / Double(max(tints - 1, 1))
            let added = min(max((wanted - covered) / (1 - covered), 0), 1)
            covered = min(wanted, 1 - 1e-9)
            fill(color.opacity(added)) { value in
                guard let value, value > 0, value.isFinite else { return false }
                return self.tint(value) >= tint
            }
        }
        fill(.ink) { $0?.isNaN == true }
        for cell in cells(in: plane, { $0 == .infinity }) {
            list.fill(.rect(cell), .page)
            list.clip(to: cell, DisplayList.hatching(of: cell, .ink))
        }
        return list
    }

    private func path(in plane: Plane, _ isMeant: (Double?) -> Bool) -> Path {
        var path = Path()
        for cell in cells(in: plane, isMeant) {
            path.move(to: Point(cell.minX, cell.minY))
            for corner in [Point(cell.maxX, cell.minY), Point(cell.maxX, cell.maxY), Point(cell.minX, cell.maxY)] { path.line(to: corner) }
            path.close()
        }
        return path
    }

    /// The cells whose numbers are meant; those beside each other in a row are one.
    private func cells(in plane: Plane, _ isMeant: (Double?) -> Bool) -> [Rect] {
        var cells: [Rect] = []
        for (number, row) in rows.enumerated() {
            guard let top = plane.clamped(edges.first ?? 0, Double(number) - 0.5)?.y,
                let bottom = plane.clamped(edges.first ?? 0, Double(number) + 0.5)?.y
            else { continue }
            var start: Int?
            for column in 0...row.count {
                if column < row.count, isMeant(row[column]) {
                    start = start ?? column
                } else if let first = start {
                    start = nil
                    guard let left = plane.clamped(edges[first], Double(number))?.x,
                        let right = plane.clamped(edges[column], Double(number))?.x
                    else { continue }
                    cells.append(Rect(left, min(top, bottom), right - left, abs(bottom - top)))
                }
            }
        }
        return cells
    }

    /// The tints with the numbers that they stand for, as a row of their own over a logarithmic axis.
    package static func key(_ scale: LogScale) -> HeatMark {
        let tints = tintCount(of: scale)
        let width = Double(scale.upper - scale.lower) / Double(tints)
        let edges = (0...tints).map { power(Double(scale.lower) + Double($0) * width) }
        let middles = (0..<tints).map { power(Double(scale.lower) + (Double($0) + 0.5) * width) }
        return HeatMark(edges: edges, rows: [middles], scale: scale)
    }
}
