import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// A network with its layers one below the other, for pages that are too narrow for columns.
struct DownwardLayout {
    let measures: NetworkMeasures

    private var edges: EdgeLayout { EdgeLayout(measures: measures) }

    /// The extents of a unit and its texts to the left and to the right of its middle, in points.
    private struct Cell {
        var left = 0.0
        var right = 0.0
        /// Whether lines are next to pill and circle rather than below them.
        let isBeside: Bool

        var width: Double { left + right }
        /// From the middle of a cell to that of its unit.
        var shift: Double { (left - right) / 2 }
    }

    /// For a heading at the left that reads upward.
    private static let headingWidth = 14.0
    /// How much larger the loss is than a unit, and its distance from its name.
    private static let (lossGrowth, lossGap) = (3.0, 4.0)
    /// The distance between pill and circle.
    private static let link = 16.0
    /// At a larger distance, the eye would lose the connection between units.
    private static let mostSpacing = 150.0

    /// The layout, as wide as `width`, or wider if necessary.
    func geometry(width: Double) -> NetworkGeometry {
        let geometry = geometry(width: width, beside: 0, 0)
        // The grids are known only now.
        let left = geometry.grids.map { grid in
            grid.cell.width / 2 + 8 + (grid.rowKeys.map { measures.lettering.text($0, NetworkLettering.small, .ink).width }.max() ?? 0)
        }
        guard let left = left.max(), let right = geometry.grids.map({ $0.cell.width / 2 }).max() else { return geometry }
        return self.geometry(width: width, beside: left, right)
    }

    /// - Parameters:
    ///   - left: the smallest distance to the left of a unit's middle, in points; `right` likewise.
    private func geometry(width: Double, beside left: Double, _ right: Double) -> NetworkGeometry {
        let lanes = Double(edges.skips.levels) * SkipLayout.laneWidth
        let room = width - Self.headingWidth - lanes
        let radius = measures.radius()
        var layout = self
        func cell(isBeside: Bool) -> Cell {
            var cell = layout.cell(radius, isBeside: isBeside)
            (cell.left, cell.right) = (max(cell.left, left), max(cell.right, right))
            return cell
        }
        var narrow = cell(isBeside: true)
        if room < narrow.width * Double(layout.mostSlots) { narrow = cell(isBeside: false) }
        while room < narrow.width * Double(layout.mostSlots), layout.mostSlots > 3 {
            layout = DownwardLayout(measures: measures.limited(to: layout.mostSlots - 1))
            narrow = cell(isBeside: false)
        }
        let blocks = measures.values.columns.indices.filter { measures.values.columns[$0].body == .block }.map {
            measures.partWidths($0, radius: radius).total
        }
        // The loss has its name on its left.
        let lossName = measures.lettering.text(measures.texts.lossName, NetworkLettering.name, .ink).width
        let lossReach = radius + Self.lossGrowth + Self.lossGap + lossName
        let content = max(
            room, narrow.width * Double(layout.mostSlots), blocks.max() ?? 0, 2 * (lossReach - Self.headingWidth - narrow.shift))
        return layout.downward(narrow, radius: radius, content: content, width: Self.headingWidth + content + lanes)
    }

    private var mostSlots: Int { measures.values.columns.map { slots(of: $0) }.max() ?? 1 }

    private func slots(of column: NetworkColumns.Column) -> Int {
        let visible = measures.visibleUnits(of: column)
        return max(1, visible.shown.count + (visible.hidden > 0 ? 1 : 0))
    }

