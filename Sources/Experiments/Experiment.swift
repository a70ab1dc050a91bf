package import NeuralNetworks

/// A measurement over named variants.
package enum Experiment: Hashable, Sendable {
    case gradientDecay(GradientDecay)
}

/// What one line of a figure changes; nil leaves the measurement's own choice.
package struct Variant: Hashable, Sendable {
    package var name: String
    package var activation: Activation?
    package var initializer: Initializer?
    package var residual: Bool
    package var normalization: NormalizationLayer?

    package init(
        name: String, activation: Activation? = nil, initializer: Initializer? = nil, residual: Bool = false,
        normalization: NormalizationLayer? = nil
    ) {
        self.name = name
        self.activation = activation
        self.initializer = initializer
        self.residual = residual
        self.normalization = normalization
    }
}
