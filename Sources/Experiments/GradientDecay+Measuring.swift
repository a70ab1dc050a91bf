package import Autodiff
import NeuralNetworks

extension GradientDecay {
    package func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: seeds, inputs: [batch, width], targets: [batch, width]) { network(of: $0, seed: seed) }
    }

    /// One line a variant, x the layer from 1.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        let layers = (1...max(depth, 1)).map(Double.init)
        return try variants.measured(seeds: seeds, from: seed, of: problem, by: denseLayers) { passes, _ in
            denseLayers(of: passes.lowered).map { passes.gradientNorm($0) }
        }.map { Series(name: $0.name, panel: $0.panel, x: layers, rows: $1) }
    }

    /// The dense layers' outputs, from the first.
    func denseLayers(of lowered: LoweredProblem) -> [Tape.ID] { lowered.layers.stacks.map(\.dense) }
}
