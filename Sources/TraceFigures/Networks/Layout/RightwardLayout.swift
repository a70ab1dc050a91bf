import Drawing
import Notation
import Typesetting

/// A network from left to right: one column for each layer, and the loss at the end.
struct RightwardLayout {
    let measures: NetworkMeasures
    /// Extra distance between neighbouring columns, in points.
    var stretch = 0.0

    private var edges: EdgeLayout { EdgeLayout(measures: measures) }

    /// The layout.
    func geometry() -> NetworkGeometry {
        let columns = measures.values.columns
        var geometry = NetworkGeometry()
        geometry.radius = measures.radius()
        let r = geometry.radius
        let visible = columns.map { measures.visibleUnits(of: $0) }
        let slots = visible.map { units in max(1, units.shown.count + (units.hidden > 0 ? 1 : 0)) }
        let below = columns.indices.map { measures.linesBelow($0) }.max() ?? 0
        let fallen = max(0, Double(below) * measures.lettering.lead - 12)
        let hasSums = columns.indices.contains { edges.skips.drawsSums(into: $0) }
        let risen = hasSums ? SkipLayout.rise - 4 : 0
        let rowHeight = risen + 2 * r + 12 + Double(below) * measures.lettering.lead + 10
        let arriving = columns.indices.map { measures.arriving(at: $0) }
        let needs = zip(arriving, slots).map { max(rowHeight, $0.height + 6 + fallen + risen) * Double($1) }
        let mostSlots = slots.max() ?? 1
        let blocks = columns.indices.filter { columns[$0].body == .block }.map { measures.block($0).height + 8 }
        let height = max(needs.max() ?? 0, blocks.max() ?? 0, measures.isTight || mostSlots > 3 ? 0 : mostSlots == 1 ? 130 : 210)
        let top = hasSums ? 0 : Double(edges.skips.levels) * 26
        let middle = top + height / 2

        var x = 0.0
        for (index, column) in columns.enumerated() {
            let widths = measures.partWidths(index, radius: r)
            if index > 0 { x += fan(into: index, slots, height: height) + arriving[index].width + stretch }
            let spacing = min(height / Double(slots[index]), max(needs[index] / Double(slots[index]), rowHeight * 1.5, 105))
            let start = middle - spacing * Double(slots[index]) / 2
            var placed = NetworkGeometry.Column(
                units: [], extent: Rect(x, top, widths.total, height),
                heading: measures.isTight ? nil : NetworkGeometry.Anchor(point: Point(x + widths.total / 2, top + height + 12)))
            if column.body == .block {
                let high = measures.block(index).height
                placed.block = Rect(x, middle - high / 2, widths.total, high)
                placed.mark = measures.mark(of: column)
            } else {
                let circleX = x + widths.total - widths.circle / 2
                var slot = 0
                for unit in visible[index].shown {
                    if visible[index].hidden > 0, slot == visible[index].before {
                        placed.ellipsis = Point(circleX, start + spacing * (Double(slot) + 0.5) - 5)
                        slot += 1
                    }
                    // The lines below take more room than the name above.
                    let y = start + spacing * (Double(slot) + 0.5) - (fallen - risen) / 2
                    let high = measures.lettering.pillHeight
                    let pill = widths.pill > 0 ? Rect(x, y - high / 2, widths.pill, high) : nil
                    let sum = edges.skips.drawsSums(into: index) ? Point(x + SkipLayout.sumRadius, y) : nil
                    placed.units.append(self.unit(unit, circle: Point(circleX, y), pill: pill, sum: sum, radius: r))
                    slot += 1
                }
                placed.hidden = visible[index].hidden
            }
            if let before = geometry.columns.last, measures.linkName(index) != nil, let top = placed.units.first {
                let ends = (before.extent.maxX + stretch / 2, top.circle.x - r)
                placed.linkName = NetworkGeometry.Anchor(point: Point((ends.0 + ends.1) / 2, top.circle.y - 5))
            }
            geometry.columns.append(placed)
            x += widths.total
        }
        geometry.lossRadius = r + 3
        let half = max(geometry.lossRadius, (measures.lossNoteWidth ?? 0) / 2)
        let toLoss = measures.arriving(at: columns.count)
        x += fan(into: columns.count, slots, height: height) + toLoss.width + half + stretch
        let outputs = geometry.columns.last?.units.map(\.circle.y) ?? []
        let level = outputs.isEmpty ? middle : outputs.reduce(0, +) / Double(outputs.count)
        geometry.lossCircle = Point(x, level)
        geometry.lossExtent = Rect(x - half, top, 2 * half, height)
        geometry.lossName.point = Point(x, level - geometry.lossRadius - 5)
        geometry.size = Size(x + half + 2, top + height + (measures.isTight ? 0 : 18))
        edges.addAll(to: &geometry)
        return geometry
    }

    /// The width over which edges fan out before a column or the loss: steep edges would be hard to distinguish.
    private func fan(into index: Int, _ slots: [Int], height: Double) -> Double {
        let columns = measures.values.columns
        let least = measures.isTight ? 40.0 : 50
        guard columns.indices.contains(index) else { return (slots.last ?? 1) == 1 ? least - 8 : min(max(least, 0.16 * height), 90) }
        let name = measures.linkName(index).map { $0.width + 12 } ?? 0
        if case .oneToOne? = columns[index].links.first?.kind, measures.drawnStatistics(into: index) == nil { return max(name, least - 4) }
        return max(slots[index - 1], slots[index]) == 1 ? max(name, 40) : min(max(least + 6, (measures.isTight ? 0.2 : 0.28) * height), 150)
    }

    /// A unit with its names above and its lines below.
    private func unit(_ index: Int, circle: Point, pill: Rect?, sum: Point?, radius: Double) -> NetworkGeometry.Unit {
        let link = (start: Point(pill?.maxX ?? circle.x, circle.y), end: Point(circle.x - radius, circle.y))
        return NetworkGeometry.Unit(
            index: index, circle: circle, pill: pill,
            name: NetworkGeometry.Anchor(point: Point(circle.x, circle.y - radius - 5)),
            lines: NetworkGeometry.Anchor(point: Point(circle.x, circle.y + radius + 10.5)),
            pillName: NetworkGeometry.Anchor(point: Point(pill?.center.x ?? 0, (pill?.minY ?? 0) - 5)),
            pillLines: NetworkGeometry.Anchor(point: Point(pill?.center.x ?? 0, (pill?.maxY ?? 0) + 10.5)), sum: sum, link: link,
            activation: NetworkGeometry.Anchor(point: Point((link.start.x + link.end.x) / 2, circle.y - 4)),
            entry: Point(sum.map { $0.x - SkipLayout.sumRadius } ?? pill?.minX ?? (circle.x - radius), circle.y), exit: nil)
    }
}
