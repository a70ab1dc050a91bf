import Drawing
import Typesetting

extension GraphLayout {
    /// Layers one below the other, for pages that are too narrow for layers next to each other.
    ///
    /// Tries values next to their nodes and above them, with more and more room, until every label has a place.
    /// - Parameter width: the width of the page, in points; the layout is wider if necessary.
    static func downward(_ graph: ComputationGraph, _ dressing: GraphDressing, wanted: Set<Int>, width: Double) -> GraphLayout {
        var best: GraphLayout?
        for labels in [Labels.beside, .over] {
            let layering = layering(of: graph, dressing, labels, width: width)
            for growth in [1, 1.5, 2.4] {
                for gap in [30.0, 10] {
                    let layout = GraphLayout(
                        graph, dressing, layering, wanted: wanted, labels: labels, gap: gap, growth: growth, width: width,
                        against: best?.rank(for: width))
                    if best.map({ layout.rank(for: width) < $0.rank(for: width) }) ?? true { best = layout }
                }
                if let best, best.score == 0, best.bounds.width <= width { return best }
            }
        }
        return best ?? GraphLayout(graph: graph, dressing: dressing)
    }

    /// Layouts that fit the page first, then those with few faults on little paper: a fault costs as much as 60 points.
    private func rank(for width: Double) -> (Double, Double) { (max(0, bounds.width - width), 60 * Double(score) + bounds.height) }

    /// The distance between the nodes of one layer and those of the next, in points.
    static let leastDrop = 26.0

    private enum Labels { case beside, over }

    /// How far a node and its texts extend to both sides.
    private static func reach(_ node: Int, _ dressing: GraphDressing, _ labels: Labels) -> (above: Double, below: Double) {
        let half = dressing.size(of: node).width / 2
        let text = max(dressing.above[node]?.width ?? 0, dressing.below[node]?.width ?? 0)
        switch labels {
        case .beside where dressing.hasGrid(node):
            return (half + 4 + (dressing.above[node]?.width ?? 0), half + 4 + (dressing.below[node]?.width ?? 0))
        case .beside: return (half, text > 0 ? half + 4 + text : half)
        case .over: return (max(half, text / 2), max(half, text / 2))
        }
    }

    private static func layering(
        of graph: ComputationGraph, _ dressing: GraphDressing, _ labels: Labels, width: Double
    ) -> Layering {
        let widths = graph.nodes.indices.map { node in
            let reach = reach(node, dressing, labels)
            return reach.above + reach.below + 8
        }
        var layering = Layering(
            vertexCount: graph.nodes.count, edges: graph.edges.map { ($0.from, $0.to) }, keepsLeft: graph.nodes.map { _ in false },
            isTight: graph.isUnrolled, widths: widths, room: width)
        layering.reduceCrossings()
        return layering
    }

    /// - Parameter rival: the rank of another layout; one that is worse before its products have places gets none.
    private init(
        _ graph: ComputationGraph, _ dressing: GraphDressing, _ layering: Layering, wanted: Set<Int>, labels: Labels, gap: Double,
        growth: Double, width: Double, against rival: (Double, Double)?
    ) {
        self.init(graph: graph, dressing: dressing)
        flow = .downward
        let reaches = layering.layer.indices.map { vertex in
            layering.isDummy(vertex) ? (5, 5) : Self.reach(vertex, dressing, labels)
        }
        let x = layering.rows(reach: reaches, gap: gap)
        var y = 0.0
        var levels: [Double] = []
        for (index, vertices) in layering.order.enumerated() {
            let nodes = vertices.filter { !layering.isDummy($0) }
            var half = nodes.map { dressing.size(of: $0).height / 2 }.max() ?? 0
            if labels == .beside {
                // Grids may be higher than the node that they are beside.
                let grids = nodes.filter(dressing.hasGrid).flatMap { [dressing.above[$0]?.height, dressing.below[$0]?.height] }
                half = max(half, (grids.compactMap(\.self).max() ?? 0) / 2)
            }
            let above = labels == .over ? nodes.compactMap { dressing.above[$0].map { $0.height + 6 } }.max() ?? 0 : 0
            let below = labels == .over ? nodes.compactMap { dressing.below[$0].map { $0.height + 8 } }.max() ?? 0 : 0
            let products = layering.chains.enumerated().count { edge, chain in
                wanted.contains(edge) && dressing.products[edge] != nil && layering.layer[chain[chain.count - 1]] == index
            }
            if index > 0 { y += (Double(min(products, 4)) * 9 + Self.leastDrop) * growth }
            y += half + above
            levels.append(y)
            y += half + below
        }
        let centers = layering.layer.indices.map { Point(x[$0], levels[layering.layer[$0]]) }
        nodes = graph.nodes.indices.map { index in
            let size = dressing.size(of: index)
            return Rect(center: centers[index], width: size.width, height: size.height)
        }
        route(layering.chains.map { $0.map { centers[$0] } })
        let left = nodes.map(\.minX).min() ?? 0
        let right = nodes.map(\.maxX).max() ?? 0
        let spare = max(width - (right - left), 0)
        // Values are to the right of their nodes.
        var search = labelNodes(room: left - spare * 0.3...right + spare * 0.7)
        if let rival, rank(for: width) >= rival {
            unplaced = Array(wanted)
            products = Array(repeating: nil, count: routes.count)
        } else {
            labelEdges(wanted, &search)
        }
        crossings = layering.crossings
    }
}
