package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// How one number is calculated, and how a mistake calculates it: "0.6 × 0.25 = 0.15" and "0.6 × 1 = 0.6".
package struct MistakenCalculation: Sendable {
    package struct Side: Sendable {
        /// ∂L/∂z₁ = 0.6 × 0.25 = 0.15, with the terms that the mistake leaves out.
        package let formula: Formula
        /// The same without those terms.
        package let kept: Formula
        /// The keys of the numbers in terms that are left out, to be crossed out.
        package let leftOut: [[NumberKey]]
        /// The same for readers who see no crossing out.
        package let words: String
    }

    package let right, wrong: Side
    /// Of what is calculated.
    package let key: NumberKey
}

/// Calculations with the digits that their lines and the pictures above them agree on.
package struct MistakenCalculations: Sendable {
    package let list: [MistakenCalculation]
    package let precision: Precision

    /// - Parameters:
    ///   - gradients: the scalars whose gradients are calculated; those with too many terms are left out.
    ///   - updated: the parameters whose updates are calculated, where gradient descent makes them.
    ///   - named: the scalar of the headline, whose gradient has as many digits as those that are calculated.
    ///   - known: the digits that the pictures need.
    package init(_ told: ToldMistake, gradients: [ScalarID], named: ScalarID?, updated: [ScalarID], known: [Precision]) {
        let drafts = gradients.compactMap(told.drafts(ofGradient:)) + updated.compactMap(told.drafts(ofUpdate:))
        let silent = gradients.isEmpty ? [] : [named].compactMap(\.self).compactMap(told.drafts(ofGradient:))
        var precision = Precision()
        for other in known { precision.raise(to: other) }
        precision.settle((drafts + silent).flatMap { [$0.right, $0.wrong] }.map { ($0.key, $0.kept, $0.result) })
        let settled = precision
        self.precision = settled
        list = drafts.map { MistakenCalculation(right: $0.right.side(settled), wrong: $0.wrong.side(settled), key: $0.right.key) }
    }
}

/// One line before its digits are known.
private struct Draft {
    struct Term {
        let arithmetic: Arithmetic
        /// Nil for a term that counts.
        var leftOut: [NumberKey]?
    }

    let symbol: Formula
    var relation = Formula.Sign.equals
    let terms: [Term]
    let result: Double
    let key: NumberKey

    /// The arithmetic of the terms that count.
    var kept: Arithmetic { Self.sum(terms.filter { $0.leftOut == nil }.map(\.arithmetic)) }

    private static func sum(_ terms: [Arithmetic]) -> Arithmetic { terms.count == 1 ? terms[0] : .sum(terms) }

    func side(_ precision: Precision) -> MistakenCalculation.Side {
        let line = precision.line(self.kept, result: result, key: key)
        var rest = line.numerals[...]
        let numerals = terms.flatMap { term in
            term.arithmetic.leaves.map { term.leftOut == nil ? rest.popFirst() ?? precision.numeral($0) : precision.numeral($0) }
        }
        let start = symbol.parts + [.sign(relation)]
        let number: Formula = .role(key.isOfUpdate ? .value : .gradient, .number(line.result))
        let end: [Formula] = [.sign(line.relation), key.isOfUpdate ? .place(key, number) : number]
        let all = Self.sum(terms.map(\.arithmetic)).numeric(printing: numerals)
        let isOneNumber = terms.count == 1 && numerals.count == 1
        func whole(_ calculated: Formula) -> Formula {
            .row(start + (isOneNumber ? [] : calculated.parts + end.prefix(1)) + end.suffix(1))
        }
        let kept = whole(self.kept.numeric(printing: line.numerals))
        let lost = terms.filter { $0.leftOut != nil }.map {
            $0.arithmetic.numeric(printing: $0.arithmetic.leaves.map(precision.numeral)).plainText
        }
        return MistakenCalculation.Side(
            formula: whole(all), kept: kept, leftOut: terms.compactMap(\.leftOut),
            words: kept.plainText + (lost.isEmpty ? "" : ", without " + lost.joined(separator: " and ")))
    }
}

extension NumberKey {
    fileprivate var isOfUpdate: Bool { if case .updated = self { true } else { false } }
}

private typealias Drafts = (right: Draft, wrong: Draft)

extension ToldMistake {
    /// A sum of more terms is not written out.
    private static let mostTerms = 6

    /// The key of a parameter's gradient as the wrong update gets it.
    package func key(ofGradient scalar: ScalarID, isWrong: Bool) -> NumberKey {
        isWrong && mistake == .accumulatedGradients && trace.right.trainables.contains { $0.id == scalar.tensor }
            ? .clipped(scalar.key) : .gradient(scalar.key)
    }

