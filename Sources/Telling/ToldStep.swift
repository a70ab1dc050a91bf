package import Notation

/// A step with its number, from 1.
package struct ToldStep: Sendable {
    package let step: Step
    package let number: Int

    package init(step: Step, number: Int) {
        self.step = step
        self.number = number
    }

    package var precision: Precision { step.precision }
    package var findings: [ToldFinding] { step.told }
    package var matrix: ToldMatrix? { step.matrix }

    package var remainder: String? {
        step.omitted == 0 ? nil : step.omitted == 1 ? "and 1 more like these" : "and \(step.omitted) more like these"
    }
}
