import Drawing
import Experiments
import Notation
import Plotting

extension NormalizationAxesFigure {
    /// The height of a cell, in points.
    private static let cell = 11.5

    /// How close things are; distances are in points.
    struct Density {
        var type = PlotType()
        /// What a cell has beside its number.
        var padding = 3.6
        var tableGap = 10.0
        var sampleGap = 6.0

        /// As close as numbers can be read apart.
        static var close: Density {
            var density = Density(padding: 1.5, tableGap: 7, sampleGap: 3.6)
            density.type.label.size = 7
            return density
        }
    }

    /// A block or a table that is given its place from left to right; sizes are in cells.
    private struct Item {
        let width, height: Double
        let draw: (_ left: Double) -> (marks: [any Mark], labels: [PointLabel])
    }

    /// The entries once and all blocks, each with the normalization's name; then the tables of each normalization, with headings where they
    /// are not those above.
    /// - Parameter room: the width of the panels, in points.
    func narrowPanels(_ density: Density, measurer: any TextMeasuring, room: Double) -> [Panel] {
        func width(_ text: Formula) -> Double { measurer.extent(of: text.plainText, in: density.type.label).width / Self.cell }
        let (padding, sampleGap) = (density.padding / Self.cell, density.sampleGap / Self.cell)
        var all = traced.map { tables(of: $0).map { $0.fitted(sampleGap: sampleGap) { width($0) + padding } } }
        guard let entries = all.first?.first else { return [] }
        // Tables below each other have the same width.
        for index in all[0].indices {
            let widest = all.map { $0[index].block.width }.max() ?? 0
            for row in all.indices { all[row][index].block.whole = widest }
        }

        // No entries are grouped yet: those of a sample have one outline.
        var plain = entries.fitted(sampleGap: sampleGap) { width($0) + Density().padding / Self.cell }
        plain.block.groups = plain.block.groups.indices.map { $0 / max(plain.block.rows * plain.block.columns, 1) }
        let blocks = traced.map { traced in
            let name = Formula.words(traced.name)
            let size = solid(traced.groups)
            let whole = max(size.width, width(name))
            return Item(width: whole, height: size.height + 1.2) { left in
                let solid = solid(traced.groups, left: left + (whole - size.width) / 2)
                return ([solid], labels(of: traced, on: solid, above: name))
            }
        }
        let title = Formula.words("Which entries are averaged together, sample 1 in front")
        let gap = density.tableGap / Self.cell
        var panels = panels([item(plain, hasHead: true)] + blocks, gap: gap, title: title, room: room)
        var heads: [Formula] = []
        for (traced, tables) in zip(traced, all) {
            let own = tables.map(\.head)
            let items = tables.dropFirst().map { item($0, hasHead: own != heads) }
            panels += self.panels(items, gap: gap, title: self.title(of: traced), room: room)
            heads = own
        }
        return panels
    }

    private func item(_ table: Table, hasHead: Bool) -> Item {
        Item(width: table.block.width, height: table.block.height + (hasHead ? 1.1 : 0)) { left in
            var mark = table.block
            mark.left = left
            return ([mark], (hasHead ? [head(of: table, over: mark)] : []) + table.labels(mark))
        }
    }

    /// The items side by side, in as many panels below each other as they need; the first one has the title.
    private func panels(_ items: [Item], gap: Double, title: Formula, room points: Double) -> [Panel] {
        let room = points / Self.cell
        var rows: [[(item: Item, left: Double)]] = []
        var left = 0.0
        for item in items {
            if rows.isEmpty || left + item.width > room + 1e-9 {
                rows.append([])
                left = 0
            }
            rows[rows.count - 1].append((item, left))
            left += item.width + gap
        }
        return rows.enumerated().map { number, row in
            let height = row.map(\.item.height).max() ?? 0
            let drawn = row.map { $0.item.draw($0.left) }
            // What is wider than the page has narrower cells.
            let widest = row.map { $0.left + $0.item.width }.reduce(room, max)
            return Panel(
                title: number == 0 ? title : nil, x: Axis(LinearScale(0, widest)), y: Axis(LinearScale(0, height)),
                marks: drawn.flatMap(\.marks), isWide: true, aspect: height / room, labels: drawn.flatMap(\.labels), hasAxes: false)
        }
    }
}

extension NormalizationAxesFigure.Table {
    /// With cells as wide as its widest number needs.
    fileprivate func fitted(sampleGap: Double, cell width: (Formula) -> Double) -> Self {
        var table = self
        table.block.gap = sampleGap
        table.block.cellWidth = labels(block).map { width($0.text) }.max() ?? 0
        return table
    }
}

extension BlockMark {
    /// The width, which cells of equal width share.
    fileprivate var whole: Double {
        get { width }
        set { cellWidth = (newValue - gap * Double(samples - 1)) / Double(samples * columns) }
    }
}
