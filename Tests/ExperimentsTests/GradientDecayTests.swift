import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Gradient decay")
struct GradientDecayTests {
    static let bundled = GradientDecay(
        depth: 20, width: 32, batch: 64, seeds: 16,
        variants: [
            Variant(name: "Sigmoid", activation: .sigmoid, initializer: .xavierNormal),
            Variant(name: "Tanh", activation: .tanh, initializer: .xavierNormal),
            Variant(name: "ReLU", activation: .relu, initializer: .heNormal),
            Variant(name: "Swish", activation: .swish(beta: 1), initializer: .heNormal),
        ])

    @Test("Over 20 layers the sigmoid loses twelve decades, tanh less than one, ReLU next to nothing, Swish about one and a half")
    func decades() throws {
        let series = try Self.bundled.measure()
        let decades = series.map { log10($0.median[0]) - log10($0.median[19]) }
        #expect(abs(decades[0] + 12) <= 0.3, "\(decades)")
        #expect(abs(decades[1] + 0.7) <= 0.4, "\(decades)")
        #expect(abs(decades[2]) < 1, "\(decades)")
        #expect((-2.5 ... -0.5).contains(decades[3]), "\(decades)")
    }

    @Test("Each variant has a point a layer, its median between its quartiles")
    func shape() throws {
        let series = try small(.relu, .heNormal, seeds: 5).measure()
        #expect(series.map(\.name) == ["one"])
        #expect(series[0].x == [1, 2, 3, 4])
        for layer in 0..<4 {
            #expect(series[0].low[layer] <= series[0].median[layer])
            #expect(series[0].median[layer] <= series[0].high[layer])
        }
    }

