package import Autodiff
package import Drawing
package import ExperimentFigures
package import Experiments
import Forms
import Notation

/// The results of an experiment: its numbers, its cost, and its figures, which can be drawn at any width without running it again.
package struct MeasuredExperiment: Sendable {
    /// The value of `kind:` in its lesson.
    package let kind: String
    /// The numbers that `backstep data` prints.
    package let data: MeasuredData
    package let cost: Cost
    /// The wall-clock time of the measurement.
    package let duration: Duration
    private let draw: @Sendable (any TextMeasuring, _ pageWidth: Double?, _ hidesHeadline: Bool) -> [ExperimentFigure]

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
        data = measurement.data(of: measured)
        draw = { measurer, pageWidth, hidesHeadline in
            PageHeadline.$wanted.withValue(hidesHeadline ? .none : headline) {
                measurement.figures(of: measured, title: title, measurer: measurer, pageWidth: pageWidth)
            }
        }
    }

    package func figures(measurer: any TextMeasuring, pageWidth: Double?, hidesHeadline: Bool = false) -> [ExperimentFigure] {
        draw(measurer, pageWidth, hidesHeadline)
    }
}

extension MeasuredExperiment {
    /// The cost in words: "20 480 scalars in the largest trace, 10⁹ products, 1.25 s".
    package var account: String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        return
            "\(Numeral(Double(cost.scalars)).text) scalars in the largest trace, \(Numeral(Double(cost.products), digits: 3).text) products, "
            + "\(Numeral(seconds, digits: 3).text) s"
    }
}
