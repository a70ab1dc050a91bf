import Autodiff
import NeuralNetworks
import Testing

@Suite("What a layer says of itself")
struct LayerRulesTests {
    /// Every kind of layer, some of them twice, after each shape that it takes.
    static let layers: [(kind: Layer.Kind, input: SampleShape)] = {
        let kinds: [Layer.Kind] = [
            .dense(DenseLayer(units: 4)), .dense(DenseLayer(units: 3, hasBias: false, spectralNorm: true)),
            .convolution(ConvolutionLayer(channels: 2, kernel: 2)), .flatten, .activation(.tanh), .softmax,
            .pooling(PoolingLayer(.max, kernel: 2, stride: 1)), .pooling(PoolingLayer(.average, kernel: 2, stride: 1)), .globalPooling,
            .normalization(NormalizationLayer(kind: .batch)), .normalization(NormalizationLayer(kind: .layer)),
            .normalization(NormalizationLayer(kind: .instance)), .normalization(NormalizationLayer(kind: .group(2))),
            .normalization(NormalizationLayer(kind: .rootMeanSquare)),
            .attention(AttentionLayer(heads: 2, isCausal: true, hasBias: true)),
            .attention(AttentionLayer(heads: 2, size: 3, hasOutput: false)),
            .dropout(DropoutLayer()), .embedding(EmbeddingLayer(size: 3)), .positionEmbedding(PositionEmbeddingLayer()),
            .residual(ResidualLayer(layers: [Layer(name: "inner", kind: .activation(.tanh))])),
            .residual(ResidualLayer(layers: [Layer(name: "inner", kind: .dense(DenseLayer(units: 3)))], hasProjection: true)),
            .residual(ResidualLayer(layers: [Layer(name: "inner", kind: .normalization(NormalizationLayer(kind: .batch)))])),
            .recurrent(RecurrentLayer(cell: .lstm(forgetBias: 1), units: 4, returnsSequence: true)),
            .recurrent(RecurrentLayer(cell: .gru(updateBias: 0), units: 3)),
            .recurrent(RecurrentLayer(cell: .gru(updateBias: 0, resetsBefore: true), units: 3)),
        ]
        let inputs: [SampleShape] = [
            .features(4), .sequence(time: 2, features: 4), .image(channels: 4, height: 3, width: 3), .tokens(time: 2, count: 9),
        ]
        return kinds.flatMap { kind in
            inputs.filter { (try? Layer(name: "layer", kind: kind).output(for: $0)) != nil }.map { (kind, $0) }
        }
    }()

    /// Of two samples.
    private func inputs(_ input: SampleShape) -> Tensor {
        if case .tokens = input { return .zeros([2] + input.axes) }
        var generator = Xoshiro(seed: 7)
        return generator.normals([2] + input.axes)
    }

    private func lowered(_ kind: Layer.Kind, _ input: SampleShape, inputs: Tensor) throws -> LoweredProblem {
        let layer = Layer(name: "layer", kind: kind)
        let output = try layer.output(for: input)
        return try TrainingProblem(
            network: Network(input: input, seed: 3, layers: [layer]), inputs: inputs,
            targets: .values(.zeros([inputs.shape[0]] + output.axes)), loss: .halfSquaredError
        ).lowered()
    }

    @Test("The samples of a batch depend on each other where a layer, or one inside it, says so, and nowhere else", arguments: layers)
    func samples(_ kind: Layer.Kind, _ input: SampleShape) throws {
        let inputs = inputs(input)
        var moved = inputs
        for index in input.count..<2 * input.count { moved.scalars[index] += 1 + Double(index) }
        let first = try [inputs, moved].map { inputs in
            let lowered = try lowered(kind, input, inputs: inputs)
            let output = lowered.pass().value(lowered.output)
            return output.scalars.prefix(output.count / 2).map(\.bitPattern)
        }
        let mixes = kind.rules.mixesSamples || kind.rules.inner.contains { $0.kind.rules.mixesSamples }
        #expect((first[0] != first[1]) == mixes)
    }

    @Test("A layer that passes its input's shape has that shape, and one with links from unit to unit too", arguments: layers)
    func shapes(_ kind: Layer.Kind, _ input: SampleShape) throws {
        let output = try kind.rules.output(for: input)
        if kind.rules.passesShape { #expect(output == input) }
        if kind.rules.link == .oneToOne { #expect(output == input) }
        if kind.rules.link == .weights {
            #expect(try kind.rules.parameters(for: input).contains { $0.key == .weight && $0.shape == [output.last, input.last] })
        }
    }

    @Test("Units of a layer's own are those that its weights lead to", arguments: layers)
    func units(_ kind: Layer.Kind, _ input: SampleShape) throws {
        let weights = try kind.rules.parameters(for: input).filter { $0.key.kind == .weight && $0.key != .projection }
        #expect(kind.rules.result.isOwnUnits == !weights.isEmpty)
    }

    @Test("Layers inside a layer get its input, and their parameters come first", arguments: layers)
    func inner(_ kind: Layer.Kind, _ input: SampleShape) throws {
        let lowered = try lowered(kind, input, inputs: inputs(input))
        let layer = try #require(lowered.layers.first)
        #expect(layer.inner.map(\.layer) == kind.rules.inner)
        if let first = layer.inner.first { #expect(first.input == layer.input && first.inputShape == input) }
        let own = try kind.rules.parameters(for: input).map { $0.key.name(in: "layer") }
        #expect(lowered.parameters.map(\.name).suffix(own.count) == own[...])
    }
}
