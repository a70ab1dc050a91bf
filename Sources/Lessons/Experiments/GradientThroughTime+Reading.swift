import Autodiff
import Experiments

extension ExperimentForms {
    package static let gradientThroughTime = form(
        "gradient-through-time", about: "for each time step of a recurrent layer, the norm of the gradient at its state",
        keys: [
            .init("cell", .word(Variant.Cell.allCases.map(\.rawValue)), .standard("rnn"), "of variants that name none"),
            .init("units", .whole(1...Limits.units), .standard("16"), "of the layer"),
            .init("features", .whole(1...Limits.units), .standard("16"), "of each time step"),
            .init("time", .whole(1...Limits.timeSteps), .standard("50"), "time steps"),
            batch(32), seeds(16), seed,
        ],
        variants: variant(
            of: "gradient-through-time", ["panel", "activation", "initializer", "cell", "recurrent-radius", "forget-bias"]))
}

extension ExperimentReader {
    func gradientThroughTime(_ fields: Fields) -> GradientThroughTime? {
        let cell = fields.word("cell").flatMap(Variant.Cell.init(rawValue:))
        let units = fields.whole("units")
        let features = fields.whole("features")
        let time = fields.whole("time")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.whole("seed")
        let variants = variants(fields) { variant, fields in
            checkKeys(of: variant.cell ?? cell ?? .rnn, fields)
        }
        guard let cell, let units, let features, let time, let batch, let seeds, let seed, let variants else { return nil }
        checkLimits(
            fields, products: [2, time, batch, units, units.saturatingPlus(features), seeds, variants.count],
            lessen: "time, units, features, batch or seeds",
            scalars: [batch, time, units.saturatingPlus(features)].saturatingCount,
            lessenScalars: "time, units, features or batch")
        return GradientThroughTime(
            cell: cell, units: units, features: features, time: time, batch: batch, seeds: seeds, seed: UInt64(seed),
            variants: variants)
    }

    /// Refuses what only another cell has.
    func checkKeys(of cell: Variant.Cell, _ fields: Fields) {
        if fields.has("activation"), cell != .rnn { meaningless("activation", of: cell, fields) }
        if fields.has("forget-bias"), cell != .lstm { meaningless("forget-bias", of: cell, fields) }
    }

    private func meaningless(_ key: String, of cell: Variant.Cell, _ fields: Fields) {
        findings.error(
            at: fields.keyMark(key), path: .key(fields.path, key), "\"\(key)\" means nothing for \(cell.rawValue)",
            expected: key == "activation" ? "cell: rnn" : "cell: lstm")
    }
}
