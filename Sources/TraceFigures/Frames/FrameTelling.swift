import Autodiff
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

extension FrameTelling {
    var highlights: [Highlight] { step.results + marks.map(\.highlight) }

    /// What a single finding is read from.
    var marks: [FormulaMark] { step.marks(where: isShown) }

    /// The outline of a chain's factor, by its number among all; nil where the picture does not show its place.
    func mark(of factor: ChainRule.Factor, _ index: Int) -> FormulaMark? { isShown(factor.key) ? FormulaMark(factor, index) : nil }

    private func isShown(_ key: NumberKey) -> Bool {
        // Pictures have no place for what an optimizer remembers.
        if case .remembered = key { return false }
        return key.scalars.allSatisfy { isShown(ScalarID($0)) }
    }
}
