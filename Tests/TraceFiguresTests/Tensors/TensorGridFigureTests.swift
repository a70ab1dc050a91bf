import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Telling
import Testing
import TraceSamples
import Traces

@testable import TraceFigures

private typealias Samples = TraceSamples.SampleTraces

@Suite("Pictures of networks and graphs with whole tensors") struct TensorGridFigureTests {
    private static let names = ["a convolution", "pooling", "mean pooling", "embeddings", "attention", "one head"]

    private func trace(_ name: String) throws -> Trace { try #require(try Samples.all().first { $0.name == name }?.trace) }

    private func measurer() throws -> CairoTextMeasurer { CairoTextMeasurer(try FontBook()) }

    @Test("A layer that is no row of units is a block with a grid of its values and one of their gradients", arguments: names)
    func blocks(name: String) throws {
        let (trace, measurer) = (try trace(name), try measurer())
        for width in [nil, 453, 720] as [Double?] {
            guard let picture = networkDiagram(trace, measurer: measurer, pageWidth: width) else { continue }
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(String(describing: width))")
            #expect(PageChecks(picture, measurer).colorFaults == [], "\(String(describing: width))")
            #expect(!picture.content.textRuns.contains { $0.run.text.contains("norm ") })
        }
        let scene = try #require(NetworkScene(trace, measurer: measurer))
        var blocks = 0
        for (column, placed) in zip(scene.values.columns, scene.geometry.columns) {
            guard let block = placed.block, let mark = placed.mark else { continue }
            #expect(block.width >= mark.size.width + 8)
            #expect(block.height >= mark.size.height * (column.isOfTokens ? 1 : 2) + NetworkMeasures.blockHead)
            blocks += 1
        }
        #expect(blocks > 0)
    }

    @Test("The numbers in a block's cells are those of the sample, and its words begin with them")
    func numbers() throws {
        let trace = try trace("pooling")
        let scene = try #require(NetworkScene(trace, measurer: try measurer()))
        let input = try #require(trace.lowered?.input)
        let count = trace.pass.value(input).count / trace.tape[input].shape[0]
        for sample in 0..<trace.tape[input].shape[0] {
            var state = SceneState()
            state.sample = sample
            let drawn = scene.draw(state)
            let node = try #require(drawn.groups.first { $0.kind == .node && $0.name == "input" })
            let first = trace.pass.value(input).scalars[(sample * count)...].prefix(4).map { Numeral($0).text }
            #expect(node.words.contains(first.joined(separator: ", ")))
            #expect(node.words.contains("; gradient ") && node.words.contains("norm "))
        }
    }

    @Test("A block shows neither values nor gradients before they are known, but for what is given")
    func unknown() throws {
        let trace = try trace("a convolution")
        let scene = try #require(NetworkScene(trace, measurer: try measurer()))
        var state = SceneState()
        (state.values, state.gradients) = ([], [])
        let before = scene.draw(state)
        let after = scene.draw(SceneState())
        #expect(before.textRuns.count < after.textRuns.count)
        for group in before.groups where group.kind == .node { #expect(!group.words.contains("gradient")) }
        let input = try #require(before.groups.first { $0.name == "input" })
        #expect(input.words.contains("norm"))
    }

    @Test(
        "A graph of tensors has a grid above and below each node, on the page and clear of all else",
        arguments: ["a convolution", "attention", "many terms", "a GRU", "two dense layers"])
    func graphs(name: String) throws {
        let measurer = try measurer()
        let trace =
            switch name {
            case "a GRU": try Unrolled(cell: .gru(updateBias: 0), units: 4, batch: 3).trace()
            case "two dense layers": GraphExamples.wideNetwork
            default: try trace(name)
            }
        for width in [nil, 453, 720] as [Double?] {
            let picture = computationGraph(trace, measurer: measurer, pageWidth: width)
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(String(describing: width))")
            let texts = picture.content.textRuns.map(\.run.text)
            #expect(!texts.contains("…"))
        }
        let scene = GraphScene(trace, measurer: measurer)
        try #require(scene.graph.isOfTensors)
        for (index, node) in scene.graph.nodes.enumerated() where index != scene.graph.result {
            #expect(scene.layout.above[index] != nil, "\(node.face.plainText)")
            #expect(scene.layout.below[index] != nil || node.kind == .constant, "\(node.face.plainText)")
        }
    }

    @Test("Every number of a whole tensor has its place: its cell, or the grid if it has no cell")
    func anchors() throws {
        for trace in [try trace("attention"), GraphExamples.wideNetwork] {
            let scene = GraphScene(trace, measurer: try measurer())
            try #require(scene.graph.isOfTensors)
            let page = Rect(0, 0, scene.size.width, scene.size.height)
            for (index, node) in scene.graph.nodes.enumerated() where index != scene.graph.result {
                let tensor = try #require(node.tensor)
                guard let grid = scene.layout.dressing.values[index] else { continue }
                for entry in 0..<tensor.values.count {
                    let scalar = ScalarID(node.scalar.tensor, entry).key
                    let place = try #require(scene.anchor(of: .value(scalar)))
                    #expect(page.insetBy(-1, -1).contains(place))
                    #expect(abs(place.width - grid.mark.cell.width) < 1e-6 || !grid.mark.excerpt.isWhole)
                    #expect(try #require(scene.surroundings(of: .value(scalar))).contains(place))
                }
            }
        }
    }

    @Test("A node's words begin with its first numbers, and its cells are filled as they become known")
    func known() throws {
        let trace = try trace("attention")
        let scene = GraphScene(trace, measurer: try measurer())
        let node = try #require(scene.graph.nodes.first { $0.kind == .operation && ($0.tensor?.values.count ?? 0) > 4 })
        let tensor = try #require(node.tensor)
        func words(_ state: SceneState) throws -> String {
            try #require(scene.draw(state).groups.first { $0.kind == .node && $0.name == trace.address(of: node.scalar) }).words
        }
        let first = tensor.values.scalars.prefix(4).map { Numeral($0).text }.joined(separator: ", ")
        #expect(try words(SceneState()).contains("values \(first), …"))
        var state = SceneState()
        (state.values, state.gradients) = ([ScalarID(node.scalar.tensor, 1)], [])
        #expect(try words(state).hasSuffix("values \(Numeral(tensor.values.scalars[1]).text)"))
        state.values = []
        #expect(try !words(state).contains("values"))
    }

    @Test("A frame shows the step's tensor whole, with its cells outlined", arguments: ["attention", "a convolution"])
    func frames(name: String) throws {
        let (trace, measurer) = (try trace(name), try measurer())
        let scene = GraphScene(trace, measurer: measurer, namesAll: true)
        try #require(scene.graph.isOfTensors)
        let sequence = FrameSequence(trace, steps: trace.steps(by: .layer), scene: scene, measurer: measurer)
        var shown = 0
        for (index, step) in sequence.steps.enumerated() {
            guard let first = FrameTelling(step).highlights.first, scene.nodeIndex(at: first.place) != nil else { continue }
            for picture in [sequence.picture(index), sequence.scenePicture(index)] {
                #expect(picture.content.groups.contains { $0.kind == .node && $0.isHighlighted }, "\(step.question.plainText)")
            }
            #expect(PageChecks(sequence.picture(index), measurer).layoutFaults == [], "\(step.question.plainText)")
            shown += 1
        }
        #expect(shown > 4)
    }

    @Test("A mistake in a graph of tensors outlines every number that it makes wrong, each in its cell")
    func mistakes() throws {
        let (trace, measurer) = (try trace("attention"), try measurer())
        let mistakes = try MistakenTrace.all(of: trace)
        #expect(!mistakes.isEmpty)
        for mistake in mistakes {
            let side = MistakeSide(graph: GraphScene(mistake.wrong, measurer: measurer), mistake, isWrong: true)
            for parameter in try #require(trace.lowered).parameters {
                for entry in 0..<trace.pass.value(parameter.id).count {
                    let scalar = ScalarID(parameter.id, entry)
                    let excerpt = TensorExcerpt(trace.tape[parameter.id].shape, room: .tints)
                    #expect(side.shown(scalar) == scalar || !excerpt.cells.map(\.entry).contains(entry))
                }
            }
            let picture = try #require(mistakeFigure(mistake, asNetwork: false, measurer: measurer))
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(mistake.mistake)")
        }
    }

    @Test("A worksheet's graph of tensors has no numbers in cells, where no pencil has room, and does not tell gradients by gaps")
    func worksheets() throws {
        let trace = try trace("attention")
        var type = GraphType()
        type.written = [.parameter, .operation]
        let scene = GraphScene(trace, measurer: try measurer(), pageWidth: 511, type: type, width: 507)
        try #require(scene.graph.isOfTensors)
        for (node, label) in zip(scene.graph.nodes, scene.layout.dressing.values) where node.tensor?.isOfNames == false {
            #expect(label.map { $0.mark.style == .tints } ?? true)
        }
        #expect(scene.layout.nodePauses.count <= scene.layout.pauses.count)
    }

    @Test("What is only rounding is 0 in a grid") func noise() {
        let tensor = Tensor(shape: [3], scalars: [1e-18, -0.5, 0])
        #expect(tensor.without(noise: 1e-13).scalars == [0, -0.5, 0])
        #expect(tensor.without(noise: 0) == tensor)
    }
}
