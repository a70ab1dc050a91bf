import Autodiff
package import Forms

/// The maps for clipping, penalties and optimizers, in a network's lesson or in a variant.
package enum UpdateForms {
    package static let regularization = Form(
        "regularization", about: "a penalty on the weights",
        keys: [.init("l2", .number(.zeroOrMore), .standard("0"), "λ of λ/2·Σw²")])

    package static let clip = Form(
        "clip", about: "one of the two",
        keys: [
            .init("norm", .number(.positive), "scales all gradients by min(1, c/‖g‖)"),
            .init("value", .number(.positive), "clamps each gradient to [−c, c]"),
        ],
        takesOne: true)

    /// For experiments, which start without a state.
    package static let optimizers: [Form] = rows.map { row in
        var form = row.form
        form.meaningless = ["state"]
        return form
    }

    /// For lessons that trace steps.
    package static let tracedOptimizers: [Form] = rows.map { row in
        var form = row.form
        form.keys.append(.init("state", .form(row.state), "what is remembered before the first step; what isn't written is 0"))
        return form
    }

    package static let steps = Form.Key(
        "steps", .whole(1...Limits.trainingSteps), .standard("1"), "updates on the same batch, of which the last is traced")

    /// An optimizer of the language: its word, its keys, and its meaning.
    private struct Row: Sendable {
        let form: Form
        let state: Form
        let kind: @Sendable (Fields) -> Optimizer.Kind?

        init(
            _ word: String, _ about: String, _ keys: [Form.Key], remembers memories: [Optimizer.Memory] = [],
            _ kind: @escaping @Sendable (Fields) -> Optimizer.Kind?
        ) {
            let known = memories.map(\.rawValue)
            state = Form(
                "state", about: "of \(word), by parameter",
                keys: known.map { .init($0, .table(of: .either([.number(.any), .tensor])), "by parameter") } + [
                    .init("step", .whole(0...1_000_000_000), .standard("0"), "updates that were made before")
                ], meaningless: Optimizer.Memory.allCases.map(\.rawValue).filter { !known.contains($0) })
            form = Form(
                word, about: about,
                keys: [
                    .init("kind", .word([word]), .required, "which optimizer"), .init("learning-rate", .number(.positive), .required, "η"),
                ] + keys)
            self.kind = kind
        }
    }

    private static let momentum = Form.Key("momentum", .number(.fraction), .standard("0.9"), "μ")

    private static func epsilon(_ value: String) -> Form.Key {
        .init("epsilon", .number(.positive), .standard(value), "outside the root")
    }

    private static func decay(_ name: String, _ value: String, _ about: String) -> Form.Key {
        .init(name, .number(.fraction), .standard(value), about)
    }

    private static let rows: [Row] = [
        Row("sgd", "w ← w − ηg", []) { _ in .sgd },
        Row("momentum", "v ← μv + g; w ← w − ηv", [momentum], remembers: [.velocity]) { $0.number("momentum").map { .momentum($0) } },
        Row("nesterov", "v ← μv + g; w ← w − η(g + μv)", [momentum], remembers: [.velocity]) {
            $0.number("momentum").map { .nesterov(momentum: $0) }
        },
        Row(
            "rmsprop", "η over the root of a running mean of g²", [decay("decay", "0.99", "of the running mean"), epsilon("1e-8")],
            remembers: [.squares]
        ) {
            numbers($0, "decay", "epsilon").map { .rmsprop(decay: $0[0], epsilon: $0[1]) }
        },
        Row("adagrad", "η over the root of the sum of g²", [epsilon("1e-10")], remembers: [.squares]) {
            $0.number("epsilon").map { .adagrad(epsilon: $0) }
        },
        Row("adam", "bias-corrected running means of g and g²", moments, remembers: [.firstMoment, .secondMoment]) {
            numbers($0, "beta1", "beta2", "epsilon").map { .adam(beta1: $0[0], beta2: $0[1], epsilon: $0[2]) }
        },
        Row(
            "adamw", "adam, and w ← w − η·weight-decay·w of what l2 sees",
            moments + [.init("weight-decay", .number(.zeroOrMore), .standard("0.01"), "the share that shrinks, times η")],
            remembers: [.firstMoment, .secondMoment]
        ) {
            numbers($0, "beta1", "beta2", "epsilon", "weight-decay").map {
                .adamw(beta1: $0[0], beta2: $0[1], epsilon: $0[2], weightDecay: $0[3])
            }
        },
    ]

    private static let moments = [
        decay("beta1", "0.9", "decay of the mean of g"), decay("beta2", "0.999", "decay of the mean of g²"), epsilon("1e-8"),
    ]

    /// Nil where one of them is wrong; all are read first, so that all are checked.
    private static func numbers(_ fields: Fields, _ keys: String...) -> [Double]? {
        let numbers = keys.map { fields.number($0) }.compactMap(\.self)
        return numbers.count == keys.count ? numbers : nil
    }

    /// The form of an optimizer's state.
    static func state(of word: String) -> Form? { rows.first { $0.form.name == word }?.state }

    /// The optimizer that a map of one of `optimizers` describes.
    static func optimizer(_ fields: Fields) -> Optimizer? {
        let rate = fields.number("learning-rate")
        let kind = rows.first { $0.form.name == fields.form.name }?.kind(fields)
        guard let rate, let kind else { return nil }
        return Optimizer(kind: kind, learningRate: rate)
    }
}

