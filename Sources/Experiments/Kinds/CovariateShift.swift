package import Autodiff
package import Forms
import NeuralNetworks

/// How the distribution of the inputs to a hidden layer's activation changes while the network trains (Ioffe & Szegedy 2015, figure 1), and
/// how the loss falls meanwhile; variants may have an artificial shift added (Santurkar et al. 2018).
///
/// Measured over all training samples as one batch, at each recorded step: the dense layer's output, after normalization if there is one,
/// and after the artificial shift if there is one.
package struct CovariateShift: Measurement {
    package let setting: TrainingSetting
    /// The layer whose activation's input is measured, from 1 to the depth.
    package let layer: Int
    /// The unit whose quantiles are shown, from 1 to the width.
    package let unit: Int
    package let variants: [Variant]
    /// The names of the variants whose activations get s·z + m: m within ±1.5 and s from 1 to 1.5 are sampled anew for each unit and step.
    package let shifted: Set<String>

    package init(_ setting: TrainingSetting, layer: Int, unit: Int = 1, variants: [Variant], shifted: Set<String> = []) {
        self.setting = setting
        self.layer = min(max(layer, 1), setting.depth)
        self.unit = min(max(unit, 1), setting.width)
        self.variants = variants
        self.shifted = shifted
    }

    package struct Measured: Hashable, Sendable {
        /// One for each variant, of the first seed and the unit: median, and the 15th and 85th percentile as low and high; x is the step.
        package var quantiles: [Series]
        /// The same for all units of the layer.
        package var units: [[Course]]
        /// One for each variant: the loss over all training samples by step, median and quartiles over the seeds.
        package var losses: [Series]
        /// For each variant and seed, the mean over the layer's units, in units of the input's own spread: how far a unit's median moves
        /// from one recorded step to the next, and the range of its median over all training.
        package var moves, drifts: [[Double]]
        /// For each variant and seed: the last loss.
        package var finalLosses: [[Double]]
    }

    /// The distribution of one unit's input at each recorded step.
    package struct Course: Hashable, Sendable {
        package var low, median, high: [Double]

        package init(low: [Double], median: [Double], high: [Double]) { (self.low, self.median, self.high) = (low, median, high) }

        /// Half the distance from the 15th to the 85th percentile, averaged over training.
        package var spread: Double { zip(low, high).reduce(0) { $0 + ($1.1 - $1.0) / 2 } / Double(max(low.count, 1)) }
        package var center: Double { median.reduce(0, +) / Double(max(median.count, 1)) }

        fileprivate var move: Double {
            relative(zip(median, median.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) } / Double(max(median.count - 1, 1)))
        }

        fileprivate var drift: Double {
            guard let least = median.min(), let most = median.max(), !median.contains(where: \.isNaN) else { return .nan }
            return relative(Self.range(least, most))
        }

        private static func range(_ least: Double, _ most: Double) -> Double {
            return most - least
        }

        private func relative(_ length: Double) -> Double { length == 0 ? 0 : length / spread }
    }
}

extension CovariateShift {
    package func cost() throws(ExperimentError) -> Cost {
        // The shift is a product with a square matrix, as large as a dense layer.
        try setting.cost(variants) + setting.cost(variants.filter { shifted.contains($0.name) })
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let tasks = variants.flatMap { variant in (0..<setting.seeds).map { (variant, setting.seed &+ UInt64($0)) } }
        let runs = try concurrentMap(tasks) { (task) throws(ExperimentError) in try run(of: task.0, seed: task.1) }
        let steps = setting.recordedSteps.map(Double.init)
        var measured = Measured(quantiles: [], units: [], losses: [], moves: [], drifts: [], finalLosses: [])
        for (index, variant) in variants.enumerated() {
            let own = Array(runs[index * setting.seeds..<(index + 1) * setting.seeds])
            func mean(_ part: (Course) -> Double) -> [Double] {
                own.map { run in run.units.reduce(0) { $0 + part($1) } / Double(max(run.units.count, 1)) }
            }
            measured.moves.append(mean(\.move))
            measured.drifts.append(mean(\.drift))
            measured.losses.append(Series(name: variant.name, quantity: "loss", panel: variant.panel, x: steps, rows: own.map(\.losses)))
            measured.finalLosses.append(own.map { $0.losses.last ?? .nan })
            measured.units.append(own.first?.units ?? [])
            let shown = own.first?.units[unit - 1] ?? Course(low: [], median: [], high: [])
            measured.quantiles.append(
                Series(
                    name: variant.name, quantity: "input", panel: variant.panel, x: steps, median: shown.median, low: shown.low,
                    high: shown.high))
        }
        return measured
    }

    private struct Run: Sendable {
        var units: [Course]
        var losses: [Double]
    }

