import Autodiff
import Experiments
import NeuralNetworks
import Notation

/// The theoretical factor by which one layer multiplies the gradient's norm on its way back.
struct LayerLaw {
    let factor: Double
    let label: Formula

    /// Nil for variants without a known law.
    init?(of variant: Variant) {
        guard !variant.residual, variant.attention == nil, variant.dropout == nil, let activation = variant.activation else { return nil }
        switch variant.normalization?.kind {
        case nil where activation == .sigmoid:
            factor = 0.25
            label = .row([.prime("σ"), .sign(.equals), .words("¼ per layer, weights keeping the norm")])
        case nil where activation == .relu && [.xavierNormal, .xavierUniform].contains(variant.initializer):
            // He et al. 2015, equation 14: half of n·Var[w] times the second moment passes.
            factor = 0.5.squareRoot()
            label = .words("1/√2 per layer: ReLU passes half of the second moment")
        case .batch where activation == .relu:
            // Yang et al. 2019: the second moment grows by π/(π − 1), for wide layers and large batches.
            factor = (Double.pi / (.pi - 1)).squareRoot()
            label = .words("1.21× per layer (Yang et al. 2019)")
        case nil, .batch, .layer, .instance, .group, .rootMeanSquare: return nil
        }
    }
}
