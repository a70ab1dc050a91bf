package import Notation

/// A highlight in the picture, and the number that is read from it.
package struct FormulaMark: Hashable, Sendable {
    package let highlight: Highlight
    package let key: NumberKey

    init(_ key: NumberKey, role: Formula.Role, outline: Highlight.Outline) {
        self.key = key
        highlight = Highlight(key, role: role, outline: outline)
    }

    /// The mark of a factor of the chain rule, by its index.
    package init(_ factor: ChainRule.Factor, _ index: Int) {
        self.init(factor.key, role: factor.role, outline: Self.outline(index))
    }

    /// The outlines of factors alternate; the solid outline is the result's.
    fileprivate static func outline(_ index: Int) -> Highlight.Outline { [.dashed, .dotted, .double][index % 3] }
}

extension Step {
    /// The findings, with a solid outline.
    package var results: [Highlight] { findings.map { Highlight($0.key, role: .result, outline: .solid) } }

    /// The numbers from which a single finding is computed.
    /// - Parameter isShown: whether a picture shows a number; others have no mark.
    package func marks(where isShown: (NumberKey) -> Bool) -> [FormulaMark] {
        guard findings.count == 1, let finding = findings.first else { return [] }
        switch finding.explanation {
        case .arithmetic(let arithmetic): return marks(arithmetic, finding, where: isShown)
        case .chain(let chain):
            return chain.terms.flatMap(\.factors).enumerated().filter { isShown($1.key) }.map { FormulaMark($1, $0) }
        case .stated: return []
        }
    }

    /// Values of one tensor share an outline: all weights of a sum, all its inputs.
    private func marks(_ arithmetic: Arithmetic, _ finding: Finding, where isShown: (NumberKey) -> Bool) -> [FormulaMark] {
        struct Kind: Hashable { let tensor: Int?, isGradient: Bool }
        var kinds: [Kind] = []
        var marks: [FormulaMark] = []
        for leaf in arithmetic.leaves {
            guard let key = leaf.key, key.place != finding.key.place, isShown(key), !marks.contains(where: { $0.key == key })
            else { continue }
            let role = leaf.role == .plain ? .value : leaf.role
            let kind = Kind(tensor: key.scalars.first?.tensor, isGradient: role == .gradient)
            if !kinds.contains(kind) { kinds.append(kind) }
            marks.append(FormulaMark(key, role: role, outline: FormulaMark.outline(kinds.firstIndex(of: kind) ?? 0)))
        }
        return marks
    }
}
