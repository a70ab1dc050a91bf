import Autodiff
import Drawing
import NeuralNetworks

/// Leads skip connections around the layers that they skip, each on a level of its own.
struct SkipLayout {
    let columns: [NetworkColumns.Column]

    /// The distance between levels next to columns that go downward, in points.
    static let laneWidth = 20.0

    /// The largest number of nested skip connections.
    var levels: Int { skips.map(nesting).max() ?? 0 }

    /// The largest number of units of a layer whose skip connections are drawn one by one; for more, one line represents all.
    private static let mostUnits = 4
    /// The radius of the + at which a unit's skip connection ends.
    static let sumRadius = 7.0
    /// How far above a unit's circle its skip connection passes the block, in points.
    static let rise = 20.0

    /// Whether every unit's skip connection is drawn with the + at which it ends: in a column to which few units' own values are added.
    func drawsSums(into index: Int) -> Bool {
        guard levels == 1, columns[index].body == .units, columns[index].count <= Self.mostUnits else { return false }
        return columns[index].links.contains { link in
            if case .skip(nil) = link.kind { columns[link.from].count == columns[index].count } else { false }
        }
    }

    func edges(_ link: NetworkColumns.Link, to index: Int, _ geometry: NetworkGeometry) -> [NetworkGeometry.Edge] {
        let level = nesting((link.from, index))
        return switch geometry.flow {
        case .rightward where drawsSums(into: index): unitSkips(link, to: index, geometry)
        case .rightward: [rightward(link, to: index, level: level, geometry)]
        case .downward: [downward(link, to: index, level: level, geometry)]
        }
    }

    /// From each unit over its own row to the + before its sum.
    private func unitSkips(_ link: NetworkColumns.Link, to index: Int, _ geometry: NetworkGeometry) -> [NetworkGeometry.Edge] {
        zip(geometry.columns[link.from].units, geometry.columns[index].units).compactMap { from, to in
            guard let sum = to.sum else { return nil }
            let r = geometry.radius
            let start = Point(from.circle.x + 0.68 * r, from.circle.y - 0.73 * r)
            let end = Point(sum.x, sum.y - Self.sumRadius)
            // Above the labels in the row, too.
            let labels = geometry.edges.filter { $0.toColumn > link.from && $0.toColumn < index && $0.to == to.index && $0.showsLabel }
            let y = min(min(from.circle.y, to.circle.y) - r - Self.rise, labels.map { $0.labelTop - 9 }.min() ?? .infinity)
            let bend = 10.0
            var points = [start]
            points += (0...6).map {
                arc(from: Point(start.x, y + bend), by: Point(start.x, y), to: Point(start.x + bend, y), Double($0) / 6)
            }
            points += (0...6).map { arc(from: Point(end.x - bend, y), by: Point(end.x, y), to: Point(end.x, y + bend), Double($0) / 6) }
            let before = geometry.columns.indices.contains(index - 1) ? geometry.columns[index - 1].extent.maxX : end.x
            return NetworkGeometry.Edge(
                fromColumn: link.from, toColumn: index, from: from.index, to: to.index, weight: nil, into: link.into,
                points: points + [end],
                label: Point((before + end.x) / 2, y), showsLabel: true, isSkip: true)
        }
    }

    /// The skip connections around other layers, by their columns.
    private var skips: [(from: Int, to: Int)] {
        columns.indices.flatMap { to in
            columns[to].links.compactMap { link -> (from: Int, to: Int)? in
                if case .skip = link.kind { return (link.from, to) } else { return nil }
            }
        }
    }

    /// The level of a skip connection, from 1: outside those nested in it.
    private func nesting(_ skip: (from: Int, to: Int)) -> Int {
        1 + skips.filter { $0.from >= skip.from && $0.to <= skip.to && $0 != skip }.count
    }

    /// A skip connection over the columns.
    private func rightward(
        _ link: NetworkColumns.Link, to index: Int, level: Int, _ geometry: NetworkGeometry
    ) -> NetworkGeometry.Edge {
        func top(of column: Int) -> Point {
            let placed = geometry.columns[column]
            if let block = placed.block { return Point(block.center.x, block.minY) }
            return placed.units.first.map { Point($0.circle.x, $0.circle.y - geometry.radius - 15) } ?? .zero
        }
        let (start, end) = (top(of: link.from), top(of: index))
        let between = (link.from...index).map { top(of: $0).y }.min() ?? 0
        let y = between - 4 - 24 * Double(level)
        let bend = 18.0
        var points = [start, Point(start.x, y + bend)]
        for step in 1...6 {
            let angle = Double(step) / 6
            points.append(arc(from: Point(start.x, y + bend), by: Point(start.x, y), to: Point(start.x + bend, y), angle))
        }
        for step in 0...6 {
            let angle = Double(step) / 6
            points.append(arc(from: Point(end.x - bend, y), by: Point(end.x, y), to: Point(end.x, y + bend), angle))
        }
        points.append(end)
        return NetworkGeometry.Edge(
            fromColumn: link.from, toColumn: index, from: nil, to: nil, weight: nil, into: link.into, points: points,
            label: Point((start.x + end.x) / 2, y), showsLabel: true, isSkip: true)
    }

    /// A skip connection along the right side.
    private func downward(_ link: NetworkColumns.Link, to index: Int, level: Int, _ geometry: NetworkGeometry) -> NetworkGeometry.Edge {
        /// - Parameter way: 1 where the line leaves, below the texts that stand beside the unit, and −1 where it arrives, above them.
        func side(of column: Int, _ way: Double) -> Point {
            let placed = geometry.columns[column]
            if let block = placed.block { return Point(block.maxX + 3, block.center.y) }
            guard let unit = placed.units.last else { return .zero }
            let r = geometry.radius
            guard unit.lines.alignment == .leading else { return Point(unit.circle.x + r + 3, unit.circle.y) }
            return Point(unit.circle.x + 0.39 * r + 3, unit.circle.y + way * 0.92 * r)
        }
        let (start, end) = (side(of: link.from, 1), side(of: index, -1))
        let levels = max(self.levels, level)
        let x = geometry.size.width - Self.laneWidth * (Double(levels - level) + 0.5)
        let bend = min(14, max(0, x - start.x), max(0, x - end.x))
        var points = [start]
        for step in 0...6 {
            points.append(arc(from: Point(x - bend, start.y), by: Point(x, start.y), to: Point(x, start.y + bend), Double(step) / 6))
        }
        for step in 0...6 {
            points.append(arc(from: Point(x, end.y - bend), by: Point(x, end.y), to: Point(x - bend, end.y), Double(step) / 6))
        }
        points.append(end)
        return NetworkGeometry.Edge(
            fromColumn: link.from, toColumn: index, from: nil, to: nil, weight: nil, into: link.into, points: points,
            label: Point(x, (start.y + end.y) / 2), showsLabel: true, isSkip: true)
    }

    /// A point of a quadratic curve.
    private func arc(from a: Point, by b: Point, to c: Point, _ t: Double) -> Point {
        a * ((1 - t) * (1 - t)) + b * (2 * t * (1 - t)) + c * (t * t)
    }
}
