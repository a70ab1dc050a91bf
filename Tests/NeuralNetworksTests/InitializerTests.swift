import Autodiff
import Foundation
import Testing

@testable import NeuralNetworks

@Suite("Initial parameters")
struct InitializerTests {
    /// Variance and, where there is one, the bound, for `inputs` and `outputs`.
    private static let rules: [(Initializer, @Sendable (_ inputs: Double, _ outputs: Double) -> (variance: Double, bound: Double?))] = [
        (.xavierUniform, { (2 / ($0 + $1), (6 / ($0 + $1)).squareRoot()) }),
        (.xavierNormal, { (2 / ($0 + $1), nil) }),
        (.heUniform, { inputs, _ in (2 / inputs, (6 / inputs).squareRoot()) }),
        (.heNormal, { inputs, _ in (2 / inputs, nil) }),
        (.normal(deviation: 0.3), { _, _ in (0.09, nil) }),
        (.uniform(bound: 0.3), { _, _ in (0.03, 0.3) }),
    ]

    @Test(
        "Variance and bounds are the published ones, of dense and of convolutional weights",
        arguments: [
            [40, 100], [100, 40], [20, 10, 5, 5],
        ])
    func variance(_ shape: [Int]) {
        let area = shape.dropFirst(2).reduce(1, *)
        for (initializer, rule) in Self.rules {
            var generator = Xoshiro(seed: 11)
            let drawn = initializer.draw(shape, from: &generator)
            let expected = rule(Double(shape[1] * area), Double(shape[0] * area))
            #expect(drawn.shape == shape)
            let n = Double(drawn.count)
            let mean = drawn.scalars.reduce(0, +) / n
            let variance = drawn.scalars.reduce(0) { $0 + $1 * $1 } / n
            #expect(abs(mean) < 5 * (expected.variance / n).squareRoot())
            #expect(abs(variance / expected.variance - 1) < 5 * (2 / n).squareRoot(), "\(initializer)")
            if let bound = expected.bound {
                let largest = drawn.scalars.map { abs($0) }.max() ?? 0
                #expect(largest <= bound && largest > 0.98 * bound)
            } else {
                #expect(drawn.scalars.contains { abs($0) > 2.5 * expected.variance.squareRoot() })
            }
        }
    }

    @Test("Zeros, constants and orthogonal matrices are what they say")
    func fixed() {
        var generator = Xoshiro(seed: 1)
        #expect(Initializer.zeros.draw([2, 3], from: &generator) == .zeros([2, 3]))
        #expect(Initializer.constant(0.25).draw([2, 3], from: &generator) == Tensor(repeating: 0.25, shape: [2, 3]))
        let kernel = Initializer.orthogonal.draw([3, 2, 2, 2], from: &generator)
        #expect(kernel.shape == [3, 2, 2, 2])
        let values = SingularValues(of: Tensor(shape: [3, 8], scalars: kernel.scalars)).values
        #expect(values.allSatisfy { abs($0 - 1) < 1e-13 })
    }

    private func drawn(_ layers: [Layer], seed: UInt64 = 3, initializer: Initializer? = nil, input: SampleShape = .features(30))
        throws -> [String: Tensor]
    {
        let network = Network(input: input, seed: seed, initializer: initializer, layers: layers)
        let lowered = try TrainingProblem(
            network: network, inputs: .zeros([1] + input.axes), targets: .values(.zeros([1, 1])), loss: .halfSquaredError
        ).lowered()
        return Dictionary(uniqueKeysWithValues: zip(lowered.parameters.map(\.name), lowered.initialParameters()))
    }

    private func dense(_ name: String, units: Int = 30, _ initializer: Initializer? = nil) -> Layer {
        Layer(name: name, kind: .dense(DenseLayer(units: units, initializer: initializer)))
    }

    private func activation(_ function: Activation, _ name: String = "f") -> Layer { Layer(name: name, kind: .activation(function)) }

    @Test("Each parameter has a stream of its own: another layer leaves the others' numbers alone")
    func streams() throws {
        let one = try drawn([dense("a"), dense("b")])
        let more = try drawn([dense("a"), dense("new"), activation(.tanh), dense("b")])
        #expect(one["a.weight"] == more["a.weight"] && one["b.weight"] == more["b.weight"])
        #expect(one["a.weight"] != one["b.weight"] && one["a.weight"] != more["new.weight"])
        let other = try drawn([dense("a"), dense("b")], seed: 4)
        #expect(other["a.weight"] != one["a.weight"])
        #expect(try drawn([dense("a"), dense("b")]) == one)
    }

