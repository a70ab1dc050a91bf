import ExperimentFigures
import Experiments
import Lessons

extension Lesson {
    /// Runs the experiment; nil for a trace.
    package func measured() throws(BackstepError) -> MeasuredExperiment? {
        guard case .experiment(let experiment) = subject else { return nil }
        do {
            return try experiment.drawable.measured(title: title)
        } catch {
            // Not reached by a lesson that was read: its reader looks for limits and shapes.
            throw badLesson("\(error)")
        }
    }
}

extension DrawableMeasurement {
    fileprivate func measured(title: String?) throws(ExperimentError) -> MeasuredExperiment {
        try MeasuredExperiment(self, title: title)
    }
}
