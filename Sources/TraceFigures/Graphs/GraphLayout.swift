import Drawing
import Typesetting

/// The layout of a graph on the page.
struct GraphLayout {
    var graph: ComputationGraph
    var dressing: GraphDressing
    /// The outline of each node.
    var nodes: [Rect] = []
    var routes: [EdgeRoute] = []
    var above: [PlacedLabel?] = []
    var below: [PlacedLabel?] = []
    var products: [PlacedLabel?] = []
    var result: PlacedLabel?
    /// From the result's node to its name.
    var resultArrow: EdgeRoute?
    /// Edges whose product should be written but has no place.
    var unplaced: [Int] = []
    /// The number of names, values and gradients of nodes that are on lines, plus three times that of those without a place.
    var missing = 0
    /// Products that are too near to another edge.
    var ambiguous = 0
    /// Grids of whole tensors that are not right above or below their node.
    var aside = 0
    /// Pairs of edges that cross.
    var crossings = 0
    /// The direction of the values on the page.
    var flow = NetworkGeometry.Flow.rightward

    /// The bounds of everything that is drawn.
    var bounds: Rect {
        let labels = (above + below + products + [result]).compactMap { $0 }
        var boxes = nodes + labels.map(\.shape.bounds)
        boxes += routes.flatMap { $0.shapes.map(\.bounds) }
        return boxes.dropFirst().reduce(boxes.first ?? Rect(0, 0, 0, 0)) { $0.union($1) }
    }
}

extension GraphLayout {
    /// Lays a graph out with room for its labels, increasing the distances until every label has a place.
    /// - Parameters:
    ///   - wanted: the edges whose products are written.
    ///   - width: the width over which a small graph may spread, in points.
    init(_ graph: ComputationGraph, _ dressing: GraphDressing, wanted: Set<Int>, width: Double) {
        var layering = Layering(rightward: graph)
        layering.reduceCrossings()
        var best: GraphLayout?
        for growth in graph.nodes.count > 16 ? [1, 1.2, 1.45, 1.8] : [1, 1.12, 1.25, 1.4, 1.6, 1.85] {
            let layout = GraphLayout(graph, dressing, layering, wanted: wanted, growth: growth)
            let fits = layout.bounds.width <= width && layout.bounds.height <= width
            if layout.score < best?.score ?? .max || (fits && layout.score == best?.score) { best = layout }
            if layout.score == 0, !fits { break }
        }
        self = best ?? GraphLayout(graph: graph, dressing: dressing)
        crossings = layering.crossings
    }

    var faults: Int { unplaced.count + missing }

    /// Where lines are interrupted.
    var pauses: [Rect] { pauses(at: above + below + products) }

    /// Where lines are interrupted if no products are drawn, and gradients of whole tensors are not known.
    var nodePauses: [Rect] { pauses(at: above + below.indices.map { dressing.gradients[$0] == nil ? below[$0] : nil }) }

    private func pauses(at labels: [PlacedLabel?]) -> [Rect] {
        labels.compactMap { $0 }.filter(\.pausesLines).map { $0.box.insetBy(-1.5, -1) }
    }

    /// How far the layout is from one in which every label has a place of its own.
    var score: Int { 3 * faults + ambiguous + aside }

    private init(
        _ graph: ComputationGraph, _ dressing: GraphDressing, _ layering: Layering, wanted: Set<Int>, growth: Double
    ) {
        self.init(graph: graph, dressing: dressing)
        let centers = Self.centers(graph, dressing, layering, wanted: wanted, growth: growth)
        nodes = graph.nodes.indices.map { index in
            let size = dressing.size(of: index)
            return Rect(center: centers[index], width: size.width, height: size.height)
        }
        route(layering.chains.map { $0.map { centers[$0] } })
        label(wanted: wanted)
    }

