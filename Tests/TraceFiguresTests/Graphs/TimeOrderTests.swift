import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

@testable import TraceFigures

/// A recurrent layer alone, over inputs that differ from step to step.
struct Unrolled: CustomStringConvertible, Sendable {
    let cell: RecurrentLayer.Cell
    var units = 1
    var features = 1
    var time = 3
    var batch = 1
    var returnsSequence = false

    var description: String {
        "\(cell), \(units) units, \(features) features, \(time) steps, batch \(batch)\(returnsSequence ? ", all states" : "")"
    }

    func trace() throws -> Trace {
        let outputs = units * (returnsSequence ? time : 1)
        let problem = TrainingProblem(
            network: Network(
                input: .sequence(time: time, features: features),
                layers: [
                    Layer(
                        name: "cell", kind: .recurrent(RecurrentLayer(cell: cell, units: units, returnsSequence: returnsSequence)))
                ]),
            inputs: Tensor(
                shape: [batch, time, features], scalars: (0..<batch * time * features).map { Double($0 * 7 % 11) / 5 - 1 }),
            targets: .values(
                Tensor(
                    shape: returnsSequence ? [batch, time, units] : [batch, units],
                    scalars: (0..<batch * outputs).map { Double($0 % 3) / 2 })),
            loss: .halfSquaredError)
        return try Trace(problem, title: description)
    }

    func scene() throws -> GraphScene {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        return GraphScene(try trace(), measurer: measurer)
    }

    static let cells: [RecurrentLayer.Cell] = [
        .rnn(.tanh), .lstm(forgetBias: 1), .gru(updateBias: 0), .gru(updateBias: 0, resetsBefore: true),
    ]
    static let single = cells.map { Unrolled(cell: $0) }
    static let some = cells.flatMap { cell in
        [
            Unrolled(cell: cell), Unrolled(cell: cell, units: 2), Unrolled(cell: cell, features: 2),
            Unrolled(cell: cell, units: 4, features: 2, batch: 3), Unrolled(cell: cell, time: 4, returnsSequence: true),
            Unrolled(cell: cell, units: 3, returnsSequence: true),
        ]
    }
    /// As many steps and units that a layout by layers of one unit has no place for.
    static let ofTensors = cells.map { Unrolled(cell: $0, units: 2, time: 12) }
}

@Suite("Graphs of recurrent cells, in order of time") struct TimeOrderTests {
    /// The nodes of each step by their tensor's part of the cell.
    private func steps(_ scene: GraphScene, _ trace: Trace) -> [[String: Rect]] {
        var steps: [[String: Rect]] = []
        for (node, rect) in zip(scene.graph.nodes, scene.layout.nodes) {
            let words = trace.tape[node.scalar.tensor].name.split(separator: ".", maxSplits: 2)
            guard words.count == 3, words[0] == "cell", let step = Int(words[1].dropFirst()), step > 0 else { continue }
            while steps.count < step { steps.append([:]) }
            steps[step - 1]["\(words[2]) \(node.scalar.index)"] = rect
        }
        return steps
    }

    @Test("Every step looks alike, as far from the one before as that is from its own", arguments: Unrolled.single + Unrolled.ofTensors)
    func alike(unrolled: Unrolled) throws {
        let steps = steps(try unrolled.scene(), try unrolled.trace())
        try #require(steps.count == unrolled.time && !steps[0].isEmpty)
        let pitch = try #require(steps[1].first.flatMap { part, rect in steps[0][part].map { rect.center.x - $0.center.x } })
        for (before, after) in zip(steps, steps.dropFirst()) {
            #expect(Set(before.keys) == Set(after.keys))
            for (part, rect) in after {
                let earlier = try #require(before[part])
                #expect(abs(rect.center.x - earlier.center.x - pitch) < 1e-6 && rect.center.y == earlier.center.y, "\(part)")
            }
        }
    }

