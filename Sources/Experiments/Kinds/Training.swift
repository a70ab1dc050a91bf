package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// Loss by step over seeds, how far each layer's weights move, and what was learnt.
package struct Training: Measurement {
    /// What a figure shows of it.
    package enum Shown: String, CaseIterable, Hashable, Sendable {
        /// Training and validation loss by step.
        case loss
        /// How far each layer's weights moved.
        case movement
        /// The largest norm of the gradient by step.
        case gradient
        /// What the run of median validation loss says all over the plane: two-spirals only.
        case boundary
    }

    /// One setting in many sizes, each trained anew.
    package enum Sweep: Hashable, Sendable {
        case learningRate([Double])
        /// Each weight is normal with this standard deviation at first.
        case initialDeviation([Double])
        /// Samples in each batch; here it is the validation loss that tells, since small batches differ among themselves.
        case batchSize([Int])

        package var values: [Double] {
            switch self {
            case .batchSize(let sizes): sizes.map(Double.init)
            case .learningRate(let values), .initialDeviation(let values): values
            }
        }
    }

    package var setting: TrainingSetting
    package var shows: [Shown]
    package var sweeps: [Sweep]
    package var variants: [Variant]

    package init(_ setting: TrainingSetting, shows: [Shown] = [.loss], sweeps: [Sweep] = [], variants: [Variant]) {
        self.setting = setting
        self.shows = shows
        self.sweeps = sweeps
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One a variant; x is the step.
        package var training: [Series]
        package var validation: [Series]
        package var gradientNorms: [Series]
        /// One a variant; x is the number of the layer from 1, the output last.
        package var movement: [Series]
        /// For each variant, all seeds' training and validation loss at the last step.
        package var finalTraining: [[Double]]
        package var finalValidation: [[Double]]
        /// One a variant, where the boundary is shown.
        package var maps: [Map]
        /// For each sweep, one a variant: the last training loss over the value, over batch sizes the last validation loss.
        package var sweeps: [[Series]]
    }

    /// The run whose validation loss is the median of its variant (of an even number, the lower middle one).
    package struct Map: Hashable, Sendable {
        package var name: String
        package var seed: UInt64
        /// The output before the sigmoid at each place of `Training.mapPlaces`, row by row of y.
        package var outputs: [Double]
        /// The share of validation samples on the right side of 0.
        package var accuracy: Double
    }

    /// Along each axis of the map.
    package static let mapPlaces = (0...56).map { -1.9 + 3.8 * Double($0) / 56 }
}

extension Training {
    package func cost() throws(ExperimentError) -> Cost {
        // A batch holds as many samples as there are at most.
        var largest = setting
        for case .batchSize(let sizes) in sweeps { largest.batch = max(largest.batch, sizes.max() ?? 1) }
        return try largest.cost(variants, runs: 1 + sweeps.reduce(0) { $0 + $1.values.count })
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let map = shows.contains(.boundary) ? Self.map : nil
        let courses = try courses(map: map)
        let runs = variants.map { courses[Course(setting, $0)] ?? [] }
        let steps = setting.recordedSteps.map(Double.init)
        func series(_ quantity: String, _ values: (TrainingRun) -> [Double]) -> [Series] {
            zip(variants, runs).map { Series(name: $0.name, quantity: quantity, panel: $0.panel, x: steps, rows: $1.map(values)) }
        }
        let movement = zip(variants, runs).map { variant, runs in
            let layers = (1...max(runs.first?.movement.count ?? 1, 1)).map(Double.init)
            return Series(name: variant.name, quantity: "movement", panel: variant.panel, x: layers, rows: runs.map(\.movement))
        }
        return Measured(
            training: series("training loss", \.training), validation: series("validation loss", \.validation),
            gradientNorms: series("gradient norm", \.gradientNorms), movement: movement,
            finalTraining: runs.map { $0.map { $0.training.last ?? .nan } },
            finalValidation: runs.map { $0.map { $0.validation.last ?? .nan } },
            maps: map == nil ? [] : zip(variants, runs).map { self.map(of: $0, $1) }, sweeps: sweeps.map { swept($0, courses) })
    }

    /// What all seeds' runs follow from.
    private struct Course: Hashable {
        let setting: TrainingSetting
        let variant: Variant

        init(_ setting: TrainingSetting, _ variant: Variant) {
            self.setting = setting
            var variant = variant
            variant.optimizer = variant.optimizer ?? setting.optimizer
            self.variant = variant
        }
    }

    /// All seeds of all variants and of what the sweeps make of them, on all cores; a sweep's value that a variant has anyway is not run again.
    private func courses(map: Batch?) throws(ExperimentError) -> [Course: [TrainingRun]] {
        let followed = variants.map { Course(setting, $0) }
        let swept = sweeps.flatMap { sweep in variants.flatMap { courses(of: sweep, $0) } }
        var known: Set<Course> = []
        let all = (followed + swept).filter { known.insert($0).inserted }
        let tasks = all.flatMap { course in (0..<setting.seeds).map { (course, setting.seed &+ UInt64($0)) } }
        let runs = try concurrentMap(tasks) { (task) throws(ExperimentError) in
            let isSwept = !followed.contains(task.0)
            return try task.0.setting.run(task.0.variant, seed: task.1, map: isSwept ? nil : map, isSwept: isSwept)
        }
        let rows = all.indices.map { Array(runs[$0 * setting.seeds..<($0 + 1) * setting.seeds]) }
        return Dictionary(uniqueKeysWithValues: zip(all, rows))
    }

