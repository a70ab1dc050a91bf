import Autodiff
import Escaping
import Forms
import NeuralNetworks

/// Reads the lesson of a network: the layers, the batch, and the update.
struct NetworkReader {
    let findings: Findings
    let files: NumberFileReader

    struct Read {
        var problem: TrainingProblem
        var figures: [TracedFigure]
        /// Parameters from a file.
        var filled: [FilledParameter]
        /// The batch, where it is from a file.
        var batch: (inputs: Located, targets: Located?)?
    }

    /// Nil where anything is wrong; findings say what.
    func problem(_ lesson: Fields) -> Read? {
        var reader = LayerReader(findings: findings)
        var network: Network?
        var input: KnownShape?
        var output: KnownShape?
        if let fields = fields("network", of: lesson, LessonForms.network) {
            input = self.input(fields)
            let seed = fields.seed("seed")
            let initializer = findings.initializer(of: fields)
            reader = LayerReader(findings: findings, stored: files.parameters(fields))
            let read = reader.layers(fields.located("layers"), after: input)
            output = read.output
            reader.checkStored(isComplete: output != nil)
            if let input, let seed {
                network = Network(
                    input: input.shape, seed: seed, initializer: initializer, layers: read.layers,
                    written: reader.written)
            }
        }
        let loss = findings.loss(of: lesson)
        let (data, batch) = BatchReader(findings: findings, files: files).batch(lesson, loss: loss, input: input, output: output)
        if let data, let place = lesson.located("data") { reader.checkGivens(batch: data.inputs.shape[0], data: place) }
        let l2 = findings.l2(of: lesson) ?? 0
        var (rule, state) = findings.rule(of: lesson)
        rule.frozen = frozen(lesson, records: reader.records, isComplete: output != nil)
        let figures = FigureReader(findings: findings, steps: rule.steps).figures(
            lesson, network: output == nil ? nil : network, batch: data?.inputs.shape[0])
        warn(layers: network?.layers ?? [], loss: loss, records: reader.records)
        guard let network, output != nil, let loss, let data else { return nil }
        var problem = TrainingProblem(network: network, inputs: data.inputs, targets: data.targets, loss: loss, l2: l2)
        problem.rule = rule
        let lowered = lowered(problem, lesson)
        if let state, let lowered {
            let shapes = lowered.parameters.map { (name: $0.name, shape: lowered.tape[$0.id].shape) }
            problem.rule.optimizer?.start = findings.start(state, shapes: shapes, of: "the network", frozen: rule.frozen)
        }
        return Read(problem: problem, figures: figures, filled: reader.filled, batch: batch)
    }

    private func fields(_ key: String, of fields: Fields, _ form: Form) -> Fields? {
        fields.located(key).flatMap { Fields($0, form: form, findings: findings) }
    }

    /// `2`, `{time: 6, features: 3}`, `{time: 6, tokens: 10}` or `[3, 8, 8]`.
    private func input(_ network: Fields) -> KnownShape? {
        guard let located = network.located("input") else { return nil }
        let expected = "features, {time: …, features: …}, {time: …, tokens: …}, or [channels, height, width]"
        func known(_ shape: SampleShape) -> KnownShape { KnownShape(shape: shape, maker: "input", mark: located.mark) }
        switch located.value.content {
        case .scalar(let text, let isPlain) where !isPlain || !WrittenNumber.isDecimal(text):
            findings.mismatch(located, expected: expected)
            return nil
        case .scalar:
            return findings.whole(located, in: 1...Limits.units).map { known(.features($0)) }
        case .map(let entries):
            let hasTokens = entries.contains { $0.key == "tokens" }
            guard let fields = Fields(located, form: hasTokens ? LessonForms.tokens : LessonForms.sequence, findings: findings) else {
                return nil
            }
            let time = fields.whole("time")
            if hasTokens {
                let tokens = fields.whole("tokens")
                return time.flatMap { time in tokens.map { known(.tokens(time: time, count: $0)) } }
            }
            let features = fields.whole("features")
            guard let time, let features else { return nil }
            return known(.sequence(time: time, features: features))
        case .numbers:
            findings.mismatch(located, expected: expected)
            return nil
        case .list(let values):
            guard values.count == 3, let elements = located.elements else {
                findings.error(
                    at: located, "\(located.path) has \(values.count) \(values.count == 1 ? "number" : "numbers")",
                    expected: expected)
                return nil
            }
            let axes = elements.compactMap { findings.whole($0, in: 1...Limits.units) }
            guard axes.count == 3 else { return nil }
            guard axes.saturatingCount <= Limits.traceScalars else {
                findings.error(
                    at: located, "\(located.path) has \(axes.saturatingCount.grouped) scalars",
                    expected: "at most \(Limits.traceScalars.grouped) in a whole trace")
                return nil
            }
            return known(.image(channels: axes[0], height: axes[1], width: axes[2]))
        }
    }

