import Autodiff
import NeuralNetworks
import Notation
import Traces

/// How clipping changes the gradients, before the optimizer uses them.
extension Storyteller {
    private var clipping: Clipping? { trace.rule.clipping }

    var clipsByNorm: Bool { if case .norm = clipping { true } else { false } }

    private var normSymbol: Formula { .norm(.symbol("g", .bold)) }

    private var norm: Double {
        trace.parameters.map { trace.pass.gradient($0).norm }.norm
    }

    func clippedSymbol(_ scalar: ScalarID) -> Formula {
        .row([.words("clipped "), symbols.inlineGradient(of: scalar)])
    }

    private func slope(_ scalar: ScalarID) -> Arithmetic { .leaf(gradientLeaf(scalar)) }

    /// The norm of all gradients together, and the factor that reduces it to the limit.
    var normStep: Step? {
        guard case .norm(let limit) = clipping else { return nil }
        let scalars = trace.parameters.flatMap { id in trace.pass.gradient(id).scalars.indices.map { ScalarID(id, $0) } }
        let squares = scalars.map {
            SumTerm(told: .power(slope($0), number(2)), value: gradient($0) * gradient($0), isChosen: isChosen($0))
        }
        let result = ScalarID(trace.pass.result, 0)
        let finding = Finding(
            kind: .clipped, scalar: result, key: .norm, symbol: normSymbol, inlineSymbol: normSymbol, value: norm,
            explanation: .arithmetic(.function(.sqrt, [sum(squares, of: .square)])))
        let verdict: [Formula] =
            norm > limit
            ? [
                .words(" More than the limit "), .number(limit), .words(", so every gradient is multiplied by "),
                .fraction(.number(limit), normSymbol), .words(": the direction stays, the length becomes "), .number(limit),
                .words("."),
            ] : [.words(" Within the limit "), .number(limit), .words(": nothing changes.")]
        return Step(
            phase: .backward, question: .row([.words("How long is the gradient of all parameters together?")]),
            findings: [finding], omitted: 0, tensor: trace.pass.result, notation: symbols.notation,
            sentence: { _ in .row([.words("The norm runs over every entry of every parameter.")] + verdict) })
    }

    func question(clipped group: [ScalarID]) -> Formula {
        .row([
            .words("What does clipping leave of "),
            group.count > 1 ? symbols.gradient(ofTensor: group[0].tensor) : symbols.inlineGradient(of: group[0]), .words("?"),
        ])
    }

    func clippedFinding(_ scalar: ScalarID) -> Finding? {
        guard let clipping, let place = trace.parameters.firstIndex(of: scalar.tensor) else { return nil }
        let arithmetic: Arithmetic
        switch clipping {
        case .norm(let limit):
            let length = Arithmetic.leaf(Arithmetic.Leaf(norm, normSymbol, key: .norm))
            arithmetic = norm > limit ? number(limit, "c") / length * slope(scalar) : slope(scalar)
        case .value(let limit):
            arithmetic = .function(
                .max, [.negation(number(limit, "c")), .function(.min, [number(limit, "c"), slope(scalar)])])
        }
        return Finding(
            kind: .clipped, scalar: scalar, key: .clipped(scalar.key), symbol: clippedSymbol(scalar),
            inlineSymbol: clippedSymbol(scalar), value: trace.update.clipped[place].scalars[scalar.index],
            explanation: .arithmetic(arithmetic))
    }

    func clippingSentence(_ id: Tape.ID, isFirst: Bool) -> Formula {
        guard isFirst else {
            let told =
                clipsByNorm
                ? (changes ? " is multiplied by the same factor." : " stays as it is, too.") : " is held within the same limits."
            return .row([symbols.gradient(ofTensor: id), .words(told)])
        }
        return firstClippingSentence
    }

    /// Whether the norm exceeds its limit.
    private var changes: Bool { if case .norm(let limit) = clipping { norm > limit } else { false } }

    private var firstClippingSentence: Formula {
        switch clipping {
        case .norm(let limit):
            norm > limit
                ? .words("Clipping by norm: one factor for all, min(1, c/‖g‖), so that the direction stays.")
                : .words("The norm is within the limit: the gradient stays as it is.")
        case .value: .words("Clipping by value: each gradient is held within [−c, c] by itself, which may turn the direction.")
        case nil: .row([])
        }
    }
}
