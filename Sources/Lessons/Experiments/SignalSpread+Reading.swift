import Experiments

extension ExperimentForms {
    package static let signalSpread = form(
        "signal-spread", about: "for each layer, how activations and gradients are spread",
        keys: [depth(20), width(64), batch(64), seeds(8), seed, normalData],
        variants: variant(of: "signal-spread", ["activation", "initializer", "residual", "normalization"]))
}

extension ExperimentReader {
    func signalSpread(_ fields: Fields) -> SignalSpread? {
        gradientDecay(fields).map {
            SignalSpread(depth: $0.depth, width: $0.width, batch: $0.batch, seeds: $0.seeds, seed: $0.seed, variants: $0.variants)
        }
    }
}
