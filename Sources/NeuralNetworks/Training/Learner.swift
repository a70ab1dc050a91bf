package import Autodiff

/// A network while it learns: parameters that change with every batch, by the gradients that the tape gives.
///
/// ```swift
/// var learner = try Learner(problem)
/// let loss = learner.step(batch).loss
/// let validation = try Evaluation(problem, of: others)
/// let values = learner.values(in: validation)
/// ```
package struct Learner: Sendable {
    package let lowered: LoweredProblem
    /// In the order of the problem's parameters.
    package private(set) var parameters: [Tensor]
    private var chain: GradientChain
    /// Averages of batch normalization's means and variances, which validation takes.
    private var running: [(mean: Tensor, variance: Tensor)]
    private let frozen: [Bool]

    /// How much of a running average each batch replaces.
    package static let momentum = 0.1

    /// - Parameter problem: its inputs and targets have the shape of a batch; without an optimizer nothing moves.
    /// - Throws: as `TrainingProblem.lowered`.
    package init(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        self.lowered = lowered
        parameters = lowered.initialParameters()
        let clip = problem.clipping.map { [GradientTransform.clip($0)] } ?? []
        chain = GradientChain(clip + (problem.optimizer?.chain ?? [.scale(0)]))
        frozen = lowered.parameters.map { problem.frozen.contains($0.name) }
        running = lowered.batchStatistics.map { statistics in
            let shape = lowered.tape[statistics.mean].shape
            return (.zeros(shape), Tensor(repeating: 1, shape: shape))
        }
    }

    /// What one step saw before it moved the parameters.
    package struct Step: Hashable, Sendable {
        /// Of the batch, with the penalty.
        package let loss: Double
        /// Of all parameters' gradients together, before clipping.
        package let gradientNorm: Double
    }

    /// The loss and the gradient of a batch; then the parameters move.
    @discardableResult
    package mutating func step(_ batch: Batch) -> Step {
        let pass = pass(batch)
        let gradients = lowered.parameters.map { pass.gradient($0.id) }
        let changes = chain.applied(to: gradients).last ?? gradients
        for index in parameters.indices where !frozen[index] { parameters[index].add(changes[index]) }
        average(pass)
        return Step(loss: pass.value(lowered.loss).scalars[0], gradientNorm: gradients.map(\.norm).norm)
    }

    /// Forward and backward with the parameters as they are; nothing moves.
    package func pass(_ batch: Batch) -> Pass {
        var sources = lowered.zeroStates
        sources[lowered.input] = batch.inputs
        sources[lowered.targets] = batch.targets.tensor
        for (parameter, tensor) in zip(lowered.parameters, parameters) { sources[parameter.id] = tensor }
        return Pass(lowered.tape, sources: sources, result: lowered.loss)
    }

    /// Every tensor of an evaluation, with the parameters and the running averages of now.
    package func values(in evaluation: Evaluation) -> [Tensor] {
        let lowered = evaluation.lowered
        var sources = lowered.zeroStates
        sources[lowered.input] = lowered.problem.inputs
        sources[lowered.targets] = lowered.problem.targets.tensor
        for (parameter, tensor) in zip(lowered.parameters, parameters) { sources[parameter.id] = tensor }
        for (statistics, average) in zip(lowered.batchStatistics, running) where evaluation.mode == .given {
            sources[statistics.mean] = average.mean
            sources[statistics.variance] = average.variance
        }
        return lowered.tape.evaluate(sources)
    }

    package func loss(in evaluation: Evaluation) -> Double {
        values(in: evaluation)[evaluation.lowered.loss.index].scalars[0]
    }

    package func output(in evaluation: Evaluation) -> Tensor {
        values(in: evaluation)[evaluation.lowered.output.index]
    }

    /// The variance is that of a sample, divided by one less than it has entries (Ioffe & Szegedy 2015, algorithm 2).
    private mutating func average(_ pass: Pass) {
        for (index, statistics) in lowered.batchStatistics.enumerated() {
            let entries = Double(statistics.entries)
            let unbiased = entries > 1 ? entries / (entries - 1) : 1
            running[index].mean.approach(pass.value(statistics.mean), by: Self.momentum)
            running[index].variance.approach(pass.value(statistics.variance), scaledBy: unbiased, by: Self.momentum)
        }
    }
}

/// Samples with what they are compared with.
package struct Batch: Hashable, Sendable {
    package var inputs: Tensor
    package var targets: Targets

    package init(inputs: Tensor, targets: Targets) {
        self.inputs = inputs
        self.targets = targets
    }
}

/// A network recorded for looking at other samples, without the penalty.
package struct Evaluation: Sendable {
    package let lowered: LoweredProblem
    let mode: NormalizationMode

    /// - Parameter mode: batch normalization takes running averages, or the statistics of all these samples.
    /// - Throws: as `TrainingProblem.lowered`.
    package init(_ problem: TrainingProblem, of samples: Batch, _ mode: NormalizationMode = .given) throws {
        var problem = problem
        problem.inputs = samples.inputs
        problem.targets = samples.targets
        problem.l2 = 0
        lowered = try problem.lowered(mode)
        self.mode = mode
    }
}

extension LoweredProblem {
    fileprivate var zeroStates: [Tape.ID: Tensor] {
        Dictionary(uniqueKeysWithValues: initialStates.map { ($0, .zeros(tape[$0].shape)) })
    }
}

extension Tensor {
    fileprivate mutating func approach(_ other: Tensor, scaledBy factor: Double = 1, by part: Double) {
        for index in scalars.indices { scalars[index] += part * (factor * other.scalars[index] - scalars[index]) }
    }
}