    /// A layout with given positions, for a figure that knows its own order, such as time.
    /// - Parameter bent: the edges that keep all their bends, even unnecessary ones.
    init(
        _ graph: ComputationGraph, _ dressing: GraphDressing, centers: [Point], bends: [[Point]], wanted: Set<Int>, bent: Set<Int>
    ) {
        self.init(graph: graph, dressing: dressing)
        nodes = graph.nodes.indices.map { index in
            let size = dressing.size(of: index)
            return Rect(center: centers[index], width: size.width, height: size.height)
        }
        route(graph.edges.enumerated().map { [centers[$1.from]] + bends[$0] + [centers[$1.to]] }, bent: bent)
        label(wanted: wanted)
    }

    /// The distance between the nodes of one layer and those of the next, in points.
    static let leastGap = 34.0

    private static func centers(
        _ graph: ComputationGraph, _ dressing: GraphDressing, _ layering: Layering, wanted: Set<Int>, growth: Double
    ) -> [Point] {
        let reach = layering.layer.indices.map { vertex -> (above: Double, below: Double) in
            guard !layering.isDummy(vertex) else { return (5, 5) }
            let half = dressing.size(of: vertex).height / 2
            return (
                half + (dressing.above[vertex].map { $0.height + 4 } ?? 0),
                half + (dressing.below[vertex].map { $0.height + 6 } ?? 0)
            )
        }
        let y = layering.levelled(layering.rows(reach: reach, gap: 16 * growth))
        var halves = [Double](repeating: 8, count: layering.order.count)
        for vertex in graph.nodes.indices {
            let layer = layering.layer[vertex]
            let text = max(dressing.above[vertex]?.width ?? 0, (dressing.below[vertex]?.width ?? 0) + 8)
            halves[layer] = max(halves[layer], dressing.size(of: vertex).width / 2, min(text / 2, dressing.hasGrid(vertex) ? 80 : 60))
        }
        var gaps = [Double](repeating: leastGap, count: max(layering.order.count - 1, 0))
        for (edge, chain) in layering.chains.enumerated() {
            let spans = chain.count - 1
            for (a, b) in zip(chain, chain.dropFirst()) {
                let layer = layering.layer[a]
                var need = leastGap
                if wanted.contains(edge), let product = dressing.products[edge] {
                    need = max(need, (product.width + 22) / Double(min(spans, 2)))
                }
                need = max(need, min(abs(y[a] - y[b]) * 0.62, 240))
                gaps[layer] = max(gaps[layer], need)
            }
        }
        var x = [halves.first ?? 0]
        for (index, gap) in gaps.enumerated() {
            x.append(
                x[index] + dressing.type.radius + gap * (0.6 + 0.4 * growth) + max(halves[index] - dressing.type.radius, 0) * 0.5
                    + max(halves[index + 1] - dressing.type.radius, 0) * 0.5 + dressing.type.radius)
        }
        return layering.layer.indices.map { Point(x[layering.layer[$0]], y[$0]) }
    }
}

extension Layering {
    init(rightward graph: ComputationGraph) {
        self.init(
            vertexCount: graph.nodes.count, edges: graph.edges.map { ($0.from, $0.to) },
            keepsLeft: graph.nodes.map { !graph.isUnrolled && ($0.kind == .input || $0.kind == .parameter) },
            isTight: graph.isUnrolled)
    }
}

