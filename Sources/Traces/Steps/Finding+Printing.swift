import Autodiff
package import Notation

/// A line of arithmetic that a page prints: what it is made of, what comes out, and the name of the result.
package struct PrintedLine: Hashable, Sendable {
    package let arithmetic: Arithmetic
    package let result: Double
    /// The name under which `Precision` keeps the result's digits.
    package let key: String

    /// With the digits that all lines of a telling agree on.
    package func line(_ precision: Precision) -> Arithmetic.Line {
        precision.line(arithmetic, result: result, key: key)
    }
}

extension Finding {
    /// The name under which `Precision` keeps the digits of what is found at an address.
    package static func key(_ kind: Kind, _ place: String) -> String {
        switch kind {
        case .value: place
        case .gradient: "gradient \(place)"
        case .clipped: "clipped \(place)"
        case .update: "updated \(place)"
        }
    }

    package var key: String { Self.key(kind, place) }

    /// The line that ends in the finding: an expression, a product of the chain rule, or the sum of such products. Nil
    /// for what is stated in words, and for a gradient without contributions.
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
                parts.append(.leaf(Arithmetic.Leaf(rest.sum, rest.words, role: .quiet, key: "rest \(key)")))
            }
            return PrintedLine(arithmetic: .sum(parts), result: value, key: key)
        }
    }

    /// Where gradients meet: each product of the chain rule by itself.
    package var contributionLines: [PrintedLine] {
        guard case .chain(let chain) = explanation else { return [] }
        return chain.terms.enumerated().map { index, term in
            PrintedLine(
                arithmetic: .product(term.factors.map { .leaf($0.leaf) }), result: term.product,
                key: "contribution \(index) \(key)")
        }
    }

    fileprivate var allLines: [PrintedLine] {
        let parts = contributionLines
        return (parts.count > 1 || (line == nil) ? parts : []) + (line.map { [$0] } ?? [])
    }
}

extension ChainRule.Factor {
    /// The factor as a number of a line.
    package var leaf: Arithmetic.Leaf { Arithmetic.Leaf(value, symbol, role: role, place: place, key: key) }
}

extension Step {
    /// Every line that the step prints of its findings.
    package var lines: [PrintedLine] { findings.flatMap(\.allLines) }

    /// The digits with which all its lines hold, those of its matrices too, and a number is printed alike wherever the step
    /// prints it.
    package var precision: Precision { .settled(lines + (matrixForm?.numbers?.lines ?? [])) }
}

extension Precision {
    package static func settled(_ lines: [PrintedLine]) -> Precision {
        var precision = Precision()
        precision.settle(lines.map { ($0.key, $0.arithmetic, $0.result) })
        return precision
    }
}
