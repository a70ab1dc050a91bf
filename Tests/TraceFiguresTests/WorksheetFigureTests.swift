import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

@testable import TraceFigures

@Suite("The figure of a worksheet") struct WorksheetFigureTests {
    private static let networks = ["mazur", "one-unit", "residual"]
    private static let graphs = ["chain", "fork", "colah", "sigmoid", "circuit", "square", "batch-norm", "rnn"]
    private static let tensors = ["lstm", "gru", "convolution", "attention"]

    private struct Made {
        let sheet: Worksheet
        let drawings: (sheet: DisplayList, key: DisplayList, size: Size)

        /// Of the places to write.
        var boxes: [Rect] {
            drawings.sheet.items.compactMap { item in
                guard case .stroke(let path, let stroke) = item, stroke == Stroke(.ink, width: 0.8) else { return nil }
                var box: Rect?
                _ = path.mapPoints { point in
                    let here = Rect(point.x, point.y, 0, 0)
                    box = box?.union(here) ?? here
                    return point
                }
                return box
            }
        }
    }

    private static func made(_ name: String, _ kinds: Set<WorksheetHiding.Kind>, _ measurer: CairoTextMeasurer) throws -> Made {
        let isNetwork = networks.contains(name)
        let all = isNetwork ? try SampleTraces.all() : GraphExamples.all + (try layers())
        let trace = try #require(all.first { $0.name == name }).trace
        let plan = try WorksheetPlan(trace, hiding: WorksheetHiding(kinds: kinds), level: .easy)
        let mistakes = try MistakenTrace.all(of: trace)
        var sheet = Worksheet(plan, mistakes: mistakes)
        let scene: any TraceScene
        if tensors.contains(name) {
            let parts = TensorScene.parts(of: sheet, measurer: measurer, width: 511, height: 2_000)
            #expect(parts.count == 1)
            scene = try #require(parts.first)
        } else if isNetwork {
            scene = try #require(
                NetworkScene(trace, reserve: sheet.digits, measurer: measurer, pageWidth: 511, isTight: true, isWritable: true))
        } else {
            var type = GraphType()
            type.written = trace.lowered == nil ? [.input, .parameter, .operation] : [.parameter, .operation]
            func graph(_ printed: Precision = Precision()) -> GraphScene {
                GraphScene(trace, measurer: measurer, pageWidth: 511, type: type, width: 507, printed: printed)
            }
            sheet = Worksheet(plan, beside: graph().precision, mistakes: mistakes)
            scene = graph(sheet.precision)
        }
        return Made(sheet: sheet, drawings: WorksheetFigure(sheet, scene, measurer: measurer).drawings)
    }

    private static func layers() throws -> [(name: String, trace: Trace)] {
        [("convolution", try convolution()), ("attention", try attention())]
    }

    private static func convolution() throws -> Trace {
        try traced(
            [
                Layer(name: "conv", kind: .convolution(ConvolutionLayer(channels: 2, kernel: 2))),
                Layer(name: "pool", kind: .pooling(PoolingLayer(.max, kernel: 2, stride: 1))), Layer(name: "flat", kind: .flatten),
                SampleTraces.dense("output", 1),
            ], .image(channels: 1, height: 4, width: 4), inputs: [1, 1, 4, 4], targets: [1, 1])
    }

    private static func attention() throws -> Trace {
        try traced(
            [Layer(name: "attention", kind: .attention(AttentionLayer(heads: 2)))], .sequence(time: 3, features: 2), inputs: [1, 3, 2],
            targets: [1, 3, 2])
    }

    private static func traced(_ layers: [Layer], _ input: SampleShape, inputs: [Int], targets: [Int]) throws -> Trace {
        func numbers(_ shape: [Int], _ step: Int) -> Tensor {
            Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { Double(($0 * step + 3) % 19) / 10 - 0.8 })
        }
        return try Trace(
            TrainingProblem(
                network: Network(input: input, seed: 3, layers: layers), inputs: numbers(inputs, 7),
                targets: .values(numbers(targets, 5)), loss: .halfSquaredError))
    }

    @Test(
        "has boxes that a pencil writes in: none meets another or a text that stays, and the key writes into each",
        arguments: networks + graphs + tensors, [[.gradients], [.gradients, .values]] as [Set<WorksheetHiding.Kind>])
    func boxes(_ name: String, kinds: Set<WorksheetHiding.Kind>) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let made = try Self.made(name, kinds, measurer)
        let boxes = made.boxes
        #expect(!boxes.isEmpty)
        for (index, box) in boxes.enumerated() {
            #expect(box.width > 39.9 && box.height > 13.9 && box.minX >= -3 && box.maxX <= made.drawings.size.width + 4, "\(box)")
            for other in boxes[(index + 1)...] { #expect(!box.insetBy(0.5, 0.5).overlaps(other.insetBy(0.5, 0.5)), "\(box) \(other)") }
            for text in made.drawings.sheet.textRuns {
                let ink = text.box(measuredBy: measurer).insetBy(0.8, 0.8)
                #expect(ink.width <= 0 || !ink.overlaps(box), "\(text.run.text) \(ink) under \(box)")
            }
        }
        for text in made.drawings.key.textRuns {
            let ink = text.box(measuredBy: measurer)
            #expect(ink.width == 0 || boxes.contains { $0.insetBy(-1.5, -1.5).contains(ink) }, "\(text.run.text)")
        }
    }

    @Test("has a box for each number of a graph that is asked for, whose name stays on the sheet", arguments: graphs)
    func everyNumber(_ name: String) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let made = try Self.made(name, [.gradients, .values], measurer)
        let trace = made.sheet.trace
        let asked = made.sheet.questions.filter { question in
            switch question.key {
            case .value, .gradient: true
            default: false
            }
        }
        // A recurrent cell's graph leaves out what only adds.
        if trace.lowered == nil { #expect(made.boxes.count == asked.count, "\(name)") }
        let key = made.drawings.key.textRuns.map(\.run.text).joined()
        for question in asked where trace.lowered == nil { #expect(key.contains(question.printed.text), "\(question.address)") }
        #expect(!key.contains("∇") && !key.contains("p ="))
        if name == "batch-norm" {
            #expect(made.drawings.sheet.textRuns.contains { $0.run.text.contains("μ") })
        }
    }

    @Test("has a box for each gradient of a network's tensors, but for what only adds", arguments: tensors)
    func everyTensor(_ name: String) throws {
        let made = try Self.made(name, [.gradients], CairoTextMeasurer(try FontBook()))
        let lowered = try #require(made.sheet.trace.lowered)
        let asked = made.sheet.questions.filter { question in
            guard case .gradient(let scalar) = question.key else { return false }
            switch lowered.role(of: ScalarID(scalar).tensor).part {
            case .fromInput, .fromState: return name == "gru"
            default: return true
            }
        }
        #expect(made.boxes.count == asked.count && asked.count > 10)
        let key = made.drawings.key.textRuns.map(\.run.text).joined(separator: " ")
        // A power of ten is set in parts.
        for question in asked where !question.printed.text.contains("×") {
            #expect(key.contains(question.printed.text), "\(question.address)")
        }
    }

    @Test("cuts the tensors of a long recurrence into parts that a page holds, between its grids") func parts() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(GraphExamples.all.first { $0.name == "lstm" }).trace
        let plan = try WorksheetPlan(trace, hiding: WorksheetHiding(kinds: [.gradients]), level: .easy)
        let sheet = Worksheet(plan, mistakes: [])
        func drawn(_ height: Double) -> [(sheet: DisplayList, key: DisplayList, size: Size)] {
            TensorScene.parts(of: sheet, measurer: measurer, width: 511, height: height).map {
                WorksheetFigure(sheet, $0, measurer: measurer).drawings
            }
        }
        let (whole, parts) = (drawn(2_000), drawn(300))
        #expect(whole.count == 1 && parts.count > 1 && parts.allSatisfy { $0.size.height <= 300 })
        func answers(_ drawings: [(sheet: DisplayList, key: DisplayList, size: Size)]) -> [String] {
            drawings.flatMap { $0.key.textRuns.map(\.run.text) }.filter { !$0.isEmpty }.sorted()
        }
        #expect(answers(parts) == answers(whole))
        // Rather none than a figure of many pages.
        #expect(drawn(100).isEmpty)
    }

    @Test("prints a sum at a fork with the sheet's digits, zeros included") func forks() throws {
        let made = try Self.made("fork", [.gradients], CairoTextMeasurer(try FontBook()))
        let key = made.drawings.key.textRuns.map(\.run.text).joined().filter { !$0.isWhitespace }
        #expect(key.contains("3.000+(−6.000)=−3.000") && key.contains("−2.000+(−6.000)=−8.000"), "\(key)")
    }
}
