import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

@testable import TraceFigures

/// A font in which a name of the same length takes the same room.
private struct EvenMeasurer: TextMeasuring {
    func extent(of text: String, in font: Font) -> TextExtent {
        TextExtent(width: 0.5 * font.size * Double(text.count), ascent: 0.9 * font.size, descent: 0.25 * font.size)
    }

    func ink(of text: String, in font: Font) -> Rect {
        Rect(0, -0.72 * font.size, 0.5 * font.size * Double(text.count), 0.92 * font.size)
    }

    func xHeight(of font: Font) -> Double { 0.5 * font.size }
}

@Suite("Figures and steps of a trace whose parts are called otherwise") struct RenamedPartsTests {
    /// Of the same length, and told from the usual ones by capitals only.
    private func renamed<Value>(_ make: () throws -> Value) rethrows -> Value {
        try Part.$faces.withValue(Part.Faces { $0.face.uppercased() }, operation: make)
    }

    /// What is drawn, with every text and every group's words in capitals.
    private func drawn(_ picture: Picture?) -> [DisplayList.Item] { capitals(picture?.content.items ?? []) }

    private func capitals(_ items: [DisplayList.Item]) -> [DisplayList.Item] {
        items.map { item in
            switch item {
            case .fill, .stroke: return item
            case .text(var run):
                run.text = run.text.uppercased()
                return .text(run)
            case .clipped(let rect, let inside): return .clipped(rect, capitals(inside))
            case .group(var group, let inside):
                (group.name, group.words) = (group.name.uppercased(), group.words.uppercased())
                return .group(group, capitals(inside))
            }
        }
    }

    private func pictures(_ trace: Trace) -> [Picture?] {
        let measurer = EvenMeasurer()
        var pictures: [Picture?] = [computationGraph(trace, measurer: measurer)]
        if NetworkScene.suits(trace) {
            pictures.append(networkDiagram(trace, options: NetworkDiagramOptions(showsProducts: true), measurer: measurer))
        }
        for layer in trace.lowered?.problem.network.unrolledLayers ?? [] {
            pictures.append(cellFigure(trace, at: CellPlace(in: layer), measurer: measurer))
        }
        var scene: any TraceScene = GraphScene(trace, measurer: measurer)
        if NetworkScene.suits(trace), let network = NetworkScene(trace, measurer: measurer) { scene = network }
        let frames = FrameSequence(trace, steps: trace.steps(), scene: scene, measurer: measurer)
        return pictures + stride(from: 0, to: frames.count, by: 5).map { frames.picture($0) }
    }

    private static let problems: [(name: String, problem: @Sendable () throws -> TrainingProblem)] = [
        ("mazur", { try #require(SampleTraces.mazur().lowered).problem }),
        (
            "penalty",
            {
                try #require(
                    SampleTraces.network([SampleTraces.dense("a", 2)], inputs: 2, batch: 1, outputs: 2, title: "Penalty", l2: 0.1).lowered
                ).problem
            }
        ),
        (
            "normalized and projected",
            {
                let block = ResidualLayer(layers: [SampleTraces.dense("inner", 3)], hasProjection: true)
                return try #require(
                    SampleTraces.network(
                        [
                            Layer(name: "spectral", kind: .dense(DenseLayer(units: 2, spectralNorm: true))),
                            Layer(name: "norm", kind: .normalization(NormalizationLayer(kind: .batch))),
                            Layer(name: "block", kind: .residual(block)),
                        ], inputs: 2, batch: 2, outputs: 3, title: "Block"
                    ).lowered
                ).problem
            }
        ),
        ("rnn", { try #require(CellExample.trace(.rnn(.tanh)).lowered).problem }),
        ("lstm", { try #require(CellExample.trace(.lstm(forgetBias: 1)).lowered).problem }),
        ("lstm of two units", { try #require(CellExample.trace(.lstm(forgetBias: 1), units: 2, batch: 2).lowered).problem }),
        ("gru", { try #require(CellExample.trace(.gru(updateBias: 0), sequence: true).lowered).problem }),
    ]

    @Test("change in those names only", arguments: problems.indices) func pictures(_ index: Int) throws {
        let problem = try Self.problems[index].problem()
        let usual = try Trace(problem)
        let other = try renamed { try Trace(problem) }
        #expect(other.tape.names != usual.tape.names || Self.problems[index].name == "mazur" || Self.problems[index].name == "penalty")
        for (a, b) in zip(pictures(usual), pictures(other)) {
            #expect(a != nil && drawn(a) == drawn(b), "\(Self.problems[index].name): \(a?.title ?? "")")
        }
        for granularity in Granularity.allCases {
            func told(_ trace: Trace) -> [String] {
                trace.steps(by: granularity).flatMap { step in
                    [step.question, step.sentence].map { $0.plainText.uppercased() }
                        + step.findings.map { "\($0.symbol.plainText) \($0.explanation)".uppercased() }
                }
            }
            #expect(told(usual) == told(other))
        }
        #expect(usual.json().text.uppercased() == other.json().text.uppercased())
    }
}
