package import Autodiff

/// The layers between an input and an output, and the parameters that the lesson gives.
package struct Network: Hashable, Sendable {
    package var input: SampleShape
    /// For sampling the parameters that are not given.
    package var seed: UInt64
    /// The default for layers that name none; nil for one that suits the next activation.
    package var initializer: Initializer?
    package var layers: [Layer]
    /// The parameters, masks and initial states that the lesson gives, by `LAYER.KEY`.
    package var written: [String: Tensor]

    package init(
        input: SampleShape, seed: UInt64 = 0, initializer: Initializer? = nil, layers: [Layer],
        written: [String: Tensor] = [:]
    ) {
        self.input = input
        self.seed = seed
        self.initializer = initializer
        self.layers = layers
        self.written = written
    }
}

/// A network with everything that one training step needs.
package struct TrainingProblem: Hashable, Sendable {
    package var network: Network
    /// [batch, …the network's input].
    package var inputs: Tensor
    package var targets: Targets
    package var loss: Loss
    /// λ of the penalty λ/2·Σw².
    package var l2: Double
    package var rule: UpdateRule

    package init(
        network: Network, inputs: Tensor, targets: Targets, loss: Loss, l2: Double = 0,
        clipping: Clipping? = nil, optimizer: Optimizer? = nil, steps: Int = 1, frozen: Set<String> = []
    ) {
        self.network = network
        self.inputs = inputs
        self.targets = targets
        self.loss = loss
        self.l2 = l2
        rule = UpdateRule(clipping: clipping, optimizer: optimizer, steps: steps, frozen: frozen)
    }

    package var clipping: Clipping? {
        get { rule.clipping }
        set { rule.clipping = newValue }
    }

    package var optimizer: Optimizer? {
        get { rule.optimizer }
        set { rule.optimizer = newValue }
    }

    package var frozen: Set<String> {
        get { rule.frozen }
        set { rule.frozen = newValue }
    }
}

/// An expression and how its inputs are updated by their gradients.
package struct ExpressionProblem: Hashable, Sendable {
    package var program: ExpressionProgram
    package var rule: UpdateRule

    package init(_ program: ExpressionProgram, rule: UpdateRule = UpdateRule()) {
        self.program = program
        self.rule = rule
    }
}
