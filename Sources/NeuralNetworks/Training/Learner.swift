package import Autodiff

/// A network in training: its parameters are updated with every batch, by the gradients from the tape.
///
/// ```swift
/// var learner = try Learner(problem)
/// let loss = learner.step(batch).loss
/// var validation = try Evaluation(problem, of: others)
/// validation.evaluate(learner)
/// let otherLoss = validation.loss
/// ```
package struct Learner: ~Copyable {
    package let lowered: LoweredProblem
    fileprivate let places: [Tape.ID]
    fileprivate var workspace: Workspace
    private let links: [GradientTransform]
    private var states: [GradientTransform.State]
    /// Running averages of batch normalization's means and variances, for validation.
    fileprivate var running: [(mean: Tensor, variance: Tensor)]
    /// The source and the generator of each dropout's mask.
    private var masks: [(place: Tape.ID, rate: Double, generator: Xoshiro)] = []
    private let frozen: [Bool]
    /// The factor by which weight decay multiplies each parameter before it is updated.
    private let keeps: [Double]

    /// The weight of a batch in the running averages.
    package static let momentum = 0.1

    /// - Parameter problem: its inputs and targets have the shape of a batch; without an optimizer nothing is updated.
    /// - Throws: as `TrainingProblem.lowered`.
    package init(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        self.lowered = lowered
        let parameters = lowered.initialParameters()
        places = lowered.parameters.map(\.id)
        workspace = Workspace(lowered.tape, differentiating: lowered.loss, by: places)
        for (place, tensor) in zip(places, parameters) { workspace.set(place, to: tensor.scalars) }
        for (place, tensor) in lowered.layerSourceValues() { workspace.set(place, to: tensor.scalars) }
        for (place, source) in lowered.layerSources.sorted(by: { $0.key.index < $1.key.index }) {
            guard case .mask(let name, let rate) = source else { continue }
            masks.append((place, rate, Xoshiro(seed: problem.network.seed, stream: "\(name).steps")))
        }
        links = (problem.clipping.map { [.clip($0)] } ?? []) + (problem.optimizer?.chain ?? [.scale(0)])
        states = links.map { _ in GradientTransform.State(for: parameters) }
        frozen = lowered.parameters.map { problem.frozen.contains($0.name) }
        keeps = lowered.trainables.map { $0.isWeight ? 1 - (problem.optimizer?.shrinkage ?? 0) : 1 }
        running = lowered.batchStatistics.map { statistics in
            let shape = lowered.tape[statistics.mean].shape
            return (.zeros(shape), Tensor(repeating: 1, shape: shape))
        }
    }

    /// Sets one parameter, by its index in the problem's order.
    /// - Precondition: `scalars` has as many elements as the parameter.
    package mutating func set(_ parameter: Int, to scalars: [Double]) { workspace.set(places[parameter], to: scalars) }

    /// The loss and the gradient norm of one step, before the update.
    package struct Step: Hashable, Sendable {
        /// The loss of the batch, with the penalty.
        package let loss: Double
        /// The norm of all parameters' gradients together, before clipping.
        package let gradientNorm: Double
    }

    /// In the order of the problem's parameters.
    package var parameters: [Tensor] {
        places.map { Tensor(shape: lowered.tape[$0].shape, scalars: workspace.value($0)) }
    }

    /// Updates the parameters and returns the loss and the gradient norm of the batch before.
    @discardableResult
    package mutating func step(_ batch: Batch) -> Step {
        let seen = look(at: batch)
        move()
        return seen
    }

    /// The same update without computing the loss and the gradient norm.
    package mutating func stepUnwatched(_ batch: Batch) {
        // The loss and the penalty need not be evaluated: their derivatives depend only on their operands.
        differentiate(batch, through: lowered.output)
        move()
    }

    /// Updates the parameters by the optimizer's rule.
    private mutating func move() {
        for (index, link) in links.enumerated() {
            let norm = if case .clip = link { gradientNorm } else { 0.0 }
            states[index].steps += 1
            for (parameter, place) in places.enumerated() {
                workspace.update(place) { _, gradient in
                    if case .clip(let clipping) = link { return clipping.apply(to: &gradient, norm: norm) }
                    link.apply(to: &gradient, of: parameter, &states[index])
                }
            }
        }
        for (parameter, place) in places.enumerated() where !frozen[parameter] {
            let keep = keeps[parameter]
            workspace.update(place) { value, change in
                if keep != 1 { for i in value.indices { value[i] *= keep } }
                for i in value.indices { value[i] += change[i] }
            }
        }
        average()
        sampleMasks()
    }

    /// Each step drops other entries.
    private mutating func sampleMasks() {
        for index in masks.indices {
            let count = lowered.tape[masks[index].place].shape.reduce(1, *)
            let mask = (0..<count).map { _ -> Double in masks[index].generator.uniform() < masks[index].rate ? 0 : 1 }
            workspace.set(masks[index].place, to: mask)
        }
    }

    /// The loss and the gradient norm of a batch, without an update.
    package mutating func look(at batch: Batch) -> Step {
        differentiate(batch)
        return Step(loss: workspace.scalar(lowered.loss), gradientNorm: gradientNorm)
    }

    /// - Parameter last: the last tensor that is evaluated; nil for all.
    private mutating func differentiate(_ batch: Batch, through last: Tape.ID? = nil) {
        workspace.set(lowered.input, to: batch.inputs.scalars)
        if let targets = lowered.targets { workspace.set(targets, to: batch.targets.scalars) }
        workspace.evaluate(through: last)
        workspace.differentiate()
    }

    /// The norm of each parameter's gradient for the last batch, in the order of the problem's parameters.
    package var gradientNorms: [Double] { places.map { workspace.gradientNorm($0) } }

    private var gradientNorm: Double { gradientNorms.norm }

    /// The running variance is the unbiased one, divided by the number of entries less one (Ioffe & Szegedy 2015, algorithm 2).
    private mutating func average() {
        for (index, statistics) in lowered.batchStatistics.enumerated() {
            let entries = Double(statistics.entries)
            let unbiased = entries > 1 ? entries / (entries - 1) : 1
            running[index].mean.approach(workspace.value(statistics.mean), by: Self.momentum)
            running[index].variance.approach(workspace.value(statistics.variance), scaledBy: unbiased, by: Self.momentum)
        }
    }
}

