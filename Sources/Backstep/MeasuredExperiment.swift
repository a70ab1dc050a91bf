package import Autodiff
package import Drawing
package import ExperimentFigures
package import Experiments
import Forms
import Notation
import Recordings

/// The results of an experiment, or what was recorded of a run: its numbers, its cost, and its figures, which can be drawn at any width without running
/// it again.
package struct MeasuredExperiment: Sendable {
    /// The value of `kind:` in its lesson.
    package let kind: String
    /// Nil for a recording, which costs nothing.
    package let cost: Cost?
    /// The wall-clock time of the measurement.
    package let duration: Duration
    private let numbers: @Sendable () -> MeasuredData
    private let draw: @Sendable (any TextMeasuring, PictureOptions) -> [ExperimentFigure]

    /// Runs the measurement.
    /// - Parameters:
    ///   - title: the topic, in small type above each headline.
    ///   - headline: the lesson's own headline, if it has one.
    init<M: DrawableMeasurement>(_ measurement: M, title: String?, headline: Headline) throws(ExperimentError) {
        let start = ContinuousClock.now
        cost = try measurement.cost()
        let measured = try measurement.measure()
        duration = ContinuousClock.now - start
        kind = M.kind
        numbers = { measurement.data(of: measured) }
        draw = { measurer, options in
            PageHeadline.$wanted.withValue(options.hidesHeadline ? .none : headline) {
                measurement.figures(of: measured, title: title, measurer: measurer, pageWidth: options.width?.points)
            }
        }
    }

    /// Takes recorded runs.
    init(_ recorded: RecordedLesson, title: String?, headline: Headline) {
        kind = "recording"
        cost = nil
        duration = .zero
        numbers = { recorded.data }
        draw = { measurer, options in
            var recorded = recorded
            if let figure = options.recordingFigure { recorded.figures = [figure] }
            return PageHeadline.$wanted.withValue(options.hidesHeadline ? .none : headline) {
                recordingFigures(recorded, title: title, measurer: measurer, pageWidth: options.width?.points)
            }
        }
    }

    /// The numbers that `backstep data` prints.
    package var data: MeasuredData { numbers() }

    package func figures(measurer: any TextMeasuring, _ options: PictureOptions = PictureOptions()) -> [ExperimentFigure] {
        draw(measurer, options)
    }
}

extension MeasuredExperiment {
    /// The cost in words: "20 480 scalars in the largest trace, 10⁹ products, 1.25 s".
    package var account: String {
        guard let cost else { return "nothing is computed: the numbers were recorded" }
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        return
            "\(Numeral(Double(cost.scalars)).text) scalars in the largest trace, \(Numeral(Double(cost.products), digits: 3).text) products, "
            + "\(Numeral(seconds, digits: 3).text) s"
    }
}
