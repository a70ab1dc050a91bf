import Autodiff
import Experiments

extension ExperimentForms {
    package static let singularValues = form(
        "singular-values", about: "singular values before and after spectral normalization, and the power iteration",
        keys: [
            .init("units", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("inputs", .whole(1...Limits.units), .standard("32"), "of the layer"),
            .init("iterations", .whole(1...1000), .standard("40"), "steps of the power iteration"),
            seeds(16), seed,
        ],
        variants: variant(of: "singular-values", ["initializer"]))
}

extension ExperimentReader {
    func singularValues(_ fields: Fields) -> SingularSpectra? {
        let units = fields.whole("units")
        let inputs = fields.whole("inputs")
        let iterations = fields.whole("iterations")
        let seeds = fields.whole("seeds")
        let seed = fields.whole("seed")
        let variants = variants(fields)
        guard let units, let inputs, let iterations, let seeds, let seed, let variants else { return nil }
        checkLimits(
            fields, products: [units, inputs, 24 * min(units, inputs) + 2 * iterations, seeds, variants.count],
            lessen: "units, inputs or seeds", scalars: [4, units, inputs].saturatingCount, lessenScalars: "units or inputs")
        return SingularSpectra(
            units: units, inputs: inputs, iterations: iterations, seeds: seeds, seed: UInt64(seed), variants: variants)
    }
}
