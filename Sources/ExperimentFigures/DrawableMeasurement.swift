package import Drawing
package import Experiments
package import Forms
import Notation
import Plotting

/// A measurement that can be drawn.
package protocol DrawableMeasurement: Measurement {
    /// - Parameter title: the topic, in small type above each headline.
    func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure]
}

/// One figure of an experiment.
package struct ExperimentFigure: Sendable {
    /// The name among the experiment's figures; nil for a single one.
    package var name: String?
    package var picture: Picture

    package init(_ picture: Picture, name: String? = nil) {
        self.name = name
        self.picture = picture
    }
}

/// The headline that a lesson asks for over the pages of its experiment.
package enum PageHeadline {
    /// The headline of every page drawn in this task. Each kind of experiment finds its own headline; replacing it here keeps that in one
    /// place.
    @TaskLocal package static var wanted = Headline.found
}

extension PlotPage {
    /// The finished page; its title is the headline.
    func picture(
        alternative: String, description: String, measurer: any TextMeasuring, pageWidth: Double?, type: PlotType = PlotType()
    ) -> Picture {
        var page = self
        var title = headline.plainText
        switch PageHeadline.wanted {
        case .found: break
        case .written(let parts):
            // An experiment has no trace to fill numbers in from, so its headline is text alone.
            let text = parts.map { if case .words(let words) = $0 { words } else { "" } }.joined()
            page.headline = .words(text)
            title = text
        case .none:
            page.headline = .row([])
            if let topic, !topic.isEmpty { title = topic }
        }
        let (size, content) = page.draw(measurer: measurer, pageWidth: pageWidth, type: type)
        return Picture(
            size: size, background: .page, content: content, title: title, alternative: alternative, description: description)
    }
}

extension Experiment {
    package var drawable: any DrawableMeasurement {
        switch self {
        case .gradientDecay(let measurement): measurement
        case .signalSpread(let measurement): measurement
        case .roundTrip(let measurement): measurement
        case .gradientThroughTime(let measurement): measurement
        case .pathLengths(let measurement): measurement
        case .activations(let measurement): measurement
        case .singularValues(let measurement): measurement
        case .normalizationAxes(let measurement): measurement
        case .chainRule(let measurement): measurement
        case .trajectory(let measurement): measurement
        case .clipping(let measurement): measurement
        case .training(let measurement): measurement
        case .covariateShift(let measurement): measurement
        case .fit(let measurement): measurement
        case .shatteredGradients(let measurement): measurement
        }
    }
}