extension Findings {
    /// Nil where it is absent or wrong.
    package func l2(of parent: Fields) -> Double? {
        parent.located("regularization").flatMap { Fields($0, form: UpdateForms.regularization, findings: self) }?.number("l2")
    }

    package func clipping(of parent: Fields) -> Clipping? {
        guard let fields = parent.located("clip").flatMap({ Fields($0, form: UpdateForms.clip, findings: self) }) else { return nil }
        let norm = fields.number("norm")
        let value = fields.number("value")
        switch (fields.has("norm"), fields.has("value")) {
        case (true, false): return norm.map { .norm($0) }
        case (false, true): return value.map { .value($0) }
        case (true, true):
            error(
                at: fields.keyMark("value"), path: fields.path, "clip has both norm and value", expected: "one of them")
        case (false, false):
            error(at: fields.mark, path: fields.path, "clip has no norm or value", expected: "one of them")
        }
        return nil
    }

    package func optimizer(of parent: Fields) -> Optimizer? {
        parent.located("optimizer").flatMap { fields($0, among: UpdateForms.optimizers) }.flatMap(UpdateForms.optimizer)
    }

    /// The clipping, optimizer and steps of a traced lesson; the state is read later.
    package func rule(of parent: Fields) -> (rule: UpdateRule, state: Fields?) {
        let clipping = self.clipping(of: parent)
        let fields = parent.located("optimizer").flatMap { self.fields($0, among: UpdateForms.tracedOptimizers) }
        let optimizer = fields.flatMap(UpdateForms.optimizer)
        let steps = parent.whole("steps") ?? 1
        if parent.has("steps"), !parent.has("optimizer") {
            error(
                at: parent.keyMark("steps"), path: .key(.root, "steps"), "steps without an optimizer", expected: "an optimizer beside them",
                hint: "add optimizer: {kind: sgd, learning-rate: 0.5}")
        }
        if parent.has("frozen"), !parent.has("optimizer") {
            warning(
                at: parent.keyMark("frozen"), .key(.root, "frozen"), "frozen without an optimizer freezes nothing",
                hint: "add optimizer: {kind: sgd, learning-rate: 0.5}")
        }
        let state = fields.flatMap { own in
            own.located("state").flatMap { located in
                UpdateForms.state(of: own.form.name).flatMap { Fields(located, form: $0, findings: self) }
            }
        }
        return (UpdateRule(clipping: clipping, optimizer: optimizer, steps: steps), state)
    }

    /// The optimizer's state before the first step.
    /// - Parameters:
    ///   - shapes: those of every parameter that may have a state.
    ///   - what: what has the parameters: "the network".
    package func start(
        _ state: Fields, shapes: [(name: String, shape: [Int])], of what: String, frozen: Set<String>
    ) -> Optimizer.Start {
        var start = Optimizer.Start(steps: state.whole("step") ?? 0)
        for memory in Optimizer.Memory.allCases where state.form.key(memory.rawValue) != nil {
            guard let located = state.located(memory.rawValue) else { continue }
            guard case .map(let entries) = located.value.content else {
                mismatch(located, expected: "a map of parameters and numbers")
                continue
            }
            for entry in entries {
                guard !isFull else { return start }
                let place = Located(value: entry.value, path: .key(located.path, entry.key))
                guard let shape = shapes.first(where: { $0.name == entry.key })?.shape else {
                    error(
                        at: entry.keyMark, path: place.path, "\(place.path): \(what) has no parameter of this name",
                        expected: shapes.map(\.name).prefix(12).listed(),
                        hint: shapes.map(\.name).nearest(to: entry.key).map { "did you mean \"\($0)\"?" })
                    continue
                }
                if frozen.contains(entry.key) { warning(at: entry.keyMark, place.path, "\(entry.key) is frozen: its state is not used") }
                if let tensor = memoryTensor(place, shape: shape, isSquare: memory == .squares || memory == .secondMoment) {
                    start.memories[memory, default: [:]][entry.key] = tensor
                }
            }
        }
        return start
    }

    private func memoryTensor(_ located: Located, shape: [Int], isSquare: Bool) -> Tensor? {
        guard !shape.isEmpty else { return number(located, in: isSquare ? .zeroOrMore : .any).map { Tensor($0) } }
        let described = "\(shape), as the parameter has"
        guard let tensor = tensor(located, expected: ExpectedShape(axes: shape, described: described)) else { return nil }
        guard tensor.shape == shape else {
            error(at: located, "\(located.path) has shape \(tensor.shape)", expected: described)
            return nil
        }
        if isSquare, let wrong = tensor.scalars.first(where: { $0 < 0 }) {
            error(at: located, "\(located.path) holds \(wrong)", expected: "numbers of at least 0: what is remembered are squares")
            return nil
        }
        return tensor
    }
}
