import Drawing
import Notation
import Telling
import Typesetting

/// A tensor with its name above and its shape below: the cells of a `TensorGrid`, of which some may be left out.
struct TensorTile {
    struct Cell {
        /// Under each other: the value above the gradient.
        var lines: [(formula: Formula, paint: Paint)] = []
        /// The cell's ground, where it isn't the usual one.
        var ground: Paint?
        /// Whether nothing can stand here: a masked score.
        var isHatched = false
        var isStrong = false
        var words = ""
    }

    /// An outline around neighbouring cells, by their places among the shown ones.
    struct Outline {
        var rows, columns: ClosedRange<Int>
        var paint: Paint = .ink
        var style: Highlight.Outline = .solid
    }

    /// Unique on the page; the names of the cells' groups begin with it.
    let id: String
    var name: Formula?
    /// Under the grid: the shape, and what is left out.
    var notes: [Formula] = []
    var rows, columns: Shown
    var rowKeys: [Formula] = []
    var columnKeys: [Formula] = []
    var outlines: [Outline] = []
    /// By row and column of the tensor.
    let cell: (Int, Int) -> Cell

    /// The grid's place within the block, and the block.
    struct Laid {
        let block: Block
        let grid: TensorGrid
    }

    func block(_ lettering: BlockLettering) -> Block { laid(lettering).block }

    func laid(_ lettering: BlockLettering) -> Laid {
        let cells = rows.indices.map { row in columns.indices.map { cell(row, $0) } }
        let texts = cells.map { line in
            line.map { cell in
                cell.lines.map {
                    lettering.line($0.formula, lettering.cellFont(isStrong: cell.isStrong), $0.paint)
                }
            }
        }
        let count = max(cells.joined().map(\.lines.count).max() ?? 1, 1)
        let size = Size(
            max(16, (texts.joined().joined().map(\.width).max() ?? 0) + lettering.cellPadding.width),
            Double(count) * lettering.cellLead + lettering.cellPadding.height)
        let (across, down) = (columns.places(extent: size.width, gap: Self.gap), rows.places(extent: size.height, gap: Self.gap))
        let heads = columnKeys.map { lettering.line($0, BlockLettering.note, .quietInk) }
        let sides = rowKeys.map { lettering.line($0, BlockLettering.note, .quietInk) }
        let left = sides.isEmpty ? 0 : (sides.map(\.width).max() ?? 0) + 6
        let titles = name.map { [lettering.block($0, BlockLettering.name)] } ?? []
        let feet = notes.map { lettering.block($0, BlockLettering.note, .quietInk) }
        let width = max(left + across.length, (titles + feet).map(\.width).max() ?? 0)
        let x = (width - left - across.length) / 2 + left
        var y = 0.0
        var list = DisplayList()
        for title in titles {
            list.append(title.list.translated(by: Point(x + max((across.length - title.width) / 2, -x), 0)))
            y += title.height + 5
        }
        if !heads.isEmpty {
            let (up, low) = (heads.map(\.ascent).max() ?? 0, heads.map(\.descent).max() ?? 0)
            for (head, middle) in zip(heads, across.middles) {
                list.append(head.moved(to: Point(x + middle - head.width / 2, y + up)).content)
            }
            y += up + low + 3
        }
        for (side, middle) in zip(sides, down.middles) {
            list.append(side.moved(to: Point(x - 5 - side.width, y + middle + side.ascent / 2)).content)
        }
        let grid = TensorGrid(rows: down.middles.map { $0 + y }, columns: across.middles.map { $0 + x }, cell: size)
        for (row, line) in cells.enumerated() {
            for (column, cell) in line.enumerated() {
                var drawn = DisplayList()
                draw(cell, texts[row][column], lead: lettering.cellLead, in: grid.rect(row: row, column: column), into: &drawn)
                guard !cell.words.isEmpty else {
                    list.append(drawn)
                    continue
                }
                list.group(Group(.cell, "\(id) \(rows.indices[row] + 1) \(columns.indices[column] + 1)", words: cell.words), drawn)
            }
        }
        for dot in across.dots { Self.dots(Point(x + dot, y + down.length / 2), Point(3.2, 0), into: &list) }
        for dot in down.dots { Self.dots(Point(x + across.length / 2, y + dot), Point(0, 3.2), into: &list) }
        for outline in outlines {
            guard grid.rows.indices.contains(outline.rows.upperBound), grid.columns.indices.contains(outline.columns.upperBound) else {
                continue
            }
            let first = grid.rect(row: outline.rows.lowerBound, column: outline.columns.lowerBound)
            let last = grid.rect(row: outline.rows.upperBound, column: outline.columns.upperBound)
            outline.style.draw(around: first.union(last).insetBy(-0.5, -0.5), radius: 3, color: outline.paint, width: 1.2, into: &list)
        }
        let axis = y + down.length / 2
        y += down.length
        for foot in feet {
            y += 4
            list.append(foot.list.translated(by: Point(x + min(max((across.length - foot.width) / 2, -x), width - x - foot.width), y)))
            y += foot.height
        }
        return Laid(block: Block(width: width, height: y, axis: axis, list: list), grid: grid)
    }

    /// The room for dots, in points.
    private static let gap = 14.0

    private func draw(_ cell: Cell, _ texts: [Typesetting.Laid], lead: Double, in rect: Rect, into list: inout DisplayList) {
        let box = Path.rect(rect, radius: 2.5)
        list.fill(box, cell.ground ?? .panel)
        if cell.isHatched {
            list.stroke(.hatching(inside: rect.outline(radius: 2.5)), Stroke(.restingLine, width: 0.6))
        }
        for (number, laid) in texts.enumerated() {
            let baseline = rect.center.y + 3 + lead * (Double(number) - Double(texts.count - 1) / 2)
            list.append(laid.moved(to: Point(rect.center.x - laid.width / 2, baseline)).content)
        }
    }

    static func dots(_ middle: Point, _ step: Point, into list: inout DisplayList) {
        for number in -1...1 { list.fill(.circle(center: middle + step * Double(number), radius: 0.8), .quietInk) }
    }
}