extension GraphLayout {
    mutating func route(_ chains: [[Point]], bent: Set<Int> = []) {
        let shapes = nodes.map { ConvexShape(pill: $0) }
        var twins: [[Int]: [Int]] = [:]
        for (index, edge) in graph.edges.enumerated() { twins[[edge.from, edge.to], default: []].append(index) }
        for (index, edge) in graph.edges.enumerated() {
            var bends = chains[index]
            if flow == .rightward { Self.turnToEnds(&bends, from: nodes[edge.from], to: nodes[edge.to]) }
            let others = shapes.indices.filter { $0 != edge.from && $0 != edge.to }.map { shapes[$0] }
            // Unnecessary bends are removed.
            var at = 1
            while !bent.contains(index), at < bends.count - 1 {
                let straight = ConvexShape([bends[at - 1], bends[at + 1]])
                if others.contains(where: { $0.comesNear(straight, clearance: 9) }) { at += 1 } else { bends.remove(at: at) }
            }
            if let group = twins[[edge.from, edge.to]], group.count > 1, let place = group.firstIndex(of: index) {
                let middle = (bends[0] + bends[bends.count - 1]) * 0.5
                let way = bends[bends.count - 1] - bends[0]
                let normal = Point(-way.y, way.x) * (1 / max(way.length, 1e-9))
                let off = (Double(place) - Double(group.count - 1) / 2) * 44
                if bends.count == 2 {
                    bends.insert(middle + normal * off, at: 1)
                } else {
                    for inner in bends.indices.dropFirst().dropLast() { bends[inner] = bends[inner] + normal * (off / 2) }
                }
            }
            routes.append(EdgeRoute(bends: bends, from: nodes[edge.from], to: nodes[edge.to]))
        }
    }

    /// An edge to the right leaves a wide node at its right end and enters at its left end, clear of the text above and below.
    private static func turnToEnds(_ bends: inout [Point], from: Rect, to: Rect) {
        let last = bends.count - 1
        let next = bends[1]
        let before = bends[last - 1]
        if next.x > from.maxX { bends[0].x = from.maxX - min(from.width, from.height) / 2 }
        if before.x < to.minX { bends[last].x = to.minX + min(to.width, to.height) / 2 }
    }

    mutating func label(wanted: Set<Int>) {
        var search = labelNodes()
        labelEdges(wanted, &search)
    }

    /// Places the result and the texts of nodes; returns what is left free.
    mutating func labelNodes(room: ClosedRange<Double>? = nil) -> LabelSearch {
        var search = LabelSearch(bodies: nodes.map { ConvexShape(pill: $0) }, routes: routes)
        if let room { search.room = room }
        if nodes.indices.contains(graph.result) {
            let end = nodes[graph.result]
            let laid = dressing.result
            let label = PlacedLabel(
                laid: laid, center: Point(end.maxX + (flow == .rightward ? 40 : 22) + laid.width / 2, end.center.y))
            search.add(body: label.shape)
            let arrow = EdgeRoute(
                bends: [end.center, Point(label.box.minX - 2.5, end.center.y)], from: end,
                to: Rect(label.box.minX, end.center.y, 0, 0))
            search.add(body: ConvexShape([arrow.points[0], arrow.points[arrow.points.count - 1]]))
            result = label
            resultArrow = arrow
        }
        /// The text of a node; where no place is free, lines are interrupted for it.
        func place(_ laid: Laid?, at index: Int, padding: Double, isAbove: Bool) -> PlacedLabel? {
            guard let laid else { return nil }
            let isGrid = (isAbove ? dressing.values[index] : dressing.gradients[index]) != nil
            func candidates(_ mostLift: Double) -> [LabelSearch.Candidate] {
                let beside = isGrid && flow == .downward ? LabelSearch.candidates(beside: nodes[index], laid, isLeft: isAbove) : []
                return beside
                    + LabelSearch.candidates(
                        around: nodes[index], laid, padding: padding, isAbove: isAbove, flow: flow, mostLift: mostLift)
            }
            // Where lines come from above, a distant label would seem to belong to them.
            let near = candidates(flow == .rightward ? 28 : 6)
            if let placed = search.place(laid, padding: padding, candidates: near) { return placed }
            // Of a whole tensor, all numbers would be lost.
            guard flow == .downward || isGrid, let placed = search.placePausing(laid, padding: padding, candidates: candidates(28)) else {
                missing += 3
                return nil
            }
            missing += 1
            return placed
        }
        for index in nodes.indices {
            above.append(place(dressing.above[index], at: index, padding: 0, isAbove: true))
            below.append(place(dressing.below[index], at: index, padding: dressing.sums.contains(index) ? 3 : 0, isAbove: false))
        }
        if flow == .rightward {
            aside = nodes.indices.count { index in
                let grids = [dressing.values[index] == nil ? nil : above[index], dressing.gradients[index] == nil ? nil : below[index]]
                return grids.contains { $0.map { !Self.isNear($0.box, nodes[index]) } ?? false }
            }
        }
        return search
    }

