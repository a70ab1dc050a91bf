import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces
import Typesetting

@testable import TraceFigures

@Suite("Packs of notation")
struct NotationPackTests {
    /// Mazur's network, told in a notation.
    private func told(_ style: NotationStyle, by granularity: Granularity) throws -> (sequence: FrameSequence, steps: [Step]) {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(try SampleTraces.all().first { $0.name == "mazur" }).trace
        let steps = trace.steps(by: granularity, notation: style)
        let scene = try #require(NetworkScene(trace, options: NetworkDiagramOptions(notation: style), reserve: 6, measurer: measurer))
        return (FrameSequence(trace, steps: steps, scene: scene, measurer: measurer, notation: style), steps)
    }

    @Test("A picture calls every value and every parameter as the formulas beside it do", arguments: NotationStyle.allCases)
    func picture(_ style: NotationStyle) throws {
        let (sequence, steps) = try told(style, by: .weight)
        let typesetter = Typesetter(measurer: CairoTextMeasurer(try FontBook()))
        func runs(_ content: DisplayList) -> [String] { content.textRuns.map(\.run.text).filter { $0 != " " } }
        let drawn = runs(sequence.scenePicture(sequence.count - 1).content)
        var symbols: Set<Formula> = []
        for finding in steps.flatMap(\.findings) where finding.kind == .value || finding.kind == .update { symbols.insert(finding.symbol) }
        #expect(symbols.count > 10)
        for symbol in symbols {
            let own = runs(typesetter.layout(symbol, size: 8).content)
            let isThere = drawn.indices.contains { start in drawn[start...].starts(with: own) }
            #expect(isThere, "\(style.rawValue): \(symbol.plainText)")
        }
    }

    @Test("The strip of conventions has the letters of the formulas", arguments: NotationStyle.allCases)
    func strip(_ style: NotationStyle) throws {
        let sequence = try told(style, by: .layer).sequence
        let texts = sequence.picture(0).content.textRuns.map(\.run.text).joined()
        #expect(texts.contains(style == .nielsen ? "(a−y)2" : "(o−t)2"))
        let strip = Storyteller(sequence.trace, notation: style).conventions.map(\.plainText).joined()
        #expect(strip.contains(style == .nielsen ? "(a − y)²" : "(o − t)²"))
    }
}
