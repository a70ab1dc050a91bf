import Autodiff
import Drawing
import NeuralNetworks

/// Draws the ways of a network's edges between columns that have their places.
struct EdgeLayout {
    let skips: SkipLayout
    private let labels: EdgeLabelLayout
    private let texts: NetworkTexts

    init(measures: NetworkMeasures) {
        texts = measures.texts
        skips = SkipLayout(columns: measures.values.columns)
        labels = EdgeLabelLayout(measures: measures)
    }

    private var values: NetworkValues { texts.values }

    func addAll(to geometry: inout NetworkGeometry) {
        for index in values.columns.indices { addEdges(into: index, to: &geometry) }
        addEdgesToLoss(&geometry)
    }

    /// The edges that arrive at one column.
    /// - Returns: how bad the places of their labels are.
    @discardableResult
    func addEdges(into index: Int, to geometry: inout NetworkGeometry) -> Double {
        var cost = 0.0
        for link in values.columns[index].links {
            if case .skip = link.kind {
                geometry.edges.append(skips.edge(link, to: index, geometry))
                continue
            }
            var edges = edges(of: link, to: index, geometry)
            cost += labels.place(on: &edges, geometry)
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
                        into: values.lowered.loss,
                        points: [
                            end.exit ?? leaving(end.center, toward: geometry.lossCircle, end.unit == nil ? 0 : geometry.radius),
                            leaving(geometry.lossCircle, toward: end.exit ?? end.center, geometry.lossRadius),
                        ], label: .zero, showsLabel: texts.products != nil && end.unit != nil))
            }
        }
        let cost = labels.place(on: &toLoss, geometry)
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
                    weight = ScalarID(id, to * values.columns[link.from].count + from)
                }
                edges.append(
                    NetworkGeometry.Edge(
                        fromColumn: link.from, toColumn: index, from: start.unit, to: end.unit, weight: weight,
                        into: link.into,
                        points: [
                            start.exit ?? leaving(start.center, toward: end.at, start.unit == nil ? 0 : geometry.radius),
                            leaving(end.at, toward: start.center, end.radius),
                        ], label: .zero,
                        showsLabel: weight != nil || (texts.products != nil && count <= 64 && start.unit != nil)))
            }
        }
        return edges
    }
}
