import Autodiff
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Measurements whose parts are called otherwise") struct RenamedPartsTests {
    /// One seed and one variant run on this thread, where the parts have their other names.
    private func renamed<Value>(_ measure: () throws -> Value) rethrows -> Value {
        try Part.$faces.withValue(Part.Faces { "another \($0.face)" }, operation: measure)
    }

    private let variant = Variant(name: "a", activation: .tanh, initializer: .xavierNormal)

    @Test("have the same data through time", arguments: Variant.Cell.allCases) func time(_ cell: Variant.Cell) throws {
        let experiment = GradientThroughTime(
            cell: cell, units: 3, features: 2, time: 4, batch: 2, seeds: 1, variants: [Variant(name: "a")])
        let data = try experiment.measure()
        #expect(try renamed(experiment.measure) == data)
        #expect(data.count == (cell == .lstm ? 3 : 1) && data.allSatisfy { $0.median.allSatisfy { $0 > 0 } })
    }

    @Test("have the same data through layers") func layers() throws {
        var normalized = variant
        normalized.normalization = NormalizationLayer(kind: .batch)
        for variant in [variant, normalized] {
            let decay = GradientDecay(depth: 3, width: 4, batch: 3, seeds: 1, variants: [variant])
            #expect(try renamed(decay.measure) == decay.measure())
            let spread = SignalSpread(depth: 3, width: 4, batch: 3, seeds: 1, variants: [variant])
            #expect(try renamed(spread.measure) == spread.measure())
            let axes = NormalizationAxes(batch: 2, channels: 2, positions: 3, variants: [variant])
            #expect(try renamed(axes.measure) == axes.measure())
        }
        let chain = ChainOfUnits(depth: 3, input: 1, target: 0, variants: [variant])
        #expect(try renamed(chain.measure) == chain.measure())
        let spectra = SingularSpectra(units: 3, inputs: 4, iterations: 3, seeds: 1, variants: [variant])
        #expect(try renamed(spectra.measure) == spectra.measure())
    }
}
