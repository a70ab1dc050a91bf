package import Lessons
import NeuralNetworks
package import Traces

extension Lesson {
    /// The lesson's trace; nil for an experiment.
    package func trace() throws(BackstepError) -> Trace? {
        switch subject {
        case .expression(let program): return Trace(program, title: title, headline: headline)
        case .experiment: return nil
        case .network(let problem):
            do {
                return try Trace(problem, title: title, headline: headline)
            } catch {
                // Not reached by a lesson that was read: its reader looks for limits and shapes.
                throw badLesson("\(error)")
            }
        }
    }

    /// The trace, or an error that says why there is none.
    package func requiredTrace(for command: String) throws(BackstepError) -> Trace {
        guard let trace = try trace() else {
            throw BackstepError(
                .badLesson,
                "\(source.file): \(command) needs a network or an expression, and this lesson is an experiment; "
                    + "try: backstep data or backstep render")
        }
        return trace
    }

    /// What a lesson asks for and nothing can make, at the place of its network, expression or experiment.
    func badLesson(_ what: String) -> BackstepError {
        BackstepError(.badLesson, "\(source.file):\(source.line):\(source.column): error: \(what)")
    }
}
