package import Drawing

/// The entries of a small tensor [sample, row, column] as cells, with samples side by side and the first row at the top. The entries of a
/// group have the same background and an outline around them.
///
/// In data coordinates a cell is `cellWidth` wide and 1 high, and samples are `gap` apart; the whole is `width` × `height`.
package struct BlockMark: Mark {
    package var samples, rows, columns: Int
    /// The group of each entry, row-major.
    package var groups: [Int]
    package var gap: Double
    /// The left end and the width of a cell, in data coordinates.
    package var left, cellWidth: Double

    package init(
        samples: Int, rows: Int, columns: Int, groups: [Int], gap: Double = 0.5, left: Double = 0, cellWidth: Double = 1
    ) {
        self.samples = samples
        self.rows = rows
        self.columns = columns
        self.groups = groups
        self.gap = gap
        self.left = left
        self.cellWidth = cellWidth
    }

    package var width: Double { cellWidth * Double(samples * columns) + gap * Double(samples - 1) }
    package var height: Double { Double(rows) }

    /// The middle of a cell, in data coordinates.
    package func center(sample: Int, row: Int, column: Int) -> (x: Double, y: Double) {
        (left + cellWidth * (Double(sample * columns + column) + 0.5) + gap * Double(sample), Double(rows - row) - 0.5)
    }

    /// The mean of the middles of a group's cells in the first sample that has any, in data coordinates.
    package func center(of group: Int) -> (x: Double, y: Double) {
        var sum = (x: 0.0, y: 0.0)
        var count = 0.0
        let first = (groups.firstIndex(of: group) ?? 0) / max(rows * columns, 1)
        forEachCell { sample, row, column, entry in
            guard groups[entry] == group, sample == first else { return }
            let middle = center(sample: sample, row: row, column: column)
            sum = (sum.x + middle.x, sum.y + middle.y)
            count += 1
        }
        return (sum.x / max(count, 1), sum.y / max(count, 1))
    }

    package var group: Group { Group(.mark, "table", words: "\(samples) × \(rows) × \(columns) entries") }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        var outlines: [Path] = []
        forEachCell { sample, row, column, entry in
            guard let cell = cell(sample, row, column, in: plane) else { return }
            let group = groups[entry]
            // Pale enough for numbers in any of the theme's text colours to be readable.
            var ground = DisplayList()
            ground.fill(.rect(cell), .series(group).opacity(0.045 * SolidMark.depth(of: group)))
            let place = samples > 1 ? "sample \(sample + 1), row \(row + 1), column \(column + 1)" : "row \(row + 1), column \(column + 1)"
            list.group(Group(.cell, "\(sample + 1) \(row + 1) \(column + 1)", words: place), ground)
            func neighbour(_ row: Int, _ column: Int) -> Int? {
                guard (0..<rows).contains(row), (0..<columns).contains(column) else { return nil }
                return groups[(sample * rows + row) * columns + column]
            }
            if neighbour(row - 1, column) != group {
                outlines.append(.line(from: Point(cell.minX, cell.minY), to: Point(cell.maxX, cell.minY)))
            }
            if neighbour(row + 1, column) != group {
                outlines.append(.line(from: Point(cell.minX, cell.maxY), to: Point(cell.maxX, cell.maxY)))
            }
            if neighbour(row, column - 1) != group {
                outlines.append(.line(from: Point(cell.minX, cell.minY), to: Point(cell.minX, cell.maxY)))
            }
            if neighbour(row, column + 1) != group {
                outlines.append(.line(from: Point(cell.maxX, cell.minY), to: Point(cell.maxX, cell.maxY)))
            }
        }
        // Cells of a group that continues in the next sample are connected.
        for sample in 0..<max(samples - 1, 0) {
            for row in 0..<rows {
                let here = groups[(sample * rows + row) * columns + columns - 1]
                let there = groups[((sample + 1) * rows + row) * columns]
                guard here == there, let left = cell(sample, row, columns - 1, in: plane), let right = cell(sample + 1, row, 0, in: plane)
                else { continue }
                let joint = Rect(left.maxX, left.center.y - 1.5, right.minX - left.maxX, 3)
                list.fill(.rect(joint), .ink)
            }
        }
        for outline in outlines { list.stroke(outline, Stroke(.ink, width: 0.9)) }
        return list
    }

    private func cell(_ sample: Int, _ row: Int, _ column: Int, in plane: Plane) -> Rect? {
        let middle = center(sample: sample, row: row, column: column)
        guard let low = plane.clamped(middle.x - cellWidth / 2, middle.y - 0.5),
            let high = plane.clamped(middle.x + cellWidth / 2, middle.y + 0.5)
        else {
            return nil
        }
        return Rect(low.x, high.y, high.x - low.x, low.y - high.y)
    }

    private func forEachCell(_ visit: (Int, Int, Int, Int) -> Void) {
        for sample in 0..<samples {
            for row in 0..<rows {
                for column in 0..<columns { visit(sample, row, column, (sample * rows + row) * columns + column) }
            }
        }
    }
}
