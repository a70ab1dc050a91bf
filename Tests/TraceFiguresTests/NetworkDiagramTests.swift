import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Testing
import Traces

@testable import TraceFigures

@Suite("A network diagram") struct NetworkDiagramTests {
    static let preferences = [FontBook.Preference.installed, .fallback]

    @Test(
        "keeps its texts on the page, apart from each other and from lines, and at 7 pt or more",
        arguments: ["mazur", "one-unit", "batch", "residual", "normalized", "wide", "deep"], preferences)
    func layout(name: String, preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let trace = try #require(try SampleTraces.all().first { $0.name == name }).trace
        var variants = [NetworkDiagramOptions()]
        if name != "deep", name != "wide" { variants.append(NetworkDiagramOptions(showsProducts: true)) }
        if name == "batch" { variants.append(NetworkDiagramOptions(sample: .mean, showsProducts: true)) }
        for options in variants {
            let picture = try #require(networkDiagram(trace, options: options, measurer: measurer))
            #expect(PageChecks(picture, measurer).layoutFaults == [])
        }
    }

    @Test(
        "goes down the page where that is too narrow for columns, and keeps to its width",
        arguments: ["mazur", "one-unit", "batch", "residual", "normalized", "wide", "deep"], [240.0, 252.3, 396])
    func narrow(name: String, width: Double) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(try SampleTraces.all().first { $0.name == name }).trace
        for products in [false, true] {
            var width = width
            let options = NetworkDiagramOptions(showsProducts: products)
            var picture = try #require(networkDiagram(trace, options: options, measurer: measurer, pageWidth: width))
            if picture.size.width > width {
                // What needs more than that has it, and keeps to it.
                #expect(products || width < 300 && ["batch", "deep"].contains(name))
                width = picture.size.width
                picture = try #require(networkDiagram(trace, options: options, measurer: measurer, pageWidth: width))
            }
            #expect(picture.size.width == width)
            #expect(PageChecks(picture, measurer).layoutFaults == [])
        }
    }

    @Test("shows tokens as they are, without a norm or a gradient, and of many the first") func tokens() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        for (time, shown, words) in [(3, [0, 1, 2], "0, 1, 2"), (9, [0, 1, 2, 3, 4, 5, 6, 8], "0, 1, 2, 3, …")] {
            let layers = [
                Layer(name: "embed", kind: .embedding(EmbeddingLayer(size: 2))), Layer(name: "mean", kind: .globalPooling),
                Layer(name: "output", kind: .dense(DenseLayer(units: 1))),
            ]
            let trace = try Trace(
                TrainingProblem(
                    network: Network(input: .tokens(time: time, count: 9), layers: layers),
                    inputs: Tensor(shape: [1, time], scalars: (0..<time).map(Double.init)), targets: .values(.zeros([1, 1])),
                    loss: .halfSquaredError))
            let scene = try #require(NetworkScene(trace, measurer: measurer))
            let block = try #require(scene.geometry.columns[0].block)
            let drawn = scene.draw(SceneState())
            let texts = drawn.textRuns.filter { block.contains($0.run.origin) }.map(\.run.text)
            #expect(texts == shown.map(String.init) + ["\(time) tokens" + (time > 8 ? ", 8 shown" : "")], "\(texts)")
            #expect(drawn.groups.contains { $0.words == "input, \(time) tokens: \(words)" })
            // The embedding alone has a norm of values and one of gradients.
            #expect(drawn.groups.map(\.words).joined().ranges(of: "norm ").count == 2)
        }
    }

    @Test("shows the same numbers down the page as across it") func sameNumbers() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let across = try #require(NetworkScene(try SampleTraces.mazur(), measurer: measurer))
        let down = try #require(NetworkScene(try SampleTraces.mazur(), measurer: measurer, pageWidth: 240))
        #expect(down.size.width < across.size.width && down.size.height > across.size.height)
        func texts(_ scene: NetworkScene) -> [String] { scene.draw(SceneState()).textRuns.map(\.run.text).sorted() }
        #expect(texts(down) == texts(across))
    }

    @Test("keeps the outlines of nodes off every text", arguments: ["mazur", "residual", "wide"], preferences)
    func circles(name: String, preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let trace = try #require(try SampleTraces.all().first { $0.name == name }).trace
        let scene = try #require(NetworkScene(trace, measurer: measurer))
        let circles =
            scene.geometry.columns.flatMap(\.units).map { ($0.circle, scene.geometry.radius) }
            + [(scene.geometry.lossCircle, scene.geometry.lossRadius)]
        for placed in scene.draw(SceneState()).textRuns {
            let box = placed.box(measuredBy: measurer)
            guard box.width > 0 else { continue }
            for (center, radius) in circles {
                let distances = box.corners.map { ($0 - center).length }
                let nearest = Point(
                    min(max(center.x, box.minX), box.maxX), min(max(center.y, box.minY), box.maxY))
                let crosses = (nearest - center).length < radius && (distances.max() ?? 0) > radius
                #expect(!crosses, "\(placed.run.text) crosses a circle")
            }
        }
    }

    @Test("tells where two gradients meet, by numbers that the picture shows") func headline() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let picture = try #require(networkDiagram(try SampleTraces.mazur(), measurer: measurer))
        #expect(picture.title == "Two gradients meet at h₁ and add: ∂L/∂h₁ = 0.1385 × 0.4 − 0.03810 × 0.5 = 0.03635")
        let texts = picture.content.textRuns.map(\.run.text)
        for number in ["0.1385", "0.0381", "0.03635", "0.08217", "0.0004386", "0.2984", "0.7514", "0.5933"] {
            #expect(texts.contains { $0.contains(number) })
        }
        #expect(picture.description.contains("0.08217"))
        #expect(picture.alternative.contains("0.2984"))
    }

    @Test("prints products and sums that a reader can redo") func products() throws {
        for (_, trace) in try SampleTraces.all() where trace.lowered?.problem.inputs.shape[0] == 1 {
            let products = NetworkProducts(trace, NetworkColumns(try #require(trace.lowered)).columns, sample: .number(0))
            let lines = Array(products.lines.values) + Array(products.sums.values)
            #expect(!lines.isEmpty)
            for line in lines where line.relation == .equals { #expect(line.holds, "\(line.formula.plainText)") }
        }
    }

    @Test("sums at a fork everything that comes back, the projection of a skip too") func projectedSkip() throws {
        let block = ResidualLayer(layers: [SampleTraces.dense("inner", 3)], hasProjection: true)
        let trace = try SampleTraces.network(
            [SampleTraces.dense("first", 2), Layer(name: "residual1", kind: .residual(block)), SampleTraces.dense("output", 1)],
            inputs: 2, batch: 1, outputs: 1, title: "A projection")
        let columns = NetworkColumns(try #require(trace.lowered)).columns
        let products = NetworkProducts(trace, columns, sample: .number(0))
        let first = try #require(trace.tape.id(named: "first"))
        for unit in 0..<2 {
            let sum = try #require(products.sums[.init(column: 1, from: unit, into: first, to: unit)])
            #expect(sum.arithmetic.leaves.count == 6)
            #expect(sum.holds && sum.relation == .equals)
        }
    }

    @Test("leaves out the middle of a wide layer and says how many units") func elision() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(try SampleTraces.all().first { $0.name == "wide" }).trace
        for most in [3, 5, 8] {
            let scene = try #require(
                NetworkScene(trace, options: NetworkDiagramOptions(mostUnits: most), measurer: measurer))
            let column = scene.geometry.columns[1]
            #expect(column.units.count + column.hidden == 30)
            #expect(column.units.count + 1 == most)
            #expect(scene.draw(SceneState()).textRuns.contains { $0.run.text == "\(column.hidden) more" })
            #expect(scene.anchor(of: .value(try scene.trace.scalar(at: "hidden[0,15]").key)) == nil)
            #expect(scene.anchor(of: .value(try scene.trace.scalar(at: "hidden[0,0]").key)) != nil)
        }
    }

    @Test("knows the place of every value, parameter and edge") func anchors() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let scene = try #require(NetworkScene(try SampleTraces.mazur(), measurer: measurer))
        let page = Rect(0, 0, scene.size.width, scene.size.height)
        func key(_ place: String) throws -> NumberKey {
            let scalars = try place.split(separator: ">").map { try scene.trace.scalar(at: String($0)).key }
            return scalars.count == 1 ? .value(scalars[0]) : .local(.init(from: scalars[0], to: scalars[1], operand: 0))
        }
        for place in [
            "input[0,1]", "hidden[0,0]", "sigmoid1[0,1]", "output.weight[1,0]", "hidden.bias[1]", "loss", "targets[0,0]",
            "hidden[0,0]>sigmoid1[0,0]", "sigmoid1[0,0]>output[0,1]", "sigmoid2[0,1]>loss", "output.weight[0,0]>output[0,0]",
        ] {
            let box = try #require(scene.anchor(of: key(place)), "\(place)")
            #expect(page.contains(box.center), "\(place)")
        }
        #expect(try scene.place(of: key("sigmoid1[0,0]>output[0,1]")) == scene.place(of: key("output.weight[1,0]")))
        #expect(scene.anchor(of: .value(.init(tensor: 99, index: 0))) == nil)
        #expect(scene.anchor(of: .norm) == nil)
    }
}

