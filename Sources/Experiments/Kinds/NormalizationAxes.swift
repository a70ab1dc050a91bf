package import Autodiff
package import Forms
package import NeuralNetworks

/// Which entries of a small tensor [batch, channel, position] share a mean and a variance, with the values and gradients.
///
/// The inputs are random whole numbers; the loss after each normalization is half-squared-error against normal targets.
package struct NormalizationAxes: Measurement {
    package var batch: Int
    package var channels: Int
    package var positions: Int
    package var seed: UInt64
    package var variants: [Variant]

    package init(batch: Int, channels: Int, positions: Int, seed: UInt64 = 0, variants: [Variant]) {
        self.batch = batch
        self.channels = channels
        self.positions = positions
        self.seed = seed
        self.variants = variants
    }

    /// The trace of one normalization; tensors are [batch, channel, position], row-major.
    package struct Traced: Hashable, Sendable {
        package var name: String
        package var normalization: NormalizationLayer
        /// The group of each entry.
        package var groups: [Int]
        /// Of each group; empty for rms-norm, which takes no mean.
        package var means: [Double]
        /// Of each group; for rms-norm the mean square, a variance about 0.
        package var variances: [Double]
        package var inputs: [Double]
        package var normalized: [Double]
        /// ∂L/∂x̂ and ∂L/∂x.
        package var upstream: [Double]
        package var gradients: [Double]
    }
}

extension NormalizationAxes {
    private func problem(of variant: Variant) -> TrainingProblem {
        let inputs = seed.normals("inputs", shape)
        return TrainingProblem(
            network: network(of: variant),
            inputs: Tensor(shape: shape, scalars: inputs.scalars.map { (3 * $0).rounded() + 2 }),
            targets: .values(seed.normals("targets", shape)), loss: .halfSquaredError)
    }

    private var shape: [Int] { [batch, channels, 1, positions] }

    private func network(of variant: Variant) -> Network {
        let layer = Layer(name: "norm", kind: .normalization(variant.normalization ?? NormalizationLayer(kind: .batch)))
        return Network(input: .image(channels: channels, height: 1, width: positions), seed: seed, layers: [layer])
    }

    package func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: 1, inputs: shape, targets: shape) { network(of: $0) }
    }

    package func measure() throws(ExperimentError) -> [Traced] {
        try cost().checkLimits()
        return try variants.measured(seeds: 1, from: seed) { (variant, _) throws(ExperimentError) in
            let problem = problem(of: variant)
            let lowered = try problem.lowered(for: variant)
            let pass = lowered.pass()
            let layer = lowered.layers[0]
            guard let variance = lowered.id(of: .variance, layer) ?? lowered.id(of: .meanSquare, layer),
                let normalized = lowered.id(of: .normalized, layer)
            else { preconditionFailure("a normalization without its parts") }
            let mean = lowered.id(of: .mean, layer)
            let normalization = variant.normalization ?? NormalizationLayer(kind: .batch)
            let grouping = normalization.grouping(batch: batch, of: problem.network.input).entries
            return Traced(
                name: variant.name, normalization: normalization,
                groups: (0..<problem.inputs.count).map { grouping.group(of: $0) },
                means: mean.map { pass.value($0).scalars } ?? [], variances: pass.value(variance).scalars,
                inputs: problem.inputs.scalars, normalized: pass.value(normalized).scalars,
                upstream: pass.gradient(normalized).scalars, gradients: pass.gradient(lowered.input).scalars)
        }.flatMap(\.runs)
    }

    package func data(of measured: [Traced]) -> MeasuredData {
        let shape = [batch, channels, positions]
        let entries = measured.flatMap { traced in
            traced.inputs.indices.map { entry -> [MeasuredData.Table.Field] in
                [.text(traced.name)] + shape.index(ofFlat: entry).map { .number(Double($0)) }
                    + [
                        .number(Double(traced.groups[entry])), .number(traced.inputs[entry]), .number(traced.normalized[entry]),
                        .number(traced.upstream[entry]), .number(traced.gradients[entry]),
                    ]
            }
        }
        let statistics = measured.flatMap { traced in
            traced.variances.indices.map { group -> [MeasuredData.Table.Field] in
                [
                    .text(traced.name), .number(Double(group)), traced.means.isEmpty ? .text("") : .number(traced.means[group]),
                    .number(traced.variances[group]),
                ]
            }
        }
        return MeasuredData(tables: [
            .init(
                "entries",
                columns: ["variant", "sample", "channel", "position", "group", "x", "normalized", "∂L/∂normalized", "∂L/∂x"],
                rows: entries),
            .init("statistics", columns: ["variant", "group", "mean", "variance"], rows: statistics),
        ])
    }
}

extension NormalizationAxes {
    package static let form = lessonForm(
        "normalization-axes", about: "which entries of [batch, channel, position] share statistics",
        keys: [
            // More numbers would not fit in the picture.
            .init("batch", .whole(1...4), .standard("2"), "samples"),
            .init("channels", .whole(1...8), .standard("4"), "channels"),
            .init("positions", .whole(1...4), .standard("3"), "positions of each channel"),
            seed,
        ],
        variants: variant(["normalization"], needed: "normalization"))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> NormalizationAxes? {
        let batch = fields.whole("batch")
        let channels = fields.whole("channels")
        let positions = fields.whole("positions")
        let seed = fields.seed("seed")
        let image = channels.flatMap { channels in
            positions.map { SampleShape.image(channels: channels, height: 1, width: $0) }
        }
        let variants = reader.variants(fields, shape: image)
        guard let batch, let channels, let positions, let seed, let variants else { return nil }
        return NormalizationAxes(
            batch: batch, channels: channels, positions: positions, seed: seed, variants: variants)
    }
}
