import Autodiff
import Testing

@testable import NeuralNetworks

/// The numbers with which the notebook FullyConnectedNets of Stanford's CS231n (assignment 2) checks its optimizers: twenty
/// weights from −0.4 to 0.6, gradients from −0.6 to 0.4, and a state that is set.
@Suite("Optimizers against CS231n's published numbers")
struct PublishedOptimizerTests {
    let weights = Self.evenly(from: -0.4, to: 0.6)
    let gradients = Self.evenly(from: -0.6, to: 0.4)

    @Test("Momentum")
    func momentum() {
        let rate = 1e-3
        // There the velocity is scaled by the rate and points downhill.
        let velocity = Self.evenly(from: 0.6, to: 0.9).map { -$0 / rate }
        var state = GradientTransform.State(first: [Self.tensor(velocity)], second: [Self.tensor(velocity)])
        let step = GradientTransform.momentum(0.9).applied(to: [Self.tensor(gradients)], &state)[0].scalars.map { -rate * $0 }
        expect(
            zip(weights, step).map { $0 + $1 },
            [
                0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789, 0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526,
                0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263, 1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096,
            ])
        expect(Array(step.prefix(5)), [0.5406, 0.55475789, 0.56891579, 0.58307368, 0.59723158])
    }

    @Test("RMSProp")
    func rmsprop() {
        let squares = Self.evenly(from: 0.6, to: 0.9)
        var state = GradientTransform.State(first: [Self.tensor(squares)], second: [Self.tensor(squares)])
        let step = GradientTransform.divideByRootMeanSquare(decay: 0.99, epsilon: 1e-8)
            .applied(to: [Self.tensor(gradients)], &state)[0].scalars
        expect(
            Array(zip(weights, step).map { $0 - 1e-2 * $1 }.prefix(5)),
            [-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247])
        expect(Array(state.second[0].scalars.prefix(5)), [0.5976, 0.6126277, 0.6277108, 0.64284931, 0.65804321])
    }

    @Test("Adam, in its sixth step")
    func adam() {
        var state = GradientTransform.State(
            first: [Self.tensor(Self.evenly(from: 0.6, to: 0.9))], second: [Self.tensor(Self.evenly(from: 0.7, to: 0.5))], steps: 5)
        let step = GradientTransform.adaptMoments(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
            .applied(to: [Self.tensor(gradients)], &state)[0].scalars
        expect(
            Array(zip(weights, step).map { $0 - 1e-2 * $1 }.prefix(5)),
            [-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977])
        expect(Array(state.second[0].scalars.prefix(5)), [0.69966, 0.68908382, 0.67851319, 0.66794809, 0.65738853])
        expect(Array(state.first[0].scalars.prefix(5)), [0.48, 0.49947368, 0.51894737, 0.53842105, 0.55789474])
    }

    /// Equal to the eight decimals that are published.
    private func expect(_ found: [Double], _ published: [Double]) {
        for (a, b) in zip(found, published) { #expect(abs(a - b) <= 0.51e-8) }
    }

    private static func evenly(from first: Double, to last: Double) -> [Double] {
        (0..<20).map { first + (last - first) * Double($0) / 19 }
    }

    private static func tensor(_ scalars: [Double]) -> Tensor { Tensor(shape: [20], scalars: scalars) }
}