    fileprivate func drafts(ofGradient scalar: ScalarID) -> Drafts? {
        let symbol = symbols.inlineGradient(of: scalar)
        let both = trace.gradients(of: scalar.tensor)
        let (right, wrong) = (both.right.scalars[scalar.index], both.wrong.scalars[scalar.index])
        func draft(_ terms: [Draft.Term], _ result: Double, isWrong: Bool) -> Draft {
            Draft(symbol: symbol, terms: terms, result: result, key: key(ofGradient: scalar, isWrong: isWrong))
        }
        if mistake == .accumulatedGradients, trace.right.trainables.contains(where: { $0.id == scalar.tensor }) {
            let own = trace.wrong.pass.gradient(scalar.tensor).scalars[scalar.index]
            let kept = Draft.Term(arithmetic: .leaf(Arithmetic.Leaf(wrong - own, role: .gradient)))
            let latest = Draft.Term(arithmetic: .leaf(Arithmetic.Leaf(own, role: .gradient)))
            let alone = Draft.Term(arithmetic: .leaf(Arithmetic.Leaf(right, role: .gradient)))
            return (draft([alone], right, isWrong: false), draft([kept, latest], wrong, isWrong: true))
        }
        let finding = teller.gradientFinding(scalar)
        let parts = wholeTeller.contributions(to: scalar)
        guard let line = finding.flatLine, (1...Self.mostTerms).contains(parts.count) else { return nil }
        let rightly = draft([Draft.Term(arithmetic: line.arithmetic)], right, isWrong: false)
        if case .arithmetic(let derivative) = finding.explanation,
            case .scaled(let factor)? = trace.wrong.pass.faults.faults[parts[0].output]
        {
            let told = derivative.without(mistake) ?? .number(factor) * derivative
            return (rightly, draft([Draft.Term(arithmetic: told)], wrong, isWrong: true))
        }
        return (rightly, draft(parts.map { term(scalar, $0) }, wrong, isWrong: true))
    }

    /// The wrong trace's contributions, those that are left out among them.
    private var wholeTeller: Storyteller { Storyteller(trace.withNothingLeftOut, notation: symbols.notation) }

    private func term(_ scalar: ScalarID, _ part: Contribution) -> Draft.Term {
        let use = NumberKey.Use(from: scalar.key, to: part.use.to, operand: part.operand)
        let isLeftOut = trace.wrong.pass.leavesOut(part)
        // In a term that is crossed out each number has a key of its own, by which it is found.
        let keys: [NumberKey] = isLeftOut ? [.contribution(use), .local(use)] : [.gradient(part.use.to), localKey(part, use)]
        let upstream = Arithmetic.Leaf(part.upstream, role: .gradient, key: keys[0])
        let local = Arithmetic.Leaf(part.local, role: .local, key: keys[1])
        return Draft.Term(arithmetic: .leaf(upstream) * .leaf(local), leftOut: isLeftOut ? keys : nil)
    }

    /// The key of the weight that the local derivative is, which the picture shows too.
    private func localKey(_ part: Contribution, _ use: NumberKey.Use) -> NumberKey {
        let faults = trace.wrong.pass.faults
        guard case .result(.dense, let operands) = trace.right.tape[part.output].origin, part.operand == 0 else { return .local(use) }
        let shape = trace.right.tape[operands[1]].shape
        let (row, column) = (part.outputIndex % shape[0], part.inputIndex % shape[1])
        let isTurned = faults.faults[part.output] == .transposed
        let weight = ScalarID(operands[1], isTurned ? column * shape[1] + row : row * shape[1] + column)
        return faults.seen[operands[1]] == nil ? .value(symbols.named(weight).key) : .updated(weight.key)
    }

    fileprivate func drafts(ofUpdate scalar: ScalarID) -> Drafts? {
        let rule = trace.right.rule
        guard let optimizer = rule.optimizer, optimizer.kind == .sgd, rule.clipping == nil, let finding = teller.updateFinding(scalar),
            let line = finding.line, let place = trace.right.place(ofUpdated: scalar.tensor), let new = trace.wrong.update.updated?[place]
        else { return nil }
        let weight = Arithmetic.leaf(
            Arithmetic.Leaf(
                trace.wrong.pass.value(scalar.tensor).scalars[scalar.index], role: .value, key: .value(symbols.named(scalar).key)))
        let gradient = Arithmetic.leaf(
            Arithmetic.Leaf(
                trace.gradients(of: scalar.tensor).wrong.scalars[scalar.index], role: .gradient, key: key(ofGradient: scalar, isWrong: true)
            ))
        let step = Arithmetic.number(optimizer.learningRate) * gradient
        func draft(_ arithmetic: Arithmetic, _ result: Double) -> Draft {
            Draft(
                symbol: symbols(scalar), relation: .assigned, terms: [Draft.Term(arithmetic: arithmetic)], result: result,
                key: .updated(scalar.key))
        }
        return (
            draft(line.arithmetic, line.result),
            draft(mistake == .wrongSign ? weight + step : weight - step, new.scalars[scalar.index])
        )
    }
}

extension Arithmetic {
    /// The derivative of a loss without the divisor of its mean, or without the 2 of its square; nil where it has none.
    fileprivate func without(_ mistake: Mistake) -> Arithmetic? {
        if case .quotient(let total, let count) = self {
            return mistake == .sumForMean ? total : total.without(mistake).map { .quotient($0, count) }
        }
        guard mistake == .missingTwo, case .product(let factors) = self, factors.count == 2, factors[0].leaves.map(\.value) == [2] else {
            return nil
        }
        return factors[1]
    }
}
