package import Autodiff
import NeuralNetworks
import Notation
package import Traces

/// Explains the scalars of one trace: how a value came about, and of what products its gradient is the sum.
package struct Storyteller: Sendable {
    package let trace: Trace
    package let symbols: Symbols
    /// The units told one by one; nil: all.
    let chosen: UnitSelection?
    /// How many terms of a sum are told one by one; the others are summed.
    package var mostTerms = 6
    /// What the optimizer remembers and a step tells: nothing where it remembered nothing before, so that one formula says it all.
    let toldMemories: [Optimizer.Memory]
    private let consumers: [[Tape.ID]]
    /// What is below it in magnitude is what rounding leaves of 0: a 10¹³th of the largest gradient.
    package let noise: Double

    package init(_ trace: Trace, notation: NotationStyle = .automatic, only chosen: UnitSelection? = nil) {
        self.trace = trace
        self.chosen = chosen
        symbols = Symbols(trace, notation: notation)
        consumers = trace.tape.consumers()
        let memories = trace.rule.optimizer?.kind.memories ?? []
        let isFresh = trace.update.before.map { state in
            state.steps == 0 && memories.allSatisfy { state[$0].allSatisfy { $0.scalars.allSatisfy { $0 == 0 } } }
        }
        toldMemories = isFresh == false || trace.isOneOfSeveral ? memories : []
        let largest = trace.tape.allIDs.reduce(0) { largest, id in
            trace.pass.gradient(id).scalars.reduce(largest) { $1.isFinite ? max($0, abs($1)) : $0 }
        }
        noise = 1e-13 * largest
    }
}

extension Storyteller {
    func value(_ scalar: ScalarID) -> Double { trace.pass.value(scalar.tensor).scalars[scalar.index] }

    func gradient(_ scalar: ScalarID) -> Double { trace.pass.gradient(scalar.tensor).scalars[scalar.index] }

    /// A value as a number of a formula, with its symbol and its colour.
    func leaf(_ scalar: ScalarID) -> Arithmetic.Leaf {
        Arithmetic.Leaf(
            value(scalar), trace.isNumber(scalar.tensor) ? nil : symbols(scalar), role: .value, key: .value(symbols.named(scalar).key))
    }

    /// A gradient as a number of a formula.
    func gradientLeaf(_ scalar: ScalarID) -> Arithmetic.Leaf {
        Arithmetic.Leaf(gradient(scalar), symbols.inlineGradient(of: scalar), role: .gradient, key: .gradient(scalar.key))
    }

    func number(_ value: Double, _ symbol: Formula? = nil) -> Arithmetic { .leaf(Arithmetic.Leaf(value, symbol)) }

    func uses(of id: Tape.ID) -> [Tape.ID] { consumers[id.index] }

    /// Everything behind a scalar's gradient. What a nameless copy passes on is told as if the copy weren't there.
    func contributions(to scalar: ScalarID) -> [Contribution] {
        var open = direct(scalar)
        var found: [Contribution] = []
        while !open.isEmpty {
            let next = open.removeFirst()
            if isNamelessCopy(next.output) {
                open.insert(contentsOf: direct(ScalarID(next.output, next.outputIndex)), at: 0)
            } else {
                found.append(next)
            }
        }
        return found
    }

    private func direct(_ scalar: ScalarID) -> [Contribution] {
        trace.pass.contributions(to: scalar.tensor, scalar.index, through: uses(of: scalar.tensor))
    }

    /// Whether a tensor only holds other tensors' scalars, under their names.
    func isNamelessCopy(_ id: Tape.ID) -> Bool {
        guard case .result(.copying, _) = trace.tape[id].origin else { return false }
        return !symbols.names(id)
    }
}

extension Storyteller {
    /// A sum with some terms told and the others as one number that says how many they are.
    func sum(_ terms: [SumTerm], plus last: [Arithmetic] = [], of kind: SumTerm.Kind) -> Arithmetic {
        let isTold = told(terms.map(\.isChosen))
        let shown = zip(terms, isTold).filter(\.1).map(\.0.told)
        let others = zip(terms, isTold).filter { !$0.1 }.map(\.0)
        guard !others.isEmpty else { return .sum(shown + last) }
        let words = remainder(others.count, of: terms.count, kind)
        let rest = Arithmetic.leaf(Arithmetic.Leaf(others.reduce(0) { $0 + $1.value }, words, role: .quiet))
        return .sum(shown + [rest] + last)
    }

    func finding(_ scalar: ScalarID) -> Finding {
        Finding(
            kind: .value, scalar: scalar, key: .value(scalar.key), symbol: symbols(scalar),
            inlineSymbol: symbols(scalar), value: value(scalar), explanation: explanation(of: scalar))
    }

    /// How the values of computed scalars came about, a line each.
    package func valueLines(of scalars: [ScalarID]) -> [PrintedLine] { scalars.compactMap { finding($0).line } }

    func gradientFinding(_ scalar: ScalarID) -> Finding {
        Finding(
            kind: .gradient, scalar: scalar, key: .gradient(scalar.key),
            symbol: symbols.gradient(of: scalar), inlineSymbol: symbols.inlineGradient(of: scalar),
            value: gradient(scalar),
            explanation: lossDerivative(scalar).map { .arithmetic($0) } ?? explanation(of: chain(of: scalar)))
    }

    /// How a forward value came about, from the values that it was computed from.
    func explanation(of scalar: ScalarID) -> Explanation {
        // Steps tell no source's value.
        guard let (operation, application) = operation(behind: scalar.tensor) else { return .stated(.words("given")) }
        return operation.explanation(of: scalar.index, application)
    }

    /// The derivative of the loss by an output that it alone uses: y − t, p − y. Nil where the chain rule has more to say.
    private func lossDerivative(_ scalar: ScalarID) -> Arithmetic? {
        let contributions = contributions(to: scalar)
        guard trace.lowered != nil, contributions.count == 1, let only = contributions.first, only.upstream == 1,
            let (operation, application) = operation(behind: only.output)
        else { return nil }
        return operation.lossDerivative(by: only.inputIndex, application)
    }

    private func explanation(of chain: ChainRule) -> Explanation {
        guard chain.terms.isEmpty, let rest = chain.rest else { return .chain(chain) }
        return .stated(.row([rest.words, .words(" together")]))
    }
}

/// A term of a sum.
struct SumTerm {
    /// What the terms are called where some are told as one number.
    enum Kind: String {
        case product, value, square, exponential, sample, contribution
    }

    let told: Arithmetic
    let value: Double
    var isChosen = true
}
