import Autodiff
import Forms
package import NeuralNetworks

/// The untrained networks that gradient-decay, signal-spread, path-lengths and round-trip measure: `depth` times [dense width→width,
/// normalization if set, activation]; with `residual` each of these adds its input. Inputs and targets are standard normal, the loss is
/// half-squared-error.
package struct DeepStack: Hashable, Sendable {
    package var depth, width, batch, seeds: Int
    /// The first seed; run k takes seed + k.
    package var seed: UInt64
    package var variants: [Variant]
}

/// A measurement on such networks, which has all their keys.
@dynamicMemberLookup
package protocol DeepMeasurement: Measurement {
    var stack: DeepStack { get set }

    init(_ stack: DeepStack)
}

extension DeepMeasurement {
    package init(depth: Int, width: Int, batch: Int, seeds: Int, seed: UInt64 = 0, variants: [Variant]) {
        self.init(DeepStack(depth: depth, width: width, batch: batch, seeds: seeds, seed: seed, variants: variants))
    }

    package subscript<Value>(dynamicMember key: WritableKeyPath<DeepStack, Value>) -> Value {
        get { stack[keyPath: key] }
        set { stack[keyPath: key] = newValue }
    }

    package func problem(of variant: Variant, seed: UInt64) -> TrainingProblem { stack.problem(of: variant, seed: seed) }
}

// MARK: The networks

extension DeepStack {
    /// The network of one variant and seed, with its data.
    func problem(of variant: Variant, seed: UInt64) -> TrainingProblem {
        TrainingProblem(
            network: network(of: variant, seed: seed), inputs: seed.normals("inputs", [batch, width]),
            targets: .values(seed.normals("targets", [batch, width])), loss: .halfSquaredError)
    }

    private func network(of variant: Variant, seed: UInt64) -> Network {
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

    /// The layers' numbers, from 1.
    var layers: [Double] { (1...max(depth, 1)).map(Double.init) }

    /// The cost of one pass of each variant and seed.
    func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: seeds, inputs: [batch, width], targets: [batch, width]) { network(of: $0, seed: seed) }
    }

    /// Measures each variant and seed, on all cores.
    func measured<Value: Sendable>(
        _ read: @Sendable (borrowing SeededPasses, Variant) -> Value
    ) throws(ExperimentError) -> [(variant: Variant, runs: [Value])] {
        try variants.measured(seeds: seeds, from: seed, of: problem, by: { $0.layers.stacks.map(\.dense) }, read)
    }
}

// MARK: The language

extension DeepStack {
    static func keys(depth: Int, width: Int, batch: Int = 64, seeds: Int) -> [Form.Key] {
        [
            GradientDecay.depth(depth), GradientDecay.width(width), GradientDecay.batch(batch), GradientDecay.seeds(seeds),
            GradientDecay.seed,
        ]
    }

    /// Nil where anything is wrong; the reader's diagnostics say what.
    /// - Parameters:
    ///   - rounds: how often each layer multiplies by a square weight in a run, if the depth is known.
    ///   - check: validation specific to this measurement.
    init?(
        _ fields: Fields, by reader: ExperimentReader, rounds: (_ depth: Int) -> [Int] = { _ in [2] },
        check: (Variant, Fields) -> Void = { _, _ in }
    ) {
        let depth = fields.whole("depth")
        let width = fields.whole("width")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        if fields.form.key("data") != nil { _ = fields.word("data") }
        let variants = reader.variants(fields, width: width, check: check)
        guard let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields, products: rounds(depth) + [depth, width, width, batch, seeds, variants.count], lessen: "depth, width, batch or seeds",
            scalars: [depth, width, width].saturatingCount.saturatingPlus([2, depth, width, batch].saturatingCount),
            lessenScalars: "depth, width or batch")
        self.init(depth: depth, width: width, batch: batch, seeds: seeds, seed: seed, variants: variants)
    }
}
