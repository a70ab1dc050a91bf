package import Autodiff
package import Drawing
package import ExperimentFigures
package import Experiments
import Forms
import Notation

/// An experiment that was run: its numbers, what they took, and its figures of any width, none of which runs it again.
package struct MeasuredExperiment: Sendable {
    /// The word after `kind:` in its lesson.
    package let kind: String
    /// As `backstep data` prints it.
    package let data: MeasuredData
    package let cost: Cost
    /// Of measuring, by the clock on the wall.
    package let duration: Duration
    private let draw: @Sendable (any TextMeasuring, _ pageWidth: Double?) -> [ExperimentFigure]

    /// - Parameters:
    ///   - title: the topic, small above each headline.
    ///   - headline: what its lesson wants in large type.
    init<M: DrawableMeasurement>(_ measurement: M, title: String?, headline: Headline) throws(ExperimentError) {
        let start = ContinuousClock.now
        cost = try measurement.cost()
        let measured = try measurement.measure()
        duration = ContinuousClock.now - start
        kind = M.kind
        data = measurement.data(of: measured)
        draw = { measurer, pageWidth in
            PageHeadline.$wanted.withValue(headline) {
                measurement.figures(of: measured, title: title, measurer: measurer, pageWidth: pageWidth)
            }
        }
    }

    package func figures(measurer: any TextMeasuring, pageWidth: Double?) -> [ExperimentFigure] { draw(measurer, pageWidth) }
}

extension MeasuredExperiment {
    /// What measuring took: "20 480 scalars in the largest trace, 10⁹ products, 1.25 s".
    package var account: String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        return
            "\(Numeral(Double(cost.scalars)).text) scalars in the largest trace, \(Numeral(Double(cost.products), digits: 3).text) products, "
            + "\(Numeral(seconds, digits: 3).text) s"
    }
}
