package import Autodiff

/// The mean over all positions of each channel of an image, or over the time steps of a sequence.
package struct GlobalPoolingLayer: LayerRules {
    package static let words = [
        LayerWord("global-avg-pool", "the mean over all positions of each channel, or over time") { _ in .globalPooling }
    ]

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        switch input {
        case .image, .sequence: .features(input.channels)
        case .features, .tokens:
            throw ShapeMismatch(found: "\(input)", expected: "an image or a sequence, to have positions to average over")
        }
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        let average: GlobalAverage = if case .sequence = scope.shape { .time } else { .positions }
        return lowering.record(.globalAverage(average), [scope.input], as: scope[.output])
    }

    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: batch.saturatingTimes(input.count))
    }

    package var result: LayerResult { .entries }
}
