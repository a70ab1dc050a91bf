import Autodiff
import Drawing
import NeuralNetworks

/// Lays out a network's edges between columns that are already placed.
struct EdgeLayout {
    let skips: SkipLayout
    private let labels: EdgeLabelLayout
    private let measures: NetworkMeasures

    init(measures: NetworkMeasures) {
        self.measures = measures
        skips = SkipLayout(columns: measures.values.columns)
        labels = EdgeLabelLayout(measures: measures)
    }

    private var texts: NetworkTexts { measures.texts }
    private var values: NetworkValues { texts.values }

    func addAll(to geometry: inout NetworkGeometry) {
        for index in values.columns.indices { addEdges(into: index, measures.arriving(at: index), to: &geometry) }
        addEdgesToLoss(measures.arriving(at: values.columns.count), &geometry)
    }

    /// Adds the edges that arrive at one column.
    /// - Returns: how bad the positions of their labels are; 0 is good.
    @discardableResult
    func addEdges(into index: Int, _ arriving: ArrivingLabels, to geometry: inout NetworkGeometry) -> Double {
        var faults = 0.0
        let target = geometry.columns[index]
        var ends = target.units.map { End(unit: $0.index, at: $0.entry, radius: 0) }
        if let block = target.block {
            let entry = geometry.flow == .rightward ? Point(block.minX, block.center.y) : Point(block.center.x, block.minY)
            ends = [End(unit: nil, at: entry, radius: 0)]
        }
        for link in values.columns[index].links {
            if case .skip = link.kind {
                geometry.edges += skips.edges(link, to: index, geometry)
            } else {
                faults += add(link, from: link.from, to: index, ends, arriving, &geometry)
            }
        }
        if let shared = measures.drawnStatistics(into: index), let link = values.columns[index].links.first {
            addCrossings(shared, link, to: index, ends, &geometry)
        }
        return faults
    }

    /// From each unit to the others of its group.
    private func addCrossings(
        _ shared: NetworkColumns.SharedStatistics, _ link: NetworkColumns.Link, to index: Int, _ ends: [End],
        _ geometry: inout NetworkGeometry
    ) {
        let starts = starts(of: link.from, geometry)
        for end in ends {
            for start in starts {
                guard let from = start.unit, let to = end.unit, from != to, from / shared.group == to / shared.group else { continue }
                geometry.edges.append(
                    NetworkGeometry.Edge(
                        fromColumn: link.from, toColumn: index, from: from, to: to, weight: nil, into: link.into,
                        points: start.way(to: end),
                        showsLabel: false, isShared: true))
            }
        }
    }

    @discardableResult
    func addEdgesToLoss(_ arriving: ArrivingLabels, _ geometry: inout NetworkGeometry) -> Double {
        guard let last = geometry.columns.indices.last else { return 0 }
        let radius = geometry.lossRadius
        let entry = geometry.flow == .rightward ? Point(-radius, 0) : Point(0, -radius)
        let isDirect = arriving.arrangement == .none || geometry.flow == .downward && arriving.arrangement != .grid
        let end = End(unit: 0, at: isDirect ? geometry.lossCircle : geometry.lossCircle + entry, radius: isDirect ? radius : 0)
        return add(nil, from: last, to: last + 1, [end], arriving, &geometry)
    }

    /// Where edges arrive: at a point, or on a circle around it.
    private struct End {
        let unit: Int?
        let at: Point
        let radius: Double
    }

    /// Where an edge leaves a column: a circle, or the middle of a block's far side.
    private struct Start {
        let unit: Int?
        let at: Point
        /// A point clear of the texts around the column.
        let clear: Point

        /// The path to an end.
        func way(to end: End) -> [Point] {
            let way = end.at - clear
            let tip = way.length > 0 ? end.at - way * (end.radius / way.length) : end.at
            return (clear - at).length > 1 ? [at, clear, tip] : [at, tip]
        }
    }

    private func starts(of column: Int, _ geometry: NetworkGeometry) -> [Start] {
        let placed = geometry.columns[column]
        if let block = placed.block {
            let exit = geometry.flow == .rightward ? Point(block.maxX, block.center.y) : Point(block.center.x, block.maxY)
            return [Start(unit: nil, at: exit, clear: exit)]
        }
        return placed.units.map { unit in
            switch geometry.flow {
            case .rightward:
                let at = Point(unit.circle.x + geometry.radius, unit.circle.y)
                return Start(unit: unit.index, at: at, clear: Point(max(at.x, placed.extent.maxX), at.y))
            case .downward:
                let exit = unit.exit ?? unit.circle
                return Start(unit: unit.index, at: exit, clear: exit)
            }
        }
    }

