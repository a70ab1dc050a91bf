import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("The round trip of a signal and its gradient")
struct RoundTripTests {
    private func trip(_ activation: Activation, _ initializer: Initializer, depth: Int = 6, seeds: Int = 1) throws -> RoundTrip.Trip {
        try RoundTrip(
            depth: depth, width: 24, batch: 16, seeds: seeds,
            variants: [Variant(name: "v", activation: activation, initializer: initializer)]
        ).measure()[0]
    }

    @Test("Linear layers of orthogonal weights change nothing on either way")
    func orthogonal() throws {
        let found = try trip(.identity, .orthogonal)
        for value in found.out.median + found.home.median { #expect(abs(value - 1) < 1e-12) }
        for factor in [found.gains.weightsOut, found.gains.activationOut, found.gains.activationHome, found.gains.weightsHome] {
            #expect(abs(factor - 1) < 1e-12)
        }
    }

    @Test("What is left at the end is what the layers' factors multiply to", arguments: [Activation.relu, .tanh, .sigmoid])
    func product(_ activation: Activation) throws {
        let found = try trip(activation, .xavierNormal)
        let (out, home) = (try #require(found.out.median.last), try #require(found.home.median.first))
        #expect(abs(out * out / pow(found.gains.out, 6) - 1) < 1e-9)
        #expect(abs(home * home / pow(found.gains.home, 6) - 1) < 1e-9)
    }

    @Test("ReLU passes half of a mean square, out and home; weights multiply it by n times their variance")
    func he() throws {
        for (initializer, gain) in [(Initializer.xavierNormal, 1.0), (.heNormal, 2), (.normal(deviation: 0.1), 0.24)] {
            let found = try trip(.relu, initializer, seeds: 12)
            #expect(abs(found.gains.activationOut - 0.5) < 0.05 && abs(found.gains.activationHome - 0.5) < 0.05)
            #expect(abs(found.gains.weightsOut / gain - 1) < 0.1 && abs(found.gains.weightsHome / gain - 1) < 0.1)
            let weightGain = try #require(found.weightGain)
            #expect(abs(weightGain - gain) < 1e-9)
        }
    }
}

@Suite("Sweeps and bounds of untrained networks")
struct UntrainedSweepTests {
    @Test("Over deviations the gradient at layer 1 is what each deviation by itself gives")
    func deviations() throws {
        var sweep = GradientDecay(
            depth: 3, width: 6, batch: 4, seeds: 3,
            variants: [Variant(name: "A", activation: .relu), Variant(name: "B", activation: .tanh)])
        sweep.deviations = [0.1, 0.5, 2]
        let found = try sweep.measure()
        #expect(found.map(\.name) == ["A", "B"] && found.allSatisfy { $0.x == [0.1, 0.5, 2] })
        for (index, deviation) in sweep.deviations.enumerated() {
            var single = sweep
            single.deviations = []
            for variant in single.variants.indices { single.variants[variant].initializer = .normal(deviation: deviation) }
            for (line, alone) in zip(found, try single.measure()) { #expect(line.median[index] == alone.median[0]) }
        }
        #expect(try sweep.cost().products == 3 * GradientDecay(sweep.stack).cost().products)
    }

    @Test("The Jacobian's norm is at most the product of the layers' norms, and of one linear layer it is that")
    func jacobian() throws {
        func series(_ activation: Activation, depth: Int) throws -> [String: [Double]] {
            let spectra = SingularSpectra(
                units: 6, inputs: 5, iterations: 3, depth: depth, seeds: 1,
                variants: [Variant(name: "v", activation: activation, initializer: .heNormal)])
            return Dictionary(uniqueKeysWithValues: try spectra.measure().map { ($0.quantity ?? "", $0.median) })
        }
        typealias Quantity = SingularSpectra.Quantity
        let one = try series(.identity, depth: 1)
        let bound = try #require(one[Quantity.bound]?.first)
        let norm = try #require(one[Quantity.jacobian]?.first)
        let divided = try #require(one[Quantity.divided]?.first)
        #expect(abs(bound / norm - 1) < 1e-9)
        #expect(abs(divided - 1) < 1e-9)
        for activation in [Activation.relu, .tanh, .identity] {
            let many = try series(activation, depth: 5)
            for (bound, norm) in zip(try #require(many[Quantity.bound]), try #require(many[Quantity.jacobian])) {
                // All of so few rectified units may be at rest.
                #expect(norm <= bound * (1 + 1e-8) && (norm > 0 || activation == .relu))
            }
            #expect(try #require(many[Quantity.divided]).allSatisfy { $0 <= 1 + 1e-8 })
        }
    }

    @Test("The power iteration's error falls by the fourth power of the ratio of the two largest singular values")
    func fourthPower() throws {
        let spectra = SingularSpectra(units: 8, inputs: 8, iterations: 40, depth: 1, seeds: 1, variants: [Variant(name: "v")])
        let found = try spectra.spectra(of: Variant(name: "v", initializer: .normal(deviation: 1)), seed: 3)
        let (values, errors) = (found[0], found[2])
        let ratio = pow(values[1] / values[0], 4)
        let steps = zip(errors, errors.dropFirst()).filter { $0.0 < 1e-3 && $0.1 > 1e-11 }.map { $0.1 / $0.0 }
        #expect(!steps.isEmpty)
        for step in steps.suffix(3) { #expect(abs(step / ratio - 1) < 0.02, "\(step) against \(ratio)") }
    }

    @Test("Densities hold as much as the counts do, the bins at −1 and 1 over half a width")
    func densities() {
        let values = [-1, -1, -0.99, -0.5, 0, 0.03, 0.52, 0.98, 1, 1]
        let histogram = Histogram(of: values, on: .unit)
        let widths = histogram.centers.map { abs($0) == 1 ? 0.025 : 0.05 }
        let sum = zip(histogram.densities, widths).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum - 1) < 1e-12)
        #expect(histogram.densities.first == 0.3 / 0.025)
    }
}
