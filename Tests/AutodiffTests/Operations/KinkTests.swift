import Foundation
import Testing

@testable import Autodiff

@Suite("Kinks, ties and edges of the number range")
struct KinkTests {
    @Test(
        "At 0 the derivative is the left one",
        arguments: [
            (Pointwise.relu, 0.0), (.leakyReLU(slope: 0.2), 0.2), (.elu(alpha: 0.7), 0.7), (.elu(alpha: 3), 3), (.abs, 0),
            (.selu, 1.7580993408473768),
        ])
    func leftDerivative(_ function: Pointwise, _ slope: Double) {
        for zero in [0.0, -0.0] {
            #expect(function.derivative(at: zero) == slope)
            #expect(function(zero) == 0)
            let x = Tensor(zero)
            let gradient = Primitive.pointwise(function).rules.pullback(Tensor(5), operands: [x], output: Tensor(0))
            #expect(gradient == [Tensor(5 * slope)])
        }
    }

    @Test("At a tie the first operand has the derivative", arguments: [Pairwise.max, .min])
    func ties(_ function: Pairwise) {
        #expect(function(1.5, 1.5) == 1.5)
        let gradients = Primitive.pairwise(function).rules.pullback(
            Tensor(4), operands: [Tensor(1.5), Tensor(1.5)], output: Tensor(1.5))
        #expect(gradients == [Tensor(4), Tensor(0)])
    }

    @Test("Entries at a kink or a tie are found, one reason for each number that makes them so")
    func ambiguities() {
        func found(_ primitive: Primitive, _ operands: [Tensor], at index: Int = 0) -> [Ambiguity] {
            operands.withViews { primitive.rules.ambiguities(of: index, operands: $0) }
        }
        func row(_ scalars: [Double]) -> Tensor { Tensor(shape: [1, scalars.count], scalars: scalars) }
        #expect(found(.pointwise(.relu), [row([1, 0])], at: 1) == [.kink] && found(.pointwise(.relu), [row([1, 0])]) == [])
        #expect(found(.pointwise(.tanh), [row([0])]) == [])
        #expect(found(.pairwise(.max), [Tensor(3), Tensor(3)]) == [.tie] && found(.pairwise(.add), [Tensor(3), Tensor(3)]) == [])
        let image = Tensor(shape: [1, 1, 2, 2], scalars: [2, 1, 2, 2])
        #expect(found(.maxPool(MaxPool(kernel: 2, stride: 2)), [image]) == [.tie, .tie])
        #expect(found(.loss(BatchLoss(.absoluteError)), [row([1, 2, 3]), row([1, 0, 3])]) == [.kink, .kink])
        #expect(found(.loss(BatchLoss(.hinge(margin: 1))), [row([1, 1, 2]), Tensor(shape: [1], scalars: [2])]) == [.kink, .kink])
        #expect(found(.loss(.halfSquaredError), [row([1]), row([1])]) == [])
    }

    @Test("Losses with a kink take the slope 0 there, and beyond it the one of their side")
    func kinkedLosses() {
        func slopes(_ measure: BatchLoss.Measure, _ y: [Double], _ t: [Double], shape: [Int]? = nil) -> [Double] {
            let loss = BatchLoss(measure, reduction: .sum)
            let operands = [Tensor(shape: [1, y.count], scalars: y), Tensor(shape: shape ?? [1, y.count], scalars: t)]
            return loss.pullback(Tensor(1), operands: operands, output: loss.evaluate(operands))[0]?.scalars ?? []
        }
        #expect(slopes(.absoluteError, [1, 2, 0.5], [1, 1, 1]) == [0, 1, -1])
        #expect(slopes(.huber(delta: 0.5), [1, 1.5, 4, -4, 1.25], [1, 1, 1, 1, 1]) == [0, 0.5, 0.5, -0.5, 0.25])
        // 1 + y − 2 is 0 of the second class, above of the third.
        #expect(slopes(.hinge(margin: 1), [2, 1, 1.5], [0], shape: [1]) == [-1, 0, 1])
    }

    @Test("A probability whose target is 0 counts nothing, whatever it is, and nothing is clamped")
    func probabilities() {
        let p = Tensor(shape: [1, 2], scalars: [1, 0])
        for loss in [BatchLoss(.binaryCrossEntropy(of: .probabilities)), BatchLoss(.crossEntropy(of: .probabilities))] {
            let operands = [p, Tensor(shape: [1, 2], scalars: [1, 0])]
            #expect(loss.evaluate(operands)[] == 0)
            let back = loss.pullback(Tensor(1), operands: operands, output: Tensor(0))[0]?.scalars ?? []
            #expect(back.allSatisfy { $0.isFinite })
            #expect(loss.evaluate([p, Tensor(shape: [1, 2], scalars: [0, 1])])[] == .infinity)
        }
    }