    /// Places the products of edges where the search finds room.
    mutating func labelEdges(_ wanted: Set<Int>, _ search: inout LabelSearch) {
        products = Array(repeating: nil, count: routes.count)
        // The shortest edges have the fewest places to choose from.
        var queue = wanted.filter { dressing.products[$0] != nil }
            .sorted { (routes[$0].length, $0) < (routes[$1].length, $1) }
        let start = search
        for attempt in 0..<4 {
            search = start
            var failed: [Int] = []
            var placed = [PlacedLabel?](repeating: nil, count: routes.count)
            for edge in queue {
                guard let laid = dressing.products[edge] else { continue }
                let isSlanted = flow == .downward || isSlanted(edge, for: laid)
                if isSlanted, flow == .downward || !hides(laid, edge) {
                    placed[edge] = search.place(laid, on: routes[edge], ofEdge: edge)
                }
                if placed[edge] == nil {
                    placed[edge] = search.place(
                        laid,
                        candidates: LabelSearch.candidates(along: routes[edge], laid, prefersAbove: prefersAbove(edge), flow: flow),
                        ofEdge: edge)
                }
                if placed[edge] == nil, isSlanted {
                    placed[edge] = search.place(laid, on: routes[edge], ofEdge: edge)
                }
                if placed[edge] == nil { failed.append(edge) }
            }
            if attempt == 0 || failed.count < unplaced.count {
                ambiguous = placed.enumerated().count { edge, label in
                    label.map { search.isAmbiguous($0.shape, ofEdge: edge) } ?? false
                }
                products = placed
                unplaced = failed
            }
            if failed.isEmpty { break }
            if attempt == 3, flow == .downward {
                // On a narrow page there may be no place clear of all lines.
                for edge in unplaced {
                    guard let laid = dressing.products[edge] else { continue }
                    products[edge] = search.placePausing(
                        laid, candidates: LabelSearch.candidates(along: routes[edge], laid, prefersAbove: prefersAbove(edge), flow: flow))
                }
            }
            queue = failed + queue.filter { !failed.contains($0) }
        }
    }

    /// Whether a label is above or below a node, and nobody could take it for another's.
    private static func isNear(_ label: Rect, _ node: Rect) -> Bool {
        let gap = max(node.minY - label.maxY, label.minY - node.maxY)
        return gap >= 0 && gap < 12 && min(label.maxX, node.maxX) - max(label.minX, node.minX) > min(label.width, node.width) / 3
    }

    /// Whether an edge is neither horizontal nor too short to be visible on both sides of its label.
    private func isSlanted(_ edge: Int, for laid: Laid) -> Bool {
        guard let start = routes[edge].points.first, let end = routes[edge].points.last else { return false }
        return abs(end.y - start.y) > 0.06 * abs(end.x - start.x) && routes[edge].length > laid.width + 24
    }

    /// Whether more than half of a straight edge would be interrupted for a label on it.
    private func hides(_ laid: Laid, _ edge: Int) -> Bool {
        guard let start = routes[edge].points.first, let end = routes[edge].points.last else { return false }
        let way = end - start
        let covered = min(laid.width / max(abs(way.x), 1e-9), laid.height / max(abs(way.y), 1e-9))
        return covered > 0.5
    }

    /// Of two edges into one node the upper one is labelled above and the lower one below, so that the labels are outside.
    private func prefersAbove(_ edge: Int) -> Bool {
        let arriving = graph.edges.indices.filter { graph.edges[$0].to == graph.edges[edge].to }
        let y = { (index: Int) in self.routes[index].place(at: 0.4).point.y }
        return arriving.allSatisfy { $0 == edge || y($0) >= y(edge) } || arriving.count == 1
    }
}
