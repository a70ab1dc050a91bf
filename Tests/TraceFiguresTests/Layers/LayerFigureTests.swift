import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Testing
import TraceSamples
import Traces
import Typesetting

@testable import TraceFigures

private typealias Samples = TraceSamples.SampleTraces

private let measurer = try? CairoTextMeasurer(FontBook(preferring: .installed))

@Suite("Pictures of one layer") struct LayerFigureTests {
    /// Every layer of every sample, and its loss.
    private func forEachLayer(_ visit: (String, Trace, LayerPlace) throws -> Void) throws {
        var kinds: Set<String> = []
        for (name, trace) in try Samples.all() {
            guard let lowered = trace.lowered else { continue }
            for layer in lowered.layers.flattened {
                // Each kind of layer once for each shape that it gets.
                guard kinds.insert("\(layer.layer.kind) \(layer.inputShape) \(lowered.problem.inputs.shape[0])").inserted else { continue }
                try visit("\(layer.layer.name) of \(name)", trace, LayerPlace(name: layer.layer.name))
            }
            if kinds.insert("\(lowered.problem.loss)").inserted {
                try visit("the loss of \(name)", trace, LayerPlace(name: LayerPlace.loss))
            }
        }
        #expect(kinds.count > 30)
    }

    @Test("Every layer of the language has one, whose texts touch neither each other nor lines, and lie on the page")
    func layout() throws {
        let measurer = try #require(measurer)
        try forEachLayer { name, trace, place in
            let picture = try #require(layerFigure(trace, at: place, measurer: measurer), "\(name)")
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(name)")
            #expect(picture.title.count <= 90 && !picture.title.isEmpty, "\(name): \(picture.title)")
            let ids = picture.content.groups.map { "\($0.kind) \($0.name)" }
            #expect(Set(ids).count == ids.count, "\(name)")
        }
    }

