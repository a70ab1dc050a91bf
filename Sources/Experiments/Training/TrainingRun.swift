import Autodiff
import NeuralNetworks

/// The training of one variant with one seed.
package struct TrainingRun: Hashable, Sendable {
    /// The loss of the step's batch before the update, with the penalty, at each recorded step.
    package var training: [Double] = []
    /// The loss of other samples, without the penalty and with the running averages of batch normalization.
    package var validation: [Double] = []
    /// The largest norm of the gradient before clipping, since the previous recorded step.
    package var gradientNorms: [Double] = []
    /// For each weight, in the order of the layers: ‖∂L/∂W‖ of the first batch, before any step.
    package var firstGradients: [Double] = []
    /// For each weight, in the order of the layers: ‖W − W₀‖/‖W₀‖ at the end.
    package var movement: [Double] = []
    /// The output at each point of the map, at the end.
    package var map: [Double] = []
    /// The fraction of validation samples classified correctly, for targets 0 and 1.
    package var accuracy = Double.nan
}

extension TrainingSetting {
    /// About sixty steps, the first and the last included.
    package var recordedSteps: [Int] {
        let count = min(60, steps)
        guard count > 0 else { return [0] }
        return (0...count).map { $0 * steps / count }
    }

    /// - Parameters:
    ///   - map: points at which to evaluate the trained network.
    ///   - isSwept: whether only the last losses are needed.
    func run(_ variant: Variant, seed: UInt64, map: Batch? = nil, isSwept: Bool = false) throws(ExperimentError) -> TrainingRun {
        var learner = try learner(of: variant, seed: seed)
        let recorded = Set(isSwept ? [steps] : recordedSteps)
        var validation = try evaluation(of: variant, validationSamples(seed: seed), seed: seed)
        var batches = Batches(of: trainingSamples(seed: seed), size: batch, seed: seed)
        let initial = learner.parameters
        let weights = learner.lowered.parameters.indices.filter { learner.lowered.parameters[$0].key.kind == .weight }
        var run = TrainingRun()
        var largest = 0.0
        for step in 0...steps {
            if recorded.contains(step) {
                validation.evaluate(learner)
                run.validation.append(validation.loss)
            }
            guard !isSwept || recorded.contains(step) else {
                learner.stepUnwatched(batches.draw())
                continue
            }
            let batch = batches.draw()
            if step == 0 {
                _ = learner.look(at: batch)
                run.firstGradients = weights.map { learner.gradientNorms[$0] }
            }
            // After the last loss there is no update.
            let seen = step < steps ? learner.step(batch) : learner.look(at: batch)
            if !(largest >= seen.gradientNorm) { largest = seen.gradientNorm }
            if recorded.contains(step) {
                run.training.append(seen.loss)
                run.gradientNorms.append(largest)
                largest = 0
            }
        }
        let final = learner.parameters
        run.movement = weights.map { index in
            let moved = zip(final[index].scalars, initial[index].scalars).map { $0 - $1 }
            return moved.norm / initial[index].norm
        }
        if let map {
            var places = try evaluation(of: variant, map, seed: seed)
            places.evaluate(learner)
            run.map = places.output
            let targets = validation.lowered.problem.targets.scalars
            let right = zip(validation.output, targets).filter { ($0 > 0) == ($1 > 0.5) }
            run.accuracy = Double(right.count) / Double(max(targets.count, 1))
        }
        return run
    }
}
