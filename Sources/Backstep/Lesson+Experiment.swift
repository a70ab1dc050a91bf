import Drawing
package import Experiments
import Figures
import Lessons

extension Lesson {
    /// The experiment's figures; nil for a trace.
    func experimentFigures(measurer: any TextMeasuring, theme: Theme) throws(BackstepError) -> [ExperimentFigure]? {
        guard case .experiment(let experiment) = subject else { return nil }
        return try figures(of: experiment.drawable, measurer: measurer, theme: theme)
    }

    private func figures(
        of measurement: some DrawableMeasurement, measurer: any TextMeasuring, theme: Theme
    ) throws(BackstepError) -> [ExperimentFigure] {
        measurement.figures(of: try measured(measurement), title: title, measurer: measurer, theme: theme)
    }

    /// The numbers behind the experiment's figures, with their kind; nil for a trace.
    package func measuredData() throws(BackstepError) -> (kind: String, data: MeasuredData)? {
        guard case .experiment(let experiment) = subject else { return nil }
        return try data(of: experiment.measurement)
    }

    private func data<M: Measurement>(of measurement: M) throws(BackstepError) -> (kind: String, data: MeasuredData) {
        (M.kind, measurement.data(of: try measured(measurement)))
    }

    private func measured<M: Measurement>(_ measurement: M) throws(BackstepError) -> M.Measured {
        do {
            return try measurement.measure()
        } catch {
            throw badLesson("\(error)")
        }
    }

    func checkExperiment() throws(BackstepError) {
        guard case .experiment(let experiment) = subject else { return }
        do {
            try experiment.measurement.cost().checkLimits()
        } catch {
            throw badLesson("\(error)")
        }
    }
}
