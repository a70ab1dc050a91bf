package import Drawing

/// A small tensor [sample, row, column] as a block of cubes, seen from above and from the right. The first sample is in front, with its
/// rows downwards and its columns across; the other samples are behind it. The cubes of a group have one colour; lines separate groups.
///
/// In data coordinates the front of a cube is `cellWidth` wide and 1 high, and samples are (`depth`, `depth`/2) apart.
package struct SolidMark: Mark {
    package var samples, rows, columns: Int
    /// The group of each entry, row-major.
    package var groups: [Int]
    package var left, cellWidth, depth: Double

    package init(samples: Int, rows: Int, columns: Int, groups: [Int], left: Double = 0, cellWidth: Double = 1, depth: Double = 0.7) {
        self.samples = samples
        self.rows = rows
        self.columns = columns
        self.groups = groups
        self.left = left
        self.cellWidth = cellWidth
        self.depth = depth
    }

    package var width: Double { cellWidth * Double(columns) + depth * Double(samples) }
    /// Includes the part of the samples behind that is above the front.
    package var height: Double { Double(rows) + depth / 2 * Double(samples) }

    /// The middle of a cube's front, in data coordinates.
    package func center(row: Int, column: Int) -> (x: Double, y: Double) {
        (left + cellWidth * (Double(column) + 0.5), Double(rows - row) - 0.5)
    }

    private enum Side: CaseIterable {
        case top, right, front

        /// The opacity of the group's colour. The top is paler than the right side, as if lit; the front is palest, for its numbers.
        var opacity: Double {
            switch self {
            case .top: 0.3
            case .right: 0.45
            case .front: 0.16
            }
        }
    }

    /// Where there are more groups than colours, the later ones of a colour are darker.
    static func depth(of group: Int) -> Double { group < ThemeRole.seriesCount ? 1 : 1.55 }

    package var group: Group { Group(.mark, "solid", words: "solid of \(samples) × \(rows) × \(columns) entries") }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        var seams: [Path] = []
        var borders: [Path] = []
        for side in Side.allCases {
            let (across, down) = size(of: side)
            for i in 0..<across {
                for j in 0..<down {
                    let corners = corners(of: side, i, j).compactMap { plane.clamped($0.x, $0.y) }
                    guard corners.count == 4, let group = group(on: side, i, j) else { continue }
                    list.fill(.polyline(corners, closed: true), .series(group).opacity(side.opacity * Self.depth(of: group)))
                    let neighbours = [(i, j - 1), (i + 1, j), (i, j + 1), (i - 1, j)]
                    for (edge, neighbour) in neighbours.enumerated() {
                        let line = Path.line(from: corners[edge], to: corners[(edge + 1) % 4])
                        if self.group(on: side, neighbour.0, neighbour.1) == group { seams.append(line) } else { borders.append(line) }
                    }
                }
            }
        }
        for seam in seams { list.stroke(seam, Stroke(.grid, width: 0.5)) }
        for border in borders { list.stroke(border, Stroke(.ink, width: 0.9, cap: .round)) }
        return list
    }

    /// The number of faces of a side, across and down.
    private func size(of side: Side) -> (Int, Int) {
        switch side {
        case .front: (columns, rows)
        case .top: (columns, samples)
        case .right: (samples, rows)
        }
    }

    private func group(on side: Side, _ i: Int, _ j: Int) -> Int? {
        let (across, down) = size(of: side)
        guard (0..<across).contains(i), (0..<down).contains(j) else { return nil }
        let (sample, row, column) =
            switch side {
            case .front: (0, j, i)
            case .top: (j, 0, i)
            case .right: (i, j, columns - 1)
            }
        return groups[(sample * rows + row) * columns + column]
    }

    /// The corners of a face in the order (i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), in data coordinates.
    private func corners(of side: Side, _ i: Int, _ j: Int) -> [(x: Double, y: Double)] {
        [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map { i, j in
            let (i, j) = (Double(i), Double(j))
            let (column, row, behind) =
                switch side {
                case .front: (i, j, 0.0)
                case .top: (i, 0.0, j)
                case .right: (Double(columns), j, i)
                }
            return (left + cellWidth * column + depth * behind, Double(rows) - row + depth / 2 * behind)
        }
    }
}
