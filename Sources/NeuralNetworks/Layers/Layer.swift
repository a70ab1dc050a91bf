/// One layer of a network, with its unique name.
package struct Layer: Hashable, Sendable {
    /// The closed set of layers, with their settings in a lesson. The behaviour of each is in its own file, in its `LayerRules`.
    package enum Kind: Hashable, Sendable {
        case dense(DenseLayer)
        case convolution(ConvolutionLayer)
        case pooling(PoolingLayer)
        case globalPooling
        case dropout(DropoutLayer)
        case embedding(EmbeddingLayer)
        case positionEmbedding(PositionEmbeddingLayer)
        case flatten
        case activation(Activation)
        case softmax
        case normalization(NormalizationLayer)
        case attention(AttentionLayer)
        indirect case residual(ResidualLayer)
        case recurrent(RecurrentLayer)
    }

    package var name: String
    package var kind: Kind
    /// The layer's title in a picture: the name that its author gave it, or its kind in words; never a generated name.
    package var heading: String

    package init(name: String, kind: Kind, heading: String? = nil) {
        self.name = name
        self.kind = kind
        self.heading = heading ?? name
    }
}

extension Layer.Kind {
    package var rules: any LayerRules {
        switch self {
        case .dense(let layer): layer
        case .convolution(let layer): layer
        case .pooling(let layer): layer
        case .globalPooling: GlobalPoolingLayer()
        case .dropout(let layer): layer
        case .embedding(let layer): layer
        case .positionEmbedding(let layer): layer
        case .flatten: FlattenLayer()
        case .activation(let function): ActivationLayer(function: function)
        case .softmax: SoftmaxLayer()
        case .normalization(let layer): layer
        case .attention(let layer): layer
        case .residual(let layer): layer
        case .recurrent(let layer): layer
        }
    }

    /// Every layer of the language, in the order of help and schema.
    static let all: [any LayerRules.Type] = [
        DenseLayer.self,
        ConvolutionLayer.self,
        EmbeddingLayer.self,
        PositionEmbeddingLayer.self,
        FlattenLayer.self,
        PoolingLayer.self,
        GlobalPoolingLayer.self,
        ActivationLayer.self,
        SoftmaxLayer.self,
        NormalizationLayer.self,
        DropoutLayer.self,
        AttentionLayer.self,
        ResidualLayer.self,
        RecurrentLayer.self,
    ]
}

extension Layer {
    /// The shape of this layer's output for one sample.
    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        let rules = kind.rules
        if case .tokens = input, !rules.takesTokens {
            throw ShapeMismatch(found: "\(input)", expected: "an embedding first: the numbers of tokens are names, not amounts")
        }
        return try rules.output(for: input)
    }

    /// The parameters of this layer itself, without those of layers inside it, for an input that `output(for:)` accepts.
    package func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterDeclaration] {
        try kind.rules.parameters(for: input)
    }
}
