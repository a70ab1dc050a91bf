import Autodiff
import NeuralNetworks
import Testing

@Suite("Limits and shapes that don't fit")
struct LimitTests {
    private func cost(_ input: SampleShape, _ layers: [Layer]) -> CostExceeded? {
        let problem = TrainingProblem(
            network: Network(input: input, layers: layers), inputs: .zeros([1] + input.axes), targets: .values(.zeros([1, 1])),
            loss: .halfSquaredError)
        do {
            _ = try problem.lowered()
            return nil
        } catch { return error as? CostExceeded }
    }

    private func dense(_ units: Int, spectral: Bool = false) -> Layer {
        Layer(name: "d\(units)", kind: .dense(DenseLayer(units: units, spectralNorm: spectral)))
    }

    @Test("A network over a limit is refused while it is recorded, with what it asks for and what is allowed")
    func limits() throws {
        let scalars = try #require(cost(.features(1), [dense(4_000), dense(4_000)]))
        #expect(scalars.what == "scalars of the trace" && scalars.count > 16_000_000 && scalars.limit == 10_000_000)
        #expect(cost(.features(1), [dense(1_000), dense(1_000)]) == nil)
        // Few scalars, many products: 60 × 60 pixels under 60 × 60 kernels of a padded image.
        let convolution = Layer(name: "c", kind: .convolution(ConvolutionLayer(channels: 16, kernel: 150, padding: 100)))
        let products = try #require(cost(.image(channels: 1, height: 200, width: 200), [convolution]))
        #expect(products.what == "products of the trace" && products.count > 5_000_000_000)
        #expect(cost(.features(2_000), [dense(2_000, spectral: true)])?.what == "products of the trace")
    }

