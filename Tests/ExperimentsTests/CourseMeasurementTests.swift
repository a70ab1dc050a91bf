import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Gradient decay by initialization and skip connections")
struct GradientDecayVariantTests {
    private func decades(_ variants: [Variant], depth: Int = 20) throws -> [Double] {
        let experiment = GradientDecay(depth: depth, width: 32, batch: 32, seeds: 9, variants: variants)
        return try experiment.measure().map { log10($0.median[0]) - log10($0.median[depth - 1]) }
    }

    @Test("Xavier keeps tanh's gradient within 10× over 20 layers, He ReLU's; ReLU with Xavier loses √2 of the norm a layer")
    func initialization() throws {
        let found = try decades([
            Variant(name: "tanh", activation: .tanh, initializer: .xavierNormal),
            Variant(name: "He", activation: .relu, initializer: .heNormal),
            Variant(name: "Xavier", activation: .relu, initializer: .xavierNormal),
        ])
        #expect(abs(found[0]) < 1, "\(found)")
        #expect(abs(found[1]) < 1, "\(found)")
        #expect(abs(found[2] + 19 * log10(2.0) / 2) < 0.5, "\(found)")
    }

    @Test("A skip connection ends a sigmoid's vanishing")
    func skips() throws {
        var residual = Variant(name: "residual", activation: .sigmoid, initializer: .xavierNormal)
        residual.residual = true
        let found = try decades([Variant(name: "plain", activation: .sigmoid, initializer: .xavierNormal), residual])
        #expect(found[0] < -11, "\(found)")
        #expect(abs(found[1]) < 1, "\(found)")
    }
}

@Suite("Gradient through time")
struct GradientThroughTimeTests {
    private func experiment(_ variants: [Variant], time: Int = 50, batch: Int = 8, seeds: Int = 3) -> GradientThroughTime {
        GradientThroughTime(units: 16, features: 4, time: time, batch: batch, seeds: seeds, variants: variants)
    }

    private func rnn(_ radius: Double, _ activation: Activation) -> Variant {
        var variant = Variant(name: "r = \(radius)", activation: activation)
        variant.recurrentRadius = radius
        return variant
    }

    private func lstm(_ bias: Double) -> Variant {
        var variant = Variant(name: "LSTM")
        variant.cell = .lstm
        variant.forgetBias = bias
        return variant
    }

    @Test("A linear layer's gradient is r^(T−t) of the last, to 1e-12", arguments: [0.9, 1, 1.1])
    func linear(_ radius: Double) throws {
        let norms = try experiment([rnn(radius, .identity)], seeds: 1).measure()[0].median
        for (step, norm) in norms.enumerated() {
            #expect(abs(norm / norms[49] / pow(radius, Double(49 - step)) - 1) < 1e-12)
        }
    }

    @Test("tanh vanishes at a radius of 1.1 and explodes at 3")
    func saturation() throws {
        let series = try experiment([rnn(1.1, .tanh), rnn(3, .tanh)]).measure()
        #expect(series[0].median[0] / series[0].median[49] < 1e-3)
        #expect(series[1].median[0] / series[1].median[49] > 1e3)
    }

    @Test("An LSTM vanishes at forget bias 0 and hardly at 3", arguments: [(0.0, -9.0, 0.7), (1, -4, 0.8), (3, -0.4, 0.4)])
    func forgetBias(_ bias: Double, _ decades: Double, _ tolerance: Double) throws {
        let hidden = try experiment([lstm(bias)], seeds: 5).measure()[0]
        #expect(hidden.quantity == GradientThroughTime.Quantity.hidden)
        #expect(abs(log10(hidden.median[0] / hidden.median[49]) - decades) < tolerance)
    }