    private func run(of variant: Variant, seed: UInt64) throws(ExperimentError) -> Run {
        let isShifted = shifted.contains(variant.name)
        let problem = setting.problem(of: variant, seed: seed, isShifted: isShifted)
        var learner = try variant.fitting { try Learner(problem) }
        let samples = setting.trainingSamples(seed: seed)
        var evaluation = try variant.fitting { try Evaluation(problem, of: samples, .batch) }
        let stacks = evaluation.lowered.layers.stacks
        // With a shift each layer has a second product after its normalization.
        let id = stacks[isShifted ? 2 * layer - 1 : layer - 1].argument
        var batches = Batches(of: samples, size: setting.batch, seed: seed)
        var generator = Xoshiro(seed: seed, stream: "shift")
        let shifts = learner.lowered.parameters.indices.filter { problem.frozen.contains(learner.lowered.parameters[$0].name) }
        let recorded = Set(setting.recordedSteps)
        var run = Run(units: (0..<setting.width).map { _ in Course(low: [], median: [], high: []) }, losses: [])
        for step in 0...setting.steps {
            for parameter in shifts {
                let isWeight = learner.lowered.parameters[parameter].key.kind == .weight
                learner.set(parameter, to: isWeight ? generator.stretches(setting.width) : generator.shifts(setting.width))
            }
            if recorded.contains(step) {
                evaluation.evaluate(learner)
                run.losses.append(evaluation.loss)
                let values = evaluation.value(id)
                for unit in 0..<setting.width {
                    let inputs = stride(from: unit, to: values.count, by: setting.width).map { values[$0] }
                    let quantiles = Quantiles(of: inputs, at: [0.15, 0.5, 0.85])
                    run.units[unit].low.append(quantiles.at(0.15))
                    run.units[unit].median.append(quantiles.at(0.5))
                    run.units[unit].high.append(quantiles.at(0.85))
                }
            }
            if step < setting.steps { learner.stepUnwatched(batches.draw()) }
        }
        return run
    }

    package func data(of measured: Measured) -> MeasuredData {
        MeasuredData(
            series: measured.quantiles + measured.losses,
            tables: [
                MeasuredData.Table(
                    "drift", columns: ["name", "seed", "move", "range", "last loss"],
                    rows: variants.indices.flatMap { variant in
                        (0..<setting.seeds).map { index in
                            [.text(variants[variant].name), .seed(setting.seed &+ UInt64(index))]
                                + [measured.moves, measured.drifts, measured.finalLosses].map { .number($0[variant][index]) }
                        }
                    })
            ])
    }
}

extension Xoshiro {
    /// A diagonal matrix, row-major, with entries from 1 to 1.5.
    fileprivate mutating func stretches(_ units: Int) -> [Double] {
        let factors = (0..<units).map { _ in 1 + 0.5 * uniform() }
        return (0..<units * units).map { $0 % units == $0 / units ? factors[$0 % units] : 0 }
    }

    /// Numbers within ±1.5.
    fileprivate mutating func shifts(_ units: Int) -> [Double] { (0..<units).map { _ in 3 * uniform() - 1.5 } }
}

extension CovariateShift {
    package static let form = lessonForm(
        "covariate-shift", about: "quantiles of a hidden layer's inputs over training",
        keys: TrainingSetting.keys([.twoSpirals, .noisySine], samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("layer", .whole(1...Limits.layers), "whose activation's inputs; the last hidden one where it isn't given"),
            .init("unit", .whole(1...Limits.units), .standard("1"), "whose quantiles are shown"),
        ],
        variants: variant(
            ["activation", "initializer", "residual", "normalization", "clip", "regularization", "optimizer"],
            own: [.init("shift", .truth, .standard("false"), "whether every activation's input is shifted and stretched anew at each step")]
        ))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> CovariateShift? {
        let setting = reader.setting(fields)
        let layer = fields.whole("layer")
        let unit = fields.whole("unit")
        var shifted: Set<String> = []
        let variants = reader.variants(fields, width: setting?.width) { variant, fields in
            if fields.truth("shift") == true { shifted.insert(variant.name) }
        }
        guard let setting, let unit, let variants else { return nil }
        if let layer, layer > setting.depth, let located = fields.located("layer") {
            reader.findings.error(at: located, "there is no hidden layer \(layer)", expected: "at most depth, \(setting.depth)")
        }
        if unit > setting.width, let located = fields.located("unit") {
            reader.findings.error(at: located, "there is no unit \(unit)", expected: "at most width, \(setting.width)")
        }
        reader.checkTraining(setting, runs: variants.count, fields)
        return CovariateShift(setting, layer: layer ?? setting.depth, unit: unit, variants: variants, shifted: shifted)
    }
}
