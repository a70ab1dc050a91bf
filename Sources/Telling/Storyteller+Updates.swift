import Autodiff
import NeuralNetworks
import Notation
import Traces

extension Storyteller {
    /// Where one step of the optimizer, from a fresh state, takes a parameter; nil where it stays as it is.
    func updateFinding(_ scalar: ScalarID) -> Finding? {
        guard case .network(let lowered, let update) = trace.subject, let updated = update.updated,
            let optimizer = lowered.problem.optimizer,
            let place = lowered.parameters.firstIndex(where: { $0.id == scalar.tensor }),
            !lowered.problem.frozen.contains(lowered.parameters[place].name)
        else { return nil }
        let symbol = symbols(scalar)
        let clipped = update.clipped[place].scalars[scalar.index]
        let isClipped = clipped != gradient(scalar)
        let slope = Arithmetic.leaf(
            Arithmetic.Leaf(
                clipped,
                isClipped ? clippedSymbol(scalar) : symbols.inlineGradient(of: scalar), role: .gradient,
                key: isClipped ? .clipped(scalar.key) : .gradient(scalar.key)))
        return Finding(
            kind: .update, scalar: scalar, key: .updated(scalar.key), symbol: symbol, inlineSymbol: symbol,
            value: updated[place].scalars[scalar.index],
            explanation: .arithmetic(
                .leaf(leaf(scalar)) - number(optimizer.learningRate, "η") * optimizer.kind.direction(slope)))
    }

    /// How far the step moves one parameter.
    func updateSentence(_ scalar: ScalarID) -> Formula {
        guard let moved = updateFinding(scalar)?.value else { return .row([]) }
        let name = symbols(scalar)
        let difference = moved - value(scalar)
        if difference == 0 { return .row([name, .words(" stays: its gradient is 0.")]) }
        return .row([
            name, .words(" moves against its gradient: it " + (difference > 0 ? "rises by " : "falls by ")),
            .number(abs(difference), digits: 3), .words("."),
        ])
    }

    /// What the step is, and what it does to the loss; later only that it is the same.
    func updateSentence(of id: Tape.ID, isFirst: Bool) -> Formula {
        guard isFirst else { return .row([symbols.tensor(id), .words(" takes the same step, each entry by its own gradient.")]) }
        guard let lowered = trace.lowered, let after = trace.update?.lossAfter, let optimizer = lowered.problem.optimizer
        else { return .row([]) }
        let fall = after < trace.loss ? "falls" : after > trace.loss ? "rises" : "stays"
        let reason = optimizer.kind.firstStep
        return .row([
            .words("One step of \(optimizer.kind.name) at the learning rate "), "η", .words(" = "),
            .number(optimizer.learningRate), .words(". With all of these updates, the loss on this batch \(fall) from "),
            .number(trace.loss), .words(" to "), .number(after), .words(reason.isEmpty ? "." : ". \(reason)"),
        ])
    }
}

extension Optimizer.Kind {
    /// What the optimizer's memories, all 0 before, make of the first gradient.
    fileprivate var firstStep: String {
        switch self {
        case .sgd: ""
        case .momentum: "The velocity starts at 0, so that the first step is the gradient's own: v ← μ·0 + g."
        case .nesterov: "The velocity starts at 0, v ← μ·0 + g, and the step looks ahead along it: g + μv."
        case .rmsprop: "The mean of squares starts at 0: s ← ρ·0 + (1 − ρ)g²; the step is g/(√s + ε)."
        case .adagrad: "The sum of squares starts at 0: s ← 0 + g², so that √s = |g| and the step has nearly the length η."
        case .adam:
            "Both moments start at 0 and are corrected for it: m̂ = (1 − β₁)g/(1 − β₁) = g and ŝ = g², so that the first step has nearly the length η."
        }
    }

    /// What the learning rate is multiplied by at the first step, when all memories are 0.
    fileprivate func direction(_ gradient: Arithmetic) -> Arithmetic {
        func number(_ value: Double, _ symbol: Formula? = nil) -> Arithmetic { .number(value, symbol) }
        switch self {
        case .sgd, .momentum: return gradient
        case .nesterov(let momentum): return gradient + number(momentum, "μ") * gradient
        case .rmsprop(let decay, let epsilon):
            let mean = (number(1) - number(decay, "ρ")) * .power(gradient, number(2))
            return gradient / (.function(.sqrt, [mean]) + number(epsilon, "ε"))
        case .adagrad(let epsilon), .adam(_, _, let epsilon):
            return gradient / (.function(.abs, [gradient]) + number(epsilon, "ε"))
        }
    }
}
