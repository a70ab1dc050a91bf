import Drawing
import Testing

@testable import TraceFigures

/// Edges of a random acyclic graph; the same for the same seed.
struct RandomGraph: CustomStringConvertible, Sendable {
    let seed: UInt64
    let count: Int
    let edges: [(from: Int, to: Int)]

    init(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
        self.seed = seed
        count = 3 + next(18)
        var edges: [(from: Int, to: Int)] = []
        for to in 1..<count { for _ in 0...next(3) { edges.append((next(to), to)) } }
        self.edges = edges
    }

    var description: String { "seed \(seed), \(count) vertices, \(edges.count) edges" }

    var layering: Layering {
        Layering(vertexCount: count, edges: edges, keepsLeft: Array(repeating: seed.isMultiple(of: 2), count: count))
    }

    static let some = (1...24).map { RandomGraph(seed: $0) }
}

@Suite("Layers of a graph") struct LayeringTests {
    @Test("Every edge leads to the right, one column a step", arguments: RandomGraph.some) func edgesLeadRight(graph: RandomGraph) {
        let layering = graph.layering
        for (edge, chain) in zip(graph.edges, layering.chains) {
            #expect(chain.first == edge.from && chain.last == edge.to)
            for (a, b) in zip(chain, chain.dropFirst()) { #expect(layering.layer[b] == layering.layer[a] + 1) }
            for inner in chain.dropFirst().dropLast() { #expect(layering.isDummy(inner)) }
        }
    }

    @Test("Sorting loses no vertex and never adds crossings", arguments: RandomGraph.some) func sorting(graph: RandomGraph) {
        var layering = graph.layering
        let before = (layering.crossings, layering.order.map { $0.sorted() })
        layering.reduceCrossings()
        #expect(layering.crossings <= before.0)
        #expect(layering.order.map { $0.sorted() } == before.1)
    }

    @Test("Crossings are the pairs of edges whose ends stand in opposite orders", arguments: RandomGraph.some)
    func counting(graph: RandomGraph) {
        var layering = graph.layering
        for _ in 0..<2 {
            var place: [Int: Int] = [:]
            for vertices in layering.order { for (at, vertex) in vertices.enumerated() { place[vertex] = at } }
            let ends = layering.segments.map { (layer: layering.layer[$0], left: place[$0] ?? 0, right: place[$1] ?? 0) }
            var pairs = 0
            for (index, a) in ends.enumerated() {
                pairs += ends.dropFirst(index + 1).count { $0.layer == a.layer && ($0.left - a.left) * ($0.right - a.right) < 0 }
            }
            #expect(layering.crossings == pairs)
            layering.reduceCrossings()
        }
    }

    @Test("Two crossed edges are uncrossed") func uncrossing() {
        var layering = Layering(
            vertexCount: 6, edges: [(0, 4), (1, 3), (2, 3), (2, 5)], keepsLeft: Array(repeating: false, count: 6))
        layering.reduceCrossings()
        #expect(layering.crossings == 0)
    }

    @Test("A tree has no crossings", arguments: [2, 3, 5]) func trees(depth: Int) {
        // Children are numbered so that the first order is as bad as it can be.
        let count = (1 << (depth + 1)) - 1
        let edges = (1..<count).map { (from: count - 1 - $0, to: count - 1 - ($0 - 1) / 2) }
        var layering = Layering(vertexCount: count, edges: edges, keepsLeft: Array(repeating: false, count: count))
        layering.reduceCrossings()
        #expect(layering.crossings == 0)
    }

    @Test("Moving results to where they are used makes the edges no longer in all", arguments: RandomGraph.some)
    func tightening(graph: RandomGraph) {
        func length(isTight: Bool) -> Int {
            let layering = Layering(
                vertexCount: graph.count, edges: graph.edges, keepsLeft: Array(repeating: false, count: graph.count), isTight: isTight)
            for chain in layering.chains {
                for (a, b) in zip(chain, chain.dropFirst()) { #expect(layering.layer[b] == layering.layer[a] + 1) }
            }
            return layering.segments.count
        }
        #expect(length(isTight: true) <= length(isTight: false))
    }

    @Test("Rows keep the order and the distances", arguments: RandomGraph.some) func rows(graph: RandomGraph) {
        var layering = graph.layering
        layering.reduceCrossings()
        let reach = layering.layer.map { _ in (above: 11.0, below: 17.0) }
        let y = layering.rows(reach: reach, gap: 5)
        for vertices in layering.order {
            for (a, b) in zip(vertices, vertices.dropFirst()) { #expect(y[b] - y[a] >= 33 - 1e-6) }
        }
    }

    @Test("A chain is a straight line") func chain() {
        let layering = Layering(vertexCount: 5, edges: (0..<4).map { ($0, $0 + 1) }, keepsLeft: Array(repeating: false, count: 5))
        let y = layering.rows(reach: Array(repeating: (10, 10), count: 5), gap: 4)
        #expect(Set(y).count == 1)
    }

    @Test("Wishes far enough apart come true; others meet around their mean") func spreading() {
        #expect(spread([(0, 1), (50, 1)], distances: [10]) == [0, 50])
        #expect(spread([(4, 1), (0, 1)], distances: [10]) == [-3, 7])
        #expect(spread([(0, 3), (0, 1)], distances: [8]) == [-2, 6])
    }
}

@Suite("Shapes by squares of the page") struct ShapeGridTests {
    @Test("What is near is what asking every shape finds", arguments: RandomGraph.some) func near(graph: RandomGraph) {
        // Lines and boxes of all sizes, some across many squares.
        let shapes = graph.edges.enumerated().map { index, edge in
            let from = Point(Double(edge.from * 97 % 311) - 90, Double(edge.to * 53 % 211) - 60)
            let to = Point(Double(edge.to * 71 % 509), Double(edge.from * 31 % 97))
            return index.isMultiple(of: 2) ? ConvexShape([from, to]) : ConvexShape(Rect(from.x, from.y, 12, 30), rotation: 0.3)
        }
        let grid = ShapeGrid(shapes)
        for x in stride(from: -140.0, through: 560, by: 35) {
            for y in stride(from: -90.0, through: 190, by: 28) {
                let probe = ConvexShape(Rect(x, y, 40, 9))
                let near = shapes.count { $0.comesNear(probe, clearance: 6) }
                #expect(grid.count(near: probe, clearance: 6) == near)
                #expect(grid.comesNear(probe, clearance: 6) == (near > 0))
            }
        }
    }
}
