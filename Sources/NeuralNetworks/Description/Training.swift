package import Autodiff

/// The targets of a batch.
package enum Targets: Hashable, Sendable {
    /// One value for each output.
    case values(Tensor)
    /// One class index for each sample, from 0.
    case classes([Int])
    /// One class index for each time step of each sample.
    case classesByStep([[Int]])
    /// For a loss without targets.
    case absent
}

/// The loss between output and targets.
package typealias Loss = BatchLoss

/// How the gradients of all parameters are clipped before they are used (Pascanu et al. 2013).
package enum Clipping: Hashable, Sendable {
    /// Scales all gradients by min(1, c/‖g‖).
    case norm(Double)
    /// Clamps each entry to [−c, c].
    case value(Double)
}

/// How parameters are updated from their gradients.
package struct Optimizer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case sgd
        case momentum(Double)
        case nesterov(momentum: Double)
        case rmsprop(decay: Double, epsilon: Double)
        case adagrad(epsilon: Double)
        case adam(beta1: Double, beta2: Double, epsilon: Double)
        /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
        case adamw(beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double)
    }

    /// The state that an optimizer keeps for each parameter between steps, by its name in lessons.
    package enum Memory: String, CaseIterable, Hashable, Sendable {
        case velocity
        /// The running mean of the squared gradients, or their sum.
        case squares
        case firstMoment = "first-moment"
        case secondMoment = "second-moment"
    }

    /// The optimizer's state before the first step; what is not given is 0.
    package struct Start: Hashable, Sendable {
        /// By name of the parameter.
        package var memories: [Memory: [String: Tensor]]
        /// The number of updates made before.
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

/// How the gradients of one batch update the parameters, and how often.
package struct UpdateRule: Hashable, Sendable {
    package var clipping: Clipping?
    package var optimizer: Optimizer?
    /// The number of updates on the same batch; the last of them is traced.
    package var steps: Int
    /// The names of the parameters that are not updated.
    package var frozen: Set<String>

    package init(clipping: Clipping? = nil, optimizer: Optimizer? = nil, steps: Int = 1, frozen: Set<String> = []) {
        self.clipping = clipping
        self.optimizer = optimizer
        self.steps = steps
        self.frozen = frozen
    }

    /// The same rule with at most this many steps; nil for all of them.
    package func stopping(at step: Int?) -> UpdateRule {
        var rule = self
        rule.steps = min(step ?? steps, steps)
        return rule
    }
}
