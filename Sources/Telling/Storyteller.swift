package import Autodiff
import NeuralNetworks
import Notation
package import Traces

/// Explains the scalars of one trace: how a value is computed, and from which products its gradient is summed.
package struct Storyteller: Sendable {
    package let trace: Trace
    package let symbols: Symbols
    /// The units that are explained one by one; nil for all.
    let chosen: UnitSelection?
    /// The number of terms of a sum that are written one by one; the others are summed.
    package var mostTerms = 6
    /// The parts of the optimizer's state that steps explain: none if the state was empty before, since one formula then says it all.
    let toldMemories: [Optimizer.Memory]
    private let consumers: [[Tape.ID]]
    /// The magnitude below which a gradient is the rounding error of 0: 10⁻¹³ of the largest gradient.
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

    /// A value as a number in a line of arithmetic, with its symbol and its colour.
    func leaf(_ scalar: ScalarID) -> Arithmetic.Leaf {
        Arithmetic.Leaf(
            value(scalar), trace.isNumber(scalar.tensor) ? nil : symbols(scalar), role: .value, key: .value(symbols.named(scalar).key))
    }

    /// A gradient as a number in a line of arithmetic.
    func gradientLeaf(_ scalar: ScalarID) -> Arithmetic.Leaf {
        Arithmetic.Leaf(gradient(scalar), symbols.inlineGradient(of: scalar), role: .gradient, key: .gradient(scalar.key))
    }

    func number(_ value: Double, _ symbol: Formula? = nil) -> Arithmetic { .leaf(Arithmetic.Leaf(value, symbol)) }

    func uses(of id: Tape.ID) -> [Tape.ID] { consumers[id.index] }

    /// All contributions to a scalar's gradient. Copies without symbols are skipped.
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

    /// Whether a tensor only holds copies of other tensors' scalars, under their symbols.
    func isNamelessCopy(_ id: Tape.ID) -> Bool {
        guard case .result(.copying, _) = trace.tape[id].origin else { return false }
        return !symbols.names(id)
    }
}

extension Storyteller {
    /// A sum with some terms written and the others as one number, with their count.
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

    /// The lines that compute the values of scalars, one each.
    package func valueLines(of scalars: [ScalarID]) -> [PrintedLine] { scalars.compactMap { finding($0).line } }

    func gradientFinding(_ scalar: ScalarID) -> Finding {
        Finding(
            kind: .gradient, scalar: scalar, key: .gradient(scalar.key),
            symbol: symbols.gradient(of: scalar), inlineSymbol: symbols.inlineGradient(of: scalar),
            value: gradient(scalar),
            explanation: lossDerivative(scalar).map { .arithmetic($0) } ?? explanation(of: chain(of: scalar)))
    }

    /// How a forward value is computed from its operands.
    func explanation(of scalar: ScalarID) -> Explanation {
        // The values of sources have no steps.
        guard let (operation, application) = operation(behind: scalar.tensor) else { return .stated(.words("given")) }
        return operation.explanation(of: scalar.index, application)
    }

    /// The derivative of the loss with respect to an output that only it uses: y − t, p − y. Nil where the chain rule says more.
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
    /// The noun for terms that are written as one number.
    enum Kind: String {
        case product, value, square, exponential, sample, contribution
    }

    let told: Arithmetic
    let value: Double
    var isChosen = true
}
