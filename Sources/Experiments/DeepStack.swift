import Autodiff
import Forms
package import NeuralNetworks

/// The untrained networks that gradient-decay, signal-spread, path-lengths and round-trip measure: `depth` times [dense width→width,
/// normalization if set, activation, dropout if set]; with `residual` each of these adds its input. Inputs and targets are standard normal, the loss is
/// half-squared-error. Where a variant has attention, each sample is a sequence of tokens, and a block is [attention] with a normalization before it
/// or after its sum.
package struct DeepStack: Hashable, Sendable {
    package var depth, width, batch, seeds: Int
    /// The first seed; run k takes seed + k.
    package var seed: UInt64
    package var variants: [Variant]
    /// The tokens of each sample, where a variant has attention.
    package var time = Self.usualTime

    static let usualTime = 8

    package var hasAttention: Bool { variants.contains { $0.attention != nil } }
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
            network: network(of: variant, seed: seed), inputs: seed.normals("inputs", shape),
            targets: .values(seed.normals("targets", shape)), loss: .halfSquaredError)
    }

    private func network(of variant: Variant, seed: UInt64) -> Network {
        Network(input: input, seed: seed, initializer: variant.initializer, layers: layers(of: variant))
    }

    private var input: SampleShape { hasAttention ? .sequence(time: time, features: width) : .features(width) }
    /// Of inputs and targets.
    private var shape: [Int] { hasAttention ? [batch, time, width] : [batch, width] }

    private func layers(of variant: Variant) -> [Layer] {
        (1...max(depth, 1)).flatMap { number -> [Layer] in
            if let attention = variant.attention { return self.block(number, attention, of: variant) }
            var block = [Layer(name: "dense\(number)", kind: .dense(DenseLayer(units: width)))]
            if let normalization = variant.normalization {
                block.append(Layer(name: "normalization\(number)", kind: .normalization(normalization)))
            }
            block.append(Layer(name: "activation\(number)", kind: .activation(variant.activation ?? .sigmoid)))
            block += variant.dropoutLayers(number)
            guard variant.residual else { return block }
            return [Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: block)))]
        }
    }

    /// Attention, its normalization before it or after the sum with its input.
    private func block(_ number: Int, _ attention: Variant.Attention, of variant: Variant) -> [Layer] {
        let norm = variant.normalization.map { [Layer(name: "normalization\(number)", kind: .normalization($0))] } ?? []
        let inner =
            (attention.normalizesAfter ? [] : norm) + [Layer(name: "attention\(number)", kind: .attention(attention.layer))]
            + variant.dropoutLayers(number)
        let sum = variant.residual ? [Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: inner)))] : inner
        return sum + (attention.normalizesAfter ? norm : [])
    }

    /// The layers' numbers, from 1.
    var layers: [Double] { (1...max(depth, 1)).map(Double.init) }

    /// The cost of one pass of each variant and seed.
    func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: seeds, inputs: shape, targets: shape) { network(of: $0, seed: seed) }
    }

    /// Measures each variant and seed, on all cores.
    func measured<Value: Sendable>(
        _ read: @Sendable (borrowing SeededPasses, Variant) -> Value
    ) throws(ExperimentError) -> [(variant: Variant, runs: [Value])] {
        try variants.measured(seeds: seeds, from: seed, of: problem, by: { $0.layers.stacks.map(\.dense) }, read)
    }
}

extension Variant {
    /// None, or one.
    func dropoutLayers(_ number: Int) -> [Layer] {
        dropout.map { [Layer(name: "dropout\(number)", kind: .dropout(DropoutLayer(rate: $0)))] } ?? []
    }
}

// MARK: The language

extension DeepStack {
    static let time = Form.Key(
        "time", .whole(1...Limits.timeSteps), .standard("\(usualTime)"), "tokens of each sample, where a variant has attention")

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
        let takesTime = fields.form.key("time") != nil
        let time = takesTime ? fields.whole("time") : Self.usualTime
        let variants = reader.variants(fields, width: width) { variant, own in
            reader.checkAttention(variant, own, width: width)
            check(variant, own)
        }
        let hasAttention = variants?.contains { $0.attention != nil } ?? true
        if takesTime, !hasAttention, fields.has("time") {
            reader.findings.error(
                at: fields.keyMark("time"), path: .key(fields.path, "time"), "\"time\" means nothing where no variant has attention",
                expected: "attention in a variant")
        }
        guard let time, let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields, products: rounds(depth) + [depth, width, width, batch, hasAttention ? time : 1, seeds, variants.count],
            lessen: "depth, width, batch or seeds",
            scalars: [depth, width, width].saturatingCount.saturatingPlus(
                [2, depth, width, batch, hasAttention ? time : 1].saturatingCount),
            lessenScalars: "depth, width or batch")
        self.init(depth: depth, width: width, batch: batch, seeds: seeds, seed: seed, variants: variants, time: time)
    }
}

extension ExperimentReader {
    /// Reports what means nothing beside attention, and shapes that it cannot have.
    fileprivate func checkAttention(_ variant: Variant, _ fields: Fields, width: Int?) {
        guard let attention = variant.attention else { return }
        if fields.has("activation") {
            findings.error(
                at: fields.keyMark("activation"), path: .key(fields.path, "activation"), "\"activation\" means nothing beside attention",
                expected: "one of the two")
        }
        guard let width else { return }
        let input = SampleShape.sequence(time: 1, features: width)
        do {
            _ = try attention.layer.output(for: input)
            if let normalization = variant.normalization { _ = try normalization.output(for: input) }
        } catch {
            findings.error(
                at: fields.keyMark("attention"), path: fields.path, "\(fields.path) gets \(error.found)", expected: error.expected)
        }
    }
}
