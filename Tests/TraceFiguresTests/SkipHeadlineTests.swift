import Autodiff
import CairoBackend
import Drawing
import Foundation
import NeuralNetworks
import Notation
import Testing
import Traces

@testable import TraceFigures

@Suite("The +1 of a skip is told of any small residual network")
struct SkipHeadlineTests {
    private static func trace(width: Int, _ activation: Activation, seed: UInt64, hasProjection: Bool = false) throws -> Trace {
        let block = ResidualLayer(
            layers: [SampleTraces.dense("inner", width), SampleTraces.activation("f", activation)], hasProjection: hasProjection)
        var generator = Xoshiro(seed: seed, stream: "skip")
        return try Trace(
            TrainingProblem(
                network: Network(
                    input: .features(width), seed: seed,
                    layers: [Layer(name: "block", kind: .residual(block)), SampleTraces.dense("output", 1)]),
                inputs: generator.normals([1, width]), targets: .values(generator.normals([1, 1])), loss: .halfSquaredError))
    }

    @Test(
        "What comes past the block and what comes through it are printed, and add up to the gradient as printed",
        arguments: 1...3, [Activation.tanh, .sigmoid, .swish(beta: 1), .identity])
    func sum(width: Int, activation: Activation) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        for seed in 0..<8 as Range<UInt64> {
            let trace = try Self.trace(width: width, activation, seed: seed)
            let headline = try #require(networkDiagram(trace, measurer: measurer)).title
            // What is louder goes before it.
            if headline.hasPrefix("From the last layer to the first") { continue }
            let found = try #require(
                headline.firstMatch(of: #/^(?:Two gradients add: )?∂L/∂x.* = (.+) through the skip \+ (.+) through the block = (.+)$/#),
                "\(headline)"
            )
            func number(_ text: Substring) throws -> Double {
                try #require(Double(text.filter { $0 != "(" && $0 != ")" }.replacing("−", with: "-")), "\(text) in \(headline)")
            }
            let (past, through, total) = (try number(found.1), try number(found.2), try number(found.3))
            let decimals = found.3.split(separator: ".").dropFirst().first?.count ?? 0
            #expect(abs(past + through - total) <= 0.5 * pow(10, -Double(decimals)) * (1 + 1e-9), "\(headline)")
            // The whole gradient of the block's output comes past it.
            let block = try #require(trace.tape.id(named: "block"))
            #expect(trace.pass.gradient(block).scalars.contains { abs($0 - past) < 1e-3 * max(1, abs(past)) }, "\(headline)")
        }
    }

    @Test("A projected skip multiplies by its matrix and not by 1, so nothing of the kind is said")
    func projection() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        let trace = try Self.trace(width: 2, .tanh, seed: 1, hasProjection: true)
        #expect(!(try #require(networkDiagram(trace, measurer: measurer))).title.contains("skip"))
    }
}
