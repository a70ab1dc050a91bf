/// One layer of a network, under its unique name.
package struct Layer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case dense(DenseLayer)
        case convolution(ConvolutionLayer)
        case flatten
        case activation(Activation)
        case softmax
        case normalization(NormalizationLayer)
        indirect case residual(ResidualLayer)
        case recurrent(RecurrentLayer)
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// x·Wᵀ + b on the last axis.
package struct DenseLayer: Hashable, Sendable {
    package var units: Int
    package var hasBias: Bool
    /// Whether W is divided by its largest singular value (Miyato et al. 2018).
    package var spectralNorm: Bool
    package var initializer: Initializer?

    package init(units: Int, hasBias: Bool = true, spectralNorm: Bool = false, initializer: Initializer? = nil) {
        self.units = units
        self.hasBias = hasBias
        self.spectralNorm = spectralNorm
        self.initializer = initializer
    }
}

/// A cross-correlation with zero padding, as every framework's conv2d.
package struct ConvolutionLayer: Hashable, Sendable {
    package var channels: Int
    package var kernel: Int
    package var stride: Int
    package var padding: Int
    package var hasBias: Bool
    package var initializer: Initializer?

    package init(
        channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true, initializer: Initializer? = nil
    ) {
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.hasBias = hasBias
        self.initializer = initializer
    }
}

/// Statistics over a part of the activations, then scale and shift.
package struct NormalizationLayer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Per channel over the batch (Ioffe & Szegedy 2015); biased variance.
        case batch
        /// Per sample; of a sequence per time step (Ba et al. 2016).
        case layer
        /// Per sample and channel (Ulyanov et al. 2016).
        case instance
        /// Per sample and group of neighbouring channels (Wu & He 2018).
        case group(Int)
    }

    package var kind: Kind
    package var epsilon: Double

    package init(kind: Kind, epsilon: Double = 1e-5) {
        self.kind = kind
        self.epsilon = epsilon
    }
}

/// x + F(x), or x·Pᵀ + F(x) (He et al. 2016).
package struct ResidualLayer: Hashable, Sendable {
    package var layers: [Layer]
    package var hasProjection: Bool
    package var initializer: Initializer?

    package init(layers: [Layer], hasProjection: Bool = false, initializer: Initializer? = nil) {
        self.layers = layers
        self.hasProjection = hasProjection
        self.initializer = initializer
    }
}

/// A recurrent cell unrolled over time from h₀ = 0.
package struct RecurrentLayer: Hashable, Sendable {
    package enum Cell: Hashable, Sendable {
        /// h = f(Wᵢx + bᵢ + Wᵣh + bᵣ) (Elman 1990).
        case rnn(Activation)
        /// Hochreiter & Schmidhuber 1997; Gers et al. 2000.
        case lstm(forgetBias: Double)
        /// Cho et al. 2014.
        case gru(updateBias: Double)

        /// In the order of the weights' blocks of rows; none where there is one block only.
        package var gates: [Gate] {
            switch self {
            case .rnn: []
            case .lstm: [.input, .forget, .candidate, .output]
            case .gru: [.reset, .update, .candidate]
            }
        }

        /// How many blocks of `units` rows each weight has.
        package var blocks: Int { max(gates.count, 1) }
    }

    package var cell: Cell
    package var units: Int
    package var returnsSequence: Bool
    package var initializer: Initializer?

    package init(cell: Cell, units: Int, returnsSequence: Bool = false, initializer: Initializer? = nil) {
        self.cell = cell
        self.units = units
        self.returnsSequence = returnsSequence
        self.initializer = initializer
    }
}
