import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The update of the parameters by an optimizer's step.
extension Storyteller {
    /// The update of a parameter; nil where it is not updated.
    func updateFinding(_ scalar: ScalarID) -> Finding? {
        guard let updated = trace.update.updated, let optimizer = trace.rule.optimizer, let place = trace.place(ofUpdated: scalar.tensor)
        else { return nil }
        let symbol = symbols(scalar)
        let weight = Arithmetic.leaf(leaf(scalar))
        let rate = number(optimizer.learningRate, "η")
        let direction = toldMemories.isEmpty ? optimizer.kind.firstDirection(slope(of: scalar)) : direction(of: scalar, optimizer)
        var step = weight - rate * direction
        if case .adamw(_, _, _, let decay) = optimizer.kind, trace.trainables[place].isWeight {
            step = .sum([weight, .negation(rate * direction), .negation(.product([rate, number(decay, "λ"), weight]))])
        }
        return Finding(
            kind: .update, scalar: scalar, key: .updated(scalar.key), symbol: symbol, inlineSymbol: symbol,
            value: updated[place].scalars[scalar.index], explanation: .arithmetic(step))
    }

    /// The gradient that the optimizer uses.
    private func slope(of scalar: ScalarID) -> Arithmetic {
        guard let place = trace.parameters.firstIndex(of: scalar.tensor) else { return .number(0) }
        let clipped = trace.update.clipped[place].scalars[scalar.index]
        guard clipped != gradient(scalar) else { return .leaf(gradientLeaf(scalar)) }
        return .leaf(Arithmetic.Leaf(clipped, clippedSymbol(scalar), role: .gradient, key: .clipped(scalar.key)))
    }

    /// How far the step moves one parameter.
    func updateSentence(_ scalar: ScalarID) -> Formula {
        guard let moved = updateFinding(scalar)?.value else { return .row([]) }
        let name = symbols(scalar)
        let difference = moved - value(scalar)
        if difference == 0 { return .row([name, .words(" stays: its gradient is 0.")]) }
        let way = difference > 0 ? "rises by " : "falls by "
        let end: [Formula] = [.number(abs(difference), digits: 3), .words(".")]
        // The optimizer's state may carry it on against the current gradient.
        guard difference * gradient(scalar) < 0 else { return .row([name, .words(" \(way)")] + end) }
        return .row([name, .words(" moves against its gradient: it \(way)")] + end)
    }

    /// The step and its effect on the loss; for later tensors only that it is the same.
    func updateSentence(of id: Tape.ID, isFirst: Bool) -> Formula {
        guard isFirst else { return .row([symbols.tensor(id), .words(" takes the same step, each entry by its own gradient.")]) }
        guard let after = trace.update.lossAfter, let optimizer = trace.rule.optimizer else { return .row([]) }
        let fall = after < trace.loss ? "falls" : after > trace.loss ? "rises" : "stays"
        let reason = toldMemories.isEmpty ? optimizer.kind.firstStep : optimizer.kind.laterStep
        let one = trace.isOneOfSeveral ? "Step \(trace.rule.steps)" : "One step"
        let result: [Formula] = trace.lowered == nil ? [symbols.resultName] : [.words("the loss on this batch")]
        return .row(
            [
                .words("\(one) of \(optimizer.kind.name) at the learning rate "), "η", .words(" = "), .number(optimizer.learningRate),
                .words(". With all of these updates, "),
            ]
                + result + [
                    .words(" \(fall) from "), .number(trace.loss), .words(" to "), .number(after),
                    .words(reason.isEmpty ? "." : ". \(reason)"),
                ])
    }
}

extension NumberKey {
    /// Whether it is a number of an optimizer's state after the step, which has the letter of the one before.
    var isRenewed: Bool {
        if case .remembered(_, _, isAfter: true) = self { true } else { false }
    }
}

extension Trace {
    /// A number of the optimizer's state.
    func remembered(_ scalar: ScalarID, _ memory: NumberKey.Memory, isAfter: Bool) -> Double? {
        guard let place = place(ofUpdated: scalar.tensor) else { return nil }
        return (isAfter ? update.after : update.before)?[Optimizer.Memory(memory)][place].scalars[scalar.index]
    }
}

/// The optimizer's state between steps.
extension Storyteller {
    private func symbol(_ memory: Optimizer.Memory, of scalar: ScalarID) -> Formula { memory.letter(symbols(scalar)) }

