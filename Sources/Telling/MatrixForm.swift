package import Notation

/// The rule for a whole tensor at once: ∂L/∂W = δxᵀ.
package struct MatrixForm: Hashable, Sendable {
    package let rule: Formula
    /// The order of indices, or what the rule sums over.
    package let remark: Formula
    /// Nil where the matrices are too wide for a page.
    package var numbers: MatrixEquation?
}

/// Matrices of numbers whose product, sum or entrywise product is a matrix.
package struct MatrixEquation: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case matrix([[Arithmetic.Leaf]])
        case transposed([[Arithmetic.Leaf]])
        case sign(Formula.Sign)
    }

    package let parts: [Part]
    /// The result's entries, each as the arithmetic of its own line.
    package let entries: [[PrintedLine]]

    package var lines: [PrintedLine] { entries.flatMap { $0 } }

    /// With numbers: `=` if every entry can be recomputed from the printed numbers, otherwise `≈`.
    package func formula(_ precision: Precision) -> Formula {
        func written(_ rows: [[Arithmetic.Leaf]]) -> Formula {
            .matrix(
                rows.map { row in
                    row.map { leaf in
                        let number = Formula.number(precision.numeral(leaf))
                        return leaf.role == .plain ? number : .role(leaf.role, number)
                    }
                })
        }
        let left = parts.map { part -> Formula in
            switch part {
            case .matrix(let rows): written(rows)
            case .transposed(let rows): .transposed(written(rows))
            case .sign(let sign): .sign(sign)
            }
        }
        let results = entries.map { $0.map { $0.line(precision) } }
        let holds = results.allSatisfy { $0.allSatisfy { $0.relation == .equals } }
        let right = Formula.matrix(results.map { $0.map { .role(.result, .number($0.result)) } })
        return .row(left + [.sign(holds ? .equals : .approximately), right])
    }
}