    private func add(
        _ link: NetworkColumns.Link?, from: Int, to: Int, _ ends: [End], _ arriving: ArrivingLabels, _ geometry: inout NetworkGeometry
    ) -> Double {
        var edges: [NetworkGeometry.Edge] = []
        let starts = starts(of: from, geometry)
        for end in ends {
            var number = 0
            for start in starts {
                var weight: ScalarID?
                switch link?.kind {
                case .oneToOne?: if start.unit != end.unit { continue }
                case .weights(let id)?:
                    if let to = end.unit, let unit = start.unit { weight = ScalarID(id, to * values.columns[from].count + unit) }
                case .allToAll?, .skip?, nil: break
                }
                let isLabelled = arriving.arrangement != .none && start.unit != nil && end.unit != nil
                var edge = NetworkGeometry.Edge(
                    fromColumn: from, toColumn: to, from: start.unit, to: link == nil && start.unit == nil ? nil : end.unit, weight: weight,
                    into: link?.into ?? values.lowered.loss, points: start.way(to: end), showsLabel: isLabelled)
                if isLabelled { lead(&edge, start, to: end, number, arriving, geometry.flow) }
                edges.append(edge)
                number += 1
            }
        }
        let faults = geometry.flow == .downward && arriving.arrangement != .grid ? labels.place(on: &edges, geometry) : 0
        if arriving.arrangement == .grid, let grid = grid(of: edges, from: from, ends.map(\.at), arriving, geometry) {
            geometry.grids.append(grid)
        }
        geometry.edges += edges
        return faults
    }

    /// Leads an edge to its label, and from there to its unit.
    /// - Parameter number: the index of the label among those of the unit.
    private func lead(
        _ edge: inout NetworkGeometry.Edge, _ start: Start, to end: End, _ number: Int, _ arriving: ArrivingLabels,
        _ flow: NetworkGeometry.Flow
    ) {
        let middle = Double(number) - Double(arriving.count - 1) / 2
        edge.arrangement = arriving.arrangement
        (edge.labelWidth, edge.labelSplit) = (arriving.size.width, arriving.split)
        switch (arriving.arrangement, flow) {
        case (.grid, .rightward):
            let left = end.at.x - arriving.width
            edge.label = Point(left + arriving.size.width * (Double(number) + 0.5), end.at.y)
            edge.labelTop = end.at.y - arriving.size.height / 2
            edge.points = start.way(to: End(unit: nil, at: Point(left - 2, end.at.y), radius: 0))
        case (.grid, .downward):
            let top = end.at.y - Self.gridHeight(arriving)
            edge.label = Point(end.at.x, top + arriving.size.height * (Double(number) + 0.5))
            edge.points = start.way(to: End(unit: nil, at: Point(end.at.x, top - 2), radius: 0))
        case (.stacked, .rightward), (.sideBySide, .rightward):
            let right = end.at.x - arriving.joint
            let left = right - arriving.size.width - 6
            let y = end.at.y + middle * arriving.pitch
            edge.label = Point((left + right) / 2, y)
            edge.labelTop = y - arriving.size.height / 2
            edge.points = start.way(to: End(unit: nil, at: Point(left, y), radius: 0)) + [Point(right, y), end.at]
        case (.none, .rightward), (.none, .downward), (.stacked, .downward), (.sideBySide, .downward): break
        }
    }

    /// The height of the cells above a unit, with the edge down to it.
    static func gridHeight(_ arriving: ArrivingLabels) -> Double { arriving.size.height * Double(arriving.count) + 8 }

    private func grid(
        of edges: [NetworkGeometry.Edge], from: Int, _ ends: [Point], _ arriving: ArrivingLabels, _ geometry: NetworkGeometry
    ) -> TensorGrid? {
        let first = Array(edges.prefix(arriving.count))
        guard first.allSatisfy(\.showsLabel) else { return nil }
        let keys = first.compactMap(\.from).map {
            texts.symbol(values.scalar(values.columns[from].shown, $0, sample: 0, of: values.columns[from].count))
        }
        switch geometry.flow {
        case .rightward:
            return TensorGrid(
                rows: ends.map(\.y), columns: first.map(\.label.x), cell: arriving.size, columnKeys: keys,
                links: ends.map { (Point($0.x - arriving.joint, $0.y), $0) })
        case .downward:
            return TensorGrid(
                rows: first.map(\.label.y), columns: ends.map(\.x), cell: arriving.size, rowKeys: keys,
                links: ends.map { (Point($0.x, $0.y - 8), $0) })
        }
    }
}
