import Autodiff
import Drawing
import Notation
import Telling
import Traces

/// The places of a picture that a step speaks of, and its numbers are read from.
struct FrameTelling {
    let step: Step
    /// Whether the picture beside the formula shows what a factor was read from; it shows one sample of a batch.
    let isShown: @Sendable (ScalarID) -> Bool

    init(_ step: Step, isShown: @escaping @Sendable (ScalarID) -> Bool = { _ in true }) {
        self.step = step
        self.isShown = isShown
    }

    /// The line behind each finding; nil where there is no arithmetic to show.
    var lines: [Arithmetic.Line?] { step.told.map(\.flatLine) }

    /// The result as the step prints it everywhere.
    func numeral(_ finding: Finding) -> Numeral { step.precision.numeral(finding.value, key: finding.key) }
}

/// A place that the frame speaks of, and the number that is read from it.
struct FormulaMark: Hashable {
    let highlight: Highlight
    let key: NumberKey

    init(_ key: NumberKey, role: Formula.Role, outline: Highlight.Outline) {
        self.key = key
        highlight = Highlight(key, role: role, outline: outline)
    }
}

extension FrameTelling {
    /// What is found, with a solid outline.
    private var results: [Highlight] { step.findings.map { Highlight($0.key, role: .result, outline: .solid) } }

    var highlights: [Highlight] { results + marks.map(\.highlight) }

    /// What a single finding is read from.
    var marks: [FormulaMark] {
        guard step.findings.count == 1, let finding = step.findings.first else { return [] }
        switch finding.explanation {
        case .arithmetic(let arithmetic): return marks(arithmetic, finding)
        case .chain(let chain):
            return chain.terms.flatMap(\.factors).enumerated().compactMap { index, factor in mark(of: factor, index) }
        case .stated: return []
        }
    }

    /// The outline of a chain's factor, by its number among all; nil where the picture does not show its place.
    func mark(of factor: ChainRule.Factor, _ index: Int) -> FormulaMark? {
        isShown(factor.key) ? FormulaMark(factor.key, role: factor.role, outline: Self.outline(index)) : nil
    }

    private func isShown(_ key: NumberKey) -> Bool { key.scalars.allSatisfy { isShown(ScalarID($0)) } }

    /// Values of one tensor share an outline: all weights of a sum, all its inputs.
    private func marks(_ arithmetic: Arithmetic, _ finding: Finding) -> [FormulaMark] {
        struct Kind: Hashable { let tensor: Int?, isGradient: Bool }
        var kinds: [Kind] = []
        var marks: [FormulaMark] = []
        for leaf in arithmetic.leaves {
            guard let key = leaf.key, key.place != finding.key.place, isShown(key), !marks.contains(where: { $0.key == key })
            else { continue }
            let role = leaf.role == .plain ? .value : leaf.role
            let kind = Kind(tensor: key.scalars.first?.tensor, isGradient: role == .gradient)
            if !kinds.contains(kind) { kinds.append(kind) }
            marks.append(FormulaMark(key, role: role, outline: Self.outline(kinds.firstIndex(of: kind) ?? 0)))
        }
        return marks
    }

    /// Factors in turn; the solid outline is the result's.
    static func outline(_ index: Int) -> Highlight.Outline { [.dashed, .dotted, .double][index % 3] }
}