    @Test("What the forget gates alone leave is the last ∂L/∂c times every later gate")
    func forgetGates() throws {
        var variant = lstm(0)
        variant.initializer = .normal(deviation: 1)
        let experiment = experiment([variant], time: 5, seeds: 1)
        let measured = try experiment.measure()[2].median
        let pass = try experiment.problem(of: variant, seed: 0).lowered().pass()
        func tensor(_ step: Int, _ part: String) throws -> Tape.ID { try #require(pass.tape.id(named: "recurrent.t\(step).\(part)")) }
        for step in 1...5 {
            var left = pass.gradient(try tensor(5, "cell")).scalars
            for later in stride(from: step + 1, through: 5, by: 1) {
                for (entry, gate) in pass.value(try tensor(later, "forget-gate")).scalars.enumerated() { left[entry] *= gate }
            }
            #expect(abs(measured[step - 1] / left.norm - 1) < 1e-12)
        }
    }

    @Test("With constant gates of a half the cell's gradient is halved at each step, by the gates alone as measured")
    func gates() throws {
        // Weights of 0 leave every gate at σ(0) and nothing comes back but along the cell.
        var variant = lstm(0)
        variant.initializer = .zeros
        let series = try experiment([variant], time: 12, seeds: 1).measure()
        #expect(
            series.map(\.quantity) == [
                GradientThroughTime.Quantity.hidden, GradientThroughTime.Quantity.cell, GradientThroughTime.Quantity.gates,
            ])
        for step in 0..<12 {
            let expected = series[1].median[11] * pow(0.5, Double(11 - step))
            #expect(abs(series[1].median[step] / expected - 1) < 1e-12)
            #expect(abs(series[2].median[step] / expected - 1) < 1e-12)
        }
    }
}

@Suite("Path lengths")
struct PathLengthsTests {
    private func experiment(depth: Int) -> PathLengths {
        PathLengths(
            depth: depth, width: 6, batch: 4, seeds: 2,
            variants: [
                Variant(name: "Sigmoid", activation: .sigmoid, initializer: .xavierNormal),
                Variant(name: "ReLU", activation: .relu, initializer: .heNormal),
            ])
    }

    @Test("There are n over k paths through k of n branches, exactly, however many")
    func counts() throws {
        #expect(try experiment(depth: 5).measure()[0].paths == ["1", "5", "10", "10", "5", "1"])
        let many = try PathLengths(depth: 70, width: 1, batch: 1, seeds: 1, variants: [Variant(name: "a")]).measure()[0]
        #expect(many.paths[35] == "112186277816662845432")
        #expect(abs(many.pathShares.reduce(0, +) - 1) < 1e-12)
    }

