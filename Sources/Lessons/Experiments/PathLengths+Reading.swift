import Autodiff
import Experiments

extension ExperimentForms {
    package static let pathLengths = form(
        "path-lengths", about: "how the gradient of a residual network splits over paths, by the branches that they go through",
        keys: [depth(16), width(16), batch(32), seeds(8), seed],
        variants: variant(
            of: "path-lengths", ["activation", "initializer", "normalization"],
            own: [.init("residual", .truth, .standard("true"), "each layer adds its input: always so here")]))
}

extension ExperimentReader {
    func pathLengths(_ fields: Fields) -> PathLengths? {
        let depth = fields.whole("depth")
        let width = fields.whole("width")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.whole("seed")
        let variants = variants(fields, width: width) { variant, fields in
            guard !variant.residual, let located = fields.located("residual") else { return }
            findings.error(at: located, "a network that skips nothing has one path", expected: "residual: true")
        }
        guard let depth, let width, let batch, let seeds, let seed, let variants else { return nil }
        checkLimits(
            fields,
            // Each block is pulled back once for every number of branches behind it.
            products: [depth, depth, width, width, batch, seeds, variants.count], lessen: "depth, width, batch or seeds",
            scalars: [depth, width, width].saturatingCount.saturatingPlus([2, depth, width, batch].saturatingCount),
            lessenScalars: "depth, width or batch")
        return PathLengths(depth: depth, width: width, batch: batch, seeds: seeds, seed: UInt64(seed), variants: variants)
    }
}
