import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

extension NetworkLayout {
    func addEdges(to geometry: inout NetworkGeometry) {
        for index in scene.columns.indices { addEdges(into: index, to: &geometry) }
        addEdgesToLoss(&geometry)
    }

    /// The edges that arrive at one column.
    /// - Returns: how bad the places of their labels are.
    @discardableResult
    func addEdges(into index: Int, to geometry: inout NetworkGeometry) -> Double {
        var cost = 0.0
        for link in scene.columns[index].links {
            if case .skip = link.kind {
                let level = nesting((link.from, index))
                geometry.edges.append(
                    geometry.flow == .rightward
                        ? skip(link, to: index, level: level, geometry) : downwardSkip(link, to: index, level: level, geometry))
                continue
            }
            var edges = edges(of: link, to: index, geometry)
            cost += placeLabels(of: &edges, geometry)
            geometry.edges += edges
        }
        return cost
    }

    @discardableResult
    func addEdgesToLoss(_ geometry: inout NetworkGeometry) -> Double {
        var toLoss: [NetworkGeometry.Edge] = []
        if let last = geometry.columns.indices.last {
            for end in ends(of: last, geometry) {
                toLoss.append(
                    NetworkGeometry.Edge(
                        fromColumn: last, toColumn: last + 1, from: end.unit, to: end.unit == nil ? nil : 0, weight: nil,
                        into: scene.lowered.loss,
                        points: [
                            end.exit ?? leaving(end.center, toward: geometry.lossCircle, end.unit == nil ? 0 : geometry.radius),
                            leaving(geometry.lossCircle, toward: end.exit ?? end.center, geometry.lossRadius),
                        ], label: .zero, showsLabel: scene.products != nil && end.unit != nil))
            }
        }
        let cost = placeLabels(of: &toLoss, geometry)
        geometry.edges += toLoss
        return cost
    }

    private func leaving(_ center: Point, toward other: Point, _ radius: Double) -> Point {
        let way = other - center
        return way.length > 0 ? center + way * (radius / way.length) : center
    }

    /// Where edges leave a column: its circles, or the middle of a block's far side.
    private func ends(of column: Int, _ geometry: NetworkGeometry) -> [(unit: Int?, center: Point, exit: Point?)] {
        if let block = geometry.columns[column].block {
            let exit = geometry.flow == .rightward ? Point(block.maxX, block.center.y) : Point(block.center.x, block.maxY)
            return [(nil, exit, exit)]
        }
        return geometry.columns[column].units.map { ($0.index, $0.circle, $0.exit) }
    }

    private func edges(
        of link: NetworkColumns.Link, to index: Int, _ geometry: NetworkGeometry
    ) -> [NetworkGeometry.Edge] {
        let target = geometry.columns[index]
        let starts = ends(of: link.from, geometry)
        var ends: [(unit: Int?, at: Point, radius: Double)] = target.units.map { unit in
            if unit.pill == nil, unit.exit == nil, case .oneToOne = link.kind { return (unit.index, unit.circle, geometry.radius) }
            // From one side, so that steep edges keep clear of what stands beside.
            return (unit.index, unit.entry, 0)
        }
        if let block = target.block {
            let entry = geometry.flow == .rightward ? Point(block.minX, block.center.y) : Point(block.center.x, block.minY)
            ends = [(nil, entry, 0)]
        }
        var edges: [NetworkGeometry.Edge] = []
        let count = starts.count * ends.count
        for end in ends {
            for start in starts {
                if case .oneToOne = link.kind, start.unit != end.unit { continue }
                var weight: ScalarID?
                if case .weights(let id) = link.kind, let to = end.unit, let from = start.unit {
                    weight = ScalarID(id, to * scene.columns[link.from].count + from)
                }
                edges.append(
                    NetworkGeometry.Edge(
                        fromColumn: link.from, toColumn: index, from: start.unit, to: end.unit, weight: weight,
                        into: link.into,
                        points: [
                            start.exit ?? leaving(start.center, toward: end.at, start.unit == nil ? 0 : geometry.radius),
                            leaving(end.at, toward: start.center, end.radius),
                        ], label: .zero,
                        showsLabel: weight != nil || (scene.products != nil && count <= 64 && start.unit != nil)))
            }
        }
        return edges
    }

    private func skip(
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

    /// A quadratic curve's point.
    func arc(from a: Point, by b: Point, to c: Point, _ t: Double) -> Point {
        a * ((1 - t) * (1 - t)) + b * (2 * t * (1 - t)) + c * (t * t)
    }

    /// Puts each label on its own line where it meets no other label and the fewest other lines.
    /// - Returns: how bad the places are: 1000 and more for each label without one, 12 for each line that a label covers.
    private func placeLabels(of edges: inout [NetworkGeometry.Edge], _ geometry: NetworkGeometry) -> Double {
        let shown = edges.indices.filter { edges[$0].showsLabel }
        let count = edges.count
        var taken: [Rect] = []
        var whole = 0.0
        for index in edges.indices {
            let edge = edges[index]
            guard let start = edge.points.first, let end = edge.points.last else { continue }
            let size = labelSize(edge, count: count)
            let before = geometry.columns[edge.fromColumn].extent
            let after = geometry.columns.indices.contains(edge.toColumn) ? geometry.columns[edge.toColumn].extent : geometry.lossExtent
            var best: (cost: Double, at: Point)?
            for step in 0...36 {
                let t = 0.05 + 0.9 * Double(step) / 36
                let at = start + (end - start) * t
                let box = Rect(center: at, width: size.width + 4, height: size.height + 3)
                switch geometry.flow {
                case .rightward: guard box.minX >= before.maxX + 3, box.maxX <= after.minX - 3 else { continue }
                case .downward:
                    guard box.minY >= before.maxY + 3, box.maxY <= after.minY - 3, box.minX >= 0, box.maxX <= geometry.size.width
                    else { continue }
                }
                var cost = abs(t - 0.36) * 2
                for other in taken where other.overlaps(box) { cost += 1000 + other.intersection(box).width }
                for other in edges.indices where other != index {
                    guard let from = edges[other].points.first, let to = edges[other].points.last else { continue }
                    if box.part(ofLineFrom: from, to: to) != nil { cost += 12 }
                }
                if best.map({ cost < $0.cost }) ?? true { best = (cost, at) }
            }
            let at = best?.at ?? (start + (end - start) * 0.5)
            edges[index].label = at
            guard shown.contains(index) else { continue }
            whole += best?.cost ?? 2000
            if let best, best.cost < 1000 {
                taken.append(Rect(center: at, width: size.width + 4, height: size.height + 3))
            } else {
                edges[index].showsLabel = false
            }
        }
        return whole
    }

    private func labelSize(_ edge: NetworkGeometry.Edge, count: Int) -> Size {
        let lines = scene.lines(of: edge, count: count, SceneState(), reserve: scene.reserve)
        let widths = lines.map { scene.text($0.formula, NetworkScene.Lettering.small, .ink, bold: true).width }
        return Size(widths.max() ?? 20, Double(max(lines.count, 1)) * scene.lead - 1)
    }
}
