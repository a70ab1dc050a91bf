package import Autodiff
import Forms

/// The largest entry, or the mean, of each window of an image; windows that do not fit are left out.
package struct PoolingLayer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case max, average }

    package var kind: Kind
    /// The side of a window, and the step between windows.
    package var kernel, stride: Int

    package init(_ kind: Kind, kernel: Int, stride: Int) {
        self.kind = kind
        self.kernel = kernel
        self.stride = stride
    }
}

extension PoolingLayer: LayerRules {
    package static let words = [
        word("max-pool", .max, "the largest entry of each window of an image"),
        word("avg-pool", .average, "the mean of each window of an image"),
    ]

    private static func word(_ word: String, _ kind: Kind, _ about: String) -> LayerWord {
        LayerWord(
            word, "a pooling layer", listed: about,
            keys: [
                .init("kernel", .whole(1...Limits.units), .standard("2"), "the side of the square window"),
                .init("stride", .whole(1...Limits.units), "how far the window moves at a time; else its side"),
            ]
        ) { written in
            let kernel = written.fields.whole("kernel")
            let stride = written.fields.has("stride") ? written.fields.whole("stride") : kernel
            guard let kernel, let stride else { return nil }
            return .pooling(PoolingLayer(kind, kernel: kernel, stride: stride))
        }
    }

    private var windows: any Pooling {
        switch kind {
        case .max: MaxPool(kernel: kernel, stride: stride)
        case .average: AveragePool(kernel: kernel, stride: stride)
        }
    }

    package var sizes: [String] { ["kernel"] }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .image(let channels, let height, let width) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "an image: input: [channels, height, width]")
        }
        guard kernel <= min(height, width) else {
            throw ShapeMismatch(found: "\(input)", expected: "at least the window's \(kernel)×\(kernel)")
        }
        return .image(channels: channels, height: windows.windows(along: height), width: windows.windows(along: width))
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        let operation: Primitive =
            switch kind {
            case .max: .maxPool(MaxPool(kernel: kernel, stride: stride))
            case .average: .averagePool(AveragePool(kernel: kernel, stride: stride))
            }
        return lowering.record(operation, [scope.input], as: scope[.output])
    }

    /// Each window is read whole.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: [kernel, kernel, outputs].saturatingCount)
    }

    package var result: LayerResult { .entries }
}
