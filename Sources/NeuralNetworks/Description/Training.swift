package import Autodiff

/// What a batch is compared with.
package enum Targets: Hashable, Sendable {
    /// One value for each output.
    case values(Tensor)
    /// One class number for each sample, from 0.
    case classes([Int])
}

/// How far the output is from the targets, over a batch of n samples.
package enum Loss: String, CaseIterable, Hashable, Sendable {
    /// ½Σ(y−t)²/n.
    case halfSquaredError = "half-squared-error"
    /// Σ(y−t)² over n·outputs.
    case meanSquaredError = "mean-squared-error"
    /// Of the softmax of y, mean over n; targets are classes.
    case crossEntropy = "cross-entropy"
    /// Of σ(y), mean over n·outputs.
    case binaryCrossEntropy = "binary-cross-entropy"
}

/// What is done to the gradients of all parameters before they are used (Pascanu et al. 2013).
package enum Clipping: Hashable, Sendable {
    /// Scales all of them by min(1, c/‖g‖).
    case norm(Double)
    /// Clamps each to [−c, c].
    case value(Double)
}

/// How parameters move along their gradients.
package struct Optimizer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case sgd
        case momentum(Double)
        case nesterov(momentum: Double)
        case rmsprop(decay: Double, epsilon: Double)
        case adagrad(epsilon: Double)
        case adam(beta1: Double, beta2: Double, epsilon: Double)
    }

    package var kind: Kind
    package var learningRate: Double

    package init(kind: Kind, learningRate: Double) {
        self.kind = kind
        self.learningRate = learningRate
    }
}
