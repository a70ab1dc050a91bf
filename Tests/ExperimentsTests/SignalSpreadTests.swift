import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Signal spread")
struct SignalSpreadTests {
    @Test(
        "For ReLU the recurrence is He's: half of n·Var[w] a layer, forward and backward",
        arguments: [
            (Initializer.xavierNormal, 0.5), (.heNormal, 1), (.normal(deviation: 0.1), 0.32),
        ])
    func he(_ initializer: Initializer, _ factor: Double) throws {
        let variant = Variant(name: "v", activation: .relu, initializer: initializer)
        let found = try #require(VarianceRecurrence(of: variant, width: 64)).moments(depth: 5, lastGradient: 3)
        for layer in 0..<5 {
            #expect(abs(found.activations[layer] / pow(factor, Double(layer + 1)) - 1) < 1e-2)
            #expect(abs(found.gradients[layer] / (3 * pow(factor, Double(4 - layer))) - 1) < 1e-2)
        }
    }

    @Test("Of attention, unscaled scores saturate the softmax of more tokens than scaled ones, and no recurrence is claimed")
    func attention() throws {
        let variants = [AttentionLayer.Scale.standard, .number(1)].map { scale in
            var variant = Variant(name: "\(scale)", initializer: .xavierNormal)
            variant.attention = Variant.Attention(layer: AttentionLayer(scale: scale))
            return variant
        }
        let spreads = try SignalSpread(depth: 2, width: 16, batch: 8, seeds: 2, variants: variants).measure()
        #expect(spreads[0].saturated.median[0] < spreads[1].saturated.median[0])
        for spread in spreads {
            #expect(spread.activations.median.count == 2 && spread.gradients.median.allSatisfy { $0 > 0 })
            #expect(spread.expectedActivations.isEmpty && spread.dead.median == [0, 0])
        }
    }

    @Test("Of a layer whose outputs are dropped the gradient is 0 there, and the seeds drop others; no recurrence is claimed")
    func dropout() throws {
        var variant = Variant(name: "dropped", activation: .tanh, initializer: .xavierNormal)
        variant.dropout = 0.5
        let stack = GradientDecay(depth: 2, width: 16, batch: 4, seeds: 1, variants: [variant])
        let masks = try (0..<2).map { seed -> [Double] in
            let lowered = try stack.problem(of: variant, seed: UInt64(seed)).lowered()
            let pass = lowered.pass()
            let (mask, dense) = (try #require(pass.tape.id(named: "dropout1.mask")), try #require(pass.tape.id(named: "dense1")))
            let kept = pass.value(mask).scalars
            for (kept, gradient) in zip(kept, pass.gradient(dense).scalars) { #expect((gradient == 0) == (kept == 0)) }
            return kept
        }
        #expect(masks[0] != masks[1] && Set(masks[0]) == [0, 1])
        #expect(VarianceRecurrence(of: variant, width: 16) == nil)
        variant.dropout = 0
        let none = try GradientDecay(depth: 2, width: 16, batch: 4, seeds: 2, variants: [variant]).measure()
        variant.dropout = nil
        #expect(try none == GradientDecay(depth: 2, width: 16, batch: 4, seeds: 2, variants: [variant]).measure())
    }

    @Test("Where the activation is linear it is Glorot & Bengio's: n·Var[w] a layer")
    func glorot() throws {
        let variant = Variant(name: "v", activation: .identity, initializer: .normal(deviation: 0.25))
        let found = try #require(VarianceRecurrence(of: variant, width: 32)).moments(depth: 4, lastGradient: 1)
        for layer in 0..<4 { #expect(abs(found.activations[layer] / pow(2, Double(layer + 1)) - 1) < 1e-9) }
        #expect(abs(found.gradients[0] / 8 - 1) < 1e-9)
    }

    @Test("Activations are measured as the recurrence has them, within the spread of so few units")
    func agreement() throws {
        let experiment = SignalSpread(
            depth: 5, width: 48, batch: 24, seeds: 9,
            variants: [
                Variant(name: "ReLU, Xavier", activation: .relu, initializer: .xavierNormal),
                Variant(name: "tanh, Xavier", activation: .tanh, initializer: .xavierNormal),
                Variant(name: "tanh, too small", activation: .tanh, initializer: .normal(deviation: 0.03)),
            ])
        for spread in try experiment.measure() {
            for (found, expected) in zip(spread.activations.median, spread.expectedActivations) {
                #expect(abs(log(found / expected)) < log(1.4), "\(spread.name)")
            }
        }
    }

    @Test("About half of ReLU's activations are 0, none of tanh's; large weights saturate tanh")
    func shares() throws {
        let experiment = SignalSpread(
            depth: 3, width: 24, batch: 24, seeds: 3,
            variants: [
                Variant(name: "ReLU", activation: .relu, initializer: .heNormal),
                Variant(name: "tanh", activation: .tanh, initializer: .xavierNormal),
                Variant(name: "saturated", activation: .tanh, initializer: .normal(deviation: 2)),
            ])
        let found = try experiment.measure()
        #expect(found[0].zeros.median.allSatisfy { (0.35...0.65).contains($0) })
        #expect(found[1].zeros.median == [0, 0, 0])
        #expect(found[2].saturated.median.allSatisfy { $0 > 0.6 })
        #expect(found[1].saturated.median.allSatisfy { $0 < 0.2 })
    }

    @Test("A unit is dead that has no slope for any sample, whatever its neighbours do")
    func dead() throws {
        let variant = Variant(name: "ReLU", activation: .relu, initializer: .heNormal)
        let experiment = SignalSpread(depth: 2, width: 24, batch: 3, seeds: 1, variants: [variant])
        let pass = try GradientDecay(depth: 2, width: 24, batch: 3, seeds: 1, variants: [variant]).problem(of: variant, seed: 0).lowered()
            .pass()
        let shares = try experiment.measure()[0].dead.median
        for (layer, share) in shares.enumerated() {
            let z = pass.value(try #require(pass.tape.id(named: "dense\(layer + 1)")))
            let dead = (0..<24).count { unit in (0..<3).allSatisfy { z[$0, unit] <= 0 } }
            #expect(share == Double(dead) / 24)
            #expect(dead > 0 && dead < 24)
        }
    }

    @Test("Ridges count every number of every seed: half of ReLU's are 0, and large weights pile tanh's up at −1 and 1")
    func ridges() throws {
        func layers(_ activation: Activation, _ initializer: Initializer) throws -> [Histogram] {
            let experiment = SignalSpread(
                depth: 3, width: 24, batch: 24, seeds: 3, variants: [Variant(name: "v", activation: activation, initializer: initializer)])
            let spread = try #require(try experiment.measure().first)
            #expect((spread.activationCounts + spread.gradientCounts).allSatisfy { $0.total == 24 * 24 * 3 })
            return spread.activationCounts
        }
        let relu = try layers(.relu, .heNormal)
        #expect(relu.allSatisfy { $0.axis == .decades && (0.4...0.6).contains(Double($0.zeros) / Double($0.total)) })
        let saturated = try layers(.tanh, .normal(deviation: 2))
        for layer in saturated {
            #expect(layer.axis == .unit)
            let ends = (layer.counts.first ?? 0) + (layer.counts.last ?? 0)
            #expect(layer.centers.first == -1 && layer.centers.last == 1 && 2 * ends > layer.total)
        }
        let exploding = try layers(.relu, .normal(deviation: 1e160))
        #expect(exploding.last.map { $0.lost > 0 } == true)
    }
}
