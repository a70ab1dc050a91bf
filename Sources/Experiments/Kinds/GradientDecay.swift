package import Autodiff
package import Forms
package import NeuralNetworks

/// For each layer of a deep network, the Frobenius norm of ∂L/∂z over batch and units: z is the dense layer's output.
///
/// The network is depth times [dense width→width, normalization if set, activation]; with `residual` each adds its
/// input. Inputs and targets are standard normal, the loss is half-squared-error.
package struct GradientDecay: Measurement {
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

extension GradientDecay {
    /// The network of one variant and seed, with its data: depth times [dense width→width, normalization if set, activation].
    package func problem(of variant: Variant, seed: UInt64) -> TrainingProblem {
        TrainingProblem(
            network: network(of: variant, seed: seed), inputs: seed.normals("inputs", [batch, width]),
            targets: .values(seed.normals("targets", [batch, width])),
            loss: .halfSquaredError)
    }

    func network(of variant: Variant, seed: UInt64) -> Network {
        Network(input: .features(width), seed: seed, initializer: variant.initializer, layers: layers(of: variant))
    }

    private func layers(of variant: Variant) -> [Layer] {
        (1...max(depth, 1)).flatMap { number -> [Layer] in
            var block = [Layer(name: "dense\(number)", kind: .dense(DenseLayer(units: width)))]
            if let normalization = variant.normalization {
                block.append(Layer(name: "normalization\(number)", kind: .normalization(normalization)))
            }
            block.append(Layer(name: "activation\(number)", kind: .activation(variant.activation ?? .sigmoid)))
            guard variant.residual else { return block }
            return [Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: block)))]
        }
    }
}

extension GradientDecay {
    package static let form = lessonForm(
        "gradient-decay", about: "for each layer, the norm of the gradient at its dense output",
        keys: [depth(20), width(32), batch(64), seeds(16), seed, normalData],
        variants: variant(["panel", "activation", "initializer", "residual", "normalization"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> GradientDecay? {
        let depth = fields.whole("depth")
        let width = fields.whole("width")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        _ = fields.word("data")
        let variants = reader.variants(fields, width: width)
        guard let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields,
            // Each layer multiplies a square weight forward, and twice backward.
            products: [2, depth, width, width, batch, seeds, variants.count], lessen: "depth, width, batch or seeds",
            scalars: [depth, width, width].saturatingCount.saturatingPlus([2, depth, width, batch].saturatingCount),
            lessenScalars: "depth, width or batch")
        return GradientDecay(depth: depth, width: width, batch: batch, seeds: seeds, seed: seed, variants: variants)
    }
}
