package import NeuralNetworks

/// What one line of a figure changes; nil leaves the measurement's own choice.
///
/// Which of these mean something depends on the measurement; Lessons' forms refuse the others.
package struct Variant: Hashable, Sendable {
    package enum Cell: String, Hashable, Sendable, CaseIterable { case rnn, lstm, gru }

    package var name: String
    /// Variants of one panel stand in one plot of a figure of several; nil: all in one.
    package var panel: String?
    package var activation: Activation?
    package var initializer: Initializer?
    package var residual = false
    package var normalization: NormalizationLayer?
    package var clipping: Clipping?
    /// λ of the penalty λ/2·Σw².
    package var l2: Double?
    package var optimizer: Optimizer?
    package var cell: Cell?
    /// The recurrent weight is this times a random orthogonal matrix; of lstm and gru, each gate's.
    package var recurrentRadius: Double?
    package var forgetBias: Double?
    /// Added to a gru's update gate.
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
