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
