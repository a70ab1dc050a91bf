import NeuralNetworks

/// What is done with gradients, wherever the language says it: in a network's lesson, or in a variant.
extension Findings {
    /// Nil where it's absent or wrong.
    func l2(of parent: Fields) -> Double? {
        parent.located("regularization").flatMap { Fields($0, form: LessonForms.regularization, findings: self) }?.number("l2")
    }

    func clipping(of parent: Fields) -> Clipping? {
        guard let fields = parent.located("clip").flatMap({ Fields($0, form: LessonForms.clip, findings: self) }) else { return nil }
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

    func optimizer(of parent: Fields) -> Optimizer? {
        guard let located = parent.located("optimizer"),
            let fields = fields(located, among: LessonForms.optimizers)
        else { return nil }
        // Each is asked for, so that each is checked.
        let rate = fields.number("learning-rate")
        func value(_ key: String) -> Double? { fields.form.key(key) == nil ? 0 : fields.number(key) }
        let keys = ["momentum", "decay", "epsilon", "beta1", "beta2"]
        let values = Dictionary(uniqueKeysWithValues: keys.map { ($0, value($0)) }).compactMapValues(\.self)
        guard let rate, let momentum = values["momentum"], let decay = values["decay"], let epsilon = values["epsilon"],
            let beta1 = values["beta1"], let beta2 = values["beta2"]
        else { return nil }
        let kind: Optimizer.Kind? =
            switch fields.form.name {
            case "sgd": .sgd
            case "momentum": .momentum(momentum)
            case "nesterov": .nesterov(momentum: momentum)
            case "rmsprop": .rmsprop(decay: decay, epsilon: epsilon)
            case "adagrad": .adagrad(epsilon: epsilon)
            case "adam": .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
            default: nil
            }
        return kind.map { Optimizer(kind: $0, learningRate: rate) }
    }
}
