import Notation
import Traces

/// A step with its number in the whole, from 1.
struct ToldStep: Sendable {
    let step: Step
    let number: Int

    var precision: Precision { step.precision }
    var findings: [ToldFinding] { step.told }
    var matrix: ToldMatrix? { step.matrix }

    var remainder: String? {
        step.omitted == 0 ? nil : step.omitted == 1 ? "and 1 more like these" : "and \(step.omitted) more like these"
    }
}
