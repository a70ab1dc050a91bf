import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Telling
import Testing
import Traces
import Typesetting

@testable import TraceFigures

@Suite("A frame for a classroom") struct FrameLayoutTests {
    private static func sequence(
        _ trace: Trace, _ measurer: CairoTextMeasurer, size: Size = FrameSequence.usualSize, by granularity: Granularity? = nil
    ) throws -> FrameSequence {
        let scene = try #require(NetworkScene(trace, options: .init(mostUnits: 6), reserve: 6, measurer: measurer, isTight: true))
        return FrameSequence(trace, steps: trace.steps(by: granularity), scene: scene, measurer: measurer, size: size)
    }

    @Test(
        "is 960 × 540 pt with nothing under 10 pt, apart and on the page, whatever the network",
        arguments: ["mazur", "one-unit", "batch", "residual", "deep", "wide"])
    func projected(name: String) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(try SampleTraces.all().first { $0.name == name }).trace
        let sequence = try Self.sequence(trace, measurer, by: name == "deep" || name == "wide" ? .layer : nil)
        #expect(sequence.size.width == 960)
        #expect(sequence.size.height == 540 || name == "deep" || name == "wide", "\(sequence.size)")
        for index in stride(from: 0, to: sequence.count, by: max(1, sequence.count / 12)) {
            let picture = sequence.picture(index)
            #expect(PageChecks(picture, measurer).layoutFaults == [], "frame \(index + 1)")
            #expect(picture.content.textRuns.allSatisfy { $0.run.font.size >= 10 - 1e-9 }, "frame \(index + 1)")
        }
    }

    @Test("shows of a large network the window in which the step's first number stands, and where that is", arguments: 0..<6)
    func windows(number: Int) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence(try EdgeLabelTests.network(number), measurer)
        let layout = sequence.layout
        guard !layout.windows.isEmpty else { return }
        let map = try #require(layout.map)
        #expect(Rect(0, 0, layout.canvas.width, layout.canvas.height).contains(map))
        for window in layout.windows {
            #expect(Rect(0, 0, sequence.scene.size.width, sequence.scene.size.height).insetBy(-1, -1).contains(window))
        }
        for step in sequence.steps {
            let places = FrameTelling(step).highlights.compactMap { sequence.scene.anchor(of: $0.place) }
            guard let first = places.first, let window = layout.window(on: places) else { continue }
            #expect(window.insetBy(-4, -4).contains(first.center), "\(step.question.plainText)")
        }
    }

    @Test("shows the node of the step’s first number whole, wherever it is in a large graph")
    func ownNode() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = GraphExamples.batchNorm
        let scene = GraphScene(trace, measurer: measurer)
        let sequence = FrameSequence(trace, steps: trace.steps(), scene: scene, measurer: measurer)
        #expect(!sequence.layout.windows.isEmpty)
        var shown = 0
        for (index, step) in sequence.steps.enumerated() {
            guard let first = FrameTelling(step).highlights.first, scene.nodeIndex(at: first.place) != nil else { continue }
            #expect(
                sequence.picture(index).content.groups.contains { $0.kind == .node && $0.isHighlighted }, "\(step.question.plainText)")
            shown += 1
        }
        #expect(shown > 20)
    }

    @Test("shows what touches the edge of a large picture, and nothing more at the window's other sides")
    func edges() {
        let scene = Size(1000, 300)
        #expect(FrameLayout.room(of: Rect(0, 40, 400, 200), in: scene) == Rect(-14, 40, 414, 200))
        #expect(FrameLayout.room(of: Rect(-6, -6, 400, 200), in: scene) == Rect(-20, -20, 414, 214))
        #expect(FrameLayout.room(of: Rect(600, 100, 400, 200), in: scene) == Rect(600, 100, 414, 214))
        #expect(FrameLayout.room(of: Rect(300, 40, 400, 200), in: scene) == Rect(300, 40, 400, 200))
    }

    @Test("has the size that is asked for", arguments: [Size(1280, 720), Size(800, 600), Size(640, 360)])
    func sizes(size: Size) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence(try SampleTraces.mazur(), measurer, size: size)
        #expect(sequence.size.width == size.width && sequence.size.height >= size.height)
        #expect(PageChecks(sequence.picture(20), measurer).layoutFaults == [])
    }

    @Test("counts what its table of what was found has no room for") func counted() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try SampleTraces.mazur()
        let steps = trace.steps()
        let found = FoundSoFar(steps: steps, typesetter: .init(measurer: measurer))
        for height in [60.0, 90, 140, 400] {
            for (index, step) in steps.enumerated() {
                let texts = found.draw(upTo: index, FrameTelling(step), height: height).textRuns.map(\.run.text)
                let all = steps[...index].flatMap(\.findings).count { $0.kind == step.findings.first?.kind }
                let counted = texts.compactMap { $0.firstMatch(of: #/(\d+) (before|more)/#).flatMap { Int($0.1) } }.reduce(0, +)
                let rows = found.draw(upTo: index, FrameTelling(step), height: height).groups.count { $0.kind == .finding }
                #expect(rows + counted == all + step.omitted)
            }
        }
    }

    @Test("of a page on a laptop is all of a small picture, and a window that type of 10 px allows of a large one") func page() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let small = try Self.sequence(try SampleTraces.mazur(), measurer)
        #expect(small.pageSize == small.scene.size)
        let deep = try #require(try SampleTraces.all().first { $0.name == "deep" }).trace
        let large = try Self.sequence(deep, measurer, by: .layer)
        let picture = large.scenePicture(large.count - 1)
        #expect(picture.size == large.pageSize && picture.size.width <= 900 && picture.size.height <= 376)
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }
}
