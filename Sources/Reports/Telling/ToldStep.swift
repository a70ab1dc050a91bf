import Notation
import Traces

/// A step as every kind of report prints it: formulas with their numbers in settled digits.
struct ToldStep: Sendable {
    let step: Step
    /// From 1.
    let number: Int
    /// The digits with which its numbers are printed.
    let precision: Precision
    let findings: [ToldFinding]
    let matrix: ToldMatrix?

    init(_ step: Step, number: Int, notation: NotationStyle) {
        precision = step.precision
        self.step = step
        self.number = number
        findings = step.findings.map { [precision] in ToldFinding($0, precision: precision, notation: notation) }
        matrix = step.matrixForm.map { [precision] in ToldMatrix($0, precision: precision) }
    }

    var remainder: String? {
        step.omitted == 0 ? nil : step.omitted == 1 ? "and 1 more like these" : "and \(step.omitted) more like these"
    }
}

extension Step.Phase {
    var heading: String {
        switch self {
        case .forward: "Forward"
        case .loss: "Loss"
        case .backward: "Backward"
        case .update: "Update"
        }
    }
}

/// The rule for the whole tensor, and the same with numbers where they are few.
struct ToldMatrix: Sendable {
    let rule: Formula
    let numbers: Formula?
    let remark: Formula

    init(_ form: MatrixForm, precision: Precision) {
        rule = form.rule
        numbers = form.numbers?.formula(precision)
        remark = form.remark
    }
}

/// One scalar with its rule, its numbers and what its factors are.
struct ToldFinding: Sendable {
    struct Factor: Sendable {
        let symbol: Formula
        let meaning: Formula
        let number: Numeral
        let caption: Formula
        let role: Formula.Role
    }

    /// One of several contributions that meet.
    struct Contribution: Sendable {
        let through: Formula
        let symbolic: Formula
        let line: Arithmetic.Line

        /// With numbers: 0.1385 × 0.4 = 0.0554.
        var formula: Formula { line.formula }
    }

    let finding: Finding
    /// ∂L/∂w₅ = ∂L/∂o₁ · ∂o₁/∂z₃ · ∂z₃/∂w₅, or a forward rule; nil where there is nothing to say but the value.
    let rule: Formula?
    /// The factors of a single product.
    let factors: [Factor]
    /// Where several meet.
    let contributions: [Contribution]
    let line: Arithmetic.Line?
    let stated: Formula?
    /// Sums of terms that are not told one by one: "5 others: 0.1234".
    let others: [Formula]
    /// What the result is called: "downstream gradient".
    let caption: String?

    init(_ finding: Finding, precision: Precision, notation: NotationStyle) {
        self.finding = finding
        line = finding.line?.line(precision)
        others = line?.others ?? []
        let relation = Formula.sign(finding.kind == .update ? .assigned : .equals)
        func equation(_ right: Formula) -> Formula { .row([finding.symbol, relation] + right.parts) }
        switch finding.explanation {
        case .stated(let words):
            (rule, factors, contributions, caption) = (nil, [], [], nil)
            stated = .row(
                [finding.inlineSymbol, .sign(.equals), .number(precision.numeral(finding.value, key: finding.key)), .words(", ")]
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

    /// The result as it is printed.
    var result: Numeral { line?.result ?? Numeral(finding.value) }

    /// The numbers and the result; for a sum its parts' results.
    var numbers: Formula? { line.map(\.formula) }
}

extension Arithmetic.Line {
    /// What its numbers without a name are the sums of, with how many terms.
    fileprivate var others: [Formula] {
        zip(arithmetic.leaves, numerals).compactMap { leaf, numeral in
            guard leaf.role == .quiet, let words = leaf.symbol else { return nil }
            return .row([words, .words(": "), .number(numeral)])
        }
    }
}

extension ChainRule {
    /// The sum of products in symbols.
    var symbolic: Formula {
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
    var symbolic: Formula {
        var row: [Formula] = []
        for factor in factors {
            if !row.isEmpty { row.append(.sign(.dot)) }
            row.append(.role(factor.role, factor.symbol))
        }
        return .row(row)
    }
}