    private func cell(_ radius: Double, isBeside: Bool) -> Cell {
        var cell = Cell(isBeside: isBeside)
        let small = NetworkLettering.small
        func widest(_ lines: [SceneLine]) -> Double {
            lines.map { measures.lettering.text($0.formula, small, .ink, bold: true).width }.max() ?? 0
        }
        for (index, column) in measures.values.columns.enumerated() where column.body == .units {
            for unit in measures.visibleUnits(of: column).shown {
                var parts = [(radius, column.shown, measures.texts.linesUnderCircle(index, unit, .room))]
                if let z = column.preActivation {
                    parts.append((measures.pillWidth(column) / 2, z, measures.texts.linesUnderPill(index, unit, .room)))
                }
                for (half, id, lines) in parts {
                    let symbol = measures.texts.symbol(measures.values.scalar(id, unit, sample: 0, of: column.count))
                    let name = measures.lettering.text(symbol, NetworkLettering.name, .ink).width
                    cell.left = max(cell.left, half + 3 + name, isBeside ? 0 : widest(lines) / 2 + 2)
                    cell.right = max(
                        cell.right, half + 3, isBeside ? half + 4 + measures.outlineRoom + widest(lines) : widest(lines) / 2 + 2)
                }
            }
        }
        cell.left += 2
        cell.right += 2
        return cell
    }

    private func downward(_ cell: Cell, radius r: Double, content: Double, width: Double) -> NetworkGeometry {
        var geometry = NetworkGeometry()
        geometry.flow = .downward
        geometry.radius = r
        geometry.lossRadius = r + Self.lossGrowth
        geometry.size = Size(width, 0)
        for index in measures.values.columns.indices {
            let top = geometry.columns.last?.extent.maxY ?? -Self.gaps[0]
            geometry = best(into: index) { gap, arriving in
                var trial = geometry
                let above = arriving.arrangement == .grid ? EdgeLayout.gridHeight(arriving) : 0
                trial.columns.append(row(index, cell, trial, top: top + gap, above: above, content: content))
                let faults = edges.addEdges(into: index, arriving, to: &trial)
                return (trial, faults)
            }
        }
        let last = geometry.columns.last
        let lossX = last.map { $0.units.map(\.circle.x).reduce(0, +) / Double(max($0.units.count, 1)) } ?? content / 2
        let center = last?.block?.center.x ?? lossX
        let note = measures.texts.lossNote(precision: Precision())
        return best(into: measures.values.columns.count) { gap, arriving in
            var trial = geometry
            let top = (last?.extent.maxY ?? 0) + gap + (arriving.arrangement == .grid ? EdgeLayout.gridHeight(arriving) : 0)
            trial.lossCircle = Point(center, top + trial.lossRadius)
            trial.lossExtent = Rect(0, top, width, 2 * trial.lossRadius)
            trial.lossName = NetworkGeometry.Anchor(
                point: Point(center - trial.lossRadius - Self.lossGap, trial.lossCircle.y + 3), alignment: .trailing)
            trial.size.height = trial.lossExtent.maxY + (note == nil ? 4 : 16)
            let faults = edges.addEdgesToLoss(arriving, &trial)
            return (trial, faults)
        }
    }

    /// The distances between layers, from where edges leave to where they arrive; tried in turn until every label has a place.
    private static let gaps = [22.0, 34, 48, 64, 84, 110, 140, 180]

    /// The labels on their edges at the first distance at which each is clear of all others and of other edges; if there is none, in a
    /// grid.
    private func best(
        into index: Int, _ make: (_ gap: Double, ArrivingLabels) -> (NetworkGeometry, faults: Double)
    ) -> NetworkGeometry {
        let arriving = measures.arriving(at: index)
        if index == 0 || arriving.arrangement == .none { return make(Self.gaps[index == 0 ? 0 : 1], arriving).0 }
        if arriving.arrangement != .grid {
            for gap in Self.gaps {
                let (geometry, faults) = make(gap, arriving)
                if faults == 0 { return geometry }
            }
        }
        return make(Self.gaps[3], measures.arriving(at: index, inGrid: true)).0
    }

