import Autodiff
import Experiments

extension ExperimentForms {
    package static let gradientDecay = form(
        "gradient-decay", about: "for each layer, the norm of the gradient at its dense output",
        keys: [depth(20), width(32), batch(64), seeds(16), seed, normalData],
        variants: variant(of: "gradient-decay", ["panel", "activation", "initializer", "residual", "normalization"]))
}

extension ExperimentReader {
    func gradientDecay(_ fields: Fields) -> GradientDecay? {
        let depth = fields.whole("depth")
        let width = fields.whole("width")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.whole("seed")
        _ = fields.word("data")
        let variants = variants(fields, width: width)
        guard let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        checkLimits(
            fields,
            // Each layer multiplies a square weight forward, and twice backward.
            products: [2, depth, width, width, batch, seeds, variants.count], lessen: "depth, width, batch or seeds",
            scalars: [depth, width, width].saturatingCount.saturatingPlus([2, depth, width, batch].saturatingCount),
            lessenScalars: "depth, width or batch")
        return GradientDecay(depth: depth, width: width, batch: batch, seeds: seeds, seed: UInt64(seed), variants: variants)
    }
}
