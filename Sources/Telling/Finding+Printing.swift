import Autodiff
package import Notation
import Traces

/// A line of arithmetic on a page: the expression, the result, and the result's key.
package struct PrintedLine: Hashable, Sendable {
    package let arithmetic: Arithmetic
    package let result: Double
    /// The key of the result.
    package let key: NumberKey

    /// The line with the digits that all lines of an explanation agree on.
    package func line(_ precision: Precision) -> Arithmetic.Line {
        precision.line(arithmetic, result: result, key: key)
    }
}

extension Finding {
    /// The line that computes the finding: an expression, a product of the chain rule, or the sum of such products. Nil if it is stated in
    /// words, or is a gradient without contributions.
    package var line: PrintedLine? {
        switch explanation {
        case .stated: return nil
        case .arithmetic(let arithmetic): return PrintedLine(arithmetic: arithmetic, result: value, key: key)
        case .chain(let chain):
            if chain.terms.isEmpty, chain.rest == nil { return nil }
            if chain.rest == nil, let only = contributionLines.first, contributionLines.count == 1 {
                return PrintedLine(arithmetic: only.arithmetic, result: value, key: key)
            }
            var parts = contributionLines.map { line in
                Arithmetic.leaf(Arithmetic.Leaf(line.result, role: .gradient, key: line.key))
            }
            if let rest = chain.rest {
                parts.append(.leaf(Arithmetic.Leaf(rest.sum, rest.words, role: .quiet, key: .rest(scalar.key))))
            }
            return PrintedLine(arithmetic: .sum(parts), result: value, key: key)
        }
    }

    /// If several gradients are added: one line for each product of the chain rule.
    package var contributionLines: [PrintedLine] {
        guard case .chain(let chain) = explanation else { return [] }
        return chain.terms.map { term in
            PrintedLine(arithmetic: .product(term.factors.map { .leaf($0.leaf) }), result: term.product, key: term.key)
        }
    }

    /// The same with all factors on one line: ∂L/∂o₁ × w₅ + ∂L/∂o₂ × w₇.
    package var flatLine: PrintedLine? {
        guard case .chain(let chain) = explanation else { return line }
        var parts = chain.terms.map { term -> Arithmetic in
            let leaves = term.factors.map { Arithmetic.leaf($0.leaf) }
            return leaves.count == 1 ? leaves[0] : .product(leaves)
        }
        if let rest = chain.rest { parts.append(.leaf(Arithmetic.Leaf(rest.sum, rest.words, role: .gradient, key: .rest(scalar.key)))) }
        let sum: Arithmetic = parts.isEmpty ? .number(0) : parts.count == 1 ? parts[0] : .sum(parts)
        return PrintedLine(arithmetic: sum, result: value, key: key)
    }

    /// Every line that any page or frame prints of it.
    package var lines: [PrintedLine] {
        (contributionLines.count > 1 ? contributionLines : []) + [line, flatLine].compactMap(\.self)
    }
}

extension ChainRule.Factor {
    /// The factor as a number in a line of arithmetic.
    package var leaf: Arithmetic.Leaf { Arithmetic.Leaf(value, symbol, role: role, key: key) }
}

extension Step {
    /// Every line that the step prints of its findings.
    package var lines: [PrintedLine] { findings.flatMap(\.lines) }
}

extension Precision {
    static func settled(_ lines: [PrintedLine]) -> Precision {
        var precision = Precision()
        precision.settle(lines.map { ($0.key, $0.arithmetic, $0.result) })
        return precision
    }
}
