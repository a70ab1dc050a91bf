package import Autodiff
package import Forms
import NeuralNetworks

/// The singular values of a drawn weight before and after spectral normalization (Miyato et al. 2018), and how fast the power
/// iteration finds the largest.
package struct SingularSpectra: Measurement {
    /// Of the weight: outputs × inputs.
    package var units: Int
    package var inputs: Int
    package var iterations: Int
    package var seeds: Int
    package var seed: UInt64
    package var variants: [Variant]

    package init(units: Int, inputs: Int, iterations: Int, seeds: Int, seed: UInt64 = 0, variants: [Variant]) {
        self.units = units
        self.inputs = inputs
        self.iterations = iterations
        self.seeds = seeds
        self.seed = seed
        self.variants = variants
    }

    package enum Quantity {
        package static let before = "singular values before"
        package static let after = "singular values after"
        /// (σ₁ − σ̂)/σ₁ after each step.
        package static let error = "relative error of the power iteration"
    }
}

extension SingularSpectra {
    package func cost() throws(ExperimentError) -> Cost {
        let entries = units.saturatingTimes(inputs)
        // Before and after, and a third time where the weight is divided by the largest.
        let decomposed = SingularValues.products(rows: units, columns: inputs).saturatingTimes(3)
        let run = Cost(scalars: entries.saturatingTimes(4), products: decomposed.saturatingPlus([2, entries, iterations].saturatingCount))
        return variants.reduce(Cost()) { cost, variant in
            cost + (run + (variant.initializer?.cost([units, inputs]) ?? Cost())).repeated(seeds)
        }
    }

    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        return try variants.measured(seeds: seeds, from: seed) { (variant, seed) throws(ExperimentError) in
            try spectra(of: variant, seed: seed)
        }.flatMap { variant, runs in
            [Quantity.before, Quantity.after, Quantity.error].enumerated().map { index, quantity in
                let rows = runs.map { $0[index] }
                let count = rows.first?.count ?? 0
                return Series(name: variant.name, quantity: quantity, x: (0..<count).map { Double($0 + 1) }, rows: rows)
            }
        }
    }

    /// Before, after, and the iteration's errors, of one weight.
    func spectra(of variant: Variant, seed: UInt64) throws(ExperimentError) -> [[Double]] {
        let dense = Layer(name: "dense", kind: .dense(DenseLayer(units: units, hasBias: false, spectralNorm: true)))
        let network = Network(input: .features(inputs), seed: seed, initializer: variant.initializer, layers: [dense])
        let problem = TrainingProblem(
            network: network, inputs: .zeros([1, inputs]), targets: .values(.zeros([1, units])), loss: .halfSquaredError)
        let lowered = try problem.lowered(for: variant)
        let values = lowered.tape.evaluate(lowered.sources())
        guard let divided = lowered.id(of: .normalizedWeight, lowered.layers[0]) else {
            preconditionFailure("a weight that is not divided")
        }
        let (weight, normalized) = (values[lowered.parameters[0].id.index], values[divided.index])
        let spectrum = SingularValues(of: weight).values
        return [
            spectrum, SingularValues(of: normalized).values, errors(of: weight, largest: spectrum.first ?? 0, seed: seed),
        ]
    }

    /// Algorithm 1 of Miyato et al.: v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖, σ̂ = uᵀWv.
    private func errors(of weight: Tensor, largest: Double, seed: UInt64) -> [Double] {
        var u = seed.normals("u", [units]).scalars
        return (0..<iterations).map { _ in
            var v = [Double](repeating: 0, count: inputs)
            for i in 0..<units { for j in 0..<inputs { v[j] += weight.scalars[i * inputs + j] * u[i] } }
            let length = v.norm
            for j in 0..<inputs { v[j] /= length }
            for i in 0..<units {
                u[i] = 0
                for j in 0..<inputs { u[i] += weight.scalars[i * inputs + j] * v[j] }
            }
            let estimate = u.norm
            for i in 0..<units { u[i] /= estimate }
            return max(0, (largest - estimate) / largest)
        }
    }
}

extension SingularSpectra {
    package static let form = lessonForm(
        "singular-values", about: "singular values before and after spectral normalization, and the power iteration",
        keys: [
            .init("units", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("inputs", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("iterations", .whole(1...1000), .standard("40"), "steps of the power iteration"),
            seeds(16), seed,
        ],
        variants: variant(["initializer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> SingularSpectra? {
        let units = fields.whole("units")
        let inputs = fields.whole("inputs")
        let iterations = fields.whole("iterations")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        let variants = reader.variants(fields)
        guard let units, let inputs, let iterations, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields, products: [units, inputs, 24 * min(units, inputs) + 2 * iterations, seeds, variants.count],
            lessen: "units, inputs or seeds", scalars: [4, units, inputs].saturatingCount, lessenScalars: "units or inputs")
        return SingularSpectra(
            units: units, inputs: inputs, iterations: iterations, seeds: seeds, seed: seed, variants: variants)
    }
}
