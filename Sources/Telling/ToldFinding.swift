import Autodiff
package import Notation
import Traces

/// The rule for the whole tensor, and the same with numbers if they are few.
package struct ToldMatrix: Hashable, Sendable {
    package let rule: Formula
    package let numbers: Formula?
    package let remark: Formula

    init(_ form: MatrixForm, precision: Precision) {
        rule = form.rule
        numbers = form.numbers?.formula(precision)
        remark = form.remark
    }
}

/// One scalar with its rule, its numbers and the meaning of its factors.
package struct ToldFinding: Hashable, Sendable {
    package struct Factor: Hashable, Sendable {
        package let symbol: Formula
        package let meaning: Formula
        package let number: Numeral
        package let caption: Formula
        package let role: Formula.Role
    }

    /// One of several contributions that are added.
    package struct Contribution: Hashable, Sendable {
        package let through: Formula
        package let symbolic: Formula
        package let line: Arithmetic.Line

        /// With numbers: 0.1385 × 0.4 = 0.0554.
        package var formula: Formula { line.formula }
    }

    package let finding: Finding
    /// ∂L/∂w₅ = ∂L/∂o₁ · ∂o₁/∂z₃ · ∂z₃/∂w₅, or a forward rule; nil if there is only the value.
    package let rule: Formula?
    /// The factors of a single product.
    package let factors: [Factor]
    /// The contributions, if there are several.
    package let contributions: [Contribution]
    /// The numbers and the result; for a sum of contributions their results; nil if it is stated in words.
    package let line: Arithmetic.Line?
    /// The same with all factors on one line, which may be only 0.
    package let flatLine: Arithmetic.Line?
    /// The result as it is printed.
    package let result: Numeral
    package let stated: Formula?
    /// Sums of terms that are not written one by one: "5 others: 0.1234".
    package let others: [Formula]
    /// The name of the result: "downstream gradient".
    package let caption: String?

    init(_ finding: Finding, precision: Precision, notation: NotationStyle) {
        self.finding = finding
        line = finding.line?.line(precision)
        flatLine = finding.flatLine?.line(precision)
        result = precision.numeral(finding.value, key: finding.key)
        others = line?.others ?? []
        let relation = Formula.sign(finding.kind.relation)
        func equation(_ right: Formula) -> Formula { .row([finding.symbol, relation] + right.parts) }
        switch finding.explanation {
        case .stated(let words):
            (rule, factors, contributions, caption) = (nil, [], [], nil)
            stated = .row(
                [finding.inlineSymbol, .sign(.equals), .number(result), .words(", ")]
                    + words.parts)
        case .arithmetic:
            rule = (line?.symbolic).map(equation)
            (factors, contributions, stated, caption) = ([], [], nil, nil)
        case .chain(let chain):
            stated = line == nil ? .row([finding.inlineSymbol, .sign(.equals), "0"]) : nil
            rule = chain.terms.isEmpty ? nil : equation(chain.symbolic)
            caption = notation == .cs231n && line != nil ? "downstream gradient" : nil
            let isSum = chain.terms.count + (chain.rest == nil ? 0 : 1) > 1
            let lines = finding.contributionLines.map { $0.line(precision) }
            contributions =
                isSum
                ? zip(chain.terms, lines).map {
                    Contribution(through: $0.through, symbolic: $0.symbolic, line: $1)
                } : []
            factors =
                isSum
                ? []
                : zip(chain.terms.first?.factors ?? [], line?.numerals ?? []).map {
                    Factor(symbol: $0.symbol, meaning: $0.meaning, number: $1, caption: $0.caption, role: $0.role)
                }
        }
    }

    /// The numbers and the result; for a sum the results of its terms.
    package var numbers: Formula? { line.map(\.formula) }
}

extension Arithmetic.Line {
    /// The sums behind its numbers without a symbol, with their numbers of terms.
    fileprivate var others: [Formula] {
        zip(arithmetic.leaves, numerals).compactMap { leaf, numeral in
            guard leaf.role == .quiet, let words = leaf.symbol else { return nil }
            return .row([words, .words(": "), .number(numeral)])
        }
    }
}

extension ChainRule {
    /// The sum of products in symbols.
    package var symbolic: Formula {
        var row: [Formula] = []
        for term in terms {
            if !row.isEmpty { row.append(.sign(.plus)) }
            row += term.symbolic.parts
        }
        if let rest { row += [.sign(.plus), .role(.quiet, rest.words)] }
        return .row(row)
    }
}

extension ChainRule.Term {
    package var symbolic: Formula {
        var row: [Formula] = []
        for factor in factors {
            if !row.isEmpty { row.append(.sign(.dot)) }
            row.append(.role(factor.role, factor.symbol))
        }
        return .row(row)
    }
}
