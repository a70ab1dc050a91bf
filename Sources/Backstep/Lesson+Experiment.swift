import ExperimentFigures
import Experiments
import Forms
import Lessons

extension Lesson {
    /// Runs the experiment; nil for a trace.
    package func measured() throws(BackstepError) -> MeasuredExperiment? {
        guard case .experiment(let experiment) = subject else { return nil }
        do {
            return try experiment.drawable.measured(title: title, headline: headline)
        } catch {
            // Not reached by a lesson that was read: its reader looks for limits and shapes.
            throw badLesson("\(error)")
        }
    }
}

/// Who is told how far a lesson's experiment is, however the lesson came to be measured.
package struct LessonProgress: Sendable {
    @TaskLocal package static var told: LessonProgress?

    /// A structure holds the function: a task's value whose type is a function's crashes in optimized code of Swift 6.2.
    private let tell: @Sendable (_ lesson: String, _ done: Int?, _ all: Int) -> Void

    /// - Parameter tell: gets a lesson's name and how many of how many runs are done; nil when the experiment is over. A measurement may have
    ///   several rounds of runs.
    package init(_ tell: @escaping @Sendable (_ lesson: String, _ done: Int?, _ all: Int) -> Void) { self.tell = tell }

    fileprivate func callAsFunction(_ lesson: String, _ done: Int?, of all: Int) { tell(lesson, done, all) }
}

extension LessonFile {
    /// Runs the experiment, and tells how far it is; nil for a trace.
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
