import CairoBackend
import Drawing
import NeuralNetworks
import Testing
import TraceSamples
import Traces

@testable import TraceFigures

@Suite("The width of a network's figure")
struct NetworkWidthTests {
    @Test("What has room at one width has room at every wider one, with a regularization and without")
    func growing() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        var drawn = 0
        for (name, sample) in try SampleTraces.all() where NetworkScene.suits(sample) {
            for penalty in [0, 0.1] {
                guard var problem = sample.lowered?.problem else { continue }
                problem.l2 = penalty
                let trace = try Trace(problem)
                var hadRoom: Double?
                for width in stride(from: 453.0, through: 760, by: 11) {
                    guard let scene = NetworkScene(trace, measurer: measurer, pageWidth: width) else { break }
                    let hasRoom = scene.size.width <= width - 2 * NetworkScene.narrowMargin + 0.5
                    #expect(hasRoom || hadRoom == nil, "\(name) at \(width) pt, though not at \(hadRoom ?? 0)")
                    if hasRoom { hadRoom = width }
                    drawn += 1
                }
            }
        }
        #expect(drawn > 200)
    }
}
