import Autodiff
import Forms
package import NeuralNetworks

/// What is trained, on which data and for how long: shared by all measurements that train.
///
/// The network is depth times [dense to width, normalization if set, activation, dropout if set], then a dense layer to one output; with `residual` each of
/// them but the first, whose input has another width, adds its input. For sequences it is one recurrent layer of `width` units, then the
/// dense layer.
package struct TrainingSetting: Hashable, Sendable {
    package var data: DataSet
    /// The number of samples for training; `validation` is that of other samples for validation.
    package var samples: Int
    package var validation: Int
    package var noise: Double
    /// The length of a sequence.
    package var time: Int
    package var depth: Int
    package var width: Int
    package var batch: Int
    package var steps: Int
    /// The epochs that `steps` amounts to, if a lesson gives them: then every batch size sees each sample equally often.
    package var epochs: Int?
    package var seeds: Int
    /// The first seed; run k takes seed + k.
    package var seed: UInt64
    /// For variants that name none.
    package var optimizer: Optimizer

    package init(
        data: DataSet, samples: Int = 128, validation: Int = 128, noise: Double = 0, time: Int = 16, depth: Int = 3,
        width: Int = 16, batch: Int = 32, steps: Int = 300, seeds: Int = 8, seed: UInt64 = 0, optimizer: Optimizer
    ) {
        self.data = data
        self.samples = samples
        self.validation = validation
        self.noise = noise
        self.time = time
        self.depth = depth
        self.width = width
        self.batch = batch
        self.steps = steps
        self.seeds = seeds
        self.seed = seed
        self.optimizer = optimizer
    }
}

extension TrainingSetting {
    /// The setting with another batch size: for as many epochs if these are given, else for as many steps.
    package func with(batch: Int) -> TrainingSetting {
        var setting = self
        setting.batch = batch
        if let epochs { setting.steps = epochs.saturatingTimes(setting.stepsAnEpoch) }
        return setting
    }

    /// Samples that do not fill a batch are left out of the epoch.
    private var stepsAnEpoch: Int { max(samples / max(min(batch, samples), 1), 1) }

    /// The setting on a quarter as many other seeds, so that the choice does not depend on the data that the figure shows.
    var forTuning: TrainingSetting {
        var setting = self
        setting.seed = seed &+ UInt64(max(seeds, 0))
        setting.seeds = max(seeds / 4, 1)
        return setting
    }

    /// All variants see the same samples for one seed.
    package func trainingSamples(seed: UInt64) -> Batch {
        data.draw(samples, noise: noise, time: time, seed: seed, stream: "training")
    }

    package func validationSamples(seed: UInt64) -> Batch {
        data.draw(validation, noise: noise, time: time, seed: seed, stream: "validation")
    }

    /// The training problem of one batch.
    /// - Parameter isShifted: whether each activation's input goes through an extra dense layer, whose weight and bias are frozen.
    package func problem(of variant: Variant, seed: UInt64, isShifted: Bool = false) -> TrainingProblem {
        var problem = shapes(of: variant, seed: seed, isShifted: isShifted)
        if isShifted {
            problem.frozen = Set(
                (1...max(depth, 1)).flatMap { number in
                    [ParameterKey.weight, .bias].map { $0.name(in: Self.shift(number)) }
                })
        }
        if let radius = variant.recurrentRadius {
            var generator = Xoshiro(seed: seed, stream: "recurrent-radius")
            let gates = variant.recurrentCell.blocks
            let scalars = (0..<gates).flatMap { _ in generator.orthogonal(rows: width, columns: width).scalars.map { $0 * radius } }
            problem.network.written[ParameterKey.recurrentWeight.name(in: Self.recurrent)] = Tensor(
                shape: [gates * width, width], scalars: scalars)
        }
        return problem
    }

    /// The recurrent layer's name, which names the random streams of its parameters.
    private static let recurrent = "recurrent"
    private static func shift(_ number: Int) -> String { "shift\(number)" }

