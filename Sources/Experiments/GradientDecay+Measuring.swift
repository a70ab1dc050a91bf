import Autodiff
import NeuralNetworks

extension GradientDecay {
    /// One line a variant, x the layer from 1.
    /// - Throws: where a limit is passed, or a variant's layers do not fit together.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost.checkLimits()
        return []
    }
}
