package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension Fit: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = FitFigure(measured: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: min(3, variants.count), sharesAxes: true, notes: figure.notes, frameHeight: 120, aspect: 1)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "Curves fitted to \(setting.samples) noisy samples, one panel a variant\(penalties.isEmpty ? "" : ", and losses and the weights’ norm by λ"). \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct FitFigure {
    let measured: Fit.Measured
    let experiment: Fit

    private var ordered: [Series] { measured.sweep.map(\.ordered) }

    /// "Validation loss is least in between, at λ = 0.01; the weights’ norm falls as λ grows".
    var headline: String {
        guard ordered.count == 3, let lambda = ordered.first?.x, lambda.count > 1 else {
            return SeedVerdict(measured.ends.map { $0.map(\.validation) })?.sentence(experiment.variants.map(\.name), "validation loss")
                ?? "Fits of \(experiment.setting.samples) samples"
        }
        let (validation, norm) = (ordered[1].median, ordered[2].median)
        let best = validation.indices.min { validation[$1].isNaN || validation[$0] < validation[$1] } ?? 0
        let place = Numeral(lambda[best], digits: 2).text
        let isBetween = best > 0 && best < lambda.count - 1
        let falls = zip(norm, norm.dropFirst()).allSatisfy { $0 > $1 }
        return (isBetween ? "Validation loss is least in between, at λ = \(place)" : "Validation loss is least at the end, at λ = \(place)")
            + "; the weights’ norm " + (falls ? "falls as λ grows" : "does not fall all along")
    }

    var subtitle: Formula {
        .row([
            .words("\(experiment.setting.words) Dots: the samples of seed \(experiment.setting.seed); dashed: "),
            .row([.symbol("sin", .upright), "π", "x"]),
            .words(", from which they are drawn with noise \(Numeral(experiment.setting.noise).text)."),
        ])
    }

    var panels: [Panel] { fits + (ordered.count == 3 ? [losses, norm] : []) }

    private var fits: [Panel] {
        let scale = LinearScale(covering: measured.sampleY + [-1.5, 1.5])
        let truth = Fit.places.map { sin(.pi * $0) }
        return zip(experiment.variants, measured.curves).enumerated().map { index, pair in
            let style = SeriesStyle(ofSeries: index)
            return Panel(
                title: .words(pair.0.name), x: Axis(LinearScale(-1, 1), title: "x"), y: Axis(scale, title: "y", hasGrid: true),
                marks: [
                    ReferenceMark(x: Fit.places, y: truth),
                    LineMark(
                        x: Fit.places, y: pair.1, style: SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker),
                        hasMarkers: false),
                    PointMark(
                        x: measured.sampleX, y: measured.sampleY,
                        style: SeriesStyle(color: .ink, textColor: .ink, marker: .disc), size: 3.6),
                ])
        }
    }

    private var lambdas: Axis { Axis(ChosenScale(experiment.penalties), title: "λ") }

    private var losses: Panel {
        let lines = Array(ordered.prefix(2))
        var panel = VariantLines(lines).panel(
            lines, title: "Mean squared error, without the penalty", x: lambdas,
            y: Axis(lossScale(covering: lines.heights), title: .words("loss"), hasGrid: true))
        panel.isWide = true
        return panel
    }

    private var norm: Panel {
        let line = ordered[2]
        let style = SeriesStyle(ofSeries: 2)
        return Panel(
            title: .words("Norm of all weights"), x: lambdas,
            y: Axis(LinearScale(covering: [line].heights, includingZero: true), title: .norm("w"), hasGrid: true),
            marks: [
                BandMark(x: line.x, low: line.low, high: line.high, color: style.color, name: line.name),
                LineMark(x: line.x, y: line.median, style: style, width: 1.4, name: line.name),
            ],
            names: [EndLabel(.norm("w"), style: style, x: line.x.last ?? 0, y: line.median.last ?? .nan)], isWide: true)
    }

    var notes: [Formula] {
        let sweep =
            experiment.penalties.isEmpty
            ? [] : ["Below: median of \(experiment.setting.seeds) seeds, each with samples of its own; band: middle half."]
        return [
            (sweep + ["The penalty λ/2·Σw² leaves biases out."]).joined(separator: " "),
            experiment.setting.note() + " " + experiment.variants.optimizerNote(standard: experiment.setting.optimizer),
        ].map { .words($0) }
    }

    var account: String {
        func text(_ value: Double) -> String { Numeral(value, digits: 3).text }
        let fits = zip(experiment.variants, measured.ends).compactMap { variant, ends in
            ends.first.map {
                "\(variant.name), seed \(experiment.setting.seed): training loss \(text($0.training)), validation loss \(text($0.validation)), norm of the weights \(text($0.norm))."
            }
        }
        let sweep = ordered.map { line in
            "\(line.name) by λ: " + zip(line.x, line.median).map { "\(text($1)) at \(text($0))" }.joined(separator: ", ") + "."
        }
        return (fits + sweep).joined(separator: "\n")
    }
}