    private func row(_ index: Int, _ cell: Cell, _ geometry: NetworkGeometry, top: Double, above: Double, content: Double)
        -> NetworkGeometry.Column
    {
        let column = measures.values.columns[index]
        let visible = measures.visibleUnits(of: column)
        var placed = NetworkGeometry.Column(
            units: [], extent: Rect(0, top, geometry.size.width, 0), turnsHeading: true)
        if column.body == .block {
            let size = measures.block(index)
            let block = Rect(Self.headingWidth + (content - size.width) / 2, top, size.width, size.height)
            placed.block = block
            placed.mark = measures.mark(of: column)
            placed.extent = Rect(0, top, geometry.size.width, block.height)
        } else {
            let spacing = min(content / Double(slots(of: column)), max(Self.mostSpacing, cell.width))
            var x = Self.headingWidth + (content - spacing * Double(slots(of: column))) / 2 + spacing / 2 + cell.shift
            for (number, unit) in visible.shown.enumerated() {
                if visible.hidden > 0, number == visible.before {
                    placed.ellipsis = Point(x, top + above + geometry.radius - 8)
                    x += spacing
                }
                placed.units.append(self.unit(unit, in: index, x: x, top: top + above, isBeside: cell.isBeside, radius: geometry.radius))
                x += spacing
            }
            placed.hidden = visible.hidden
            let bottom = placed.units.compactMap(\.exit?.y).max() ?? top
            placed.extent = Rect(0, top, geometry.size.width, bottom - top)
        }
        placed.heading = NetworkGeometry.Anchor(point: Point(5, placed.extent.center.y))
        return placed
    }

    private func unit(_ unit: Int, in index: Int, x: Double, top: Double, isBeside: Bool, radius r: Double) -> NetworkGeometry.Unit {
        let column = measures.values.columns[index]
        let (lead, outline) = (measures.lettering.lead, measures.outlineRoom)
        let underPill = measures.texts.linesUnderPill(index, unit, .room).count
        let underCircle = measures.texts.linesUnderCircle(index, unit, .room).count
        var y = top
        var pill: Rect?
        var link = (start: Point(x, y), end: Point(x, y))
        if column.preActivation != nil {
            let width = measures.pillWidth(column)
            let placed = Rect(x - width / 2, y, width, measures.lettering.pillHeight)
            pill = placed
            y = placed.maxY + (isBeside ? 0 : lead * Double(underPill) + 2)
            link = (Point(x, y), Point(x, y + Self.link))
            y += Self.link
        }
        let circle = Point(x, y + r)
        /// Lines next to a point, centred on it vertically.
        func beside(_ place: Point, _ reach: Double, _ lines: Int) -> NetworkGeometry.Anchor {
            NetworkGeometry.Anchor(
                point: Point(place.x + reach + 4 + outline, place.y + 2.5 - lead * Double(max(lines, 1) - 1) / 2), alignment: .leading)
        }
        func under(_ y: Double) -> NetworkGeometry.Anchor { NetworkGeometry.Anchor(point: Point(x, y + 9.5)) }
        func named(_ place: Point, _ reach: Double) -> NetworkGeometry.Anchor {
            NetworkGeometry.Anchor(point: Point(place.x - reach - 3, place.y + 3), alignment: .trailing)
        }
        let bottom = circle.y + r + (isBeside ? 0 : lead * Double(underCircle) + (underCircle > 0 ? 2 + outline : 0))
        let pillCenter = pill?.center ?? circle
        return NetworkGeometry.Unit(
            index: unit, circle: circle, pill: pill, name: named(circle, r),
            lines: isBeside ? beside(circle, r, underCircle) : under(circle.y + r), pillName: named(pillCenter, (pill?.width ?? 0) / 2),
            pillLines: isBeside ? beside(pillCenter, (pill?.width ?? 0) / 2, underPill) : under(pill?.maxY ?? y), link: link,
            activation: NetworkGeometry.Anchor(point: Point(x + 4, (link.start.y + link.end.y) / 2 + 2.5), alignment: .leading),
            entry: Point(x, top), exit: Point(x, bottom))
    }
}