    /// The names of the frozen parameters; a lesson may name layers, parameters, or a key for all parameters of that kind.
    private func frozen(_ lesson: Fields, records: [LayerReader.Record], isComplete: Bool) -> Set<String> {
        guard let located = lesson.located("frozen") else { return [] }
        guard let elements = located.elements else {
            var hint: String?
            if case .scalar(let word, _) = located.value.content, !located.value.isNull { hint = "write [\(Printable.shortened(word))]" }
            findings.mismatch(located, expected: "a list of layers, parameters or keys of parameters", hint: hint)
            return []
        }
        let names = Names(of: records)
        var frozen: Set<String> = []
        var taken: Set<String> = []
        for element in elements {
            guard case .scalar(let word, _) = element.value.content, !element.value.isNull else {
                findings.mismatch(element, expected: "a layer, a parameter, or a key of parameters")
                continue
            }
            if let parameters = names.parameters[word] {
                if taken.insert(word).inserted { frozen.formUnion(parameters) }
                if isComplete, names.bare.contains(word) {
                    findings.warning(at: element.mark, element.path, "\(word) has no parameters to freeze")
                }
                continue
            }
            // If a layer could not be read, the names in it are unknown.
            guard isComplete else { continue }
            findings.error(
                at: element, "\(element.path) is \(Printable.quoted(word)), which the network doesn't have", expected: names.expected,
                hint: names.words.nearest(to: word).map { "did you mean \"\($0)\"?" })
        }
        return frozen
    }

    /// What may be frozen, by its name in a lesson.
    private struct Names {
        /// For each layer, parameter and key: the parameters that it stands for.
        private(set) var parameters: [String: Set<String>] = [:]
        /// Layers without parameters.
        private(set) var bare: Set<String> = []
        /// Keys first, then in the order of the file.
        let words: [String]
        let expected: String

        init(of records: [LayerReader.Record]) {
            var keys: [String] = []
            var known: Set<String> = []
            for record in records {
                parameters[record.name, default: []].formUnion(record.parameters)
                if record.parameters.isEmpty { bare.insert(record.name) }
                for key in record.keys {
                    if known.insert(key).inserted { keys.append(key) }
                    parameters[key, default: []].insert("\(record.name).\(key)")
                    parameters["\(record.name).\(key)", default: []].insert("\(record.name).\(key)")
                }
            }
            let layers = records.map(\.name)
            words = keys + layers + records.flatMap { record in record.keys.map { "\(record.name).\($0)" } }
            expected =
                "a layer (\(layers.prefix(12).joined(separator: ", "))\(layers.count > 12 ? ", …" : "")), "
                + "a parameter, or a key (\(keys.joined(separator: ", ")))"
        }
    }

    private func warn(layers: [Layer], loss: Loss?, records: [LayerReader.Record]) {
        if let loss, let last = layers.last, let squashing = loss.measure.squashing(like: last),
            let record = records.last(where: { $0.name == last.name })
        {
            findings.warning(
                at: record.mark, .key(.key(.root, "network"), "layers"),
                "\(last.name) right before \(loss.measure.word), which applies a \(squashing) of its own",
                hint: "leave it out, or write loss: {kind: \(loss.measure.word), of: probabilities}")
        }
    }

    /// The problem lowered to a tape, within the limits; nil where anything is wrong.
    private func lowered(_ problem: TrainingProblem, _ lesson: Fields) -> LoweredProblem? {
        guard let least = try? Cost(of: problem.network, batch: problem.inputs.shape[0]) else { return nil }
        func refuse(_ what: String, most: Int) {
            findings.error(at: lesson.keyMark("network"), path: .key(.root, "network"), what, expected: "at most \(most.grouped)")
        }
        if least.scalars > Limits.traceScalars {
            refuse("the trace would hold \(least.scalars.grouped) scalars or more", most: Limits.traceScalars)
        }
        if least.products > Limits.traceProducts {
            refuse("the trace would take \(least.products.grouped) products or more", most: Limits.traceProducts)
        }
        guard findings.errors.isEmpty else { return nil }
        do {
            // Only lowering shows the intermediate values of layers.
            return try problem.lowered()
        } catch {
            if let excess = error as? CostExceeded { refuse("\(excess.count.grouped) \(excess.what) or more", most: excess.limit) }
            return nil
        }
    }
}

extension Loss.Measure {
    /// The squashing that the loss applies to scores, if the layer before has applied the same already.
    fileprivate func squashing(like layer: Layer) -> String? {
        switch self {
        case .crossEntropy(of: .scores): layer.kind == .softmax ? "softmax" : nil
        case .binaryCrossEntropy(of: .scores): layer.kind == .activation(.sigmoid) ? "sigmoid" : nil
        case .crossEntropy, .binaryCrossEntropy, .halfSquaredError, .squaredError, .absoluteError, .huber, .outputSum, .hinge: nil
        }
    }
}
