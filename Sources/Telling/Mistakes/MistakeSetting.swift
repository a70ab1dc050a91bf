import Autodiff
import NeuralNetworks
package import Traces

/// What decides how a mistake shows in a lesson: its activations, normalizations, loss and update.
package struct MistakeSetting: Sendable {
    /// The functions whose derivatives the backward pass takes: those of activation layers, or of an expression.
    let functions: [Pointwise]
    let normalizations: [NormalizationLayer.Kind]
    let hasProjectedSkip: Bool
    let hasPenalty: Bool
    /// The number that the loss's mean divides by.
    let divisor: Double
    let readsOneProbability: Bool
    let optimizer: Optimizer.Kind?
    let steps: Int
    /// Before the first step.
    let firstLoss: Double

    package init(_ trace: Trace) {
        let layers = trace.lowered?.layers.flattened.map(\.layer.kind) ?? []
        let loss = trace.lowered?.problem.loss
        switch trace.subject {
        case .network:
            functions = layers.compactMap { if case .activation(let function) = $0 { function } else { nil } }
        case .expression(let lowered):
            functions = lowered.tape.allIDs.compactMap {
                if case .result(.pointwise(let function), _) = lowered.tape[$0].origin, function != .negate { function } else { nil }
            }
        }
        normalizations = layers.compactMap { if case .normalization(let layer) = $0 { layer.kind } else { nil } }
        hasProjectedSkip = layers.contains { if case .residual(let block) = $0 { block.hasProjection } else { false } }
        hasPenalty = trace.lowered?.id(of: .penalty) != nil
        divisor = trace.lowered.map { $0.problem.loss.divisor(for: $0.tape[$0.output].shape) } ?? 1
        readsOneProbability = loss?.measure == .crossEntropy(of: .probabilities)
        (optimizer, steps) = (trace.rule.optimizer?.kind, trace.rule.steps)
        firstLoss = trace.update.losses.first ?? trace.loss
    }
}

extension MistakeSetting {
    var hasReLU: Bool { functions.contains(.relu) }

    /// Whether no derivative is above 1, and some are below.
    var shrinks: Bool {
        functions.contains { $0 == .sigmoid || $0 == .tanh || $0 == .softsign }
            && functions.allSatisfy { $0 == .sigmoid || $0 == .tanh || $0 == .softsign || $0 == .relu || $0 == .identity }
    }

    /// Whether the optimizer's steps hardly depend on the scale of the gradient.
    var hidesScale: Bool { optimizer?.hidesScale ?? false }

    /// Whether the update subtracts the rate times the gradient and nothing else.
    var isPlain: Bool { steps == 1 && !(optimizer?.decaysWeights ?? false) }
}
