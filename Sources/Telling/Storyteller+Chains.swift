import Autodiff
import Notation
import Traces

extension Storyteller {
    /// A gradient as the sum over the scalar's uses.
    ///
    /// The gradient of the previous step is reused: ∂L/∂w is ∂L/∂z·∂z/∂w. With `NotationStyle.chain` a parameter's upstream gradient is
    /// written through the activation that follows, ∂L/∂o·∂o/∂z·∂z/∂w, if nothing else uses the scalar in between.
    func chain(of scalar: ScalarID) -> ChainRule {
        let contributions = contributions(to: scalar)
        let isTold = told(contributions.map { isChosen(ScalarID($0.output, $0.outputIndex)) })
        let told = zip(contributions, isTold).filter(\.1).map(\.0)
        let others = zip(contributions, isTold).filter { !$0.1 }.map(\.0)
        return ChainRule(
            terms: told.map { term(scalar, $0) },
            rest: others.isEmpty
                ? nil
                : ChainRule.Rest(
                    count: others.count, sum: others.reduce(0) { $0 + $1.product },
                    words: remainder(others.count, of: contributions.count, .contribution)),
            axes: axes(of: contributions))
    }

    private func term(_ scalar: ScalarID, _ contribution: Contribution) -> ChainRule.Term {
        let output = ScalarID(contribution.output, contribution.outputIndex)
        let own = factor(of: scalar, contribution)
        guard symbols.notation == .chain, isParameter(scalar), let passed = activation(after: output) else {
            return ChainRule.Term(
                factors: [upstream(output), own], through: symbols(output), key: .contribution(use(scalar, contribution)))
        }
        var second = own
        // Two neighbouring local derivatives are distinguished by colour.
        if own.role == .local {
            second = ChainRule.Factor(
                kind: .local, symbol: own.symbol, value: own.value, meaning: own.meaning, caption: own.caption, role: .place,
                key: own.key)
        }
        let next = ScalarID(passed.output, passed.outputIndex)
        return ChainRule.Term(
            factors: [upstream(next), factor(of: output, passed), second], through: symbols(next),
            key: .contribution(use(scalar, contribution)))
    }

    /// A scalar's use, through copies without symbols.
    private func use(_ scalar: ScalarID, _ contribution: Contribution) -> NumberKey.Use {
        NumberKey.Use(from: scalar.key, to: contribution.use.to, operand: contribution.operand)
    }

    private func upstream(_ output: ScalarID) -> ChainRule.Factor {
        ChainRule.Factor(
            kind: .upstream, symbol: symbols.gradient(of: output), value: gradient(output),
            meaning: symbols.inlineGradient(of: output), caption: .words("upstream gradient"), role: .gradient,
            key: .gradient(output.key))
    }

    private func factor(of scalar: ScalarID, _ contribution: Contribution) -> ChainRule.Factor {
        let output = ScalarID(contribution.output, contribution.outputIndex)
        let story = operation(behind: contribution.output).map { $0.telling.local(contribution, $0.application) }
        let meaning = story?.meaning ?? .number(contribution.local)
        return ChainRule.Factor(
            kind: .local, symbol: .partial(symbols(output), over: symbols(scalar)), value: contribution.local,
            meaning: meaning,
            caption: .row([.words(symbols.notation == .cs231n ? "local gradient: " : "local: "), story?.words ?? meaning]),
            role: .local, key: story?.source.map { .value(symbols.named($0).key) } ?? .local(use(scalar, contribution)))
    }

    func isParameter(_ scalar: ScalarID) -> Bool { trace.tape[scalar.tensor].origin == .source(.parameter) }

    /// The contribution through the activation, if that is the scalar's only use.
    private func activation(after scalar: ScalarID) -> Contribution? {
        let uses = contributions(to: scalar)
        guard uses.count == 1, operation(behind: uses[0].output)?.telling.continuesChains == true else { return nil }
        return uses[0]
    }
}