    @Test("All printed calculations hold for the printed digits: no line needs more than eight")
    func arithmetic() throws {
        let (trace, measurer) = (try Samples.mazur(), try #require(measurer))
        let subject = try #require(LayerSubject(trace, layer: "hidden", sample: 0, notation: .automatic))
        let story = try #require(DenseStory(subject, room: 720))
        let page = LayerPage(story, typesetter: Typesetter(measurer: measurer), pageWidth: nil)
        #expect(story.lines.count == 8)
        for line in story.lines { #expect(line.line(page.precision).relation == .equals) }
    }

    /// All texts of a picture, in the order in which they are drawn.
    private func texts(_ trace: Trace, _ layer: String) throws -> String {
        let measurer = try #require(measurer)
        let picture = try #require(layerFigure(trace, at: LayerPlace(name: layer), measurer: measurer))
        return picture.content.textRuns.map(\.run.text).joined(separator: " ")
    }

    @Test("A page says what the loss is, what its targets are, from where the gradient comes and where it goes on to")
    func setting() throws {
        let trace = try Samples.mazur()
        let hidden = try #require(LayerSubject(trace, layer: "hidden", sample: 0, notation: .automatic))
        #expect(try #require(hidden.targets?.plainText).hasSuffix(" = 0.01, 0.99"))
        #expect(hidden.way.plainText.contains(" comes from the layer sigmoid1; "))
        #expect(hidden.way.plainText.hasSuffix(" is the gradient at the input, where the backward pass ends."))
        let output = try #require(LayerSubject(trace, layer: "output", sample: 0, notation: .automatic))
        #expect(output.way.plainText.hasSuffix("is passed on to the layer sigmoid1."))
        #expect(try texts(trace, "hidden").contains("Loss: ½"))
    }

    @Test("On a page of notes, texts touch neither each other nor lines; the grids of attention are all there", arguments: [420.0, 453])
    func narrow(width: Double) throws {
        let measurer = try #require(measurer)
        func cells(_ picture: Picture) -> Set<String> {
            Set(picture.content.groups.filter { $0.kind == .cell }.map(\.words).filter { $0.contains(", gradient ") })
        }
        try forEachLayer { name, trace, place in
            let usual = try #require(layerFigure(trace, at: place, measurer: measurer))
            let picture = try #require(layerFigure(trace, at: place, measurer: measurer, pageWidth: width))
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(name)")
            if place.name == "a" { #expect(cells(usual).subtracting(cells(picture)) == [], "\(name)") }
        }
    }

    @Test(
        "The first of two heads of attention has its wires, the second its grids in a row; the output weight is between what it multiplies"
    )
    func heads() throws {
        let inputs = Tensor(shape: [1, 3, 2], scalars: [1, 0, 0, 1, 1, 1])
        let trace = try trace(
            .sequence(time: 3, features: 2),
            [.attention(AttentionLayer(heads: 2, isCausal: true, hasBias: false)), .globalPooling, .dense(DenseLayer(units: 2))], inputs,
            classes: [0])
        let measurer = try #require(measurer)
        let picture = try #require(layerFigure(trace, at: LayerPlace(name: "layer1"), measurer: measurer))
        let panels = picture.content.groups.filter { $0.kind == .panel }.map(\.name)
        for name in ["Head 1 of 2, there and back", "Head 2 of 2", "What the weights mix"] { #expect(panels.contains(name), "\(panels)") }
        let cells = picture.content.groups.filter { $0.kind == .cell }.map(\.name)
        for part in ["query", "key", "value", "scores", "weights", "context"] {
            for head in 1...2 { #expect(cells.contains("\(part) \(head) 3 1"), "\(part) of head \(head)") }
        }
        #expect(cells.contains("query-weight 1 1 1") && !cells.contains("query-weight 2 1 1"))
    }

    @Test("Of many heads only the first is shown, but all that they mix, and the output", arguments: [nil, 453.0])
    func manyHeads(width: Double?) throws {
        let inputs = Tensor(shape: [1, 2, 6], scalars: (0..<12).map { Double($0 % 5) - 2 })
        let trace = try trace(
            .sequence(time: 2, features: 6),
            [.attention(AttentionLayer(heads: 3, isCausal: true, hasBias: false)), .globalPooling, .dense(DenseLayer(units: 2))], inputs,
            classes: [0])
        let measurer = try #require(measurer)
        let picture = try #require(layerFigure(trace, at: LayerPlace(name: "layer1"), measurer: measurer, pageWidth: width))
        #expect(PageChecks(picture, measurer).layoutFaults == [])
        let lowered = try #require(trace.lowered)
        let layer = lowered.layers[0]
        let cells = Set(picture.content.groups.filter { $0.kind == .cell }.map(\.name))
        for id in [try #require(lowered.id(of: .context, layer)), layer.output] {
            for column in 1...6 { #expect(cells.contains("\(id.index) 2 \(column)"), "\(id)") }
        }
        #expect(cells.contains("query 1 1 1") && !cells.contains("query 2 1 1"))
    }

    @Test("An embedding shows rows that were not read, and says so")
    func unread() throws {
        let trace = try Trace(
            TrainingProblem(
                network: Network(
                    input: .tokens(time: 2, count: 4), seed: 1, layers: [Layer(name: "words", kind: .embedding(EmbeddingLayer(size: 2)))]),
                inputs: Tensor(shape: [1, 2], scalars: [3, 1]), targets: .values(Tensor(shape: [1, 2, 2], scalars: [1, 0, 0, 1])),
                loss: .halfSquaredError))
        let told = try texts(trace, "words")
        for words in ["token 0, not read", "token 1", "token 2, not read", "token 3"] { #expect(told.contains(words), "\(told)") }
        #expect(!told.contains("token 3, not read") && !told.contains("not shown"))
    }

    /// Of a network with the numbers of its seed; targets are classes.
    private func trace(_ input: SampleShape, _ layers: [Layer.Kind], _ inputs: Tensor, classes: [Int]) throws -> Trace {
        let layers = layers.enumerated().map { Layer(name: "layer\($0 + 1)", kind: $1) }
        return try Trace(
            TrainingProblem(
                network: Network(input: input, seed: 1, layers: layers), inputs: inputs, targets: .classes(classes), loss: .crossEntropy))
    }

    @Test("Classes have the numbers that the lesson gives them, and the target its score")
    func classes() throws {
        let trace = try trace(
            .features(2), [.dense(DenseLayer(units: 3))], Tensor(shape: [1, 2], scalars: [1, -1]), classes: [2])
        let told = try texts(trace, LayerPlace.loss)
        #expect(told.contains("target: class 2") || told.contains("target: class  2"), "\(told)")
        #expect(told.contains("class 2, whose score is"), "\(told)")
    }

    @Test("The rows of an LSTM's weights bear their gates, and its cells stand beside its states")
    func gates() throws {
        let cell = RecurrentLayer(cell: .lstm(forgetBias: 0), units: 1)
        let trace = try trace(
            .sequence(time: 2, features: 1), [.recurrent(cell), .dense(DenseLayer(units: 2))],
            Tensor(shape: [1, 2, 1], scalars: [1, -1]), classes: [0])
        let told = try texts(trace, "layer1")
        for gate in ["input gate", "forget gate", "candidate", "output gate"] { #expect(told.contains(gate), "\(told)") }
        let measurer = try #require(measurer)
        let picture = try #require(layerFigure(trace, at: LayerPlace(name: "layer1"), measurer: measurer))
        let cells = picture.content.groups.filter { $0.kind == .cell }.map(\.words)
        for letter in ["c", "h"] { #expect(cells.contains { $0.hasPrefix("\(letter)₁") }, "\(cells)") }
    }

    @Test("Of several filters a convolution draws the windows of each, and tells a weight that gets something")
    func filters() throws {
        let convolution = ConvolutionLayer(channels: 2, kernel: 2)
        // Only the last column of the image is not 0, so that the kernel's first column gets nothing.
        let image = Tensor(shape: [1, 1, 2, 3], scalars: [0, 0, 3, 0, 0, 2])
        let trace = try trace(
            .image(channels: 1, height: 2, width: 3), [.convolution(convolution), .flatten, .dense(DenseLayer(units: 2))], image,
            classes: [0])
        let told = try texts(trace, "layer1")
        // Each window has its own filter's weights, one of them for the pixel: 2 windows with 2 filters.
        #expect(told.contains("Its 4 products, with 2 filters, are drawn."), "\(told)")
        let subject = try #require(LayerSubject(trace, layer: "layer1", sample: 0, notation: .automatic))
        let weight = try #require(WindowStory(subject)?.lines.last)
        #expect(weight.result != 0)
    }

    @Test("A pooling says at a tie which entry wins", arguments: [(2.0, true), (1.0, false)])
    func tie(second: Double, isTie: Bool) throws {
        let image = Tensor(shape: [1, 1, 2, 2], scalars: [2, second, 0, 1])
        let trace = try trace(
            .image(channels: 1, height: 2, width: 2),
            [.pooling(PoolingLayer(.max, kernel: 2, stride: 2)), .flatten, .dense(DenseLayer(units: 2))],
            image, classes: [0])
        #expect(try texts(trace, "layer1").contains("At a tie in a window") == isTie)
    }

    @Test("Cells have the numbers of the trace")
    func numbers() throws {
        let (trace, measurer) = (try Samples.mazur(), try #require(measurer))
        let picture = try #require(layerFigure(trace, at: LayerPlace(name: "hidden"), measurer: measurer))
        let words = picture.content.groups.map(\.words)
        for told in ["w₁: value 0.15", "w₄: value 0.3", "z₁: value 0.3775", "x₂: value 0.1"] { #expect(words.contains(told), "\(told)") }
    }

    @Test(
        "Of a long row the first entries and the last are shown, and the others counted",
        arguments: [(3, 4, [0, 1, 2], [Int]()), (9, 4, [0, 1, 2, 8], [3]), (6, 6, [0, 1, 2, 3, 4, 5], []), (7, 1, [0, 6], [1])])
    func elision(count: Int, most: Int, indices: [Int], gaps: [Int]) {
        let shown = Shown(count, most: most)
        #expect(shown.indices == indices)
        #expect(shown.gaps == Set(gaps))
        #expect(shown.isWhole == gaps.isEmpty)
    }

    @Test("There is none of a layer or a sample that the trace has not")
    func nowhere() throws {
        let (trace, measurer) = (try Samples.mazur(), try #require(measurer))
        #expect(layerFigure(trace, at: LayerPlace(name: "nowhere"), measurer: measurer) == nil)
        #expect(layerFigure(trace, at: LayerPlace(sample: 1), measurer: measurer) == nil)
        #expect(layerFigure(Samples.expression(), at: LayerPlace(), measurer: measurer) == nil)
    }
}
