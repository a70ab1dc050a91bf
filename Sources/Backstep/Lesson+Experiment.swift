import ExperimentFigures
import Experiments
import Forms
import Lessons

extension Lesson {
    var isRecording: Bool { if case .recording = subject { true } else { false } }

    /// Runs the experiment, or takes the numbers of the recorded runs; nil for a trace.
    package func measured() throws(BackstepError) -> MeasuredExperiment? {
        switch subject {
        case .network, .expression: return nil
        case .recording(let recorded): return MeasuredExperiment(recorded, title: title, headline: headline)
        case .experiment(let experiment):
            do {
                return try experiment.drawable.measured(title: title, headline: headline)
            } catch {
                // Not reached for a lesson that was read, since the reader checks limits and shapes.
                throw badLesson("\(error)")
            }
        }
    }
}

/// Receives the progress of experiments. It is a task-local value, so that it need not be passed through all code that may run one.
package struct LessonProgress: Sendable {
    @TaskLocal package static var told: LessonProgress?

    /// Wrapped in a structure because a task-local value of function type crashes in optimized code of Swift 6.2.
    private let tell: @Sendable (_ lesson: String, _ done: Int?, _ all: Int) -> Void

    /// - Parameter tell: called with a lesson's name, the number of runs done and the number of all runs; the former is nil when the
    ///   experiment has ended. A measurement may have several rounds of runs.
    package init(_ tell: @escaping @Sendable (_ lesson: String, _ done: Int?, _ all: Int) -> Void) { self.tell = tell }

    fileprivate func callAsFunction(_ lesson: String, _ done: Int?, of all: Int) { tell(lesson, done, all) }
}

extension LessonFile {
    /// Runs the experiment and reports its progress; nil for a trace.
    package func measured() throws(BackstepError) -> MeasuredExperiment? {
        guard let told = LessonProgress.told, !lesson.isTraced else { return try lesson.measured() }
        defer { told(name, nil, of: 0) }
        return try MeasurementProgress.$told.withValue(MeasurementProgress { [name] in told(name, $0, of: $1) }) {
            Result { () throws(BackstepError) in try lesson.measured() }
        }.get()
    }
}

extension DrawableMeasurement {
    fileprivate func measured(title: String?, headline: Headline) throws(ExperimentError) -> MeasuredExperiment {
        try MeasuredExperiment(self, title: title, headline: headline)
    }
}
