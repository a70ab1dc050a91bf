package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// The loss by step over seeds, how far each layer's weights move, and the learnt function.
package struct Training: Measurement {
    /// What a figure shows of a training.
    package enum Shown: String, CaseIterable, Hashable, Sendable {
        /// Training and validation loss by step.
        case loss
        /// How far the weights of each layer moved.
        case movement
        /// The largest norm of the gradient by step.
        case gradient
        /// The norm of the gradient with respect to each layer's weights before the first step.
        case layerGradients = "layer-gradients"
        /// The output over the plane, for a seed with middling validation losses: two-spirals only.
        case boundary
    }

    /// Several values of one setting, each trained separately; the result is the last validation loss.
    package enum Sweep: Hashable, Sendable {
        case learningRate([Double])
        /// Initial weights are normal with this standard deviation.
        case initialDeviation([Double])
        /// The number of samples in each batch.
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
    /// The learning rates from which each variant, at each value of a sweep, takes its best: that with the lowest median validation loss
    /// over other seeds. Empty to use those of the optimizers.
    package var tuning: [Double]
    package var variants: [Variant]

    package init(
        _ setting: TrainingSetting, shows: [Shown] = [.loss], sweeps: [Sweep] = [], tuning: [Double] = [], variants: [Variant]
    ) {
        self.setting = setting
        self.shows = shows
        self.sweeps = sweeps
        self.tuning = tuning
        self.variants = variants
    }

    package struct Measured: Hashable, Sendable {
        /// One for each variant; x is the step.
        package var training: [Series]
        package var validation: [Series]
        package var gradientNorms: [Series]
        /// One for each variant; x is the number of the layer from 1, the output last.
        package var movement: [Series]
        package var layerGradients: [Series]
        /// For each variant, the training and validation loss of all seeds at the last step.
        package var finalTraining: [[Double]]
        package var finalValidation: [[Double]]
        /// Each variant's learning rate, if it was tuned.
        package var rates: [Double]
        /// One for each variant, if the boundary is shown.
        package var maps: [Map]
        package var sweeps: [SweptEnds]
        /// The normalized values of one sample in batches of each size, if batch normalization is trained over batch sizes.
        package var batchStatistics: [BatchStatistic]
    }

    /// The results of one sweep.
    package struct SweptEnds: Hashable, Sendable {
        /// One for each variant: the last validation loss by swept value.
        package var series: [Series]
        /// For each variant and value, the last validation loss of every seed.
        package var ends: [[[Double]]]
        /// For each variant and value, the learning rate that was chosen; empty without tuning.
        package var rates: [[Double]]
    }

    /// A variant's run of the seed whose validation losses rank nearest the middle, over all variants.
    package struct Map: Hashable, Sendable {
        package var name: String
        package var seed: UInt64
        /// The output before the sigmoid at each point of the grid `Training.mapPlaces`, row by row of y.
        package var outputs: [Double]
        /// The fraction of validation samples on the correct side of 0.
        package var accuracy: Double
    }

    /// The grid along each axis of the map.
    package static let mapPlaces = (0...56).map { -2 + Double($0) / 14 }
}

extension Training {
    package func cost() throws(ExperimentError) -> Cost {
        var cost = Cost()
        for course in variants.map({ Course(setting, $0) }) + sweeps.flatMap(courses) {
            cost = cost + (try course.setting.cost([course.variant]))
            if !tuning.isEmpty { cost = cost + (try course.setting.forTuning.cost([course.variant], runs: tuning.count)) }
        }
        return cost
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        let map = shows.contains(.boundary) ? Self.map : nil
        let tuned = try tuned()
        let own = variants.map { variant in tuned[Course(setting, variant)] ?? Course(setting, variant) }
        let swept = sweeps.map { sweep in courses(of: sweep).map { tuned[$0] ?? $0 } }
        let ends = try runs(of: own + swept.flatMap(\.self), followed: Set(own), map: map)
        let runs = own.map { ends[$0] ?? [] }
        let steps = setting.recordedSteps.map(Double.init)
        func series(_ quantity: String, _ values: (TrainingRun) -> [Double]) -> [Series] {
            zip(variants, runs).map { Series(name: $0.name, quantity: quantity, panel: $0.panel, x: steps, rows: $1.map(values)) }
        }
        func byLayer(_ quantity: String, _ values: (TrainingRun) -> [Double]) -> [Series] {
            zip(variants, runs).map { variant, runs in
                let layers = (1...max(runs.first?.movement.count ?? 1, 1)).map(Double.init)
                return Series(name: variant.name, quantity: quantity, panel: variant.panel, x: layers, rows: runs.map(values))
            }
        }
        return Measured(
            training: series("training loss", \.training), validation: series("validation loss", \.validation),
            gradientNorms: series("gradient norm", \.gradientNorms), movement: byLayer("movement", \.movement),
            layerGradients: byLayer("first gradient", \.firstGradients),
            finalTraining: runs.map { $0.map { $0.training.last ?? .nan } },
            finalValidation: runs.map { $0.map { $0.validation.last ?? .nan } },
            rates: tuning.isEmpty ? [] : own.map(\.rate),
            maps: map == nil ? [] : maps(of: runs),
            sweeps: zip(sweeps, swept).map { self.ends(of: $0, $1, ends) }, batchStatistics: try batchStatistics())
    }

    /// Everything but the seed that determines a run.
    private struct Course: Hashable {
        let setting: TrainingSetting
        var variant: Variant

        init(_ setting: TrainingSetting, _ variant: Variant) {
            self.setting = setting
            var variant = variant
            variant.optimizer = variant.optimizer ?? setting.optimizer
            self.variant = variant
        }

        var rate: Double { (variant.optimizer ?? setting.optimizer).learningRate }

        func with(rate: Double) -> Course {
            var course = self
            course.variant.optimizer?.learningRate = rate
            return course
        }
    }

    /// Variant by variant, value by value.
    private func courses(of sweep: Sweep) -> [Course] {
        variants.flatMap { variant in
            sweep.values.map { value in
                let (setting, variant) = sweep.set(value, in: variant, setting)
                return Course(setting, variant)
            }
        }
    }

    /// Each course with its best learning rate; a sweep over learning rates keeps its own.
    private func tuned() throws(ExperimentError) -> [Course: Course] {
        guard !tuning.isEmpty else { return [:] }
        var all = variants.map { Course(setting, $0) }
        for sweep in sweeps where !sweep.setsRate { all += courses(of: sweep) }
        let tried = Set(all).map { course in (course, tuning.map { Course(course.setting.forTuning, course.with(rate: $0).variant) }) }
        let runs = try runs(of: tried.flatMap(\.1), followed: [], map: nil)
        var best: [Course: Course] = [:]
        for (course, candidates) in tried {
            let medians = candidates.map { (runs[$0] ?? []).map { $0.validation.last ?? .nan }.lowerMedian }
            let least = medians.indices.min { (medians[$0], $0) < (medians[$1], $1) } ?? 0
            best[course] = course.with(rate: tuning[least])
        }
        return best
    }

    /// All seeds of all courses, on all cores; a course that is requested twice is run once.
    private func runs(of courses: [Course], followed: Set<Course>, map: Batch?) throws(ExperimentError) -> [Course: [TrainingRun]] {
        var known: Set<Course> = []
        let all = courses.filter { known.insert($0).inserted }
        let tasks = all.flatMap { course in (0..<course.setting.seeds).map { (course, course.setting.seed &+ UInt64($0)) } }
        let runs = try concurrentMap(tasks) { (task) throws(ExperimentError) in
            let isFollowed = followed.contains(task.0)
            return try task.0.setting.run(task.0.variant, seed: task.1, map: isFollowed ? map : nil, isSwept: !isFollowed)
        }
        var rest = runs[...]
        var found: [Course: [TrainingRun]] = [:]
        for course in all {
            found[course] = Array(rest.prefix(course.setting.seeds))
            rest = rest.dropFirst(course.setting.seeds)
        }
        return found
    }

    private func ends(of sweep: Sweep, _ courses: [Course], _ runs: [Course: [TrainingRun]]) -> SweptEnds {
        let count = sweep.values.count
        let rows = variants.indices.map { variant in Array(courses[variant * count..<(variant + 1) * count]) }
        let ends = rows.map { $0.map { (runs[$0] ?? []).map { $0.validation.last ?? .nan } } }
        return SweptEnds(
            series: zip(variants, ends).map { variant, ends in
                Series(
                    name: variant.name, quantity: sweep.name, x: sweep.values,
                    rows: (0..<setting.seeds).map { seed in ends.map { $0[seed] } })
            },
            ends: ends, rates: tuning.isEmpty || sweep.setsRate ? [] : rows.map { $0.map(\.rate) })
    }

    /// Of one seed, so that all maps have the same samples: the one whose last validation losses rank nearest the middle.
    private func maps(of runs: [[TrainingRun]]) -> [Map] {
        var distances = [Int](repeating: 0, count: setting.seeds)
        for runs in runs {
            let order = runs.indices.sorted { a, b in
                let (first, second) = (runs[a].validation.last ?? .nan, runs[b].validation.last ?? .nan)
                return second.isNaN ? !first.isNaN : first < second
            }
            // The places are doubled, since the middle of an even number lies between two.
            for (place, run) in order.enumerated() { distances[run] += abs(2 * place - (order.count - 1)) }
        }
        guard let typical = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return [] }
        return zip(variants, runs).map { variant, runs in
            Map(
                name: variant.name, seed: setting.seed &+ UInt64(typical), outputs: runs[typical].map, accuracy: runs[typical].accuracy)
        }
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
        if shows.contains(.layerGradients) { data.series += measured.layerGradients }
        data.series += measured.sweeps.flatMap(\.series)
        if !measured.maps.isEmpty {
            data.tables.append(
                MeasuredData.Table(
                    "mapped runs", columns: ["name", "seed", "accuracy"],
                    rows: measured.maps.map { [.text($0.name), .seed($0.seed), .number($0.accuracy)] }))
        }
        if !measured.rates.isEmpty {
            data.tables.append(
                MeasuredData.Table(
                    "chosen learning rates", columns: ["name", "learning rate"],
                    rows: zip(variants, measured.rates).map { [.text($0.name), .number($1)] }))
        }
        for (sweep, ends) in zip(sweeps, measured.sweeps) {
            data.tables.append(
                MeasuredData.Table(
                    sweep.name,
                    columns: ["name", sweep.quantity, "seed", "validation loss"] + (ends.rates.isEmpty ? [] : ["learning rate"]),
                    rows: variants.indices.flatMap { variant in
                        sweep.values.indices.flatMap { place in
                            ends.ends[variant][place].enumerated().map { index, end in
                                [
                                    .text(variants[variant].name), .number(sweep.values[place]), .seed(setting.seed &+ UInt64(index)),
                                    .number(end),
                                ] + (ends.rates.isEmpty ? [] : [.number(ends.rates[variant][place])])
                            }
                        }
                    }))
        }
        if !measured.batchStatistics.isEmpty {
            data.tables.append(
                MeasuredData.Table(
                    "one sample in many batches", columns: ["batch size", "normalized value"],
                    rows: measured.batchStatistics.flatMap { statistic in
                        statistic.values.map { [.number(Double(statistic.size)), .number($0)] }
                    }))
        }
        return data
    }
}