    private func courses(of sweep: Sweep, _ variant: Variant) -> [Course] {
        sweep.values.map { value in
            let (setting, variant) = sweep.set(value, in: variant, setting)
            return Course(setting, variant)
        }
    }

    private func swept(_ sweep: Sweep, _ runs: [Course: [TrainingRun]]) -> [Series] {
        variants.map { variant in
            let own = courses(of: sweep, variant).map { runs[$0] ?? [] }
            return Series(
                name: variant.name, quantity: sweep.name, x: sweep.values,
                rows: (0..<setting.seeds).map { seed in
                    own.map { (sweep.isJudgedByValidation ? $0[seed].validation.last : $0[seed].training.last) ?? .nan }
                })
        }
    }

    private func map(of variant: Variant, _ runs: [TrainingRun]) -> Map {
        let order = runs.indices.sorted { a, b in
            let (first, second) = (runs[a].validation.last ?? .nan, runs[b].validation.last ?? .nan)
            return second.isNaN ? !first.isNaN : first < second
        }
        let median = order[(order.count - 1) / 2]
        let seed = setting.seed &+ UInt64(median)
        return Map(name: variant.name, seed: seed, outputs: runs[median].map, accuracy: runs[median].accuracy)
    }

    private static var map: Batch {
        let inputs = mapPlaces.flatMap { y in mapPlaces.flatMap { x in [x, y] } }
        let count = mapPlaces.count * mapPlaces.count
        return Batch(inputs: Tensor(shape: [count, 2], scalars: inputs), targets: .values(.zeros([count, 1])))
    }

    package func data(of measured: Measured) -> MeasuredData {
        var data = MeasuredData(series: measured.training + measured.validation)
        if shows.contains(.gradient) { data.series += measured.gradientNorms }
        if shows.contains(.movement) { data.series += measured.movement }
        data.series += measured.sweeps.flatMap(\.self)
        if !measured.maps.isEmpty {
            data.tables.append(
                MeasuredData.Table(
                    "median runs", columns: ["name", "seed", "accuracy"],
                    rows: measured.maps.map { [.text($0.name), .seed($0.seed), .number($0.accuracy)] }))
        }
        return data
    }
}

extension Training.Sweep {
    package var name: String {
        switch self {
        case .learningRate: "final training loss by learning rate"
        case .initialDeviation: "final training loss by initial deviation"
        case .batchSize: "final validation loss by batch size"
        }
    }

    package var isJudgedByValidation: Bool { if case .batchSize = self { true } else { false } }

    func set(_ value: Double, in variant: Variant, _ setting: TrainingSetting) -> (TrainingSetting, Variant) {
        var (setting, variant) = (setting, variant)
        switch self {
        case .learningRate:
            var optimizer = variant.optimizer ?? setting.optimizer
            optimizer.learningRate = value
            variant.optimizer = optimizer
        case .initialDeviation: variant.initializer = .normal(deviation: value)
        case .batchSize: setting.batch = Int(value)
        }
        return (setting, variant)
    }
}

extension Training {
    package static let form = lessonForm(
        "training", about: "loss by step over seeds",
        keys: TrainingSetting.keys(DataSet.allCases, samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("shows", .list(of: .word(Training.Shown.allCases.map(\.rawValue))), "what the figure has; loss where it isn't given"),
            .init("learning-rates", .list(of: .number(.positive)), "rates over which the final loss is measured"),
            .init("batch-sizes", .list(of: .whole(1...Limits.batch)), "sizes over which the final validation loss is measured"),
            .init("initial-deviations", .list(of: .number(.positive)), "deviations of the first weights over which it is measured"),
        ],
        variants: variant(
            [
                "activation", "initializer", "residual", "normalization", "clip", "regularization", "optimizer", "cell",
                "recurrent-radius", "forget-bias", "update-bias",
            ]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Training? {
        let setting = reader.setting(fields)
        let shows = reader.words("shows", of: fields)?.compactMap(Training.Shown.init(rawValue:))
        var sweeps: [Training.Sweep] = []
        if let rates = reader.numbers("learning-rates", of: fields) { sweeps.append(.learningRate(rates)) }
        if let deviations = reader.numbers("initial-deviations", of: fields) { sweeps.append(.initialDeviation(deviations)) }
        if let sizes = reader.wholes("batch-sizes", of: fields) { sweeps.append(.batchSize(sizes)) }
        let variants = reader.variants(fields, width: setting?.width) { variant, fields in
            if setting?.data == .recall { reader.checkKeys(of: variant.cell ?? .rnn, fields) }
        }
        guard let setting, let variants else { return nil }
        reader.check(variants, of: fields, suit: setting)
        if let located = fields.located("shows"), shows?.contains(.boundary) == true, setting.data != .twoSpirals {
            reader.findings.error(at: located, "a boundary means nothing for \(setting.data.rawValue)", expected: "data: two-spirals")
        }
        reader.checkTraining(setting, runs: variants.count * (1 + sweeps.reduce(0) { $0 + $1.values.count }), fields)
        return Training(setting, shows: shows ?? (sweeps.isEmpty ? [.loss] : []), sweeps: sweeps, variants: variants)
    }
}
