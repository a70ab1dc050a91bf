package import NeuralNetworks

/// The settings of one line of a figure; nil for the measurement's default.
///
/// Which of these have a meaning depends on the measurement, whose form rejects the others.
package struct Variant: Hashable, Sendable {
    /// Self-attention in place of a dense layer and its activation.
    package struct Attention: Hashable, Sendable {
        package var layer: AttentionLayer
        /// Whether the normalization stands after the shortcut's sum (post-norm) instead of before the attention (pre-norm).
        package var normalizesAfter = false

        package init(layer: AttentionLayer, normalizesAfter: Bool = false) {
            (self.layer, self.normalizesAfter) = (layer, normalizesAfter)
        }
    }

    package enum Cell: String, Hashable, Sendable, CaseIterable { case rnn, lstm, gru }

    package var name: String
    /// Variants of one panel share a plot in a figure of several; nil if there is only one.
    package var panel: String?
    package var activation: Activation?
    package var initializer: Initializer?
    package var residual = false
    package var attention: Attention?
    package var normalization: NormalizationLayer?
    /// The rate of a dropout after each activation, or after each attention.
    package var dropout: Double?
    package var clipping: Clipping?
    /// λ of the penalty λ/2·Σw².
    package var l2: Double?
    package var optimizer: Optimizer?
    package var cell: Cell?
    /// The recurrent weight is this times a random orthogonal matrix; for lstm and gru, the weight of each gate.
    package var recurrentRadius: Double?
    package var forgetBias: Double?
    /// Added to the update gate of a gru.
    package var updateBias: Double?

    package init(
        name: String, panel: String? = nil, activation: Activation? = nil, initializer: Initializer? = nil,
        residual: Bool = false, normalization: NormalizationLayer? = nil
    ) {
        self.name = name
        self.panel = panel
        self.activation = activation
        self.initializer = initializer
        self.residual = residual
        self.normalization = normalization
    }
}
