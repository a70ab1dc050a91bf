import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import PageChecks
import Testing
import Traces

@testable import TraceFigures

/// A normalization of a few units, and what its picture draws across.
struct NormalizationSample: CustomTestStringConvertible, Sendable {
    let kind: NormalizationLayer.Kind
    let units: Int
    let lines: Int
    var words = "mean and variance"

    var testDescription: String { "\(kind) of \(units) units" }

    func trace() throws -> Trace {
        let layers = [
            Layer(name: "dense", kind: .dense(DenseLayer(units: units))),
            Layer(name: "norm", kind: .normalization(NormalizationLayer(kind: kind))),
        ]
        let zeros = Tensor(shape: [2, units], scalars: [Double](repeating: 0, count: 2 * units))
        return try Trace(
            TrainingProblem(
                network: Network(input: .features(1), seed: 1, layers: layers), inputs: Tensor(shape: [2, 1], scalars: [1, 2]),
                targets: .values(zeros), loss: .halfSquaredError))
    }
}

@Suite("Lines across a normalization") struct SharedStatisticsTests {
    @Test(
        "lead from each unit to all others of its group, are named by what is shared, and are left out of wide layers and of a batch norm",
        arguments: [
            NormalizationSample(kind: .layer, units: 3, lines: 6),
            NormalizationSample(kind: .rootMeanSquare, units: 3, lines: 6, words: "the mean square"),
            NormalizationSample(kind: .group(2), units: 4, lines: 4), NormalizationSample(kind: .group(4), units: 4, lines: 0),
            NormalizationSample(kind: .layer, units: 6, lines: 30), NormalizationSample(kind: .layer, units: 7, lines: 0),
            NormalizationSample(kind: .batch, units: 3, lines: 0),
        ])
    func lines(_ sample: NormalizationSample) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try sample.trace()
        // Down a narrow page, all units must have room beside each other.
        for width in sample.units <= 4 ? [nil, 400.0] : [nil] {
            let picture = try #require(networkDiagram(trace, measurer: measurer, pageWidth: width))
            let across = picture.content.groups.filter { $0.kind == .edge && $0.words.hasSuffix(", through \(sample.words)") }
            #expect(across.count == sample.lines)
            #expect(Set(across.map(\.name)).count == sample.lines)
            let texts = picture.content.textRuns.map(\.run.text).joined(separator: " ")
            #expect(texts.contains("Thin lines across") == (sample.lines > 0))
            #expect(PageChecks(picture, measurer).layoutFaults == [])
        }
    }

    @Test("are behind all other edges, and thinner") func order() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try NormalizationSample(kind: .layer, units: 3, lines: 6).trace()
        let scene = try #require(NetworkScene(trace, measurer: measurer))
        let edges = scene.draw(SceneState()).groups.filter { $0.kind == .edge }
        #expect(edges.prefix(6).allSatisfy { $0.words.contains(", through ") })
        #expect(edges.dropFirst(6).allSatisfy { !$0.words.contains(", through ") })
    }
}
