import Autodiff
import NeuralNetworks

extension GradientDecay {
    package func cost() throws(ExperimentError) -> ExperimentCost {
        try variants.cost(seeds: seeds, data: .capped(batch, width, 2)) { problem(of: $0, seed: seed) }
    }

    /// One line a variant, x the layer from 1.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        let layers = (1...max(depth, 1)).map(Double.init)
        return try variants.measured(seeds: seeds, from: seed) { (variant, seed) throws(ExperimentError) in
            try norms(of: variant, seed: seed)
        }.map { Series(name: $0.name, panel: $0.panel, x: layers, rows: $1) }
    }

    /// ‖∂L/∂z‖ for each layer of one network.
    func norms(of variant: Variant, seed: UInt64) throws(ExperimentError) -> [Double] {
        let pass = try problem(of: variant, seed: seed).lowered(for: variant).pass()
        return (1...max(depth, 1)).map { number in
            pass.tape.id(named: Self.denseName(number)).map { pass.gradient($0).norm } ?? .nan
        }
    }
}