    @Test(
        "The default follows the activation that comes next: He for relu and its kin, Xavier otherwise",
        arguments: [
            (Activation.relu, true), (.leakyReLU(slope: 0.1), true), (.elu(alpha: 1), true), (.swish(beta: 1), true),
            (.gelu, true), (.sigmoid, false), (.tanh, false), (.softplus, false), (.identity, false), (.selu, false), (.softsign, false),
        ])
    func byActivation(_ function: Activation, _ isHe: Bool) throws {
        let expected: Initializer = isHe ? .heNormal : .xavierNormal
        let norm = Layer(name: "n", kind: .normalization(NormalizationLayer(kind: .batch)))
        for between in [[], [norm]] {
            let own = try drawn([dense("a")] + between + [activation(function), dense("last")])
            let same = try drawn([dense("a", expected), dense("last")])
            #expect(own["a.weight"] == same["a.weight"])
        }
        // Inside a residual the activation after it counts, and nothing after the last layer means Xavier.
        let inner = Layer(name: "r", kind: .residual(ResidualLayer(layers: [dense("a")])))
        #expect(try drawn([inner, activation(function)])["a.weight"] == drawn([dense("a", expected)])["a.weight"])
        #expect(try drawn([dense("a"), dense("b"), activation(function)])["a.weight"] == drawn([dense("a", .xavierNormal)])["a.weight"])
    }

    @Test("A layer's own initializer goes before the network's, and that before the default")
    func precedence() throws {
        let layers = [dense("a", .constant(2)), dense("b"), activation(.relu)]
        let drawn = try drawn(layers, initializer: .constant(1))
        #expect(drawn["a.weight"] == Tensor(repeating: 2, shape: [30, 30]))
        #expect(drawn["b.weight"] == Tensor(repeating: 1, shape: [30, 30]))
        #expect(drawn["a.bias"] == .zeros([30]))
    }

    @Test("Biases and shifts start at 0, scales at 1; a projection and a convolution are drawn")
    func roles() throws {
        let residual = Layer(
            name: "r", kind: .residual(ResidualLayer(layers: [dense("a", units: 4)], hasProjection: true, initializer: .constant(3))))
        let norm = Layer(name: "n", kind: .normalization(NormalizationLayer(kind: .layer)))
        let drawn = try drawn([residual, norm], input: .features(2))
        #expect(drawn["r.projection"] == Tensor(repeating: 3, shape: [4, 2]))
        #expect(drawn["n.scale"] == Tensor(repeating: 1, shape: [4]) && drawn["n.shift"] == .zeros([4]))
        let convolution = Layer(name: "c", kind: .convolution(ConvolutionLayer(channels: 2, kernel: 3, initializer: .constant(5))))
        let image = try self.drawn([convolution], input: .image(channels: 1, height: 3, width: 3))
        #expect(image["c.weight"] == Tensor(repeating: 5, shape: [2, 1, 3, 3]) && image["c.bias"] == .zeros([2]))
    }

    @Test("A recurrent layer draws a matrix a gate, and adds forget-bias and update-bias to the second gate alone")
    func recurrent() throws {
        func layer(_ cell: RecurrentLayer.Cell, _ initializer: Initializer? = nil) -> Layer {
            Layer(name: "r", kind: .recurrent(RecurrentLayer(cell: cell, units: 3, initializer: initializer)))
        }
        let sequence = SampleShape.sequence(time: 2, features: 5)
        let lstm = try drawn([layer(.lstm(forgetBias: 1.5), .orthogonal)], input: sequence)
        #expect(lstm["r.input-bias"]?.scalars == [0, 0, 0, 1.5, 1.5, 1.5, 0, 0, 0, 0, 0, 0])
        #expect(lstm["r.recurrent-bias"] == .zeros([12]))
        let weights = try #require(lstm["r.recurrent-weight"])
        #expect(weights.shape == [12, 3])
        for gate in 0..<4 {
            let matrix = Tensor(shape: [3, 3], scalars: Array(weights.scalars[gate * 9..<(gate + 1) * 9]))
            #expect(SingularValues(of: matrix).values.allSatisfy { abs($0 - 1) < 1e-13 })
        }
        let gru = try drawn([layer(.gru(updateBias: -2))], input: sequence)
        #expect(gru["r.input-bias"]?.scalars == [0, 0, 0, -2, -2, -2, 0, 0, 0])
        #expect(gru["r.input-weight"]?.shape == [9, 5])
        let rnn = try drawn([layer(.rnn(.tanh))], input: sequence)
        #expect(rnn["r.input-bias"] == .zeros([3]) && rnn["r.recurrent-weight"]?.shape == [3, 3])
    }

    @Test("What the lesson writes out is not drawn")
    func written() throws {
        let network = Network(
            input: .features(1), layers: [dense("a", units: 1)],
            written: ["a.weight": Tensor(shape: [1, 1], scalars: [7]), "a.bias": Tensor(shape: [1], scalars: [8])])
        let lowered = try TrainingProblem(
            network: network, inputs: .zeros([1, 1]), targets: .values(.zeros([1, 1])), loss: .halfSquaredError
        ).lowered()
        #expect(lowered.initialParameters().map(\.scalars) == [[7], [8]])
    }
}