    @Test("What a cell carries on runs straight along the top", arguments: Unrolled.single + Unrolled.ofTensors)
    func line(unrolled: Unrolled) throws {
        let trace = try unrolled.trace()
        let scene = try unrolled.scene()
        let state = if case .lstm = unrolled.cell { "cell" } else { "hidden" }
        let steps = steps(scene, trace).map { step in step.first { $0.key.hasPrefix("\(state) ") }?.value }
        let top = scene.layout.nodes.map(\.center.y).min()
        for step in steps { #expect(try #require(step).center.y == top) }
        let way = try #require(scene.focus?.way)
        #expect(way.count == 2 * (unrolled.time - 1))
        for edge in way {
            #expect(Set(scene.layout.routes[edge].points.map { ($0.y * 1e6).rounded() }).count == 1)
        }
    }

    @Test("Labels touch neither each other nor nodes nor lines, and lines no node but their own", arguments: Unrolled.some)
    func clear(unrolled: Unrolled) throws {
        let layout = try unrolled.scene().layout
        layout.expectRoom()
        for (index, node) in layout.nodes.enumerated() {
            for (edge, route) in layout.graph.edges.indices.map({ (layout.graph.edges[$0], layout.routes[$0]) })
            where edge.from != index && edge.to != index {
                for line in route.shapes { #expect(!line.comesNear(ConvexShape(pill: node), clearance: 4)) }
            }
        }
        #expect(layout.missing == 0)
    }

    @Test("A GRU's step has four sums, three functions, the blend and the input; 3 steps fit a wide page")
    func gated() throws {
        let scene = try Unrolled(cell: .gru(updateBias: 0)).scene()
        let faces = Dictionary(grouping: scene.graph.nodes.map(\.face.plainText)) { $0 }.mapValues(\.count)
        #expect(faces["Σ"] == 12 && faces["σ"] == 6 && faces["tanh"] == 3 && faces["×"] == 9 && faces["+"] == 3, "\(faces)")
        #expect(scene.graph.nodes.count == 3 * 13 + 2)
        #expect(scene.size.width < 1_700)
    }

    @Test("Whole tensors are drawn as the scalars of one unit are", arguments: Unrolled.cells)
    func tensors(cell: RecurrentLayer.Cell) throws {
        func shape(_ graph: ComputationGraph) -> [[String]] {
            let faces = graph.nodes.map { $0.kind == .operation ? $0.face.plainText : "\($0.kind)" }
            return [faces.sorted(), graph.edges.map { "\(faces[$0.from]) → \(faces[$0.to])" }.sorted()]
        }
        let trace = try Unrolled(cell: cell).trace()
        let scalars = ComputationGraph(trace)
        #expect(!scalars.isOfTensors)
        #expect(shape(ComputationGraph(tensorsOf: trace, notation: .automatic)) == shape(scalars))
    }

    @Test("A long sequence takes a block's width for each step", arguments: Unrolled.cells)
    func growth(cell: RecurrentLayer.Cell) throws {
        for time in [12, 18] {
            let width = try Unrolled(cell: cell, units: 2, time: time).scene().size.width
            #expect(width < 650 * Double(time) + 500, "\(time)")
        }
    }

    @Test("The headline tells how the gradient changes along what is carried", arguments: Unrolled.single + Unrolled.ofTensors)
    func headlines(unrolled: Unrolled) throws {
        let scene = try unrolled.scene()
        let headline = GraphStory(try unrolled.trace(), scene).headline.plainText
        if case .lstm = unrolled.cell {
            #expect(headline.hasPrefix("Back in time the cell state’s gradient "), "\(headline)")
        } else {
            #expect(headline.hasPrefix("Back in time the hidden state’s gradient "), "\(headline)")
        }
        let ends = try #require(scene.focus?.span)
        let sizes = ends.map { end in
            let node = scene.graph.nodes[end]
            return node.tensor.flatMap(\.gradientNorm) ?? abs(node.gradient ?? 0)
        }
        #expect(headline.contains(sizes[0] < sizes[1] ? "shrinks" : "grows"), "\(headline)")
    }

    @Test("What a picture takes at the least is known before it is laid out", arguments: GraphExamples.all.map(\.name))
    func least(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        for pageWidth in [nil, 240, 480] as [Double?] {
            let size = computationGraph(trace, measurer: measurer, pageWidth: pageWidth).size
            let least = ComputationGraph(trace).leastSide(trace, pageWidth: pageWidth)
            #expect(least > 0 && least <= max(size.width, size.height))
        }
    }
}
