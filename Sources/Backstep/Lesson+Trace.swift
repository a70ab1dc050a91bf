package import Lessons
import NeuralNetworks
package import Traces

extension Lesson {
    /// The lesson's trace; nil for an experiment or a recording.
    /// - Parameter step: which training step is traced, from 1; nil: the last.
    package func trace(at step: Int? = nil) throws(BackstepError) -> Trace? {
        try check(step)
        switch subject {
        case .expression(let problem): return Trace(problem, title: title, headline: headline, at: step)
        case .experiment, .recording: return nil
        case .network(let problem):
            do {
                return try Trace(problem, title: title, headline: headline, at: step)
            } catch {
                // Not reached for a lesson that was read, since the reader checks limits and shapes.
                throw badLesson("\(error)")
            }
        }
    }

    /// The trace, or an error that says why there is none.
    package func requiredTrace(for command: String, at step: Int? = nil) throws(BackstepError) -> Trace {
        guard let trace = try trace(at: step) else {
            let what = if case .recording = subject { "a recording" } else { "an experiment" }
            throw BackstepError(
                .badLesson,
                "\(source.file): \(command) needs a network or an expression, and this lesson is \(what); "
                    + "try: backstep data or backstep render")
        }
        return trace
    }

    private func check(_ step: Int?) throws(BackstepError) {
        let steps: Int
        switch subject {
        case .network(let problem): steps = problem.rule.steps
        case .expression(let problem): steps = problem.rule.steps
        case .experiment, .recording: return
        }
        guard let step, !(1...steps).contains(step) else { return }
        throw BackstepError(.usage, "--at \(step): the lesson takes \(steps) step\(steps == 1 ? "" : "s"); expected 1 to \(steps)")
    }

    /// What a lesson asks for and nothing can make, at the place of its network, expression, experiment or recording.
    func badLesson(_ what: String) -> BackstepError {
        BackstepError(.badLesson, "\(source.file):\(source.line):\(source.column): error: \(what)")
    }
}
