package import Lessons
import NeuralNetworks
package import Traces

extension Lesson {
    /// Runs the forward and backward pass; nil for an experiment.
    package func trace() throws(BackstepError) -> Trace? {
        switch subject {
        case .expression(let program): return Trace(program, title: title)
        case .experiment: return nil
        case .network(let problem):
            do {
                return try Trace(problem, title: title)
            } catch {
                // Not reached for a lesson that was read, since the reader checks limits and shapes.
                throw badLesson("\(error)")
            }
        }
    }

    /// The trace, or an error that says that `command` needs one.
    package func requiredTrace(for command: String) throws(BackstepError) -> Trace {
        guard let trace = try trace() else {
            throw BackstepError(
                .badLesson,
                "\(source.file): \(command) needs a network or an expression, and this lesson is an experiment; "
                    + "try: backstep data or backstep render")
        }
        return trace
    }

    /// An error at the position of the lesson's network, expression or experiment.
    func badLesson(_ what: String) -> BackstepError {
        BackstepError(.badLesson, "\(source.file):\(source.line):\(source.column): error: \(what)")
    }
}
