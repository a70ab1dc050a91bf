package import Autodiff
package import Forms
import NeuralNetworks

/// The chain rule through single units in a row: every factor of ∂L/∂b₁ = ∂L/∂a_n · f′(z_n) · w_n · … · w₂ · f′(z₁)
/// (Nielsen 2015, chapter 5).
package struct ChainOfUnits: Measurement {
    package var depth: Int
    package var input: Double
    package var target: Double
    package var seed: UInt64
    package var variants: [Variant]

    package init(depth: Int, input: Double, target: Double, seed: UInt64 = 0, variants: [Variant]) {
        self.depth = depth
        self.input = input
        self.target = target
        self.seed = seed
        self.variants = variants
    }

    package struct Factor: Hashable, Sendable {
        package enum Kind: Hashable, Sendable { case upstream, slope, weight }

        package var kind: Kind
        /// Counted from 1 at the input.
        package var layer: Int
        package var value: Double
    }

    /// One variant's chain, from the loss back.
    package struct Chain: Hashable, Sendable {
        package var name: String
        package var factors: [Factor]
        /// ∂L/∂b₁ from the backward pass.
        package var gradient: Double

        /// The product of the factors up to each one.
        package var products: [Double] {
            var product = 1.0
            return factors.map { factor in
                product *= factor.value
                return product
            }
        }
    }
}

extension ChainOfUnits {
    private func network(of variant: Variant) -> Network {
        let layers = (1...max(depth, 1)).flatMap { number in
            [
                Layer(name: "dense\(number)", kind: .dense(DenseLayer(units: 1))),
                Layer(name: "activation\(number)", kind: .activation(variant.activation ?? .sigmoid)),
            ]
        }
        return Network(input: .features(1), seed: seed, initializer: variant.initializer, layers: layers)
    }

    private func problem(of variant: Variant) -> TrainingProblem {
        TrainingProblem(
            network: network(of: variant),
            inputs: Tensor(shape: [1, 1], scalars: [input]), targets: .values(Tensor(shape: [1, 1], scalars: [target])),
            loss: .halfSquaredError)
    }

    package func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: 1, inputs: [1, 1], targets: [1, 1]) { network(of: $0) }
    }

    package func measure() throws(ExperimentError) -> [Chain] {
        try cost().checkLimits()
        return try variants.measured(seeds: 1, from: seed) { (variant, _) throws(ExperimentError) in
            let lowered = try problem(of: variant).lowered(for: variant)
            let pass = lowered.pass()
            func scalar(_ id: Tape.ID?) -> Double { id.map { pass.value($0).scalars[0] } ?? .nan }
            let layers = lowered.layers.filter { if case .dense = $0.layer.kind { true } else { false } }
            let f = variant.activation ?? .sigmoid
            var factors = [Factor(kind: .upstream, layer: depth, value: pass.gradient(lowered.output).scalars[0])]
            for (layer, dense) in zip(1..., layers).reversed() {
                factors.append(Factor(kind: .slope, layer: layer, value: f.derivative(at: scalar(dense.output))))
                if layer > 1 { factors.append(Factor(kind: .weight, layer: layer, value: scalar(dense.parameters[.weight]))) }
            }
            let gradient = layers[0].parameters[.bias].map { pass.gradient($0).scalars[0] } ?? .nan
            return Chain(name: variant.name, factors: factors, gradient: gradient)
        }.flatMap(\.runs)
    }

    package func data(of measured: [Chain]) -> MeasuredData {
        MeasuredData(tables: [
            .init(
                "factors", columns: ["variant", "factor", "layer", "value", "product"],
                rows: measured.flatMap { chain in
                    zip(chain.factors, chain.products).map { factor, product in
                        let name =
                            switch factor.kind {
                            case .upstream: "∂L/∂a"
                            case .slope: "f′(z)"
                            case .weight: "w"
                            }
                        return [
                            .text(chain.name), .text(name), .number(Double(factor.layer)), .number(factor.value), .number(product),
                        ]
                    }
                }),
            .init(
                "gradients", columns: ["variant", "∂L/∂b₁"], rows: measured.map { [.text($0.name), .number($0.gradient)] }),
        ])
    }
}

extension ChainOfUnits {
    package static let form = lessonForm(
        "chain-rule", about: "every factor of a gradient through single units in a row",
        keys: [
            // The names of the factors of more than twelve units would not fit in the picture.
            .init("depth", .whole(1...12), .standard("5"), "units in a row"),
            .init("input", .number(.any), .standard("1"), "of the first unit"),
            .init("target", .number(.any), .standard("0"), "of the last unit"),
            seed,
        ],
        variants: variant(["activation", "initializer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> ChainOfUnits? {
        let depth = fields.whole("depth")
        let input = fields.number("input")
        let target = fields.number("target")
        let seed = fields.seed("seed")
        let variants = reader.variants(fields)
        guard let depth, let input, let target, let seed, let variants else { return nil }
        return ChainOfUnits(depth: depth, input: input, target: target, seed: seed, variants: variants)
    }
}
