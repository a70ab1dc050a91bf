package import Autodiff
import Forms

/// The largest entry of each window of an image; windows that don't fit are left out.
package struct MaxPoolingLayer: Hashable, Sendable {
    /// The side of a window, and how far it moves at a time.
    package var kernel, stride: Int

    package init(kernel: Int, stride: Int) {
        self.kernel = kernel
        self.stride = stride
    }
}

extension MaxPoolingLayer: LayerRules {
    package static let words = [
        LayerWord(
            "max-pool", "a pooling layer", listed: "the largest entry of each window of an image",
            keys: [
                .init("kernel", .whole(1...Limits.units), .standard("2"), "the side of the square window"),
                .init("stride", .whole(1...Limits.units), "how far the window moves at a time; else its side"),
            ]
        ) { written in
            let kernel = written.fields.whole("kernel")
            let stride = written.fields.has("stride") ? written.fields.whole("stride") : kernel
            guard let kernel, let stride else { return nil }
            return .maxPooling(MaxPoolingLayer(kernel: kernel, stride: stride))
        }
    ]

    private var operation: MaxPool { MaxPool(kernel: kernel, stride: stride) }

    package var sizes: [String] { ["kernel"] }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .image(let channels, let height, let width) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "an image: input: [channels, height, width]")
        }
        guard kernel <= min(height, width) else {
            throw ShapeMismatch(found: "\(input)", expected: "at least the window's \(kernel)×\(kernel)")
        }
        return .image(channels: channels, height: operation.windows(along: height), width: operation.windows(along: width))
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.maxPool(operation), [scope.input], as: scope[.output])
    }

    /// Each window is looked at whole.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: [kernel, kernel, outputs].saturatingCount)
    }

    package var result: LayerResult { .entries }
}
