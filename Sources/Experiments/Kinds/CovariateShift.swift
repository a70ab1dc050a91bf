package import Autodiff
package import Forms
import NeuralNetworks

/// How the inputs of a hidden layer's activation are distributed while the layers before it learn (Ioffe & Szegedy 2015, figure 1).
///
/// Taken over all training samples as one batch, at each recorded step: what the dense layer gives, or the normalization
/// behind it where there is one.
package struct CovariateShift: Measurement {
    package let setting: TrainingSetting
    /// Whose activation's input is looked at, from 1 to the depth.
    package let layer: Int
    /// Whose quantiles are shown, from 1 to the width.
    package let unit: Int
    package let variants: [Variant]

    package init(_ setting: TrainingSetting, layer: Int, unit: Int = 1, variants: [Variant]) {
        self.setting = setting
        self.layer = min(max(layer, 1), setting.depth)
        self.unit = min(max(unit, 1), setting.width)
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One a variant, of the first seed and the unit: median, and the 15th and 85th percentile as low and high; x is the step.
        package var quantiles: [Series]
        /// For each variant and seed: how far a unit's median drifted over training, from its least to its largest; the mean over the layer's units.
        package var drifts: [[Double]]
    }
}

extension CovariateShift {
    package func cost() throws(ExperimentError) -> Cost { try setting.cost(variants) }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let tasks = variants.flatMap { variant in (0..<setting.seeds).map { (variant, setting.seed &+ UInt64($0)) } }
        let runs = try concurrentMap(tasks) { (task) throws(ExperimentError) in try inputs(of: task.0, seed: task.1) }
        let steps = setting.recordedSteps.map(Double.init)
        var measured = Measured(quantiles: [], drifts: [])
        for (index, variant) in variants.enumerated() {
            let own = runs[index * setting.seeds..<(index + 1) * setting.seeds]
            measured.drifts.append(own.map { Self.drift($0) })
            let quantiles = own.first?.map { Quantiles(of: $0[unit - 1], at: [0.15, 0.5, 0.85]) } ?? []
            measured.quantiles.append(
                Series(
                    name: variant.name, panel: variant.panel, x: steps, median: quantiles.map { $0.at(0.5) },
                    low: quantiles.map { $0.at(0.15) }, high: quantiles.map { $0.at(0.85) }))
        }
        return measured
    }

    /// At each recorded step, for each unit, the inputs of all samples.
    private func inputs(of variant: Variant, seed: UInt64) throws(ExperimentError) -> [[[Double]]] {
        var learner = try setting.learner(of: variant, seed: seed)
        let samples = setting.trainingSamples(seed: seed)
        var evaluation = try setting.evaluation(of: variant, samples, seed: seed, .batch)
        let id = evaluation.lowered.layers.stacks[layer - 1].argument
        var batches = Batches(of: samples, size: setting.batch, seed: seed)
        let recorded = Set(setting.recordedSteps)
        var found: [[[Double]]] = []
        for step in 0...setting.steps {
            if recorded.contains(step) {
                evaluation.evaluate(learner)
                let values = evaluation.value(id)
                found.append((0..<setting.width).map { unit in stride(from: unit, to: values.count, by: setting.width).map { values[$0] } })
            }
            if step < setting.steps { learner.stepUnwatched(batches.draw()) }
        }
        return found
    }

    private static func drift(_ steps: [[[Double]]]) -> Double {
        guard let units = steps.first?.count, units > 0 else { return .nan }
        let ranges = (0..<units).map { unit -> Double in
            let medians = steps.map { Quantiles(of: $0[unit], at: [0.5]).at(0.5) }
            guard let least = medians.min(), let most = medians.max(), !medians.contains(where: \.isNaN) else { return .nan }
            return most - least
        }
        return ranges.reduce(0, +) / Double(units)
    }

    package func data(of measured: Measured) -> MeasuredData {
        MeasuredData(
            series: measured.quantiles,
            tables: [
                MeasuredData.Table(
                    "drift", columns: ["name", "seed", "mean range of the medians"],
                    rows: zip(variants, measured.drifts).flatMap { variant, drifts in
                        drifts.enumerated().map { index, drift in
                            [.text(variant.name), .seed(setting.seed &+ UInt64(index)), .number(drift)]
                        }
                    })
            ])
    }
}

extension CovariateShift {
    package static let form = lessonForm(
        "covariate-shift", about: "quantiles of a hidden layer's inputs over training",
        keys: TrainingSetting.keys([.twoSpirals, .noisySine], samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("layer", .whole(1...Limits.layers), "whose activation's inputs; the last hidden one where it isn't given"),
            .init("unit", .whole(1...Limits.units), .standard("1"), "whose quantiles are shown"),
        ],
        variants: variant(["activation", "initializer", "residual", "normalization", "clip", "regularization", "optimizer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> CovariateShift? {
        let setting = reader.setting(fields)
        let layer = fields.whole("layer")
        let unit = fields.whole("unit")
        let variants = reader.variants(fields, width: setting?.width)
        guard let setting, let unit, let variants else { return nil }
        if let layer, layer > setting.depth, let located = fields.located("layer") {
            reader.findings.error(at: located, "there is no hidden layer \(layer)", expected: "at most depth, \(setting.depth)")
        }
        if unit > setting.width, let located = fields.located("unit") {
            reader.findings.error(at: located, "there is no unit \(unit)", expected: "at most width, \(setting.width)")
        }
        reader.checkTraining(setting, runs: variants.count, fields)
        return CovariateShift(setting, layer: layer ?? setting.depth, unit: unit, variants: variants)
    }
}