    /// A number of the state, before the step or after it.
    private func remembered(_ memory: Optimizer.Memory, _ scalar: ScalarID, isAfter: Bool) -> Arithmetic.Leaf? {
        guard let state = isAfter ? trace.update.after : trace.update.before, let place = trace.place(ofUpdated: scalar.tensor) else {
            return nil
        }
        return Arithmetic.Leaf(
            state[memory][place].scalars[scalar.index], symbol(memory, of: scalar), key: memory.key(scalar.key, isAfter: isAfter))
    }

    private func after(_ memory: Optimizer.Memory, _ scalar: ScalarID) -> Arithmetic {
        remembered(memory, scalar, isAfter: true).map { .leaf($0) } ?? .number(0)
    }

    func question(_ memory: Optimizer.Memory, of group: [ScalarID]) -> Formula {
        .row([.words("What is \(memory.name) of "), groupName(group), .words("?")])
    }

    /// A number of the state after the step.
    func finding(_ memory: Optimizer.Memory, of scalar: ScalarID) -> Finding? {
        guard let optimizer = trace.rule.optimizer, let old = remembered(memory, scalar, isAfter: false),
            let new = remembered(memory, scalar, isAfter: true)
        else { return nil }
        let before = Arithmetic.leaf(old)
        let slope = slope(of: scalar)
        let square = Arithmetic.power(slope, number(2))
        func mean(_ decay: Double, _ letter: Formula, _ news: Arithmetic) -> Arithmetic {
            number(decay, letter) * before + (number(1) - number(decay, letter)) * news
        }
        let told: Arithmetic
        switch (optimizer.kind, memory) {
        case (.momentum(let momentum), _), (.nesterov(let momentum), _): told = number(momentum, "μ") * before + slope
        case (.rmsprop(let decay, _), _): told = mean(decay, "ρ", square)
        case (.adagrad, _): told = before + square
        case (.adam(let beta1, let beta2, _), let memory), (.adamw(let beta1, let beta2, _, _), let memory):
            told = memory == .firstMoment ? mean(beta1, .sub("β", "1"), slope) : mean(beta2, .sub("β", "2"), square)
        case (.sgd, _): told = before
        }
        let symbol = symbol(memory, of: scalar)
        return Finding(
            kind: .memory, scalar: scalar, key: memory.key(scalar.key, isAfter: true), symbol: symbol, inlineSymbol: symbol,
            value: new.value, explanation: .arithmetic(told))
    }

    func sentence(_ memory: Optimizer.Memory, of id: Tape.ID, isFirst: Bool) -> Formula {
        guard isFirst, let optimizer = trace.rule.optimizer, let steps = trace.update.after?.steps else {
            return .row([.words("For "), symbols.tensor(id), .words(", \(memory.name) is found in the same way.")])
        }
        let kept = memory.meaning
        switch optimizer.kind {
        case .adam(let beta1, let beta2, _), .adamw(let beta1, let beta2, _, _):
            let (letter, beta): (Formula, Double) = memory == .firstMoment ? (.sub("β", "1"), beta1) : (.sub("β", "2"), beta2)
            return .row([
                .words("\(kept) Of what it would hold had it not begun at 0, it holds "), "1", .sign(.minus),
                .sup(letter, .number(Double(steps))), .sign(.equals), .number(1 - power(beta, steps)),
                .words(" at step \(steps): by that it is divided."),
            ])
        case .sgd, .momentum, .nesterov, .rmsprop, .adagrad: return .words(kept)
        }
    }

    private func power(_ base: Double, _ steps: Int) -> Double { Pairwise.power(base, Double(steps)) }

    /// The factor of the learning rate, from the state.
    private func direction(of scalar: ScalarID, _ optimizer: Optimizer) -> Arithmetic {
        func corrected(_ memory: Optimizer.Memory, _ beta: Double, _ letter: Formula) -> Arithmetic {
            let steps = number(Double(trace.update.after?.steps ?? 1))
            return after(memory, scalar) / (number(1) - .power(number(beta, letter), steps))
        }
        func root(_ squares: Arithmetic, _ epsilon: Double) -> Arithmetic { .function(.sqrt, [squares]) + number(epsilon, "ε") }
        switch optimizer.kind {
        case .sgd: return slope(of: scalar)
        case .momentum: return after(.velocity, scalar)
        case .nesterov(let momentum): return slope(of: scalar) + number(momentum, "μ") * after(.velocity, scalar)
        case .rmsprop(_, let epsilon), .adagrad(let epsilon): return slope(of: scalar) / root(after(.squares, scalar), epsilon)
        case .adam(let beta1, let beta2, let epsilon), .adamw(let beta1, let beta2, let epsilon, _):
            return corrected(.firstMoment, beta1, .sub("β", "1")) / root(corrected(.secondMoment, beta2, .sub("β", "2")), epsilon)
        }
    }
}

