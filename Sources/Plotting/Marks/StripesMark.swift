package import Drawing
import Notation

/// Rows of truth values along x, the first row at the top. Each run of true is a bar, on a pale background over the length of the row.
package struct StripesMark: Mark {
    /// The middles of the entries, evenly spaced.
    package var x: [Double]
    /// Each row has as many entries as `x`.
    package var rows: [[Bool]]
    package var color: Paint

    package init(x: [Double], rows: [[Bool]], color: Paint) {
        (self.x, self.rows, self.color) = (x, rows, color)
    }

    package var group: Group { Group(.mark, "stripes", words: English.count(rows.count, "row")) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        guard x.count > 1, let left = plane.clamped(x[0], 0)?.x, let right = plane.clamped(x[x.count - 1], 0)?.x else { return list }
        list.fill(.rect(Rect(left, plane.frame.minY, right - left, plane.frame.height)), color.opacity(0.12))
        let (height, half) = (plane.frame.height / Double(max(rows.count, 1)), (right - left) / Double(x.count - 1) / 2)
        for (number, row) in rows.enumerated() {
            var bars = DisplayList()
            var start: Int?
            for index in 0...row.count {
                if index < row.count, row[index] {
                    start = start ?? index
                } else if let first = start {
                    let from = max(left + Double(2 * first - 1) * half, left)
                    let to = min(left + Double(2 * index - 1) * half, right)
                    // Bars take 86 % of a row's height, so that a gap separates the rows.
                    bars.fill(.rect(Rect(from, plane.frame.minY + Double(number) * height, to - from, height * 0.86)), color)
                    start = nil
                }
            }
            list.group(Group(.bar, String(number + 1), words: "\(row.count { $0 }) of \(row.count)"), bars)
        }
        return list
    }
}
