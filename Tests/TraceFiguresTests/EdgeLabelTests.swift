import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Testing
import Traces
import Typesetting

@testable import TraceFigures

@Suite("The weights of a network") struct EdgeLabelTests {
    /// Networks of 2 to 6 units a layer, as a teacher makes them: weights of one or two digits, some of them negative.
    static func network(_ number: Int) throws -> Trace {
        var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ range: ClosedRange<Int>) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return range.lowerBound + Int(state % UInt64(range.count))
        }
        func short(_ count: Int) -> [Double] { (0..<count).map { _ in Double(random(-12...12)) / 10 } }
        let sizes = (0..<random(3...4)).map { _ in random(2...6) }
        var layers: [Layer] = []
        var written: [String: Tensor] = [:]
        for (index, size) in sizes.enumerated().dropFirst() {
            layers.append(SampleTraces.dense("layer\(index)", size))
            written["layer\(index).weight"] = Tensor(shape: [size, sizes[index - 1]], scalars: short(size * sizes[index - 1]))
            let activation = [Activation.tanh, .sigmoid, .relu, nil][random(0...3)]
            if let activation { layers.append(SampleTraces.activation("activation\(index)", activation)) }
        }
        let batch = random(1...3)
        return try Trace(
            TrainingProblem(
                network: Network(input: .features(sizes[0]), seed: 3, layers: layers, written: written),
                inputs: Tensor(shape: [batch, sizes[0]], scalars: short(batch * sizes[0])),
                targets: .values(Tensor(shape: [batch, sizes[sizes.count - 1]], scalars: short(batch * sizes[sizes.count - 1]))),
                loss: .halfSquaredError, optimizer: Optimizer(kind: .sgd, learningRate: 0.1)),
            title: "Network \(number)")
    }

    /// The labels of the edges as they are drawn, with what doesn't hold of them.
    private static func faults(_ scene: NetworkScene) -> [String] {
        let state = SceneState()
        let labels = EdgeLabels(scene: scene, state: state, marks: SceneMarks(state, in: scene)).labels()
        let geometry = scene.geometry
        var nodes = geometry.columns.flatMap(\.units).flatMap { unit in
            [Rect(center: unit.circle, width: 2 * geometry.radius, height: 2 * geometry.radius)] + (unit.pill.map { [$0] } ?? [])
        }
        nodes.append(Rect(center: geometry.lossCircle, width: 2 * geometry.lossRadius, height: 2 * geometry.lossRadius))
        func meets(_ edge: NetworkGeometry.Edge, _ box: Rect) -> Bool {
            zip(edge.points, edge.points.dropFirst()).contains { box.part(ofLineFrom: $0, to: $1) != nil }
        }
        var faults: [String] = []
        for (index, edge) in geometry.edges.enumerated() where edge.weight != nil {
            guard let label = labels[index], let first = label.labels.first else {
                faults.append("edge \(index) has no label")
                continue
            }
            let box = label.labels.dropFirst().reduce(first.box) { $0.union($1.box) }
            if edge.arrangement != .grid, !meets(edge, box.insetBy(-1, -1)) { faults.append("label \(index) is off its line") }
            for (other, line) in geometry.edges.enumerated() where other != index && meets(line, box) {
                faults.append("edge \(other) runs through label \(index)")
            }
            for node in nodes where node.overlaps(box) { faults.append("label \(index) lies on a node") }
            for (other, part) in labels where other > index {
                for text in part.labels where text.box.overlaps(box) { faults.append("labels \(index) and \(other) overlap") }
            }
        }
        return faults
    }

    @Test(
        "stand each on its own edge's line, and no other edge, node or label is in the way",
        arguments: 0..<24, [nil, 453, 300] as [Double?])
    func places(number: Int, width: Double?) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: number.isMultiple(of: 2) ? .installed : .fallback))
        let trace = try Self.network(number)
        for weights in NetworkDiagramOptions.Weights.allCases {
            let options = NetworkDiagramOptions(weights: weights)
            let scene = try #require(NetworkScene(trace, options: options, measurer: measurer, pageWidth: width))
            #expect(Self.faults(scene) == [], "\(weights)")
            let picture = try #require(networkDiagram(trace, options: options, measurer: measurer, pageWidth: width))
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(weights)")
            if weights == .auto, width == nil { #expect(scene.geometry.edges.allSatisfy { $0.arrangement != .grid }) }
        }
    }

    @Test("stand before each unit in the order of the units that they come from") func order() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        for number in 0..<12 {
            let geometry = try #require(NetworkScene(try Self.network(number), measurer: measurer)).geometry
            for (edge, next) in zip(geometry.edges, geometry.edges.dropFirst()) {
                guard let from = edge.from, let after = next.from, edge.weight != nil, edge.into == next.into, edge.to == next.to else {
                    continue
                }
                #expect(from < after && edge.label.y < next.label.y && edge.label.x == next.label.x)
            }
        }
    }

    @Test("stand in a grid in layers of more than six units, and where that is asked for: a cell each, rows and columns in order")
    func grid() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        func geometry(_ sizes: [Int], _ weights: NetworkDiagramOptions.Weights, width: Double? = nil) throws -> NetworkGeometry {
            let layers = sizes.enumerated().dropFirst().map { SampleTraces.dense("layer\($0)", $1) }
            let trace = try SampleTraces.network(layers, inputs: sizes[0], batch: 1, outputs: sizes[sizes.count - 1], title: "Grid")
            return try #require(NetworkScene(trace, options: .init(weights: weights), measurer: measurer, pageWidth: width)).geometry
        }
        #expect(try geometry([6, 6, 2], .auto).grids.isEmpty)
        #expect(try geometry([7, 3, 2], .auto).grids.count == 1)
        #expect(try geometry([3, 4, 3], .grid).grids.count == 2)
        for width in [nil, 320] as [Double?] {
            let grid = try #require(try geometry([3, 4], .grid, width: width).grids.first)
            let (rows, columns) = width == nil ? (4, 3) : (3, 4)
            #expect(grid.rows.count == rows && grid.columns.count == columns)
            #expect(grid.rows == grid.rows.sorted() && grid.columns == grid.columns.sorted())
            #expect((width == nil ? grid.columnKeys : grid.rowKeys).map(\.plainText) == ["x₁", "x₂", "x₃"])
        }
    }

    @Test("A tensor is a grid of its own too: rows and columns keyed, each value above its gradient in its own cell")
    func tensorGrid() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let lettering = NetworkLettering(Typesetter(measurer: measurer), symbols: [])
        let values = Tensor(shape: [2, 3], scalars: [1, -2.5, 0.125, 1e-9, 12345, 0])
        let gradients = Tensor(shape: [2, 3], scalars: [0, 0.1, -0.2, 3, 4e7, -5])
        let keys = (["r", "s"], ["a", "b", "c"]) as ([Formula], [Formula])
        let grid = TensorGrid(values, gradients: gradients, at: Point(40, 40), rowKeys: keys.0, columnKeys: keys.1, lettering)
        let part = grid.draw(values, gradients: gradients, lettering, .restingLine)
        let size = Size((grid.columns.last ?? 0) + 60, (grid.rows.last ?? 0) + 40)
        #expect(PageChecks(Picture(size: size, content: part.content, title: "", alternative: ""), measurer).layoutFaults == [])
        #expect(part.labels.count == 12 + 5)
        for (index, pair) in stride(from: 5, to: 17, by: 2).enumerated() {
            let (value, gradient) = (part.labels[pair], part.labels[pair + 1])
            let cell = grid.rect(row: index / 3, column: index % 3)
            #expect(cell.contains(value.box) && cell.contains(gradient.box) && value.box.maxY <= gradient.box.minY)
        }
        let vector = TensorGrid(Tensor(shape: [3], scalars: [1, 2, 3]), gradients: nil, at: .zero, lettering)
        #expect(vector.rows.count == 1 && vector.columns.count == 3)
    }

    @Test("are as wide as their gradients, dashed where these are negative, and frozen ones say nothing") func strokes() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let scene = try #require(NetworkScene(try SampleTraces.mazur(), measurer: measurer))
        func strokes(_ state: SceneState) -> [Stroke] {
            scene.draw(state).ungrouped.items.compactMap { item in
                if case .stroke(_, let stroke) = item, stroke.color == .gradientLine { stroke } else { nil }
            }
        }
        #expect(strokes(SceneState()).count == 8)
        #expect(strokes(SceneState()).filter { !$0.dash.isEmpty }.count == 2)
        #expect(strokes(SceneState()).map(\.width).max() == 3.5)
        var early = SceneState()
        early.gradients = []
        #expect(strokes(early).isEmpty)
        #expect(scene.values.hasFrozen)
    }
}
