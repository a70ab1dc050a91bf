import Autodiff
import CairoBackend
import Drawing
import Notation
import PageChecks
import Testing
import Traces

@testable import TraceFigures

private let measurers: [any TextMeasuring] = {
    let books = [FontBook.Preference.installed, .fallback].compactMap { try? FontBook(preferring: $0) }
    return books.map { CairoTextMeasurer($0) }
}()

@Suite("Computation graphs") struct ComputationGraphTests {
    @Test("There are fonts to measure with") func fonts() { #expect(measurers.count == 2) }

    @Test("Published values and gradients stand at their nodes") func published() {
        let neuron = ComputationGraph(GraphExamples.sigmoid)
        #expect(abs(neuron.nodes[neuron.result].value - 0.7310585786300049) < 1e-15)
        #expect(gradients(GraphExamples.chainRule) == ["x": -4, "y": -4, "z": 3])
        #expect(gradients(GraphExamples.circuit) == ["x": -8, "y": 6, "z": 2, "w": 0])
        #expect(gradients(GraphExamples.fork) == ["a": -3, "b": -8])
        #expect(gradients(GraphExamples.colah) == ["a": 2, "b": 5])
    }

    private func gradients(_ trace: Trace) -> [String: Double] {
        var found: [String: Double] = [:]
        for node in ComputationGraph(trace).nodes where node.kind == .input { found[node.face.plainText] = node.gradient }
        return found
    }

    @Test("The contributions on a node's edges add up to its gradient", arguments: GraphExamples.all.map(\.name))
    func contributions(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        let graph = ComputationGraph(trace)
        guard graph.nodes[graph.result].tensor == nil else { return }
        for (index, node) in graph.nodes.enumerated() where index != graph.result {
            guard let gradient = node.gradient else { continue }
            let sum = graph.contributing(to: index).reduce(0) { $0 + (graph.edges[$1].contribution?.product ?? 0) }
            #expect(
                sum == gradient || sum.isNaN && gradient.isNaN || abs(sum - gradient) <= 1e-12 * max(1, abs(gradient)),
                "\(node.face.plainText)")
        }
    }

    @Test("A value used twice has two edges") func twice() {
        let graph = ComputationGraph(GraphExamples.square)
        #expect(graph.edges.count == 2)
        #expect(graph.edges.map { $0.contribution?.local } == [3, 3])
    }

    @Test("A network too large to unfold shows its tensors with their shapes") func tensors() {
        let graph = ComputationGraph(GraphExamples.wideNetwork)
        #expect(graph.nodes.contains { $0.tensor?.shape == [8, 4] })
    }