extension Training.Sweep {
    package var name: String { "final validation loss by \(quantity)" }

    /// The quantity that is swept.
    package var quantity: String {
        switch self {
        case .learningRate: "learning rate"
        case .initialDeviation: "initial deviation"
        case .batchSize: "batch size"
        }
    }

    package var setsRate: Bool { if case .learningRate = self { true } else { false } }

    func set(_ value: Double, in variant: Variant, _ setting: TrainingSetting) -> (TrainingSetting, Variant) {
        var variant = variant
        switch self {
        case .learningRate:
            var optimizer = variant.optimizer ?? setting.optimizer
            optimizer.learningRate = value
            variant.optimizer = optimizer
        case .initialDeviation: variant.initializer = .normal(deviation: value)
        case .batchSize: return (setting.with(batch: Int(value)), variant)
        }
        return (setting, variant)
    }
}

extension Training {
    package static let form = lessonForm(
        "training", about: "loss by step over seeds",
        keys: TrainingSetting.keys(DataSet.allCases, samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("shows", .list(of: .word(Training.Shown.allCases.map(\.rawValue))), "what the figure has; loss where it isn't given"),
            .init("learning-rates", .list(of: .number(.positive)), "rates over which the final validation loss is measured"),
            .init("batch-sizes", .list(of: .whole(1...Limits.batch)), "sizes over which it is measured"),
            .init("initial-deviations", .list(of: .number(.positive)), "deviations of the first weights over which it is measured"),
            .init("tune-over", .list(of: .number(.positive)), "learning rates of which each variant takes its best, found on other seeds"),
        ],
        variants: variant(
            [
                "activation", "initializer", "residual", "normalization", "dropout", "clip", "regularization", "optimizer", "cell",
                "recurrent-radius", "forget-bias", "update-bias",
            ]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> Training? {
        let setting = reader.setting(fields)
        let shows = reader.words("shows", of: fields)?.compactMap(Training.Shown.init(rawValue:))
        var sweeps: [Training.Sweep] = []
        if let rates = reader.numbers("learning-rates", of: fields) { sweeps.append(.learningRate(rates)) }
        if let deviations = reader.numbers("initial-deviations", of: fields) { sweeps.append(.initialDeviation(deviations)) }
        if let sizes = reader.wholes("batch-sizes", of: fields) { sweeps.append(.batchSize(sizes)) }
        let tuning = reader.numbers("tune-over", of: fields)
        let variants = reader.variants(fields, width: setting?.width) { variant, fields in
            if setting?.data == .recall { reader.checkKeys(of: variant.cell ?? .rnn, fields) }
        }
        guard let setting, let variants else { return nil }
        reader.check(variants, of: fields, suit: setting)
        if let located = fields.located("shows"), shows?.contains(.boundary) == true, setting.data != .twoSpirals {
            reader.findings.error(at: located, "a boundary means nothing for \(setting.data.rawValue)", expected: "data: two-spirals")
        }
        if let located = fields.located("epochs") {
            for case .batchSize(let sizes) in sweeps {
                if let least = sizes.min() { reader.checkSteps(of: setting.with(batch: least), at: located) }
            }
        }
        reader.checkTraining(setting, runs: variants.count * (1 + sweeps.reduce(0) { $0 + $1.values.count }), fields)
        return Training(
            setting, shows: shows ?? (sweeps.isEmpty ? [.loss] : []), sweeps: sweeps, tuning: tuning ?? [], variants: variants)
    }
}
