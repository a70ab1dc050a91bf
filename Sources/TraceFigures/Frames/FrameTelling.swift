import Autodiff
import Notation
import Telling
import Traces

/// A step with the positions in the picture that its numbers are read from.
struct FrameTelling {
    let step: Step
    /// Whether the picture shows the scalar that a factor was read from; it shows one sample of a batch.
    let isShown: @Sendable (ScalarID) -> Bool

    init(_ step: Step, isShown: @escaping @Sendable (ScalarID) -> Bool = { _ in true }) {
        self.step = step
        self.isShown = isShown
    }

    /// The line behind each finding; nil where there is no arithmetic.
    var lines: [Arithmetic.Line?] { step.told.map(\.flatLine) }

    /// The result as the step prints it everywhere.
    func numeral(_ finding: Finding) -> Numeral { step.precision.numeral(finding.value, key: finding.key) }
}

extension FrameTelling {
    var highlights: [Highlight] { step.results + marks.map(\.highlight) }

    /// The marks of the numbers that a single finding is computed from.
    var marks: [FormulaMark] { step.marks(where: isShown) }

    /// The mark of a factor of the chain rule, by its index; nil where the picture does not show its number.
    func mark(of factor: ChainRule.Factor, _ index: Int) -> FormulaMark? { isShown(factor.key) ? FormulaMark(factor, index) : nil }

    private func isShown(_ key: NumberKey) -> Bool {
        // Pictures do not show the optimizer's state.
        if case .remembered = key { return false }
        if case .atStep = key { return false }
        return key.scalars.allSatisfy { isShown(ScalarID($0)) }
    }
}