    @Test("Printed products and sums hold for the printed digits", arguments: GraphExamples.all.map(\.name))
    func honesty(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        let scene = GraphScene(trace, measurer: measurers[0])
        for edge in scene.graph.edges.indices where scene.layout.products[edge] != nil {
            let line = try #require(scene.numbers.productLine(edge))
            guard line.relation == .equals, line.result.kind == .finite else { continue }
            let product = line.numerals.reduce(1) { $0 * $1.value }
            #expect(agrees(product, line.result), "\(line.formula.plainText)")
            let source = try #require(scene.numbers.gradient(scene.graph.edges[edge].from))
            if scene.graph.contributing(to: scene.graph.edges[edge].from).count == 1 { #expect(source == line.result) }
            #expect(line.numerals[0] == scene.numbers.gradient(scene.graph.edges[edge].to), "\(line.formula.plainText)")
        }
        for node in scene.layout.dressing.sums {
            let line = try #require(scene.numbers.sumLine(node))
            guard line.relation == .equals, line.result.kind == .finite else { continue }
            #expect(agrees(line.numerals.reduce(0) { $0 + $1.value }, line.result), "\(line.formula.plainText)")
        }
    }

    /// Whether a value, rounded to a numeral's last place, is the numeral.
    private func agrees(_ value: Double, _ numeral: Numeral) -> Bool {
        let half = (0..<abs(numeral.lastPlace)).reduce(0.5) { unit, _ in numeral.lastPlace < 0 ? unit / 10 : unit * 10 }
        return abs(value - numeral.value) <= half * (1 + 1e-6) || value == numeral.value
    }

    @Test(
        "On a narrow page a graph goes down, with its texts clear of each other, of nodes and of lines",
        arguments: ["fork", "circuit", "micrograd", "sigmoid", "mazur"])
    func narrow(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        let measurer = measurers[0]
        var width = 240.0
        // Of what needs more than that, the least width.
        for _ in 0..<6 {
            let picture = computationGraph(trace, measurer: measurer, pageWidth: width)
            guard picture.size.width <= width else {
                width = picture.size.width.rounded(.up)
                continue
            }
            #expect(PageChecks(picture, measurer).layoutFaults == [])
            let layout = GraphScene(trace, measurer: measurer, pageWidth: width, width: width - 12).layout
            #expect(layout.flow == .downward)
            let labels = (layout.above + layout.below + layout.products + [layout.result]).compactMap { $0 }
            for (index, label) in labels.enumerated() {
                for other in labels.dropFirst(index + 1) { #expect(!label.shape.comesNear(other.shape, clearance: 1)) }
                for node in layout.nodes { #expect(!label.shape.comesNear(ConvexShape(pill: node), clearance: 1)) }
                for route in layout.routes {
                    #expect(!route.head.comesNear(label.shape, clearance: 1))
                    for line in route.shapes where !label.pausesLines { #expect(!label.shape.comesNear(line, clearance: 1)) }
                }
                if label.pausesLines {
                    #expect(label.rotation == 0 && layout.pauses.contains { $0.contains(label.box) })
                }
            }
            return
        }
        Issue.record("no width is enough")
    }

    @Test("Texts lie on the page and are large enough to read", arguments: GraphExamples.all.map(\.name))
    func texts(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        for measurer in measurers {
            let picture = computationGraph(trace, measurer: measurer)
            let page = Rect(0, 0, picture.size.width, picture.size.height)
            for text in picture.content.textRuns {
                #expect(page.contains(text.box(measuredBy: measurer)), "\(text.run.text)")
                #expect(text.run.font.size >= 7, "\(text.run.text)")
            }
        }
    }

    @Test("Labels touch neither each other nor nodes nor edges", arguments: GraphExamples.all.map(\.name))
    func labels(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        for measurer in measurers {
            GraphScene(trace, measurer: measurer).layout.expectRoom()
        }
    }

    @Test(
        "Every product of a small expression has its place",
        arguments: ["chain", "fork", "colah", "sigmoid", "spelled", "circuit", "square", "wide"])
    func complete(name: String) throws {
        let trace = try #require(GraphExamples.all.first { $0.name == name }?.trace)
        for measurer in measurers {
            let scene = GraphScene(trace, measurer: measurer)
            #expect(scene.silentEdges == 0)
            #expect(scene.layout.missing == 0)
        }
    }

    @Test("A batch normalization of a few numbers stands in columns, with the three routes of one of them and all else pale")
    func normalization() throws {
        for measurer in measurers {
            let picture = computationGraph(GraphExamples.batchNorm, measurer: measurer)
            #expect(PageChecks(picture, measurer).layoutFaults == [])
            let texts = picture.content.textRuns.map(\.run.text)
            for name in ["x", "μ", "σ", "γ", "β", "t"] { #expect(texts.contains { $0.contains(name) }, "\(name)") }
            let loud = picture.content.ungrouped.items.count { item in
                if case .stroke(_, let stroke) = item { stroke.color == .gradientLine && stroke.width == 2.2 } else { false }
            }
            // Its own outline, the way to its x̂, two wires to the bars, and the bars' wires and taps.
            #expect(loud == 8)
            #expect(!texts.contains("normalize"))
        }
    }

    @Test("A batch normalization has room on the width of a page of notes, with all of its numbers")
    func narrowNormalization() throws {
        for measurer in measurers {
            let usual = computationGraph(GraphExamples.batchNorm, measurer: measurer)
            let picture = computationGraph(GraphExamples.batchNorm, measurer: measurer, pageWidth: 453)
            #expect(picture.size.width == 453)
            #expect(PageChecks(picture, measurer).layoutFaults == [])
            func numbers(_ picture: Picture) -> [String] {
                picture.content.groups.filter { $0.kind == .node }.map(\.words).sorted()
            }
            #expect(numbers(picture) == numbers(usual))
            let texts = picture.content.textRuns.map(\.run.text).joined(separator: " ")
            #expect(texts.contains("the gradient on the left"), "\(texts)")
        }
    }

    @Test("The headline is what was found") func headlines() {
        func headline(_ trace: Trace) -> String { computationGraph(trace, measurer: measurers[0]).title }
        #expect(headline(GraphExamples.fork) == "Where two gradients meet, they add: ∂f/∂a = 3 + (−6) = −3")
        #expect(headline(GraphExamples.chainRule) == "A product swaps its factors’ values: ∂f/∂z = q = 3; a sum copies: ∂f/∂x = ∂f/∂y = −4")
        #expect(headline(GraphExamples.overflow).hasPrefix("Overflow: p = ∞"))
        #expect(headline(GraphExamples.undefined).hasPrefix("Not a number: p = NaN"))
    }

    @Test("The same trace gives the same picture") func determinism() {
        for trace in [GraphExamples.fork, GraphExamples.micrograd] {
            #expect(computationGraph(trace, measurer: measurers[0]).digest == computationGraph(trace, measurer: measurers[0]).digest)
        }
    }

    @Test("Scenes know where scalars and edges stand, and show only what is known") func scenes() throws {
        let scene = GraphScene(GraphExamples.fork, measurer: measurers[0])
        func scalar(_ address: String) throws -> NumberKey.Scalar { try GraphExamples.fork.scalar(at: address).key }
        let page = Rect(0, 0, scene.size.width, scene.size.height)
        let (a, f, sum) = (try scalar("a"), try scalar("f"), try scalar("t1"))
        for key in [NumberKey.value(a), .gradient(f), .local(.init(from: a, to: sum, operand: 0))] {
            #expect(page.contains(try #require(scene.anchor(of: key))))
        }
        #expect(scene.anchor(of: .value(.init(tensor: 99, index: 0))) == nil && scene.anchor(of: .norm) == nil)
        for trace in GraphExamples.all.map(\.trace) {
            let scene = GraphScene(trace, measurer: measurers[0])
            let page = Rect(0, 0, scene.size.width, scene.size.height)
            for edge in scene.graph.edges {
                let (from, to) = (scene.graph.nodes[edge.from].scalar, scene.graph.nodes[edge.to].scalar)
                let use = NumberKey.Use(from: from.key, to: to.key, operand: 0)
                #expect(page.contains(try #require(scene.anchor(of: .local(use)), "\(use)")))
            }
        }
        var state = SceneState()
        state.values = []
        state.gradients = []
        let before = Set(scene.draw(state).textRuns.map(\.run))
        let after = Set(scene.draw(SceneState()).textRuns.map(\.run))
        #expect(before.isStrictSubset(of: after))
    }

    @Test(
        "What is given has its value from the first step on; what is computed waits for it",
        arguments: [GraphExamples.fork, GraphExamples.colah, GraphExamples.batchNorm, GraphExamples.lstm])
    func given(trace: Trace) throws {
        let scene = GraphScene(trace, measurer: measurers[0])
        var state = SceneState()
        state.values = []
        state.gradients = []
        let shown = scene.draw(state).textRuns.map(\.run)
        for (index, node) in scene.graph.nodes.enumerated() {
            guard let label = scene.layout.above[index] else { continue }
            let shift = try #require(scene.anchor(of: .value(node.scalar.key))).center - scene.layout.nodes[index].center
            let stands = label.content.translated(by: shift).textRuns.map(\.run).allSatisfy { run in
                shown.contains { $0.text == run.text && ($0.origin - run.origin).length < 1e-6 }
            }
            #expect(stands == (node.kind != .operation), "\(node.face.plainText)")
        }
    }
}