    @Test("Sizes whose products overflow are refused like any other", arguments: [1 << 31, 1 << 40, 1 << 62, Int.max])
    func overflow(_ size: Int) {
        let sequence = SampleShape.sequence(time: 2, features: 2)
        let image = SampleShape.image(channels: 1, height: 2, width: 2)
        let convolution = Layer(name: "c", kind: .convolution(ConvolutionLayer(channels: size, kernel: 1)))
        let padded = Layer(name: "p", kind: .convolution(ConvolutionLayer(channels: 2, kernel: 1, padding: size)))
        let wide = Layer(name: "p", kind: .convolution(ConvolutionLayer(channels: 2, kernel: size, padding: size)))
        let flatten = Layer(name: "f", kind: .flatten)
        let inner = Layer(name: "r", kind: .residual(ResidualLayer(layers: [padded, flatten, dense(4)], hasProjection: true)))
        #expect(cost(.features(1), [dense(size)]) != nil)
        #expect(cost(.features(1), [dense(size), dense(size)]) != nil)
        #expect(cost(image, [convolution, flatten]) != nil)
        #expect(cost(image, [padded, flatten]) != nil)
        #expect(cost(image, [wide, flatten]) != nil || size > 1 << 60)
        for cell in [RecurrentLayer.Cell.rnn(.tanh), .lstm(forgetBias: 0), .gru(updateBias: 0), .gru(updateBias: 0, resetsBefore: true)] {
            #expect(cost(sequence, [Layer(name: "r", kind: .recurrent(RecurrentLayer(cell: cell, units: size)))]) != nil)
        }
        for attention in [
            AttentionLayer(heads: size, size: 1), AttentionLayer(heads: 2, size: size), AttentionLayer(heads: size, size: size),
        ] {
            #expect(throws: (any Error).self) { try Layer(name: "a", kind: .attention(attention)).output(for: sequence) }
        }
        let embedding = Layer(name: "e", kind: .embedding(EmbeddingLayer(size: size)))
        #expect(cost(.tokens(time: 2, count: 2), [embedding, flatten]) != nil)
        #expect(throws: (any Error).self) {
            try TrainingProblem(
                network: Network(input: image, layers: [inner]), inputs: .zeros([1, 1, 2, 2]), targets: .values(.zeros([1, 4])),
                loss: .halfSquaredError
            ).lowered()
        }
    }

    @Test("Layers that can't take what comes before them say what they found and what they need")
    func mismatches() {
        let cases: [(Layer.Kind, SampleShape, String, String)] = [
            (
                .convolution(ConvolutionLayer(channels: 1, kernel: 3)), .features(4), "4 features",
                "an image: input: [channels, height, width]"
            ),
            (
                .convolution(ConvolutionLayer(channels: 1, kernel: 5, padding: 1)), .image(channels: 1, height: 2, width: 4),
                "an image [1, 2, 4] of channels, height and width with a padding of 1", "at least the kernel's 5×5"
            ),
            (
                .recurrent(RecurrentLayer(cell: .rnn(.tanh), units: 2)), .features(1), "1 feature",
                "a sequence: input: {time: …, features: …}"
            ),
            (.normalization(NormalizationLayer(kind: .instance)), .features(4), "4 features", "an image: axes beyond the channel"),
            (
                .normalization(NormalizationLayer(kind: .group(2))), .sequence(time: 2, features: 4),
                "a sequence [2, 4] of time and features", "features or an image"
            ),
            (
                .pooling(PoolingLayer(.average, kernel: 3, stride: 1)), .image(channels: 1, height: 3, width: 2),
                "an image [1, 3, 2] of channels, height and width", "at least the window's 3×3"
            ),
            (.globalPooling, .features(2), "2 features", "an image or a sequence, to have positions to average over"),
            (
                .embedding(EmbeddingLayer(size: 2)), .features(2), "2 features", "tokens, right after input: {time: …, tokens: …}"
            ),
            (
                .dense(DenseLayer(units: 2)), .tokens(time: 3, count: 5), "tokens [3] of 5 kinds",
                "an embedding first: the numbers of tokens are names, not amounts"
            ),
            (
                .attention(AttentionLayer(heads: 2)), .sequence(time: 2, features: 3), "3 features for 2 heads",
                "a multiple of the 2 heads, or a size"
            ),
            (.normalization(NormalizationLayer(kind: .group(3))), .features(4), "4 channels", "a multiple of the 3 groups"),
            (
                .residual(ResidualLayer(layers: [dense(2)])), .features(3), "3 features in, 2 features out of the inner layers",
                "the same shape on both ways, or a projection"
            ),
            (
                .residual(ResidualLayer(layers: [Layer(name: "f", kind: .flatten)], hasProjection: true)), .sequence(time: 2, features: 2),
                "a sequence [2, 2] of time and features in, 4 features out of the inner layers", "shapes that differ in the last axis only"
            ),
        ]
        for (kind, input, found, expected) in cases {
            #expect(throws: ShapeMismatch(found: found, expected: expected)) {
                _ = try Layer(name: "layer", kind: kind).output(for: input)
            }
        }
    }

    @Test("Attention over a long sequence is refused before its scores are made") func attention() throws {
        let attention = Layer(name: "a", kind: .attention(AttentionLayer(heads: 4)))
        let long = SampleShape.sequence(time: 2_000, features: 4)
        #expect(try Cost(of: Network(input: long, layers: [attention]), batch: 1).scalars > 10_000_000)
        #expect(cost(long, [attention])?.what == "scalars of the trace")
        #expect(cost(.sequence(time: 128, features: 64), [attention]) == nil)
    }

    @Test("What a network costs at the least is known before it is recorded", arguments: LayerRulesTests.layers)
    func least(_ kind: Layer.Kind, _ input: SampleShape) throws {
        let network = Network(input: input, layers: [Layer(name: "layer", kind: kind)])
        let inputs = Tensor.zeros([2] + input.axes)
        let output = try network.layers[0].output(for: input)
        let lowered = try TrainingProblem(
            network: network, inputs: inputs, targets: .values(.zeros([2] + output.axes)), loss: .halfSquaredError
        ).lowered()
        let least = try Cost(of: network, batch: 2)
        #expect(least.scalars <= lowered.tape.scalars && least.products <= lowered.tape.products)
    }

    @Test("A convolution's kernel fits as often as its places say", arguments: 1...4)
    func places(_ stride: Int) throws {
        for padding in 0...2 {
            for extent in 1...7 {
                for kernel in 1...(extent + 2 * padding) {
                    let layer = Layer(
                        name: "c", kind: .convolution(ConvolutionLayer(channels: 1, kernel: kernel, stride: stride, padding: padding)))
                    let places = Swift.stride(from: -padding, through: extent + padding - kernel, by: stride).map { $0 }.count
                    #expect(
                        try layer.output(for: .image(channels: 1, height: extent, width: extent))
                            == .image(channels: 1, height: places, width: places))
                }
            }
        }
    }
}
