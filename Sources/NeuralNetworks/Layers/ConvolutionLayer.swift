package import Autodiff
import Forms

/// A cross-correlation with zero padding, like conv2d in most frameworks.
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

extension ConvolutionLayer: LayerRules {
    package static let words = [
        LayerWord(
            "conv2d", "a convolutional layer", listed: "cross-correlation with zero padding",
            keys: [
                .init("channels", .whole(1...Limits.units), .required, "how many there are afterwards"),
                .init("kernel", .whole(1...Limits.units), .required, "the side of the square kernel"),
                .init("stride", .whole(1...Limits.units), .standard("1"), "how far the kernel moves at a time"),
                .init("padding", .whole(0...Limits.units), .standard("0"), "zeros around the image"),
                .init("weight", .tensor, "[channels, in, kernel, kernel]; sampled where it isn't written"),
                .init("bias", .either([.truth, .tensor]), "[channels]; false: none; starts at 0"),
                LayerForms.initializerKey("how the weight is sampled"),
            ]
        ) { written in
            let hasBias = written.truth("bias") ?? true
            let (channels, kernel) = (written.fields.whole("channels"), written.fields.whole("kernel"))
            let (stride, padding) = (written.fields.whole("stride"), written.fields.whole("padding"))
            let initializer = written.initializer
            guard let channels, let kernel, let stride, let padding else { return nil }
            return .convolution(
                ConvolutionLayer(
                    channels: channels, kernel: kernel, stride: stride, padding: padding, hasBias: hasBias, initializer: initializer))
        }
    ]

    package var sizes: [String] { ["channels"] }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .image(_, let height, let width) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "an image: input: [channels, height, width]")
        }
        let rule = Convolution(stride: stride, padding: padding)
        let rows = rule.places(along: height, kernel: kernel)
        let columns = rule.places(along: width, kernel: kernel)
        guard rows > 0, columns > 0 else {
            throw ShapeMismatch(
                found: "\(input) with a padding of \(padding)", expected: "at least the kernel's \(kernel)×\(kernel)")
        }
        return .image(channels: channels, height: rows, width: columns)
    }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        let weight = ParameterDeclaration(
            .weight, [channels, input.channels, kernel, kernel], .sampled(), shapedBy: [.key("channels"), .key("kernel"), .input])
        return hasBias ? [weight, ParameterDeclaration(.bias, [channels], .constants([0]), shapedBy: [.key("channels")])] : [weight]
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(
            .convolution(Convolution(stride: stride, padding: padding)),
            [scope.input, scope[.weight]] + (hasBias ? [scope[.bias]] : []), as: scope[.output])
    }

    /// Two operands have gradients for each weight.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: [2, input.channels, kernel, kernel, outputs].saturatingCount)
    }

    package var result: LayerResult { .weightedSums }
}