    @Test("Powers at 0 have the derivative of the limit, not NaN")
    func powers() {
        #expect(Pairwise.power.derivatives(0, 2, result: 0) == (0, 0))
        #expect(Pairwise.power.derivatives(0, 1, result: 0) == (1, 0))
        #expect(Pairwise.power.derivatives(0, 0, result: 1).0 == 0)
        #expect(Pairwise.power.derivatives(-2, 2, result: 4).0 == -4)
        let (base, exponent) = Pairwise.power.derivatives(3, 0, result: 1)
        #expect(base == 0 && exponent == log(3.0))
    }

    @Test("Far from 0 nothing overflows on the way", arguments: [-1e4, -800, -40, 40, 800, 1e4])
    func farFromZero(_ x: Double) {
        // Within e⁻⁴⁰ of their asymptotes.
        #expect(agree(Pointwise.sigmoid(x), x > 0 ? 1 : exp(x), to: 1e-15))
        #expect(agree(Pointwise.softplus(x), x > 0 ? x : exp(x), to: 1e-15))
        #expect(abs(Pointwise.gelu(x) - max(x, 0)) < 1e-300)
        #expect(abs(Pointwise.swish(beta: 1)(x) - max(x, 0)) < 1e-14)
        #expect(agree(Pointwise.softsign(x), x > 0 ? 1 - 1 / (1 + x) : 1 / (1 - x) - 1, to: 1e-15))
        #expect(Pointwise.softsign(x > 0 ? .infinity : -.infinity) == (x > 0 ? 1 : -1))
        for function in [Pointwise.sigmoid, .tanh, .softplus, .gelu, .swish(beta: 2), .elu(alpha: 1), .softsign] {
            let slope = function.derivative(at: x)
            #expect(slope.isFinite && slope >= -1e-14 && slope <= 1 + 1e-14, "\(function)′(\(x)) = \(slope)")
        }
    }

    @Test("σ′ is at most ¼, tanh′ at most 1, Swish′ within [−0.0998, 1.0998]")
    func ranges() {
        let places = stride(from: -8.0, through: 8, by: 1.0 / 64)
        #expect(places.map { Pointwise.sigmoid.derivative(at: $0) }.max() == 0.25)
        #expect(places.map { Pointwise.tanh.derivative(at: $0) }.max() == 1)
        let swish = places.map { Pointwise.swish(beta: 1).derivative(at: $0) }
        #expect(abs((swish.min() ?? 0) + 0.0998) < 1e-4)
        #expect(abs((swish.max() ?? 0) - 1.0998) < 1e-4)
    }

    @Test("Softmax and cross-entropy hold for scores of any size")
    func largeScores() {
        let scores = Tensor(shape: [2, 3], scalars: [1e4, 0, -1e4, -1e4, -1e4, -1e4])
        let softmax = Primitive.softmax(Softmax()).rules.evaluate([scores])
        let third = 1.0 / 3
        #expect(softmax.scalars == [1.0, 0, 0, third, third, third])
        let loss = Primitive.loss(.crossEntropy).rules
        let classes = Tensor(shape: [2], scalars: [1, 0])
        let value = loss.evaluate([scores, classes])[]
        #expect(abs(value - (1e4 + log(3)) / 2) < 1e-9)
        let binary = Primitive.loss(.binaryCrossEntropy).rules
        #expect(binary.evaluate([Tensor(shape: [1, 2], scalars: [800, -800]), Tensor(shape: [1, 2], scalars: [0, 1])])[] == 800)
    }

    @Test(
        "NaN goes through every function of one number, its value and its derivative",
        arguments: [
            Pointwise.identity, .sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .elu(alpha: 1), .swish(beta: 1), .gelu,
            .softplus, .mish, .selu, .softsign, .exp, .ln, .log10, .sqrt, .abs, .sin, .cos, .tan, .negate, .complement,
        ])
    func notANumber(_ function: Pointwise) {
        #expect(function(.nan).isNaN)
        #expect(Primitive.pointwise(function).rules.evaluate([Tensor(.nan)])[].isNaN)
    }

    @Test(
        "At a tie in a window of max-pool the first entry, row by row, has the derivative; what is no number is passed on",
        arguments: [([1, 3, 3, 2], 1), ([5, 5, 5, 5], 0), ([1, 2, 3, 3], 2), ([1, .nan, 9, .nan], 1), ([-1, -.infinity, 0, -0.0], 2)]
            as [([Double], Int)])
    func pooledTie(window: [Double], winner: Int) {
        let rules = Primitive.maxPool(MaxPool(kernel: 2, stride: 2)).rules
        let x = Tensor(shape: [1, 1, 2, 2], scalars: window)
        let y = rules.evaluate([x])
        #expect(y.scalars[0].bitPattern == window[winner].bitPattern)
        let back = rules.pullback(Tensor(shape: y.shape, scalars: [7]), operands: [x], output: y)[0]
        #expect(back?.scalars == window.indices.map { $0 == winner ? 7 : 0 })
    }
}
