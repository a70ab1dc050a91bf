package import Autodiff
package import Forms
import NeuralNetworks

/// A curve fitted to a few noisy samples under several penalties: the fit, its losses, and the weights' norm.
package struct Fit: Measurement {
    /// Its data is the noisy sine.
    package var setting: TrainingSetting
    /// The values of λ at which losses and norm are measured; 0 is no penalty.
    package var penalties: [Double]
    /// Each has one fitted curve.
    package var variants: [Variant]

    package init(_ setting: TrainingSetting, penalties: [Double], variants: [Variant]) {
        self.setting = setting
        self.penalties = penalties
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One for each variant, of the first seed: the fitted function at `Fit.places`.
        package var curves: [[Double]]
        /// The samples to which these were fitted.
        package var sampleX, sampleY: [Double]
        /// One for each variant, with all seeds.
        package var ends: [[End]]
        /// Against λ: training loss and validation loss, both without the penalty, and the norm of the weights. Empty without penalties.
        package var sweep: [Series]
        /// For each penalty, all seeds.
        package var sweptEnds: [[End]]
    }

    /// The result of one seed.
    package struct End: Hashable, Sendable {
        /// Both without the penalty.
        package var training, validation: Double
        /// √Σw² over all weights, without biases.
        package var norm: Double
        package var curve: [Double]
    }

    /// The points at which a fitted function is evaluated.
    package static let places = (0...160).map { -1 + Double($0) / 80 }
}

extension Fit {
    package func cost() throws(ExperimentError) -> Cost {
        let own = try setting.cost(variants)
        guard let first = variants.first, !penalties.isEmpty else { return own }
        return own + (try setting.cost([first], runs: penalties.count))
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let swept = penalties.compactMap { penalty -> Variant? in
            var variant = variants.first
            variant?.l2 = penalty
            return variant
        }
        let all = (variants + swept).map(Nameless.init)
        // A variant and a penalty that coincide are trained only once.
        var known: Set<Nameless> = []
        let distinct = all.filter { known.insert($0).inserted }
        let tasks = distinct.flatMap { nameless in (0..<setting.seeds).map { (nameless.variant, setting.seed &+ UInt64($0)) } }
        let ends = try concurrentMap(tasks) { (task) throws(ExperimentError) in try end(of: task.0, seed: task.1) }
        let places = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
        let rows = all.map { nameless in
            let place = places[nameless] ?? 0
            return Array(ends[place * setting.seeds..<(place + 1) * setting.seeds])
        }
        let samples = setting.trainingSamples(seed: setting.seed)
        let quantities: [(String, (End) -> Double)] = [
            ("training loss", \.training), ("validation loss", \.validation), ("norm of the weights", \.norm),
        ]
        let sweep = quantities.map { quantity, value in
            Series(
                name: quantity, quantity: quantity, x: penalties,
                rows: (0..<setting.seeds).map { seed in rows[variants.count...].map { value($0[seed]) } })
        }
        return Measured(
            curves: rows.prefix(variants.count).map { $0.first?.curve ?? [] },
            sampleX: samples.inputs.scalars, sampleY: samples.targets.scalars, ends: Array(rows.prefix(variants.count)),
            sweep: penalties.isEmpty ? [] : sweep, sweptEnds: Array(rows.dropFirst(variants.count)))
    }

    /// A variant without its name.
    private struct Nameless: Hashable {
        var variant: Variant

        init(_ variant: Variant) {
            self.variant = variant
            self.variant.name = ""
            self.variant.l2 = variant.l2 ?? 0
        }
    }

    private func end(of variant: Variant, seed: UInt64) throws(ExperimentError) -> End {
        var learner = try setting.learner(of: variant, seed: seed)
        let samples = setting.trainingSamples(seed: seed)
        var batches = Batches(of: samples, size: setting.batch, seed: seed)
        for _ in 0..<setting.steps { learner.stepUnwatched(batches.draw()) }
        let places = Batch(
            inputs: Tensor(shape: [Self.places.count, 1], scalars: Self.places), targets: .values(.zeros([Self.places.count, 1])))
        let weights = zip(learner.lowered.parameters, learner.parameters).filter { $0.0.key.kind == .weight }.map(\.1.norm)
        var training = try setting.evaluation(of: variant, samples, seed: seed)
        var validation = try setting.evaluation(of: variant, setting.validationSamples(seed: seed), seed: seed)
        var curve = try setting.evaluation(of: variant, places, seed: seed)
        training.evaluate(learner)
        validation.evaluate(learner)
        curve.evaluate(learner)
        return End(training: training.loss, validation: validation.loss, norm: weights.norm, curve: curve.output)
    }

    package func data(of measured: Measured) -> MeasuredData {
        let curves = zip(variants, measured.curves).map { variant, curve in
            Series(name: variant.name, quantity: "fit", x: Self.places, median: curve, low: curve, high: curve)
        }
        let samples = MeasuredData.Table(
            "samples", columns: ["x", "y"],
            rows: zip(measured.sampleX, measured.sampleY).map { [.number($0), .number($1)] })
        let ends = MeasuredData.Table(
            "ends", columns: ["name", "seed", "training loss", "validation loss", "norm of the weights"],
            rows: zip(variants, measured.ends).flatMap { variant, ends in
                ends.enumerated().map { index, end in
                    [.text(variant.name), .seed(setting.seed &+ UInt64(index))]
                        + [end.training, end.validation, end.norm].map { .number($0) }
                }
            })
        return MeasuredData(series: curves + measured.sweep, tables: [samples, ends])
    }
}

extension Fit {
    package static let form = lessonForm(
        "fit", about: "a curve fitted to a few noisy samples under several penalties",
        keys: TrainingSetting.keys([.noisySine], samples: 12, noise: "0.3", batch: 12, steps: 600) + [
            .init("penalties", .list(of: .number(.zeroOrMore)), "λ over which losses and the weights' norm are measured")
        ],
        variants: variant(["activation", "initializer", "normalization", "dropout", "clip", "regularization", "optimizer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Fit? {
        let setting = reader.setting(fields)
        let penalties = reader.numbers("penalties", of: fields)
        let variants = reader.variants(fields, width: setting?.width)
        guard let setting, let variants else { return nil }
        reader.checkTraining(setting, runs: variants.count + (penalties?.count ?? 0), fields)
        return Fit(setting, penalties: penalties ?? [], variants: variants)
    }
}