    @Test("Of linear branches of one unit, the ways through k of them sum to the weights' products of k, all together")
    func symmetric() throws {
        let variant = Variant(name: "v", activation: .identity, initializer: .normal(deviation: 1))
        let experiment = PathLengths(depth: 3, width: 1, batch: 1, seeds: 1, variants: [variant])
        let (parts, _) = try experiment.parts(of: variant, seed: 5)
        let lowered = try GradientDecay(depth: 3, width: 1, batch: 1, seeds: 1, variants: [variant]).problem(of: variant, seed: 5).lowered()
        let w = zip(lowered.parameters, lowered.initialParameters()).filter { $0.0.key.kind == .weight }.map(\.1.scalars[0])
        let sums = [1, w[0] + w[1] + w[2], w[0] * w[1] + w[0] * w[2] + w[1] * w[2], w[0] * w[1] * w[2]]
        #expect(parts.count == 4)
        for (part, sum) in zip(parts, sums) { #expect(abs(part.scalars[0] - parts[0].scalars[0] * sum) < 1e-12) }
    }

    @Test("The parts of all lengths sum to the gradient that the backward pass found, entry by entry")
    func sum() throws {
        let experiment = experiment(depth: 6)
        for variant in experiment.variants {
            let (parts, gradient) = try experiment.parts(of: variant, seed: 1)
            #expect(parts.count == 7)
            for entry in 0..<gradient.count {
                let sum = parts.reduce(0) { $0 + $1.scalars[entry] }
                #expect(abs(sum - gradient.scalars[entry]) <= 1e-12 * gradient.norm)
            }
        }
    }

    @Test("The shares sum to 1, and sigmoids leave the long paths nothing")
    func shares() throws {
        let splits = try experiment(depth: 12).measure()
        for split in splits { #expect(abs(split.shares.reduce(0, +) - 1) < 1e-12) }
        #expect(splits[0].shares.prefix(4).reduce(0, +) > 0.9)
    }
}

@Suite("Activations")
struct ActivationsTests {
    private func curve(_ activation: Activation) throws -> Activations.Curve {
        try Activations(range: 6, variants: [Variant(name: "f", activation: activation)]).measure()[0]
    }

    @Test(
        "Slopes are least and greatest where they are known to be",
        arguments: [
            (.sigmoid, 0.25, 0.0), (.tanh, 1, 0), (.swish(beta: 1), 1.0998393, 2.3993573), (.gelu, 1.1289042, 2.0.squareRoot()),
        ] as [(Activation, Double, Double)])
    func greatest(_ activation: Activation, _ value: Double, _ x: Double) throws {
        let found = try curve(activation).greatestSlope
        #expect(abs(found.value - value) < 1e-6)
        #expect(abs(found.x - x) < 1e-4)
    }

    @Test("Curves go from one end of the range to the other, through 0")
    func range() throws {
        let found = try curve(.tanh)
        #expect(found.x.first == -6 && found.x[found.x.count / 2] == 0 && found.x.last == 6)
        #expect(found.values == found.x.map { Activation.tanh($0) })
        #expect(found.slopes == found.x.map { Activation.tanh.derivative(at: $0) })
    }

    @Test("Swish dips to −0.278 at −1.278, its slope to −0.0998 at −2.399")
    func swish() throws {
        let found = try curve(.swish(beta: 1))
        #expect(abs(found.least.value + 0.2784645) < 1e-6)
        #expect(abs(found.least.x + 1.2784645) < 1e-4)
        #expect(abs(found.leastSlope.value + 0.0998393) < 1e-6)
        #expect(abs(found.leastSlope.x + 2.3993573) < 1e-4)
    }

    @Test("A limit is told from a value that is reached")
    func limits() throws {
        for activation in [Activation.sigmoid, .tanh] {
            let found = try curve(activation)
            #expect(!found.leastSlope.isReached)
            #expect(abs(found.leastSlope.value) < 1e-300)
            #expect(found.greatestSlope.isReached)
        }
        #expect(try curve(.relu).stepSlopes == [0, 1])
        #expect(try curve(.leakyReLU(slope: 0.1)).stepSlopes == [0.1, 1])
        #expect(try curve(.relu).greatest.value == .infinity)
    }

    @Test(
        "A function goes on growing however slowly, and has its dip however far out or near",
        arguments: [
            (.leakyReLU(slope: 1e-14), -.infinity, -.infinity), (.leakyReLU(slope: 1e-320), -.infinity, -.infinity),
            (.leakyReLU(slope: -1e-17), 0, 0), (.leakyReLU(slope: 1e308), -.infinity, -.infinity),
            (.elu(alpha: 1e-14), -1e-14, -.infinity), (.elu(alpha: 5e-324), -5e-324, -.infinity), (.elu(alpha: 0), 0, 0),
            (.swish(beta: 1e-3), -278.4645427, -1278.4645427), (.swish(beta: 1e3), -2.784645427e-4, -1.2784645427e-3),
            (.swish(beta: 1e-290), -2.784645427e289, -1.2784645427e290), (.swish(beta: 0), -.infinity, -.infinity),
            (.swish(beta: -1e12), -.infinity, -.infinity), (.identity, -.infinity, -.infinity), (.softplus, 0, -.infinity),
        ] as [(Activation, Double, Double)])
    func farExtremes(_ activation: Activation, _ value: Double, _ x: Double) throws {
        let found = try curve(activation).least
        func agree(_ a: Double, _ b: Double) -> Bool { a == b || abs(a - b) <= 1e-6 * abs(b) }
        #expect(agree(found.value, value) || (value == 0 && abs(found.value) < 1e-300), "\(found)")
        #expect(agree(found.x, x), "\(found)")
    }

    @Test("No activation and no range ends the search", arguments: [5e-324, 1e-300, 1e-12, 1, 1e15, 1e300, .greatestFiniteMagnitude])
    func extremeNumbers(_ number: Double) throws {
        let activations: [Activation] = [
            .sigmoid, .tanh, .relu, .gelu, .softplus, .identity, .leakyReLU(slope: number), .leakyReLU(slope: -number), .elu(alpha: number),
            .elu(alpha: -number), .swish(beta: number), .swish(beta: -number),
        ]
        let variants = activations.enumerated().map { Variant(name: "\($0)", activation: $1) }
        for curve in try Activations(range: number, variants: variants).measure() {
            #expect(curve.least.value <= curve.greatest.value && curve.leastSlope.value <= curve.greatestSlope.value, "\(curve.activation)")
        }
    }

    @Test("Swish's slope is βf + σ(βx)(1 − βf), to 1e-12", arguments: [0, 0.5, 1, 2, 10])
    func gate(_ beta: Double) throws {
        let found = try curve(.swish(beta: beta))
        for (index, x) in found.x.enumerated() {
            let part = beta * found.values[index]
            #expect(abs(part + Activation.sigmoid(beta * x) * (1 - part) - found.slopes[index]) < 1e-12)
        }
    }
}

@Suite("Singular values")
struct SingularSpectraTests {
    @Test("The largest is 1 afterwards, the others keep their ratios, and the power iteration closes in")
    func spectra() throws {
        let experiment = SingularSpectra(
            units: 7, inputs: 5, iterations: 200, seeds: 3, variants: [Variant(name: "He", initializer: .heNormal)])
        for seed in 0..<3 as Range<UInt64> {
            let found = try experiment.spectra(of: experiment.variants[0], seed: seed)
            #expect(found[0].count == 5)
            #expect(abs(found[1][0] - 1) < 1e-9)
            for index in 0..<5 { #expect(abs(found[1][index] - found[0][index] / found[0][0]) < 1e-9) }
            #expect(zip(found[2], found[2].dropFirst()).allSatisfy { $1 <= $0 + 1e-14 })
            #expect(found[2][199] < 1e-6)
        }
    }
}

@Suite("Normalization axes")
struct NormalizationAxesTests {
    private let experiment = NormalizationAxes(
        batch: 2, channels: 4, positions: 3,
        variants: [NormalizationLayer.Kind.batch, .layer, .instance, .group(2), .rootMeanSquare].map {
            Variant(name: "\($0)", normalization: NormalizationLayer(kind: $0))
        })

    @Test("Groups are channels, samples, channels of a sample, groups of channels of a sample, and, without means, samples")
    func groups() throws {
        let found = try experiment.measure()
        #expect(found.map(\.means.count) == [4, 2, 8, 4, 0])
        #expect(found.map(\.variances.count) == [4, 2, 8, 4, 2])
        #expect(found[4].groups == found[1].groups)
        #expect(found[0].groups == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
        #expect(found[3].groups == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3])
    }

    @Test("The statistics are those of the entries, and ∂L/∂x sums to 0 over every group that has a mean")
    func statistics() throws {
        for traced in try experiment.measure() {
            for group in traced.variances.indices {
                let members = traced.groups.indices.filter { traced.groups[$0] == group }
                let count = Double(members.count)
                let mean = traced.means.isEmpty ? 0 : members.reduce(0) { $0 + traced.inputs[$1] } / count
                let variance = members.reduce(0) { $0 + (traced.inputs[$1] - mean) * (traced.inputs[$1] - mean) } / count
                if !traced.means.isEmpty { #expect(abs(traced.means[group] - mean) < 1e-12) }
                #expect(abs(traced.variances[group] - variance) < 1e-12)
                for member in members {
                    let normalized = (traced.inputs[member] - mean) / (variance + 1e-5).squareRoot()
                    #expect(abs(traced.normalized[member] - normalized) < 1e-12)
                }
                #expect((abs(members.reduce(0) { $0 + traced.gradients[$1] }) < 1e-12) == !traced.means.isEmpty)
            }
        }
    }
}

@Suite("A chain of units")
struct ChainOfUnitsTests {
    @Test("The product of the factors is the gradient of the first bias", arguments: [1, 2, 5, 12])
    func product(_ depth: Int) throws {
        let experiment = ChainOfUnits(
            depth: depth, input: 1, target: 0,
            variants: [
                Variant(name: "Sigmoid", activation: .sigmoid, initializer: .normal(deviation: 1)),
                Variant(name: "ReLU", activation: .relu, initializer: .constant(0.8)),
            ])
        for chain in try experiment.measure() {
            #expect(chain.factors.count == 2 * depth)
            let product = try #require(chain.products.last)
            #expect(abs(product - chain.gradient) <= 1e-13 * abs(chain.gradient))
            #expect(chain.gradient != 0)
        }
    }
}