    @Test("Linear layers with orthogonal weights keep the gradient's norm")
    func orthogonal() throws {
        let series = try small(.identity, .orthogonal).measure()
        for layer in 0..<3 { #expect(abs(series[0].median[layer] / series[0].median[3] - 1) < 1e-12) }
    }

    @Test("With weights of zero a residual network's gradient is the last layer's at every layer")
    func residual() throws {
        var experiment = small(.identity, .zeros)
        experiment.variants[0].residual = true
        let series = try experiment.measure()
        #expect(Set(series[0].median).count == 1)
        #expect(series[0].median[0] > 0)
    }

    @Test("Attention takes the place of dense layers, with its normalization before it, or after the sum with its input")
    func attention() throws {
        var experiment = small(.identity, .xavierNormal)
        func layers(_ variant: Variant) -> [String] {
            experiment.problem(of: variant, seed: 0).network.layers.prefix(2).map { layer in
                guard case .residual(let block) = layer.kind else { return layer.name }
                return "\(layer.name): " + block.layers.map(\.name).joined(separator: ", ")
            }
        }
        var variant = Variant(name: "one", initializer: .xavierNormal, residual: true, normalization: NormalizationLayer(kind: .layer))
        variant.attention = Variant.Attention(layer: AttentionLayer(heads: 2))
        experiment.variants = [variant]
        experiment.stack.time = 3
        #expect(layers(variant) == ["residual1: normalization1, attention1", "residual2: normalization2, attention2"])
        #expect(experiment.problem(of: variant, seed: 0).inputs.shape == [experiment.batch, 3, experiment.width])
        let before = try experiment.measure()[0]
        #expect(before.median.count == experiment.depth && before.median.allSatisfy { $0 > 0 })
        experiment.variants[0].attention?.normalizesAfter = true
        #expect(layers(experiment.variants[0]) == ["residual1: attention1", "normalization1"])
        #expect(try experiment.measure()[0].median != before.median)
        experiment.variants[0].residual = false
        experiment.variants[0].normalization = nil
        #expect(layers(experiment.variants[0]) == ["attention1", "attention2"])
    }

    @Test("Run k takes the seed plus k")
    func seeds() throws {
        let all = try small(.tanh, .xavierNormal, seeds: 3).measure()[0]
        let single = try (0..<3).map { run -> Series in
            var experiment = small(.tanh, .xavierNormal, seeds: 1)
            experiment.seed = UInt64(run)
            return try experiment.measure()[0]
        }
        for layer in 0..<4 { #expect(all.median[layer] == single.map { $0.median[layer] }.sorted()[1]) }
        #expect(single[0].median != single[1].median)
    }

    @Test("The same experiment gives the same bits on all cores as on one")
    func threads() throws {
        let experiment = small(.tanh, .xavierNormal, seeds: 8)
        let alone = try (0..<8).map { seed in
            var one = small(.tanh, .xavierNormal, seeds: 1)
            one.seed = UInt64(seed)
            return try one.measure()[0].median
        }
        for _ in 0..<3 {
            #expect(try experiment.measure() == [Series(name: "one", x: [1, 2, 3, 4], rows: alone)])
        }
    }

    @Test("Gradients that underflow are kept as zeros")
    func underflow() throws {
        var experiment = small(.identity, .normal(deviation: 1e-120))
        experiment.depth = 5
        let median = try experiment.measure()[0].median
        #expect(median[4] > 0)
        #expect(median[0] == 0)
    }

    @Test("Gradients that overflow are kept as infinities or NaN")
    func overflow() throws {
        let median = try small(.identity, .normal(deviation: 1e120)).measure()[0].median
        #expect(!median[0].isFinite)
    }

    @Test(
        "Normalized layers are measured at the dense layer's output, before the normalization",
        arguments: [
            NormalizationLayer.Kind.batch, .layer, .group(2),
        ])
    func normalized(_ kind: NormalizationLayer.Kind) throws {
        var experiment = small(.relu, .heNormal)
        experiment.variants[0].normalization = NormalizationLayer(kind: kind)
        let series = try experiment.measure()[0]
        #expect(series.median.allSatisfy { $0.isFinite && $0 > 0 })
        #expect(try series != small(.relu, .heNormal).measure()[0])
    }

    @Test("A normalization that does not fit is an error that names the variant")
    func mismatch() {
        var experiment = small(.relu, .heNormal)
        experiment.variants[0].normalization = NormalizationLayer(kind: .group(4))
        #expect(messageOf { try experiment.measure() } == "one: found 6 channels; expected a multiple of the 4 groups")
    }

    @Test("The cost counts every variant and seed, and too much is an error with the number")
    func cost() throws {
        let one = try small(.tanh, .xavierNormal, seeds: 1).cost()
        let many = try small(.tanh, .xavierNormal, seeds: 7).cost()
        #expect(many.products == 7 * one.products)
        #expect(many.scalars == one.scalars)
        #expect(
            messageOf { try Cost(scalars: 1, products: 2_000_000_000_000).checkLimits() }
                == "2000000000000 products of the experiment; at most 1000000000000 are possible")
        var huge = Self.bundled
        huge.width = 4096
        huge.batch = 4096
        #expect(throws: ExperimentError.self) { try huge.measure() }
        // Little data, but the first layer's weights alone are more than a trace may hold.
        (huge.depth, huge.batch, huge.seeds) = (2, 1, 1)
        let scalars = 4096 * 4096 + 2 * 4096
        #expect(messageOf { try huge.measure() } == "\(scalars) scalars of the trace; at most 10000000 are possible")
    }

    @Test("Drawing orthogonal weights is in the cost, in that of a seed and in that of all")
    func orthogonalCost() throws {
        var experiment = GradientDecay(depth: 2, width: 2_000, batch: 1, seeds: 1_000, variants: [])
        experiment.variants = [Variant(name: "one", activation: .relu, initializer: .orthogonal)]
        #expect(messageOf { try experiment.cost() } == "32016010000 products of the trace; at most 5000000000 are possible")
        experiment.width = 800
        let drawn = 2 * 2 * 800 * 800 * 800
        #expect(try experiment.cost().products > 1_000 * drawn)
        #expect(messageOf { try experiment.measure() }?.contains("products of the experiment") == true)
        experiment.variants[0].initializer = .heNormal
        #expect(try experiment.cost().products < drawn * 10)
    }

    @Test("What small tensors take is in the cost: the visits of their operations")
    func operations() throws {
        let optimizer = Variant(name: "one")
        var trajectory = Trajectory(surface: .saddle, steps: 10, variants: [optimizer])
        trajectory.offsets = [Double](repeating: 0.5, count: 50_000)
        #expect(messageOf { try trajectory.measure() }?.contains("operations of the experiment; at most 2000000000") == true)
        let paths = PathLengths(depth: 1_000, width: 1, batch: 1, seeds: 1_000, variants: [Variant(name: "one", activation: .relu)])
        #expect(messageOf { try paths.measure() }?.contains("operations of the experiment; at most 2000000000") == true)
    }

    @Test("A recurrent weight of a radius is in the cost, and isn't drawn for it")
    func radius() throws {
        var variant = Variant(name: "one")
        variant.recurrentRadius = 1
        let experiment = GradientThroughTime(units: 1_500, features: 1, time: 2, batch: 1, seeds: 1, variants: [variant])
        let products = try experiment.cost().products
        variant.recurrentRadius = nil
        let plain = try GradientThroughTime(units: 1_500, features: 1, time: 2, batch: 1, seeds: 1, variants: [variant]).cost().products
        #expect(products - plain == 2 * 1_500 * 1_500 * 1_500)
    }

    private func small(_ activation: Activation, _ initializer: Initializer, seeds: Int = 2) -> GradientDecay {
        GradientDecay(
            depth: 4, width: 6, batch: 5, seeds: seeds,
            variants: [Variant(name: "one", activation: activation, initializer: initializer)])
    }
}

func messageOf(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
