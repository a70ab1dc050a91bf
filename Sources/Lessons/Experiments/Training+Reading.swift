import Autodiff
import Experiments
import NeuralNetworks

extension ExperimentForms {
    package static let training = form(
        "training", about: "loss by step over seeds",
        keys: setting(DataSet.allCases, samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("shows", .list(of: .word(Training.Shown.allCases.map(\.rawValue))), "what the figure has; loss where it isn't given"),
            .init("learning-rates", .list(of: .number(.positive)), "rates over which the final loss is measured"),
            .init("batch-sizes", .list(of: .whole(1...Limits.batch)), "sizes over which the final validation loss is measured"),
            .init("initial-deviations", .list(of: .number(.positive)), "deviations of the first weights over which it is measured"),
        ],
        variants: variant(
            of: "training",
            [
                "activation", "initializer", "residual", "normalization", "clip", "regularization", "optimizer", "cell",
                "recurrent-radius", "forget-bias",
            ]))

    package static let covariateShift = form(
        "covariate-shift", about: "quantiles of a hidden layer's inputs over training",
        keys: setting([.twoSpirals, .noisySine], samples: 128, noise: "0", batch: 32, steps: 300) + [
            .init("layer", .whole(1...Limits.layers), "whose activation's inputs; the last hidden one where it isn't given"),
            .init("unit", .whole(1...Limits.units), .standard("1"), "whose quantiles are shown"),
        ],
        variants: variant(
            of: "covariate-shift", ["activation", "initializer", "residual", "normalization", "clip", "regularization", "optimizer"]))

    package static let fit = form(
        "fit", about: "a curve fitted to a few noisy samples under several penalties",
        keys: setting([.noisySine], samples: 12, noise: "0.3", batch: 12, steps: 600) + [
            .init("penalties", .list(of: .number(.positive)), "λ over which losses and the weights' norm are measured")
        ],
        variants: variant(of: "fit", ["activation", "initializer", "normalization", "clip", "regularization", "optimizer"]))

    /// Keys of everything that trains.
    private static func setting(_ sets: [DataSet], samples: Int, noise: String, batch: Int, steps: Int) -> [Form.Key] {
        [
            .init("data", .word(sets.map(\.rawValue)), .standard(sets[0].rawValue), "made from the seed"),
            .init("samples", .whole(1...Limits.batch), .standard("\(samples)"), "to train on"),
            .init("validation", .whole(1...Limits.batch), .standard("128"), "others, to look at"),
            .init("noise", .number(.zeroOrMore), .standard(noise), "standard deviation of what the data adds"),
            depth(3), width(16), Self.batch(batch),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("\(steps)"), "of training"), seeds(8), seed,
            .init("optimizer", .kinds(LessonForms.optimizers), "of variants that name none; adam at the rate 0.01 where it isn't written"),
        ] + (sets.contains(.recall) ? [.init("time", .whole(1...Limits.timeSteps), .standard("16"), "steps of a sequence")] : [])
    }
}

extension ExperimentReader {
    func training(_ fields: Fields) -> Training? {
        let setting = setting(fields)
        let shows = words("shows", of: fields)?.compactMap(Training.Shown.init(rawValue:))
        var sweeps: [Training.Sweep] = []
        if let rates = numbers("learning-rates", of: fields) { sweeps.append(.learningRate(rates)) }
        if let deviations = numbers("initial-deviations", of: fields) { sweeps.append(.initialDeviation(deviations)) }
        if let sizes = wholes("batch-sizes", of: fields) { sweeps.append(.batchSize(sizes)) }
        let variants = variants(fields, width: setting?.width) { variant, fields in
            if setting?.data == .recall { checkKeys(of: variant.cell ?? .rnn, fields) }
        }
        guard let setting, let variants else { return nil }
        check(variants, of: fields, suit: setting)
        if let located = fields.located("shows"), shows?.contains(.boundary) == true, setting.data != .twoSpirals {
            findings.error(at: located, "a boundary means nothing for \(setting.data.rawValue)", expected: "data: two-spirals")
        }
        checkTraining(setting, runs: variants.count * (1 + sweeps.reduce(0) { $0 + $1.values.count }), fields)
        return Training(setting, shows: shows ?? (sweeps.isEmpty ? [.loss] : []), sweeps: sweeps, variants: variants)
    }

