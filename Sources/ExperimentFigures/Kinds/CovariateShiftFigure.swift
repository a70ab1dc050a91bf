package import Drawing
package import Experiments
import NeuralNetworks
import Notation
import Plotting

extension CovariateShift: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = CovariateShiftFigure(measured: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: min(3, variants.count), sharesAxes: true, notes: figure.notes, frameHeight: 170)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: "Quantiles of a hidden unit’s input by training step, one panel a variant. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct CovariateShiftFigure {
    let measured: CovariateShift.Measured
    let experiment: CovariateShift

    private var medians: [Double] {
        measured.drifts.map { drifts in
            let sorted = drifts.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 }
            return sorted.isEmpty ? .nan : sorted[(sorted.count - 1) / 2]
        }
    }

    /// "The inputs’ median drifts least for Batch norm, in all 8 seeds: 0.6 against 3.1 for Plain".
    var headline: String {
        let names = experiment.variants.map(\.name)
        func text(_ index: Int) -> String { Numeral(medians[index], digits: 2).text }
        let all = names.indices.map { "\(names[$0]) \(text($0))" }.joined(separator: ", ")
        guard let verdict = SeedVerdict(measured.drifts), verdict.ahead.count == 1, let last = verdict.behind.last else {
            return "How far the inputs’ median drifts: \(all)"
        }
        let best = verdict.ahead[0]
        return
            "The inputs’ median drifts least for \(names[best]), \(verdict.support): \(text(best)) against \(text(last)) for \(names[last])"
    }

    var subtitle: Formula {
        .words(
            "What enters the activation of unit \(experiment.unit) in hidden layer \(experiment.layer), over all training samples: "
                + "median, and from the 15th to the 85th percentile. Same seed, same data, one change.")
    }

    var panels: [Panel] {
        let scale = LinearScale(covering: measured.quantiles.heights)
        return measured.quantiles.enumerated().map { index, line in
            let style = SeriesStyle(ofSeries: index)
            let edge = SeriesStyle(color: style.color, textColor: style.textColor, dash: [1.6, 1.6], marker: style.marker)
            return Panel(
                title: .words(line.name), x: Axis(OrdinalScale(0, through: experiment.setting.steps), title: .words("step")),
                y: Axis(scale, title: .words("input"), hasGrid: true),
                marks: [
                    BandMark(x: line.x, low: line.low, high: line.high, color: style.color, name: line.name),
                    LineMark(x: line.x, y: line.low, style: edge, width: 0.9, hasMarkers: false, name: line.name),
                    LineMark(x: line.x, y: line.high, style: edge, width: 0.9, hasMarkers: false, name: line.name),
                    LineMark(x: line.x, y: line.median, style: style, width: 1.6, hasMarkers: false, name: line.name),
                ])
        }
    }

    var notes: [Formula] {
        [
            experiment.setting.words
                + " Shown: seed \(experiment.setting.seed); the headline’s numbers are medians over seeds of the mean over all units of the layer.",
            experiment.setting.note() + " " + experiment.variants.optimizerNote(standard: experiment.setting.optimizer),
            "Whether this is why batch normalization helps is disputed: Santurkar et al. (2018) find that it helps as much where the shift is "
                + "put back in, and hold that it smooths the loss.",
        ].map { .words($0) }
    }

    var account: String {
        zip(experiment.variants, measured.quantiles).enumerated().map { index, pair in
            func text(_ value: Double?) -> String { Numeral(value ?? .nan, digits: 3).text }
            let (variant, line) = pair
            return
                "\(variant.name): median \(text(line.median.first)) at first, \(text(line.median.last)) at the end; 15th to 85th percentile "
                + "\(text(line.low.first)) to \(text(line.high.first)), then \(text(line.low.last)) to \(text(line.high.last)); "
                + "drift by seed " + measured.drifts[index].map { text($0) }.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}