/// A network lowered for evaluating other samples, without the penalty and without dropout.
package struct Evaluation: ~Copyable {
    package let lowered: LoweredProblem
    private let mode: NormalizationMode
    private var workspace: Workspace

    /// - Parameter mode: whether batch normalization uses running averages or the statistics of these samples.
    /// - Throws: as `TrainingProblem.lowered`.
    package init(_ problem: TrainingProblem, of samples: Batch, _ mode: NormalizationMode = .given) throws {
        var problem = problem
        problem.inputs = samples.inputs
        problem.targets = samples.targets
        problem.l2 = 0
        problem.network.layers = problem.network.layers.map(\.keepingAll)
        lowered = try problem.lowered(mode)
        self.mode = mode
        workspace = Workspace(lowered.tape)
        workspace.set(lowered.input, to: samples.inputs.scalars)
        if let targets = lowered.targets { workspace.set(targets, to: samples.targets.scalars) }
        for (place, tensor) in lowered.layerSourceValues() { workspace.set(place, to: tensor.scalars) }
    }

    /// Computes every tensor with the learner's current parameters and running averages.
    package mutating func evaluate(_ learner: borrowing Learner) {
        for (own, place) in zip(lowered.parameters, learner.places) { workspace.set(own.id, to: place, of: learner.workspace) }
        if mode == .given {
            for (index, statistics) in lowered.batchStatistics.enumerated() {
                workspace.set(statistics.mean, to: learner.running[index].mean.scalars)
                workspace.set(statistics.variance, to: learner.running[index].variance.scalars)
            }
        }
        workspace.evaluate()
    }

    package var loss: Double { workspace.scalar(lowered.loss) }
    /// The output of the last layer.
    package var output: [Double] { workspace.value(lowered.output) }
    package func value(_ id: Tape.ID) -> [Double] { workspace.value(id) }
}

/// Samples and their targets.
package struct Batch: Hashable, Sendable {
    package var inputs: Tensor
    package var targets: Targets

    package init(inputs: Tensor, targets: Targets) {
        self.inputs = inputs
        self.targets = targets
    }
}

extension Layer {
    /// The layer with no dropout in it.
    package var keepingAll: Layer {
        var layer = self
        layer.kind = kind.rules.keepingAll ?? kind
        return layer
    }
}

extension Tensor {
    fileprivate mutating func approach(_ other: [Double], scaledBy factor: Double = 1, by part: Double) {
        for index in scalars.indices { scalars[index] += part * (factor * other[index] - scalars[index]) }
    }
}