    func covariateShift(_ fields: Fields) -> CovariateShift? {
        let setting = setting(fields)
        let layer = fields.whole("layer")
        let unit = fields.whole("unit")
        let variants = variants(fields, width: setting?.width)
        guard let setting, let unit, let variants else { return nil }
        if let layer, layer > setting.depth, let located = fields.located("layer") {
            findings.error(at: located, "there is no hidden layer \(layer)", expected: "at most depth, \(setting.depth)")
        }
        if unit > setting.width, let located = fields.located("unit") {
            findings.error(at: located, "there is no unit \(unit)", expected: "at most width, \(setting.width)")
        }
        checkTraining(setting, runs: variants.count, fields)
        return CovariateShift(setting, layer: layer ?? setting.depth, unit: unit, variants: variants)
    }

    func fit(_ fields: Fields) -> Fit? {
        let setting = setting(fields)
        let penalties = numbers("penalties", of: fields)
        let variants = variants(fields, width: setting?.width)
        guard let setting, let variants else { return nil }
        checkTraining(setting, runs: variants.count + (penalties?.count ?? 0), fields)
        return Fit(setting, penalties: penalties ?? [], variants: variants)
    }

    private func setting(_ fields: Fields) -> TrainingSetting? {
        let data = fields.word("data").flatMap(DataSet.init(rawValue:))
        let noise = fields.number("noise")
        let optimizer =
            fields.located("optimizer") == nil
            ? Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01) : findings.optimizer(of: fields)
        let keys = ["samples", "validation", "depth", "width", "batch", "steps", "seeds", "seed"]
        let numbers = Dictionary(uniqueKeysWithValues: keys.map { ($0, fields.whole($0)) }).compactMapValues(\.self)
        guard let data, let noise, let optimizer, let samples = numbers["samples"], let validation = numbers["validation"],
            let time = fields.form.key("time") == nil ? 1 : fields.whole("time"), let depth = numbers["depth"],
            let width = numbers["width"], let batch = numbers["batch"],
            let steps = numbers["steps"], let seeds = numbers["seeds"], let seed = numbers["seed"]
        else { return nil }
        return TrainingSetting(
            data: data, samples: samples, validation: validation, noise: noise, time: time, depth: depth, width: width,
            batch: batch, steps: steps, seeds: seeds, seed: UInt64(seed), optimizer: optimizer)
    }

    /// What a variant sets must have something to act on: a cell in sequences, normalization and skips in dense layers.
    private func check(_ variants: [Variant], of fields: Fields, suit setting: TrainingSetting) {
        let isSequence = setting.data == .recall
        let wrong = isSequence ? ["residual", "normalization"] : ["cell", "recurrent-radius", "forget-bias"]
        for element in fields.located("variants")?.elements ?? [] {
            guard case .map(let entries) = element.value.content else { continue }
            for entry in entries where wrong.contains(entry.key) {
                findings.error(
                    at: entry.keyMark, path: .key(element.path, entry.key),
                    "\"\(entry.key)\" means nothing for \(setting.data.rawValue)",
                    expected: isSequence ? "a recurrent layer's keys" : "data: \(DataSet.recall.rawValue)")
            }
        }
    }

    private func checkTraining(_ setting: TrainingSetting, runs: Int, _ fields: Fields) {
        let inner = setting.data == .recall ? setting.time : setting.depth - 1
        checkLimits(
            fields,
            products: [2, inner, setting.width, setting.width, min(setting.batch, setting.samples), setting.steps, setting.seeds, runs],
            lessen: "depth, width, batch, steps or seeds",
            scalars: [2, inner, setting.width, max(setting.validation, min(setting.batch, setting.samples))].saturatingCount,
            lessenScalars: "depth, width, batch or validation")
    }

    private func wholes(_ key: String, of fields: Fields) -> [Int]? {
        guard case .list(of: .whole(let range)) = fields.form.key(key)?.type, let located = fields.located(key) else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of whole numbers")
            return nil
        }
        guard isSweep(elements, located) else { return nil }
        let numbers = elements.compactMap { findings.whole($0, in: range) }
        return numbers.count == elements.count ? numbers : nil
    }

    private func words(_ key: String, of fields: Fields) -> [String]? {
        guard case .list(of: .word(let words)) = fields.form.key(key)?.type, let located = fields.located(key) else { return nil }
        guard let elements = located.elements else {
            findings.mismatch(located, expected: "a list of words")
            return nil
        }
        return elements.compactMap { findings.word($0, of: words) }
    }
}
