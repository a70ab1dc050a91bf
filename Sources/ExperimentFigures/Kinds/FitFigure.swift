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
        let figure = FitFigure(measured: measured, experiment: self, findings: FitFindings(measured: measured, experiment: self))
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: min(3, variants.count), sharesAxes: true, notes: figure.notes, frameHeight: 120, aspect: 1)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "Curves fitted to \(setting.samples) noisy samples, one panel a variant\(penalties.isEmpty ? "" : ", and losses by λ"). \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct FitFigure {
    let measured: Fit.Measured
    let experiment: Fit
    let findings: FitFindings

    private var setting: TrainingSetting { experiment.setting }
    private var names: [String] { experiment.variants.map(\.name) }

    private var swept: [(penalty: Double, ends: [Fit.End])] { findings.swept }
    private var noise: Double { findings.noise }

    // MARK: Words

    var headline: String { findings.headline }

    var subtitle: Formula {
        .row([
            .words(
                "\(setting.words) Thin: all \(setting.seeds == 1 ? "" : "\(setting.seeds) ")fits, each to samples of its own; thick: their median; black: seed \(setting.seed) and its samples; dashed: "
            ),
            .row([.symbol("sin", .upright), "π", "x"]),
            .words(", from which they are sampled with noise \(Numeral(setting.noise).text)."),
        ])
    }

    // MARK: Panels

    var panels: [Panel] { fits + (measured.sweep.isEmpty ? [] : [losses]) }

    private var fits: [Panel] {
        let scale = LinearScale(covering: measured.sampleY + [-2, 2])
        let truth = Fit.places.map { sin(.pi * $0) }
        return experiment.variants.indices.map { index in
            let style = SeriesStyle(ofSeries: index)
            let curves = measured.ends[index].map(\.curve)
            let medians = Fit.places.indices.map { place in curves.map { $0[place] }.median }
            var marks: [any Mark] = [CurvesMark(x: Fit.places, curves: curves, color: style.color, width: 0.3)]
            // A halo separates the highlighted curves from the many.
            for (curve, color, width) in [(medians, style.color, 2.4), (measured.curves[index], Paint.ink, 1.2)] {
                marks.append(CurvesMark(x: Fit.places, curves: [curve], color: .page, width: width + 1.6))
                marks.append(CurvesMark(x: Fit.places, curves: [curve], color: color, width: width))
            }
            marks.append(CurvesMark(x: Fit.places, curves: [truth], color: .page, width: 2))
            marks.append(ReferenceMark(x: Fit.places, y: truth, color: .ink))
            marks.append(
                PointMark(
                    x: measured.sampleX, y: measured.sampleY,
                    style: SeriesStyle(color: .ink, textColor: .ink, marker: .disc), size: 3.8))
            return Panel(
                title: .words(names[index] + (measured.sweep.isEmpty ? ": validation \(loss(findings.medians[index].validation))" : "")),
                x: Axis(LinearScale(-1, 1), title: "x"), y: Axis(scale, title: "y", hasGrid: true),
                marks: marks)
        }
    }

    private func loss(_ value: Double) -> String { Numeral(value, digits: 2).text }

    private var losses: Panel {
        let lines = measured.sweep.prefix(2).map(\.ordered)
        let ink = SeriesStyle(ofSeries: 4)
        let styles = [SeriesStyle(ofSeries: 5), SeriesStyle(color: ink.color, textColor: ink.textColor, marker: .disc)]
        let scale = lossScale(covering: lines.flatMap { $0.median + $0.low + $0.high } + [noise])
        let x = swept.map(\.penalty)
        var marks: [any Mark] = []
        if let best = findings.bestRange,
            let (low, high) = (scale as? RatioScale).map({ ($0.lower, $0.upper) }) ?? (scale as? LinearScale).map({ ($0.lower, $0.upper) })
        {
            // Up to half way to the neighbours that are worse.
            let (left, right) = (
                between(x, best.lowerBound - 1, best.lowerBound), between(x, best.upperBound, best.upperBound + 1)
            )
            marks.append(
                BandMark(x: [left, right], low: [low, low], high: [high, high], color: .series(3), name: "no worse than the best λ"))
        }
        for (line, style) in zip(lines, styles) {
            // 0 is not part of the line, since a logarithmic axis has no 0.
            let isBroken = line.x.first == 0
            let rest = isBroken ? 1 : 0
            marks.append(
                BandMark(
                    x: Array(line.x[rest...]), low: Array(line.low[rest...]), high: Array(line.high[rest...]), color: style.color,
                    name: line.name))
            if isBroken {
                let bar = SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker)
                marks.append(
                    LineMark(x: [0, 0], y: [line.low[0], line.high[0]], style: bar, width: 0.9, hasMarkers: false, name: line.name))
                marks.append(PointMark(x: [0], y: [line.median[0]], style: style))
            }
            marks.append(
                LineMark(x: Array(line.x[rest...]), y: Array(line.median[rest...]), style: style, width: 1.4, name: line.name))
        }
        if noise > 0 {
            marks.append(
                ReferenceMark.level(noise, from: x.first ?? 0, to: x.last ?? 1))
        }
        if x.first == 0 { marks.append(AxisBreakMark()) }
        return Panel(
            title: .words("Mean squared error by λ; the penalty is not counted"),
            x: Axis(BrokenScale(experiment.penalties), title: .row([.words("penalty "), "λ"])),
            y: Axis(scale, title: .words("loss"), hasGrid: true), marks: marks,
            names: zip(["training", "validation"], zip(lines, styles)).map { name, line in
                EndLabel(.words(name), style: line.1, x: line.0.x.last ?? 0, y: line.0.median.last ?? .nan)
            }
                + (noise > 0
                    ? [
                        EndLabel(
                            .words("noise \(Numeral(noise, digits: 2).text)"),
                            style: SeriesStyle(color: .quietInk, textColor: .quietInk, dash: [2.5, 2], marker: .hollowCircle),
                            x: x.last ?? 1, y: noise, hasMarkers: false, width: 0.8)
                    ] : []),
            isWide: true)
    }

    /// Half way between two neighbouring penalties, or the only one of the two that exists.
    private func between(_ x: [Double], _ one: Int, _ other: Int) -> Double {
        guard x.indices.contains(one) else { return x[other] }
        guard x.indices.contains(other) else { return x[one] }
        return x[one] > 0 ? (x[one] * x[other]).squareRoot() : x[other]
    }

    // MARK: Notes

    var notes: [Formula] {
        var notes = [
            setting.weightsNote(experiment.variants) + " " + setting.note() + " "
                + experiment.variants.optimizerNote(standard: setting.optimizer)
                + experiment.variants.partsNote(width: setting.width, isTrained: true)
                + " The penalty λ/2·Σw² leaves biases out; every λ sees the same seeds."
        ]
        if measured.sweep.isEmpty {
            let training = zip(names, findings.medians).map { "\($0): \(loss($1.training))" }
            notes.append(
                "Validation: the mean squared error on other samples, median of \(English.count(setting.seeds, "seed")). On the samples that were fitted: \(training.joined(separator: "; "))."
            )
        } else {
            notes.append("Below: median of \(English.count(setting.seeds, "seed")); band: middle half.")
        }
        if let note = findings.bestNote {
            notes.append(note)
        } else if measured.sweep.isEmpty, names.count > 1 {
            notes.append(SeedVerdict.note(measured.ends.map { $0.map(\.validation) }, names))
        }
        return notes.map { .words($0) }
    }

    var account: String {
        func text(_ value: Double) -> String { Numeral(value, digits: 3).text }
        let fits = zip(experiment.variants, measured.ends).map { variant, ends in
            "\(variant.name): median training loss \(text(ends.map(\.training).median)), validation loss \(text(ends.map(\.validation).median)), norm of the weights \(text(ends.map(\.norm).median)) over \(English.count(ends.count, "seed"))."
        }
        let sweep = measured.sweep.map(\.ordered).map { line in
            "\(line.name) by λ: " + zip(line.x, line.median).map { "\(text($1)) at \(text($0))" }.joined(separator: ", ") + "."
        }
        return (fits + sweep).joined(separator: "\n")
    }
}
