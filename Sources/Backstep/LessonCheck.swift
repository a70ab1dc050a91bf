import Autodiff
import Escaping
import Lessons
import NeuralNetworks
import Notation
import Traces

/// Holds the gradients of a lesson's trace against central differences.
package struct LessonCheck: Sendable {
    package let passed: Bool
    /// A line or several for people.
    package let report: String

    /// An experiment has no single trace; whether it can run was seen when it was read.
    package init(_ file: LessonFile) throws(BackstepError) {
        guard let trace = try file.lesson.trace() else {
            (passed, report) = (true, "\(Printable.text(file.name)): the experiment is well formed")
            return
        }
        let check = GradientCheck(trace.pass, of: trace.differentiable)
        passed = check.passed
        let count =
            check.compared < check.scalars
            ? "a sample of \(check.compared) of \(check.scalars) gradients" : "\(check.compared) gradients"
        let kinks = check.kinks.isEmpty ? "" : "; \(check.kinks.count) at a kink, where either side's slope is right"
        if check.passed {
            let worst = check.worst.map { "; farthest at \(Self.place($0))" } ?? ""
            report = "\(Printable.text(file.name)): \(count) agree with central differences\(worst)\(kinks)"
        } else {
            let worst = check.failures.max { $0.excess < $1.excess }
            report =
                "\(Printable.text(file.name)): \(check.failures.count) of \(count) disagree with central differences; worst at "
                + (worst.map(Self.place) ?? "") + kinks
        }
    }

    private static func place(_ place: GradientCheck.Place) -> String {
        let index = place.index.map(String.init).joined(separator: ",")
        let address = index.isEmpty ? place.tensor : "\(place.tensor)[\(index)]"
        return "\(address): \(Numeral(place.gradient, digits: 8).text) against \(Numeral(place.difference, digits: 8).text)"
    }
}
