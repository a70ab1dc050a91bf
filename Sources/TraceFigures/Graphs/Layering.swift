/// A directed acyclic graph drawn in columns: edges lead to the right, long ones through dummy vertices, one in each column.
///
/// The steps are Sugiyama's (Sugiyama, Tagawa & Toda 1981): layers, order within layers, then positions.
struct Layering: Hashable {
    /// The layer of each vertex; dummies come after the graph's own vertices.
    private(set) var layer: [Int]
    /// The vertices of each layer, from top to bottom.
    var order: [[Int]] = []
    /// For each edge the vertices that it passes through, including both ends.
    private(set) var chains: [[Int]] = []
    let vertexCount: Int

    /// - Parameters:
    ///   - edges: each from a lower to a higher number.
    ///   - keepsLeft: for a vertex without operands, whether it stays in the first layer where that costs few long edges.
    ///   - isTight: whether results may move right as well, to where they are used, if the total length of the edges does not grow.
    ///   - widths: the width of each vertex within its layer; `room`: the width of a layer.
    init(
        vertexCount: Int, edges: [(from: Int, to: Int)], keepsLeft: [Bool], isTight: Bool = false, widths: [Double] = [],
        room: Double = .infinity
    ) {
        self.vertexCount = vertexCount
        layer = Self.layers(vertexCount, edges, keepsLeft, isTight)
        if !widths.isEmpty { makeRoom(edges, widths, room) }
        for edge in edges {
            var chain = [edge.from]
            for between in layer[edge.from] + 1..<max(layer[edge.to], layer[edge.from] + 1) {
                chain.append(layer.count)
                layer.append(between)
            }
            chain.append(edge.to)
            chains.append(chain)
        }
        order = Array(repeating: [], count: (layer.max() ?? -1) + 1)
        for vertex in layer.indices { order[layer[vertex]].append(vertex) }
    }

    /// Moves the sources of an overfull layer to a layer of their own.
    private mutating func makeRoom(_ edges: [(from: Int, to: Int)], _ widths: [Double], _ room: Double) {
        let results = Set(edges.map(\.to))
        var level = 0
        while level < layer.max() ?? 0 {
            let vertices = (0..<vertexCount).filter { layer[$0] == level }
            let sources = vertices.filter { !results.contains($0) }
            if !sources.isEmpty, sources.count < vertices.count, vertices.reduce(0, { $0 + widths[$1] }) > room {
                for vertex in 0..<vertexCount where layer[vertex] > level || sources.contains(vertex) { layer[vertex] += 1 }
            }
            level += 1
        }
    }

    func isDummy(_ vertex: Int) -> Bool { vertex >= vertexCount }

    /// Pairs of vertices in adjacent layers, one for each edge between them.
    var segments: [(Int, Int)] { chains.flatMap { zip($0, $0.dropFirst()) } }

    /// The longest path from the sources; sources then move right to just before their first use.
    private static func layers(_ count: Int, _ edges: [(from: Int, to: Int)], _ keepsLeft: [Bool], _ isTight: Bool) -> [Int] {
        var layer = [Int](repeating: 0, count: count)
        var hasOperands = [Bool](repeating: false, count: count)
        for edge in edges.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            layer[edge.to] = max(layer[edge.to], layer[edge.from] + 1)
            hasOperands[edge.to] = true
        }
        if isTight {
            var uses: [[Int]] = Array(repeating: [], count: count)
            var operands = [Int](repeating: 0, count: count)
            for edge in edges {
                uses[edge.from].append(edge.to)
                operands[edge.to] += 1
            }
            for vertex in (0..<count).reversed() where uses[vertex].count >= operands[vertex] {
                if let use = uses[vertex].map({ layer[$0] }).min() { layer[vertex] = use - 1 }
            }
        }
        var first = [Int?](repeating: nil, count: count)
        for edge in edges { first[edge.from] = min(first[edge.from] ?? .max, layer[edge.to]) }
        let sources = (0..<count).filter { !hasOperands[$0] }
        let detour = sources.filter { keepsLeft[$0] }.map { (first[$0] ?? 1) - 1 }
        let staysLeft = (detour.max() ?? 0) <= 1
        for vertex in sources {
            if let use = first[vertex], !(keepsLeft[vertex] && staysLeft) { layer[vertex] = use - 1 }
        }
        return layer
    }
}
