/// For each layer of a deep network, the Frobenius norm of ∂L/∂z over batch and units: z is the dense layer's output.
///
/// The network is depth times [dense width→width, normalization if set, activation]; with `residual` each adds its
/// input. Inputs and targets are standard normal, the loss is half-squared-error.
package struct GradientDecay: Measurement {
    package static let kind = "gradient-decay"

    package var depth: Int
    package var width: Int
    package var batch: Int
    package var seeds: Int
    /// The first seed; run k takes seed + k.
    package var seed: UInt64
    package var variants: [Variant]

    package init(depth: Int, width: Int, batch: Int, seeds: Int, seed: UInt64 = 0, variants: [Variant]) {
        self.depth = depth
        self.width = width
        self.batch = batch
        self.seeds = seeds
        self.seed = seed
        self.variants = variants
    }
}
