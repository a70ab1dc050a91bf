import Autodiff
import Foundation
import NeuralNetworks
import Testing

@Suite("Clipping")
struct ClippingTests {
    private static let gradients: [[Tensor]] = {
        var generator = Xoshiro(seed: 21)
        return (0..<20).map { index in
            let scale = pow(10, Double(index % 7 - 3))
            return (0..<3).map { _ in
                Tensor(shape: [2, 2], scalars: generator.normals([4]).scalars.map { $0 * scale })
            }
        }
    }()

    private func norm(_ gradients: [Tensor]) -> Double { gradients.flatMap(\.scalars).norm }

    @Test("(3, 4) becomes (0.6, 0.8) at norm 1")
    func example() {
        let clipped = Clipping.norm(1).applied(to: [Tensor(3), Tensor(4)]).map { $0[] }
        #expect(abs(clipped[0] - 0.6) < 1e-15 && abs(clipped[1] - 0.8) < 1e-15)
    }

    @Test("By norm: at most the limit over all together, the direction kept, the rest unchanged, twice as once", arguments: [0.01, 1, 30])
    func byNorm(_ limit: Double) {
        for gradients in Self.gradients {
            let clipped = Clipping.norm(limit).applied(to: gradients)
            let before = norm(gradients)
            #expect(norm(clipped) <= limit * (1 + 1e-12))
            let factor = min(1, limit / before)
            for (a, b) in zip(gradients.flatMap(\.scalars), clipped.flatMap(\.scalars)) { #expect(abs(a * factor - b) <= 1e-12 * abs(b)) }
            if before <= limit { #expect(clipped == gradients) } else { #expect(abs(norm(clipped) - limit) < 1e-12 * limit) }
            let twice = Clipping.norm(limit).applied(to: clipped)
            for (a, b) in zip(twice.flatMap(\.scalars), clipped.flatMap(\.scalars)) { #expect(abs(a - b) <= 1e-15 * abs(b)) }
        }
    }

    @Test("By value: each entry clamped to [−c, c], twice as once", arguments: [0.01, 1, 30])
    func byValue(_ limit: Double) {
        for gradients in Self.gradients {
            let clipped = Clipping.value(limit).applied(to: gradients)
            #expect(clipped.map(\.scalars) == gradients.map { $0.scalars.map { min(max($0, -limit), limit) } })
            #expect(Clipping.value(limit).applied(to: clipped) == clipped)
        }
    }

    @Test("Zero gradients stay, and norms beyond the squares' range are still norms")
    func edges() {
        let zeros = [Tensor.zeros([2]), .zeros([3])]
        #expect(Clipping.norm(1).applied(to: zeros) == zeros && Clipping.value(1).applied(to: zeros) == zeros)
        #expect(Clipping.norm(0).applied(to: zeros) == zeros)
        let huge = Clipping.norm(1).applied(to: [Tensor(shape: [2], scalars: [3e200, -4e200])])[0].scalars
        #expect(abs(huge[0] - 0.6) < 1e-15 && abs(huge[1] + 0.8) < 1e-15)
        #expect(Clipping.value(2).applied(to: [Tensor(.infinity), Tensor(-.infinity)]).map { $0[] } == [2, -2])
    }
}

@Suite("Optimizers")
struct OptimizerTests {
    private static let rate = 0.1

    /// What is added to one parameter over several steps of the given gradients.
    private func changes(_ kind: Optimizer.Kind, _ gradients: [Double]) -> [Double] {
        var chain = GradientChain(Optimizer(kind: kind, learningRate: Self.rate).chain)
        return gradients.map { chain.applied(to: [Tensor($0)]).last?[0][] ?? .nan }
    }

    @Test("Each first step from a fresh state is its closed form", arguments: [0.3, -2, 1e-9, 0])
    func firstStep(_ g: Double) {
        let (rate, epsilon) = (Self.rate, 1e-8)
        let expected: [(Optimizer.Kind, Double)] = [
            (.sgd, -rate * g), (.momentum(0.9), -rate * g), (.nesterov(momentum: 0.9), -rate * (g + 0.9 * g)),
            (.rmsprop(decay: 0.99, epsilon: epsilon), -rate * g / (0.01.squareRoot() * abs(g) + epsilon)),
            (.adagrad(epsilon: 1e-10), -rate * g / (abs(g) + 1e-10)),
            (.adam(beta1: 0.9, beta2: 0.999, epsilon: epsilon), -rate * g / (abs(g) + epsilon)),
        ]
        for (kind, step) in expected {
            let change = changes(kind, [g])[0]
            #expect(abs(change - step) <= 1e-13 * abs(step), "\(kind)")
        }
    }

    @Test("Several steps follow the recurrences")
    func recurrences() {
        let gradients = [0.5, -0.2, 0.7, 0.7, -1.1, 0.05]
        let rate = Self.rate
        var (velocity, mean, sum, first, second) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var expected: [[Double]] = Array(repeating: [], count: 6)
        for (index, g) in gradients.enumerated() {
            velocity = 0.8 * velocity + g
            mean = 0.95 * mean + 0.05 * g * g
            sum += g * g
            first = 0.9 * first + 0.1 * g
            second = 0.99 * second + 0.01 * g * g
            let step = Double(index + 1)
            expected[0].append(-rate * g)
            expected[1].append(-rate * velocity)
            expected[2].append(-rate * (g + 0.8 * velocity))
            expected[3].append(-rate * g / (mean.squareRoot() + 1e-3))
            expected[4].append(-rate * g / (sum.squareRoot() + 1e-3))
            expected[5].append(
                -rate * (first / (1 - pow(0.9, step))) / ((second / (1 - pow(0.99, step))).squareRoot() + 1e-3))
        }
        let kinds: [Optimizer.Kind] = [
            .sgd, .momentum(0.8), .nesterov(momentum: 0.8), .rmsprop(decay: 0.95, epsilon: 1e-3), .adagrad(epsilon: 1e-3),
            .adam(beta1: 0.9, beta2: 0.99, epsilon: 1e-3),
        ]
        for (kind, steps) in zip(kinds, expected) {
            for (a, b) in zip(changes(kind, gradients), steps) { #expect(abs(a - b) <= 1e-14, "\(kind)") }
        }
    }

    @Test("AdamW shrinks weights alone, beside Adam's step; nothing that is frozen")
    func decay() throws {
        var problem = MazurTests.problem
        problem.optimizer = Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.2)
        problem.frozen = ["hidden.weight"]
        let adam = try #require(Update(try problem.lowered(), try problem.lowered().pass()).updated)
        problem.optimizer?.kind = .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5)
        let lowered = try problem.lowered()
        let decayed = try #require(Update(lowered, lowered.pass()).updated)
        #expect(decayed[0] == adam[0] && decayed[1] == adam[1] && decayed[3] == adam[3])
        for (index, weight) in lowered.initialParameters()[2].scalars.enumerated() {
            #expect(abs(decayed[2].scalars[index] - (adam[2].scalars[index] - 0.2 * 0.5 * weight)) < 1e-15)
        }
    }

    @Test("A state that is given is the one of the steps before", arguments: LearnerTests.optimizers)
    func start(_ optimizer: Optimizer) throws {
        var problem = MazurTests.problem
        (problem.optimizer, problem.frozen, problem.rule.steps) = (optimizer, [], 3)
        let lowered = try problem.lowered()
        func last(_ rule: UpdateRule, from sources: [Tape.ID: Tensor]) -> (pass: Pass, update: Update) {
            Update.afterSteps(of: rule, moving: lowered.trainables, lowered.tape, sources: sources, result: lowered.loss)
        }
        let whole = last(problem.rule, from: lowered.sources())
        let begun = last(problem.rule.stopping(at: 2), from: lowered.sources())
        // The third step by itself, from what the second left.
        var rule = problem.rule.stopping(at: 1)
        let state = try #require(begun.update.after)
        rule.optimizer?.start.steps = state.steps
        for memory in optimizer.kind.memories {
            rule.optimizer?.start.memories[memory] = Dictionary(
                uniqueKeysWithValues: zip(lowered.trainables, state[memory]).map { ($0.name, $1) })
        }
        var sources = lowered.sources()
        for (trainable, value) in zip(lowered.trainables, begun.update.updated ?? []) { sources[trainable.id] = value }
        let third = last(rule, from: sources)
        #expect(third.update.updated == whole.update.updated && third.update.after == whole.update.after)
        #expect(
            whole.update.losses.dropLast(2) == begun.update.losses.dropLast() && whole.update.losses.suffix(2) == third.update.losses[...])
    }

    @Test("A chain shows what each link makes, and a clip may stand before an optimizer")
    func chains() {
        var chain = GradientChain([.clip(.norm(1)), .momentum(0.5), .scale(-2)])
        let stages = chain.applied(to: [Tensor(3), Tensor(4)])
        #expect(stages.count == 3)
        #expect(abs(stages[0][0][] - 0.6) < 1e-15 && stages[1] == stages[0] && abs(stages[2][1][] + 1.6) < 1e-15)
        let next = chain.applied(to: [Tensor(0), Tensor(0)])
        #expect(abs(next[1][0][] - 0.3) < 1e-15 && abs(next[2][0][] + 0.6) < 1e-15)
        #expect(chain.states[1].steps == 2)
    }
}
