import Autodiff
import Testing

@testable import NeuralNetworks

@Suite("A network that learns")
struct LearnerTests {
    static let optimizers: [Optimizer] = [
        Optimizer(kind: .sgd, learningRate: 0.1), Optimizer(kind: .momentum(0.9), learningRate: 0.1),
        Optimizer(kind: .nesterov(momentum: 0.9), learningRate: 0.1),
        Optimizer(kind: .rmsprop(decay: 0.9, epsilon: 1e-8), learningRate: 0.01),
        Optimizer(kind: .adagrad(epsilon: 1e-10), learningRate: 0.1),
        Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01),
        Optimizer(kind: .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.3), learningRate: 0.01),
    ]

    @Test("Steps of a lesson are those of a network that learns on one batch", arguments: optimizers)
    func steps(_ optimizer: Optimizer) throws {
        var problem = problem(.batch)
        problem.optimizer = optimizer
        problem.clipping = .norm(0.2)
        problem.l2 = 0.1
        problem.rule.steps = 4
        problem.frozen = ["dense1.bias"]
        let lowered = try problem.lowered()
        let (pass, update) = Update.afterSteps(
            of: problem.rule, moving: lowered.trainables, lowered.tape, sources: lowered.sources(), result: lowered.loss)
        var learner = try Learner(problem)
        let batch = Batch(inputs: problem.inputs, targets: problem.targets)
        var losses: [Double] = []
        for step in 1...4 {
            if step == 4 { #expect(learner.parameters == lowered.parameters.map { pass.value($0.id) }) }
            losses.append(learner.step(batch).loss)
        }
        #expect(learner.parameters == update.updated)
        #expect(update.losses == losses + [learner.look(at: batch).loss])
        #expect(update.before?.steps == 3 && update.after?.steps == 4)
    }

    @Test("Its first step is the update that a lesson's trace ends with, whatever the optimizer", arguments: optimizers)
    func firstStep(_ optimizer: Optimizer) throws {
        var problem = problem(.batch)
        problem.optimizer = optimizer
        problem.clipping = .norm(0.2)
        problem.l2 = 0.1
        let lowered = try problem.lowered()
        let update = Update(lowered, lowered.pass())
        var learner = try Learner(problem)
        let step = learner.step(Batch(inputs: problem.inputs, targets: problem.targets))
        let parameters = learner.parameters
        #expect(parameters == update.updated)
        #expect(step.loss == lowered.pass().value(lowered.loss).scalars[0])
    }

    @Test("A step that nobody watches moves the parameters as one that is watched does, under every loss", arguments: LoweringTests.losses)
    func unwatched(_ loss: Loss) throws {
        var problem = problem(.batch)
        problem.loss = loss
        if !loss.measure.hasTargets { problem.targets = .absent }
        if loss.measure.isOfRows {
            problem.network.layers[3] = Layer(name: "output", kind: .dense(DenseLayer(units: 3)))
            problem.targets = .classes([2, 0, 1, 1])
        }
        problem.optimizer = Self.optimizers[1]
        problem.clipping = .norm(0.2)
        problem.l2 = 0.1
        let batch = Batch(inputs: problem.inputs, targets: problem.targets)
        var watched = try Learner(problem)
        var unwatched = try Learner(problem)
        for _ in 0..<3 {
            watched.step(batch)
            unwatched.stepUnwatched(batch)
        }
        let (drawn, expected, found) = (try Learner(problem).parameters, watched.parameters, unwatched.parameters)
        #expect(expected != drawn)
        #expect(expected == found)
    }

    @Test("Frozen parameters stay where they are drawn")
    func frozen() throws {
        var problem = problem(nil)
        problem.frozen = ["dense1.weight"]
        var learner = try Learner(problem)
        let before = learner.parameters
        learner.step(Batch(inputs: problem.inputs, targets: problem.targets))
        let after = learner.parameters
        for (index, parameter) in learner.lowered.parameters.enumerated() {
            #expect((after[index] == before[index]) == (parameter.name == "dense1.weight"))
        }
    }

    @Test("Dropout samples other masks at each step, the same while one looks; an evaluation drops nothing")
    func dropout() throws {
        var problem = problem(nil)
        problem.network.layers.insert(Layer(name: "drop", kind: .dropout(DropoutLayer(rate: 0.5))), at: 2)
        problem.optimizer = nil
        let batch = Batch(inputs: problem.inputs, targets: problem.targets)
        var learner = try Learner(problem)
        // Nothing moves but the masks.
        var losses: [Double] = []
        for _ in 0..<6 {
            let seen = learner.look(at: batch).loss
            let again = learner.step(batch).loss
            #expect(seen == again)
            losses.append(seen)
        }
        #expect(Set(losses).count > 3)
        // The first is the mask of the lesson's own trace.
        let lowered = try problem.lowered()
        #expect(losses[0] == lowered.pass().value(lowered.loss).scalars[0])
        var evaluation = try Evaluation(problem, of: batch)
        evaluation.evaluate(learner)
        let dropless = evaluation.loss
        problem.network.layers.remove(at: 2)
        let whole = try problem.lowered()
        #expect(dropless == whole.pass().value(whole.loss).scalars[0])
    }

    @Test("Descent on a ridge regression ends at the solution of its normal equations", arguments: [0, 0.1, 1.0])
    func ridge(_ lambda: Double) throws {
        let x: [Double] = [-1, -0.5, 0, 0.5, 2]
        let t: [Double] = [-2.2, -0.7, 0.1, 0.9, 4.1]
        var problem = TrainingProblem(
            network: Network(
                input: .features(1), layers: [Layer(name: "dense1", kind: .dense(DenseLayer(units: 1, hasBias: false)))]),
            inputs: Tensor(shape: [5, 1], scalars: x), targets: .values(Tensor(shape: [5, 1], scalars: t)),
            loss: .halfSquaredError, l2: lambda, optimizer: Optimizer(kind: .sgd, learningRate: 0.5))
        problem.network.seed = 3
        var learner = try Learner(problem)
        for _ in 0..<200 { learner.step(Batch(inputs: problem.inputs, targets: problem.targets)) }
        let solution = zip(x, t).reduce(0) { $0 + $1.0 * $1.1 } / 5 / (x.reduce(0) { $0 + $1 * $1 } / 5 + lambda)
        let found = learner.parameters[0].scalars[0]
        #expect(abs(found - solution) < 1e-12)
        // The penalty is no part of what is evaluated.
        var evaluation = try Evaluation(problem, of: Batch(inputs: problem.inputs, targets: problem.targets))
        evaluation.evaluate(learner)
        let data = zip(x, t).reduce(0) { $0 + ($1.0 * solution - $1.1) * ($1.0 * solution - $1.1) } / 10
        let loss = evaluation.loss
        #expect(abs(loss - data) < 1e-12)
    }

    @Test("Running averages approach a batch's statistics by a tenth a step, the variance that of a sample", arguments: [1, 2, 7])
    func runningAverages(_ steps: Int) throws {
        var problem = problem(.batch)
        problem.optimizer = nil
        var learner = try Learner(problem)
        let batch = Batch(inputs: problem.inputs, targets: problem.targets)
        for _ in 0..<steps { learner.step(batch) }
        // Nothing has moved.
        let pass = learner.lowered.pass()
        var evaluation = try Evaluation(problem, of: batch)
        evaluation.evaluate(learner)
        let kept = (0..<steps).reduce(1.0) { kept, _ in kept * 0.9 }
        for (name, start, factor) in [("norm1.mean", 0.0, 1.0), ("norm1.variance", 1.0, 4.0 / 3)] {
            let ofBatch = try #require(pass.tape.id(named: name)).index
            let tape = evaluation.lowered.tape
            let running = evaluation.value(try #require(tape.id(named: name)))
            for unit in 0..<3 {
                let expected = kept * start + (1 - kept) * factor * pass.values[ofBatch].scalars[unit]
                #expect(abs(running[unit] - expected) < 1e-12)
            }
        }
    }

    @Test("An epoch shows every sample once, as many as fill its batches; the same seed gives the same order")
    func batches() {
        let samples = Batch(
            inputs: Tensor(shape: [10, 1], scalars: (0..<10).map(Double.init)), targets: .classes(Array(0..<10)))
        var batches = Batches(of: samples, size: 3, seed: 5)
        var again = Batches(of: samples, size: 3, seed: 5)
        for _ in 0..<4 {
            var seen: [Double] = []
            for _ in 0..<3 {
                let batch = batches.draw()
                #expect(batch == again.draw())
                #expect(batch.targets == .classes(batch.inputs.scalars.map { Int($0) }))
                seen += batch.inputs.scalars
            }
            #expect(Set(seen).count == 9)
        }
        var other = Batches(of: samples, size: 3, seed: 6)
        var first = Batches(of: samples, size: 3, seed: 5)
        #expect((0..<3).map { _ in other.draw() } != (0..<3).map { _ in first.draw() })
        var whole = Batches(of: samples, size: 12, seed: 5)
        #expect(whole.draw() == samples)
        #expect(Batches(of: samples, size: 3, seed: 5).drawn(2)[1].inputs.count == 3)
    }

    /// Four samples through 2 → 3 → 1.
    private func problem(_ normalization: NormalizationLayer.Kind?) -> TrainingProblem {
        var layers = [Layer(name: "dense1", kind: .dense(DenseLayer(units: 3)))]
        if let normalization {
            layers.append(Layer(name: "norm1", kind: .normalization(NormalizationLayer(kind: normalization))))
        }
        layers += [
            Layer(name: "tanh1", kind: .activation(.tanh)), Layer(name: "output", kind: .dense(DenseLayer(units: 1))),
        ]
        return TrainingProblem(
            network: Network(input: .features(2), seed: 1, layers: layers),
            inputs: Tensor(shape: [4, 2], scalars: [0.5, -1, 2, 0.3, -0.7, 0.9, 1.1, -0.2]),
            targets: .values(Tensor(shape: [4, 1], scalars: [1, -1, 0.5, 2])), loss: .meanSquaredError,
            optimizer: Optimizer(kind: .sgd, learningRate: 0.1))
    }
}

extension Batches {
    fileprivate func drawn(_ count: Int) -> [Batch] {
        var copy = self
        return (0..<count).map { _ in copy.draw() }
    }
}
