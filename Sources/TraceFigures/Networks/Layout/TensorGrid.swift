import Autodiff
import Drawing
import Notation
import Typesetting

/// A tensor of one or two axes as a grid of cells, each with its value above its gradient; rows and columns have keys.
///
/// Rows and columns may be apart, so that each can be in front of the unit that it belongs to.
struct TensorGrid {
    /// The middles of rows, from the top, and of columns, from the left.
    let rows, columns: [Double]
    /// The size of one cell with the gap to the next, in points.
    let cell: Size
    /// To the left of the first column, and above the first row; empty where the neighbours serve as keys.
    var rowKeys: [Formula] = []
    var columnKeys: [Formula] = []
    /// From the grid to what its rows or columns belong to.
    var links: [(start: Point, end: Point)] = []

    private static let gap = 1.5

    func rect(row: Int, column: Int) -> Rect {
        Rect(center: Point(columns[column], rows[row]), width: cell.width - Self.gap, height: cell.height - Self.gap)
    }

    /// The backgrounds of the cells and the keys; the numbers are drawn over them.
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

// A whole tensor as a picture of its own
extension TensorGrid {
    /// A tensor's cells next to each other, each as wide as the widest number.
    /// - Parameters:
    ///   - values: one or two axes; a single axis becomes a row.
    ///   - origin: the first cell's top left corner.
    init(
        _ values: Tensor, gradients: Tensor?, at origin: Point, rowKeys: [Formula] = [], columnKeys: [Formula] = [],
        _ lettering: NetworkLettering
    ) {
        let count = max(values.shape.last ?? 1, 1)
        let lines = (0..<values.count).map { Self.lines(values, gradients, $0, lettering) }
        let width = (lines.joined().map(\.width).max() ?? 0) + 9
        cell = Size(width, lettering.lead * (gradients == nil ? 1 : 2) + 7)
        rows = (0..<values.count / count).map { [cell] in origin.y + cell.height * (Double($0) + 0.5) }
        columns = (0..<count).map { origin.x + width * (Double($0) + 0.5) }
        (self.rowKeys, self.columnKeys) = (rowKeys, columnKeys)
    }

    /// The cells with their numbers: the value above, the gradient below.
    func draw(_ values: Tensor, gradients: Tensor?, _ lettering: NetworkLettering, _ line: Paint) -> DrawnPart {
        var part = draw(lettering, line)
        for index in 0..<min(values.count, rows.count * columns.count) {
            let box = rect(row: index / columns.count, column: index % columns.count)
            let lines = Self.lines(values, gradients, index, lettering)
            for (number, laid) in lines.enumerated() {
                let baseline = box.center.y + 3 + lettering.lead * (Double(number) - Double(lines.count - 1) / 2)
                part.labels.append(SceneLabel(laid, x: box.center.x, baseline: baseline))
            }
        }
        return part
    }

    private static func lines(_ values: Tensor, _ gradients: Tensor?, _ index: Int, _ lettering: NetworkLettering) -> [Laid] {
        let value = lettering.text(Numeral(values.scalars[index]).asWords, NetworkLettering.small, .value)
        guard let gradients, gradients.scalars.indices.contains(index) else { return [value] }
        return [value, lettering.text(Numeral(gradients.scalars[index]).asWords, NetworkLettering.small, .gradient)]
    }
}
