package import Autodiff

/// What a batch is compared with.
package enum Targets: Hashable, Sendable {
    /// One value for each output.
    case values(Tensor)
    /// One class number for each sample, from 0.
    case classes([Int])
    /// One class number for each time step of each sample.
    case classesByStep([[Int]])
    /// Of a loss that has none.
    case absent
}

/// How far the output is from the targets.
package typealias Loss = BatchLoss

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
        /// Adam, and each weight shrinks by its own share beside it (Loshchilov & Hutter 2019).
        case adamw(beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double)
    }

    /// What an optimizer remembers of each parameter from step to step, by the word that lessons have for it.
    package enum Memory: String, CaseIterable, Hashable, Sendable {
        case velocity
        /// Their running mean, or their sum.
        case squares
        case firstMoment = "first-moment"
        case secondMoment = "second-moment"
    }

    /// What it remembers before the first step: what isn't there is 0.
    package struct Start: Hashable, Sendable {
        /// By parameter.
        package var memories: [Memory: [String: Tensor]]
        /// How many updates were made before.
        package var steps: Int

        package init(memories: [Memory: [String: Tensor]] = [:], steps: Int = 0) {
            self.memories = memories
            self.steps = steps
        }
    }

    package var kind: Kind
    package var learningRate: Double
    package var start: Start

    package init(kind: Kind, learningRate: Double, start: Start = Start()) {
        self.kind = kind
        self.learningRate = learningRate
        self.start = start
    }
}

extension Optimizer.Kind {
    package var memories: [Optimizer.Memory] {
        switch self {
        case .sgd: []
        case .momentum, .nesterov: [.velocity]
        case .rmsprop, .adagrad: [.squares]
        case .adam, .adamw: [.firstMoment, .secondMoment]
        }
    }
}

/// What is done with the gradients of one batch, and how often.
package struct UpdateRule: Hashable, Sendable {
    package var clipping: Clipping?
    package var optimizer: Optimizer?
    /// Updates on the same batch; what is traced is the last of them.
    package var steps: Int
    /// Names of the parameters that the updates leave alone.
    package var frozen: Set<String>

    package init(clipping: Clipping? = nil, optimizer: Optimizer? = nil, steps: Int = 1, frozen: Set<String> = []) {
        self.clipping = clipping
        self.optimizer = optimizer
        self.steps = steps
        self.frozen = frozen
    }

    /// The same with no more steps than that; nil: all of them.
    package func stopping(at step: Int?) -> UpdateRule {
        var rule = self
        rule.steps = min(step ?? steps, steps)
        return rule
    }
}