    /// The problem before a variant's spectral radius is applied to its recurrent weight.
    private func shapes(of variant: Variant, seed: UInt64, isShifted: Bool = false) -> TrainingProblem {
        let count = min(batch, samples)
        let axes = data.input(time: time).axes
        return TrainingProblem(
            network: Network(
                input: data.input(time: time), seed: seed,
                // Name the initializer: the extra layer would hide the activation that determines the default.
                initializer: variant.initializer ?? (isShifted && (variant.activation ?? .tanh).prefersHe ? .heNormal : nil),
                layers: layers(of: variant, isShifted: isShifted)),
            inputs: .zeros([count] + axes), targets: .values(.zeros([count, 1])), loss: data.loss, l2: variant.l2 ?? 0,
            clipping: variant.clipping, optimizer: variant.optimizer ?? optimizer)
    }

    private func layers(of variant: Variant, isShifted: Bool) -> [Layer] {
        let output = Layer(name: "output", kind: .dense(DenseLayer(units: 1)))
        guard case .features(let inputs) = data.input(time: time) else {
            return [Layer(name: Self.recurrent, kind: .recurrent(RecurrentLayer(cell: variant.recurrentCell, units: width))), output]
        }
        var layers: [Layer] = []
        for number in 1...max(depth, 1) {
            var block = [Layer(name: "dense\(number)", kind: .dense(DenseLayer(units: width)))]
            if let normalization = variant.normalization {
                block.append(Layer(name: "normalization\(number)", kind: .normalization(normalization)))
            }
            if isShifted { block.append(Layer(name: Self.shift(number), kind: .dense(DenseLayer(units: width)))) }
            block.append(Layer(name: "activation\(number)", kind: .activation(variant.activation ?? .tanh)))
            block += variant.dropoutLayers(number)
            let isResidual = variant.residual && (number > 1 || inputs == width)
            layers += isResidual ? [Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: block)))] : block
        }
        return layers + [output]
    }

    func learner(of variant: Variant, seed: UInt64) throws(ExperimentError) -> Learner {
        try variant.fitting { try Learner(problem(of: variant, seed: seed)) }
    }

    func evaluation(
        of variant: Variant, _ samples: Batch, seed: UInt64, _ mode: NormalizationMode = .given
    ) throws(ExperimentError) -> Evaluation {
        try variant.fitting { try Evaluation(problem(of: variant, seed: seed), of: samples, mode) }
    }

    /// The cost of all runs of all variants.
    /// - Parameter runs: the number of runs of each variant and seed.
    func cost(_ variants: [Variant], runs: Int = 1) throws(ExperimentError) -> Cost {
        var cost = Cost()
        for variant in variants {
            let problem = shapes(of: variant, seed: seed)
            let lowered = try problem.lowered(for: variant)
            let pass = Cost(of: lowered.tape)
            // At each recorded step all samples are evaluated, however small the batches are.
            let share = pass.products.saturatingTimes(max(samples, validation)) / max(min(batch, samples), 1)
            let looks = Cost(products: share, operations: pass.operations).repeated(recordedSteps.count)
            let drawn = lowered.cost + variant.recurrentCost(of: problem.network)
            let run = pass.repeated(steps.saturatingPlus(1).saturatingTimes(2)) + looks + drawn
            cost = cost + run.repeated(runs).repeated(seeds)
        }
        return cost
    }
}

extension Variant {
    var recurrentCell: RecurrentLayer.Cell {
        switch cell ?? .rnn {
        case .rnn: .rnn(activation ?? .tanh)
        case .lstm: .lstm(forgetBias: forgetBias ?? 0)
        case .gru: .gru(updateBias: updateBias ?? 0)
        }
    }
}