extension Optimizer.Memory {
    /// The letter with its parameter: v(w₅).
    fileprivate func letter(_ parameter: Formula) -> Formula {
        switch self {
        case .velocity: .row(["v", .parenthesized(parameter)])
        case .squares, .secondMoment: .row(["s", .parenthesized(parameter)])
        case .firstMoment: .row(["m", .parenthesized(parameter)])
        }
    }

    fileprivate init(_ memory: NumberKey.Memory) {
        switch memory {
        case .velocity: self = .velocity
        case .squares: self = .squares
        case .firstMoment: self = .firstMoment
        case .secondMoment: self = .secondMoment
        }
    }

    fileprivate func key(_ scalar: NumberKey.Scalar, isAfter: Bool) -> NumberKey {
        let memory: NumberKey.Memory =
            switch self {
            case .velocity: .velocity
            case .squares: .squares
            case .firstMoment: .firstMoment
            case .secondMoment: .secondMoment
            }
        return .remembered(scalar, memory, isAfter: isAfter)
    }

    fileprivate var name: String {
        switch self {
        case .velocity: "the velocity"
        case .squares: "the record of squares"
        case .firstMoment: "the first moment"
        case .secondMoment: "the second moment"
        }
    }

    fileprivate var meaning: String {
        switch self {
        case .velocity: "The velocity keeps a share of what it was and adds the gradient, so that steps in one direction grow."
        case .squares: "Squares of gradients are remembered: what has been steep will take small steps."
        case .firstMoment: "The first moment is a running mean of gradients."
        case .secondMoment: "The second moment is a running mean of squared gradients."
        }
    }
}

extension Optimizer.Kind {
    /// The effect of the first gradient on a state that is all 0.
    fileprivate var firstStep: String {
        switch self {
        case .sgd: ""
        case .momentum: "The velocity starts at 0, so that the first step is the gradient’s own: v ← μ·0 + g."
        case .nesterov: "The velocity starts at 0, v ← μ·0 + g, and the step looks ahead along it: g + μv."
        case .rmsprop: "The mean of squares starts at 0: s ← ρ·0 + (1 − ρ)g²; the step is g/(√s + ε)."
        case .adagrad: "The sum of squares starts at 0: s ← 0 + g², so that √s = |g| and the step has nearly the length η."
        case .adam, .adamw:
            "Both moments start at 0 and are corrected for it: m̂ = (1 − β₁)g/(1 − β₁) = g and ŝ = g², so that the first step has nearly the length η."
        }
    }

    /// How the step follows from the state.
    fileprivate var laterStep: String {
        switch self {
        case .sgd: ""
        case .momentum: "The step follows the velocity, not the gradient of now alone."
        case .nesterov: "The step follows the gradient and looks ahead along the velocity: g + μv."
        case .rmsprop: "The gradient is divided by the root of the mean of squares: g/(√s + ε)."
        case .adagrad: "The gradient is divided by the root of the sum of squares, which only grows: g/(√s + ε)."
        case .adam: "Both moments are corrected for their start at 0: m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ)."
        case .adamw:
            "Both moments are corrected for their start at 0: m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ); each weight also loses ηλ of itself."
        }
    }

    /// The factor of the learning rate at the first step, when the state is all 0.
    fileprivate func firstDirection(_ gradient: Arithmetic) -> Arithmetic {
        func number(_ value: Double, _ symbol: Formula? = nil) -> Arithmetic { .number(value, symbol) }
        switch self {
        case .sgd, .momentum: return gradient
        case .nesterov(let momentum): return gradient + number(momentum, "μ") * gradient
        case .rmsprop(let decay, let epsilon):
            let mean = (number(1) - number(decay, "ρ")) * .power(gradient, number(2))
            return gradient / (.function(.sqrt, [mean]) + number(epsilon, "ε"))
        case .adagrad(let epsilon), .adam(_, _, let epsilon), .adamw(_, _, let epsilon, _):
            return gradient / (.function(.abs, [gradient]) + number(epsilon, "ε"))
        }
    }
}
