package import Autodiff
package import Forms
import NeuralNetworks

/// The singular values of a sampled weight before and after spectral normalization (Miyato et al. 2018), and how fast the power iteration
/// finds the largest; and, through `depth` such layers, the norm of the Jacobian compared with the product of the layers' norms.
package struct SingularSpectra: Measurement {
    /// The shape of the weight: outputs × inputs.
    package var units: Int
    package var inputs: Int
    package var iterations: Int
    /// The depth of the network whose Jacobian is measured.
    package var depth: Int
    package var seeds: Int
    package var seed: UInt64
    package var variants: [Variant]

    package init(units: Int, inputs: Int, iterations: Int, depth: Int = 10, seeds: Int, seed: UInt64 = 0, variants: [Variant]) {
        self.units = units
        self.inputs = inputs
        self.iterations = iterations
        self.depth = depth
        self.seeds = seeds
        self.seed = seed
        self.variants = variants
    }

    package enum Quantity {
        package static let before = "singular values before"
        package static let after = "singular values after"
        /// (σ₁ − σ̂)/σ₁ after each step.
        package static let error = "relative error of the power iteration"
        /// ∏σ₁ of the first layers; x is their number.
        package static let bound = "product of the largest singular values"
        /// ‖∂h/∂x‖₂ of the same layers at a standard normal input, with the weights as sampled and divided by σ₁.
        package static let jacobian = "norm of the Jacobian"
        package static let divided = "norm of the Jacobian after"
    }
}

extension SingularSpectra {
    package func cost() throws(ExperimentError) -> Cost {
        let entries = units.saturatingTimes(inputs)
        // Before and after, and a third time for the normalization itself.
        let decomposed = SingularValues.products(rows: units, columns: inputs).saturatingTimes(3)
        // Matrix products, and power iterations for three norms a layer, most of which need far fewer steps.
        let square = units.saturatingTimes(max(units, inputs))
        let jacobians = [depth, square, (2 * units).saturatingPlus(6 * LargestSingularValue.steps)].saturatingCount
        let run = Cost(
            scalars: entries.saturatingTimes(4),
            products: decomposed.saturatingPlus([2, entries, iterations].saturatingCount).saturatingPlus(jacobians))
        return variants.reduce(Cost()) { cost, variant in
            cost + (run + (variant.initializer?.cost([units, inputs]) ?? Cost())).repeated(seeds)
        }
    }

    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        return try variants.measured(seeds: seeds, from: seed) { (variant, seed) throws(ExperimentError) in
            try spectra(of: variant, seed: seed) + jacobians(of: variant, seed: seed)
        }.flatMap { variant, runs in
            [Quantity.before, Quantity.after, Quantity.error, Quantity.bound, Quantity.jacobian, Quantity.divided].enumerated().map {
                index, quantity in
                let rows = runs.map { $0[index] }
                let count = rows.first?.count ?? 0
                return Series(name: variant.name, quantity: quantity, x: (0..<count).map { Double($0 + 1) }, rows: rows)
            }
        }
    }

    /// The singular values before and after, and the errors of the iteration, for one weight.
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

// MARK: Through depth

extension SingularSpectra {
    /// After each number of layers: the product of their largest singular values, and the norms of the Jacobian with the weights as sampled
    /// and divided.
    private func jacobians(of variant: Variant, seed: UInt64) -> [[Double]] {
        let activation = variant.activation ?? .relu
        let initializer = variant.initializer ?? (activation.prefersHe ? .heNormal : .xavierNormal)
        var rows: [[Double]] = [[], [], []]
        let x = seed.normals("x", [inputs]).scalars
        var (plain, divided) = (Way(x), Way(x))
        var bound = 1.0
        for layer in 0..<depth {
            var generator = Xoshiro(seed: seed, stream: "layer\(layer + 1)")
            let weight = initializer.draw([units, layer == 0 ? inputs : units], from: &generator)
            let norm = LargestSingularValue(of: weight, seed: seed).value
            bound *= norm
            plain.pass(weight, activation)
            divided.pass(Tensor(shape: weight.shape, scalars: weight.scalars.map { $0 / norm }), activation)
            for (row, value) in [bound, plain.norm(seed: seed), divided.norm(seed: seed)].enumerated() { rows[row].append(value) }
        }
        return rows
    }

    /// A signal that passes through layers, with its Jacobian with respect to the input.
    private struct Way {
        private var h: [Double]
        private var jacobian: Tensor?

        init(_ x: [Double]) { h = x }

        mutating func pass(_ weight: Tensor, _ activation: Activation) {
            let (rows, columns) = (weight.shape[0], weight.shape[1])
            let width = jacobian?.shape[1] ?? columns
            var next = [Double](repeating: 0, count: rows)
            var product = [Double](repeating: 0, count: rows * width)
            for i in 0..<rows {
                var z = 0.0
                for j in 0..<columns { z += weight.scalars[i * columns + j] * h[j] }
                next[i] = activation(z)
                let slope = activation.derivative(at: z)
                guard let jacobian else {
                    for j in 0..<columns { product[i * width + j] = slope * weight.scalars[i * columns + j] }
                    continue
                }
                for j in 0..<columns {
                    let factor = slope * weight.scalars[i * columns + j]
                    for k in 0..<width { product[i * width + k] += factor * jacobian.scalars[j * width + k] }
                }
            }
            h = next
            jacobian = Tensor(shape: [rows, width], scalars: product)
        }

        func norm(seed: UInt64) -> Double { jacobian.map { LargestSingularValue(of: $0, seed: seed).value } ?? 1 }
    }
}

/// By power iteration, to nine digits unless the second singular value is so close that `steps` iterations cannot separate the two.
private struct LargestSingularValue {
    let value: Double

    static let steps = 300

    init(of matrix: Tensor, seed: UInt64) {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        var v = seed.normals("v", [columns]).scalars
        var u = [Double](repeating: 0, count: rows)
        var found = 0.0
        for _ in 0..<Self.steps {
            let length = v.norm
            guard length > 0, length.isFinite else {
                found = length
                break
            }
            for i in 0..<rows {
                u[i] = 0
                for j in 0..<columns { u[i] += matrix.scalars[i * columns + j] * v[j] / length }
            }
            let estimate = u.norm
            if abs(estimate - found) <= 1e-10 * estimate {
                found = estimate
                break
            }
            found = estimate
            for j in 0..<columns { v[j] = 0 }
            for i in 0..<rows { for j in 0..<columns { v[j] += matrix.scalars[i * columns + j] * u[i] } }
        }
        value = found
    }
}

extension SingularSpectra {
    package static let form = lessonForm(
        "singular-values", about: "singular values before and after spectral normalization, and the power iteration",
        keys: [
            .init("units", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("inputs", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("iterations", .whole(1...1000), .standard("40"), "steps of the power iteration"),
            depth(10), seeds(16), seed,
        ],
        variants: variant(["activation", "initializer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> SingularSpectra? {
        let units = fields.whole("units")
        let inputs = fields.whole("inputs")
        let iterations = fields.whole("iterations")
        let depth = fields.whole("depth")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        let variants = reader.variants(fields)
        guard let units, let inputs, let iterations, let depth, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields, products: [units, inputs, 24 * min(units, inputs) + 2 * iterations, seeds, variants.count],
            lessen: "units, inputs or seeds", scalars: [4, units, inputs].saturatingCount, lessenScalars: "units or inputs")
        return SingularSpectra(
            units: units, inputs: inputs, iterations: iterations, depth: depth, seeds: seeds, seed: seed, variants: variants)
    }
}
