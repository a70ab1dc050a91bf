import Drawing
import Notation
import Typesetting

/// A tensor of one or two axes as a grid of cells: in each cell the value stands above and the gradient below, rows and columns have keys.
///
/// Rows and columns may lie apart, so that each can stand before the unit that it belongs to.
struct TensorGrid {
    /// The middles of rows, from above, and of columns, from the left.
    let rows, columns: [Double]
    /// Of one cell with the gap to the next, in points.
    let cell: Size
    /// To the left of the first column, and above the first row; empty where what stands there says it.
    var rowKeys: [Formula] = []
    var columnKeys: [Formula] = []
    /// From the grid to what its rows or columns belong to.
    var links: [(start: Point, end: Point)] = []

    private static let gap = 1.5

    func rect(row: Int, column: Int) -> Rect {
        Rect(center: Point(columns[column], rows[row]), width: cell.width - Self.gap, height: cell.height - Self.gap)
    }

    /// The cells' grounds and the keys; what stands in the cells is drawn over it.
    func draw(_ lettering: NetworkLettering, _ line: Paint) -> DrawnPart {
        var part = DrawnPart()
        for row in rows.indices {
            for column in columns.indices { part.shapes.fill(.rect(rect(row: row, column: column), radius: 2.5), .panel) }
        }
        for link in links { part.shapes.stroke(.line(from: link.start, to: link.end), Stroke(line, width: 1)) }
        for (key, row) in zip(rowKeys, rows) {
            let x = (columns.first ?? 0) - cell.width / 2 - 4
            part.labels.append(SceneLabel(lettering.text(key, NetworkLettering.small, .quietInk), x: x, baseline: row + 2.5, .trailing))
        }
        for (key, column) in zip(columnKeys, columns) {
            let y = (rows.first ?? 0) - cell.height / 2 - 4
            part.labels.append(SceneLabel(lettering.text(key, NetworkLettering.small, .quietInk), x: column, baseline: y))
        }
        return part
    }
}