extension TrainingSetting {
    /// The keys of everything that trains.
    static func keys(_ sets: [DataSet], samples: Int, noise: String, batch: Int, steps: Int) -> [Form.Key] {
        [
            .init("data", .word(sets.map(\.rawValue)), .standard(sets[0].rawValue), "made from the seed"),
            .init("samples", .whole(1...Limits.batch), .standard("\(samples)"), "to train on"),
            .init("validation", .whole(1...Limits.batch), .standard("128"), "others, to look at"),
            .init("noise", .number(.zeroOrMore), .standard(noise), "standard deviation of what the data adds"),
            Training.depth(3), Training.width(16), Training.batch(batch),
            .init("steps", .whole(1...Limits.trainingSteps), .standard("\(steps)"), "of training"),
            .init("epochs", .whole(1...Limits.trainingSteps), "passes over the samples, in place of steps"), Training.seeds(8),
            Training.seed,
            .init("optimizer", .kinds(UpdateForms.optimizers), "of variants that name none; adam at the rate 0.01 where it isn't written"),
        ] + (sets.contains(.recall) ? [.init("time", .whole(1...Limits.timeSteps), .standard("16"), "steps of a sequence")] : [])
    }
}

extension ExperimentReader {
    func setting(_ fields: Fields) -> TrainingSetting? {
        let data = fields.word("data").flatMap(DataSet.init(rawValue:))
        let noise = fields.number("noise")
        let optimizer =
            fields.located("optimizer") == nil
            ? Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01) : findings.optimizer(of: fields)
        let keys = ["samples", "validation", "depth", "width", "batch", "steps", "seeds"]
        let numbers = Dictionary(uniqueKeysWithValues: keys.map { ($0, fields.whole($0)) }).compactMapValues(\.self)
        guard let data, let noise, let optimizer, let samples = numbers["samples"], let validation = numbers["validation"],
            let time = fields.form.key("time") == nil ? 1 : fields.whole("time"), let depth = numbers["depth"],
            let width = numbers["width"], let batch = numbers["batch"],
            let steps = numbers["steps"], let seeds = numbers["seeds"], let seed = fields.seed("seed")
        else { return nil }
        let epochs = fields.whole("epochs")
        var setting = TrainingSetting(
            data: data, samples: samples, validation: validation, noise: noise, time: time, depth: depth, width: width,
            batch: batch, steps: steps, seeds: seeds, seed: seed, optimizer: optimizer)
        guard let epochs else { return setting }
        setting.epochs = epochs
        setting = setting.with(batch: batch)
        guard let located = fields.located("epochs") else { return setting }
        if fields.has("steps") {
            findings.error(at: located, "epochs and steps are two ways to say how long is trained", expected: "one of them")
        }
        checkSteps(of: setting, at: located)
        return setting
    }

    func checkSteps(of setting: TrainingSetting, at located: Located) {
        guard setting.steps > Limits.trainingSteps else { return }
        findings.error(
            at: located, "\(setting.epochs ?? 1) epochs in batches of \(setting.batch) are \(setting.steps.grouped) steps",
            expected: "at most \(Limits.trainingSteps.grouped)")
    }

    /// Reports settings of variants that would have no effect: cells act on sequences, normalization and skip connections on dense layers.
    func check(_ variants: [Variant], of fields: Fields, suit setting: TrainingSetting) {
        let isSequence = setting.data == .recall
        let wrong = isSequence ? ["residual", "normalization", "dropout"] : ["cell", "recurrent-radius", "forget-bias", "update-bias"]
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

    func checkTraining(_ setting: TrainingSetting, runs: Int, _ fields: Fields) {
        let inner = setting.data == .recall ? setting.time : setting.depth - 1
        checkLimits(
            fields,
            products: [2, inner, setting.width, setting.width, min(setting.batch, setting.samples), setting.steps, setting.seeds, runs],
            lessen: "depth, width, batch, steps or seeds",
            scalars: [2, inner, setting.width, max(setting.validation, min(setting.batch, setting.samples))].saturatingCount,
            lessenScalars: "depth, width, batch or validation")
    }
}
