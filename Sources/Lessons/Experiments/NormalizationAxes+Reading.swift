import Experiments
import NeuralNetworks

extension ExperimentForms {
    package static let normalizationAxes = form(
        "normalization-axes", about: "which entries of [batch, channel, position] share statistics",
        keys: [
            // More entries than these have no room for their numbers.
            .init("batch", .whole(1...4), .standard("2"), "samples"),
            .init("channels", .whole(1...8), .standard("4"), "channels"),
            .init("positions", .whole(1...4), .standard("3"), "positions of each channel"),
            seed,
        ],
        variants: variant(of: "normalization-axes", ["normalization"], needed: "normalization"))
}

extension ExperimentReader {
    func normalizationAxes(_ fields: Fields) -> NormalizationAxes? {
        let batch = fields.whole("batch")
        let channels = fields.whole("channels")
        let positions = fields.whole("positions")
        let seed = fields.whole("seed")
        let image = channels.flatMap { channels in
            positions.map { SampleShape.image(channels: channels, height: 1, width: $0) }
        }
        let variants = variants(fields, shape: image)
        guard let batch, let channels, let positions, let seed, let variants else { return nil }
        return NormalizationAxes(
            batch: batch, channels: channels, positions: positions, seed: UInt64(seed), variants: variants)
    }
}