extension Arithmetic.Line {
    /// Whether the printed numbers give the printed result, to half of its last digit.
    var holds: Bool {
        var rest = numerals[...]
        let value = arithmetic.evaluated(taking: &rest)
        guard value.isFinite, result.kind == .finite else { return true }
        let decimals = result.digits.firstIndex(of: ".").map { result.digits.distance(from: $0, to: result.digits.endIndex) - 1 } ?? 0
        var unit = 1.0
        let power = (result.exponent ?? 0) - decimals
        for _ in 0..<abs(power) { unit = power < 0 ? unit / 10 : unit * 10 }
        return abs(value - result.value) <= unit / 2 * (1 + 1e-6)
    }
}

extension Arithmetic {
    /// In Doubles, from what the numerals' texts read as.
    fileprivate func evaluated(taking numerals: inout ArraySlice<Numeral>) -> Double {
        switch self {
        case .leaf: return numerals.popFirst()?.value ?? .nan
        case .sum(let parts):
            var sum = 0.0
            for part in parts { sum += part.evaluated(taking: &numerals) }
            return sum
        case .product(let parts):
            var product = 1.0
            for part in parts { product *= part.evaluated(taking: &numerals) }
            return product
        case .quotient(let a, let b):
            let above = a.evaluated(taking: &numerals)
            return above / b.evaluated(taking: &numerals)
        case .negation(let a): return -a.evaluated(taking: &numerals)
        case .power(let a, let b):
            let base = a.evaluated(taking: &numerals)
            return Pairwise.power(base, b.evaluated(taking: &numerals))
        case .function(let function, let arguments):
            var values: [Double] = []
            for argument in arguments { values.append(argument.evaluated(taking: &numerals)) }
            return function(values)
        }
    }
}
