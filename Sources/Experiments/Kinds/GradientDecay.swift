package import Autodiff
package import Forms
import NeuralNetworks

/// For each layer of a deep network, the Frobenius norm of ∂L/∂z over batch and units, where z is the dense layer's output. Or, against the
/// standard deviation of the initial weights, that of the first layer alone.
package struct GradientDecay: DeepMeasurement {
    package var stack: DeepStack
    /// Standard deviations of normal initial weights, which replace the variants' initializers; empty to measure the gradient by layer.
    package var deviations: [Double] = []

    package init(_ stack: DeepStack) { self.stack = stack }
}

extension GradientDecay {
    package func cost() throws(ExperimentError) -> Cost { try stack.cost().repeated(max(deviations.count, 1)) }

    /// One line for each variant; x is the layer from 1, or the standard deviation.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        guard !deviations.isEmpty else {
            return try norms(of: stack).map { Series(name: $0.name, panel: $0.panel, x: stack.layers, rows: $1) }
        }
        var swept = stack
        swept.variants = stack.variants.flatMap { variant in
            deviations.map { deviation in
                var varied = variant
                varied.initializer = .normal(deviation: deviation)
                return varied
            }
        }
        let found = try norms(of: swept)
        return stack.variants.enumerated().map { index, variant in
            let runs = found[index * deviations.count..<(index + 1) * deviations.count].map(\.runs)
            return Series(
                name: variant.name, panel: variant.panel, x: deviations,
                rows: (0..<stack.seeds).map { seed in runs.map { $0[seed][0] } })
        }
    }

    /// By layer, for each variant and seed.
    private func norms(of stack: DeepStack) throws(ExperimentError) -> [(variant: Variant, runs: [[Double]])] {
        try stack.measured { passes, _ in passes.lowered.layers.stacks.map { passes.gradientNorm($0.dense) } }
    }
}

extension GradientDecay {
    package static let form = lessonForm(
        "gradient-decay", about: "for each layer, the norm of the gradient at its dense output, or its attention's",
        keys: DeepStack.keys(depth: 20, width: 32, seeds: 16) + [
            normalData, DeepStack.time,
            .init(
                "initial-deviations", .list(of: .number(.positive)),
                "deviations of the initial weights over which the gradient at layer 1 is measured instead"),
        ],
        variants: variant(["panel", "activation", "initializer", "residual", "attention", "normalization", "dropout"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> GradientDecay? {
        let deviations = fields.has("initial-deviations") ? reader.numbers("initial-deviations", of: fields) : []
        func check(_: Variant, _ variant: Fields) {
            guard fields.has("initial-deviations"), variant.has("initializer") else { return }
            reader.findings.error(
                at: variant.keyMark("initializer"), path: .key(variant.path, "initializer"),
                "an initializer means nothing beside initial-deviations", expected: "one of the two")
        }
        let stack = DeepStack(fields, by: reader, rounds: { _ in [2, max(deviations?.count ?? 1, 1)] }, check: check)
        guard let stack, let deviations else { return nil }
        var decay = GradientDecay(stack)
        decay.deviations = deviations
        return decay
    }
}
