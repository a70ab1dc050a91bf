package import Drawing
package import Experiments
import NeuralNetworks
import Notation
import Plotting

extension CovariateShift: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = CovariateShiftFigure(
            measured: measured, experiment: self, findings: CovariateShiftFindings(measured: measured, experiment: self))
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: max(1, min(3, variants.count)), sharesAxes: true, notes: figure.notes, width: 560, frameHeight: 96)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "A hidden unit’s input by training step, in units of its own spread, in a panel for each variant; the training loss; movement and loss of each seed. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct CovariateShiftFigure {
    let measured: CovariateShift.Measured
    let experiment: CovariateShift
    let findings: CovariateShiftFindings

    private var names: [String] { experiment.variants.map(\.name) }

    /// The distance between two recorded steps.
    private var interval: Int { experiment.recordedInterval }

    // MARK: Words

    var headline: String { findings.headline }

    var subtitle: Formula {
        let shifted = names.filter { experiment.shifted.contains($0) }.asNames
        return .words(
            "What enters unit \(experiment.unit) of hidden layer \(experiment.layer) while the layers before it learn, in units of its own spread, and the training loss. "
                + (shifted.isEmpty ? "" : "\(shifted): at every step each unit is shifted and stretched at random. ")
                + experiment.setting.words)
    }

    // MARK: Panels

    var panels: [Panel] { experiment.variants.indices.map(input) + [loss, comparison] }

    /// If moving inputs were what slows training, the dots would rise to the right.
    private var comparison: Panel {
        let (moves, ends) = (measured.moves, measured.finalLosses)
        let title = Formula.words("movement of the inputs in \(English.count(interval, "step")), in spreads")
        return Panel(
            title: .words("One dot for each seed: how far the inputs move, and the last loss"),
            x: Axis(LinearScale(covering: moves.flatMap(\.self), includingZero: true), title: title),
            y: Axis(lossScale(covering: ends.flatMap(\.self)), title: .words("loss"), hasGrid: true),
            marks: names.indices.map { PointMark(x: moves[$0], y: ends[$0], style: style(of: $0)) },
            remarks: names.indices.map {
                Remark(
                    .words(names[$0]), of: names[$0], color: style(of: $0).textColor, x: moves[$0].median, y: ends[$0].median)
            }, isWide: true)
    }

    private func style(of index: Int) -> SeriesStyle { experiment.variants.styles()[names[index]] ?? SeriesStyle(ofSeries: index) }

    private func relative(_ course: CovariateShift.Course) -> CovariateShift.Course {
        let (center, spread) = (course.center, course.spread)
        func scaled(_ values: [Double]) -> [Double] { values.map { spread > 0 ? ($0 - center) / spread : $0 - center } }
        return CovariateShift.Course(low: scaled(course.low), median: scaled(course.median), high: scaled(course.high))
    }

    private var steps: [Double] { experiment.setting.recordedSteps.map(Double.init) }
    private var stepAxis: Axis { Axis(OrdinalScale(0, through: experiment.setting.steps), title: .words("step")) }

    /// Beyond this the lines are cut off: one distant unit must not flatten the others.
    private static let reach = 4.0

    private func input(of index: Int) -> Panel {
        let style = style(of: index)
        let scale = LinearScale(-Self.reach, Self.reach)
        func cut(_ values: [Double]) -> [Double] { values.map { min(max($0, -Self.reach), Self.reach) } }
        let shown = experiment.unit - 1
        let units = measured.units[index]
        var marks: [any Mark] = []
        if units.indices.contains(shown) {
            let own = relative(units[shown])
            marks.append(BandMark(x: steps, low: cut(own.low), high: cut(own.high), color: style.color, name: names[index]))
            let others = units.indices.filter { $0 != shown }.map { relative(units[$0]).median }
            marks.append(CurvesMark(x: steps, curves: others, color: .restingLine))
            let bold = SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker)
            marks.append(LineMark(x: steps, y: cut(own.median), style: bold, width: 1.8, hasMarkers: false, name: names[index]))
        }
        let move = Numeral(measured.moves[index].median, digits: 2).text
        let range = Numeral(measured.drifts[index].median, digits: 2).text
        return Panel(
            title: .words("\(names[index]): \(move) in \(English.count(interval, "step")), \(range) in all"),
            x: stepAxis, y: Axis(scale, title: .words("input, in spreads"), hasGrid: true), marks: marks)
    }

    private var loss: Panel {
        let series = measured.losses
        var marks: [any Mark] = series.enumerated().map { index, line in
            BandMark(x: line.x, low: line.low, high: line.high, color: style(of: index).color, name: line.name)
        }
        marks += series.enumerated().map { index, line in
            LineMark(x: line.x, y: line.median, style: style(of: index), width: 1.8, hasMarkers: false, name: line.name)
        }
        return Panel(
            title: .words("Loss by step, and the last one: medians of \(English.count(experiment.setting.seeds, "seed"))"), x: stepAxis,
            y: Axis(lossScale(covering: series.heights), title: .words("loss"), hasGrid: true), marks: marks,
            names: series.enumerated().map { index, line in
                EndLabel(
                    .words("\(line.name): \(Numeral(measured.finalLosses[index].median, digits: 2).text)"), style: style(of: index),
                    x: line.x.last ?? 0, y: line.median.last ?? .nan, hasMarkers: false, width: 1.8)
            }, isWide: true)
    }

    // MARK: Notes

    var notes: [Formula] {
        let seeds = English.count(experiment.setting.seeds, "seed")
        let lines = measured.units.flatMap { $0.flatMap { relative($0).median } }
        let cut = lines.contains { abs($0) > Self.reach } ? " What is beyond ±\(Numeral(Self.reach).text) is cut off." : ""
        var notes: [Formula] = [
            .words(
                experiment.setting.weightsNote(experiment.variants) + " " + experiment.setting.note(hasValidation: false) + " "
                    + experiment.variants.optimizerNote(standard: experiment.setting.optimizer)),
            .words(
                "Inputs: seed \(experiment.setting.seed); bold: the median over the training samples; band: their 15th to 85th percentile; a spread is half its height, averaged over training; thin: the medians of the layer’s other units.\(cut) Titles: means over the layer’s units, medians of \(seeds). Loss: median of \(seeds), band: middle half. \(findings.rangeNote)"
            ),
        ]
        if !experiment.shifted.isEmpty {
            let shifted = names.filter { experiment.shifted.contains($0) }.asNames
            notes.append(
                .sentence(
                    "\(shifted): every activation gets \(math: .row(["s", .sign(.dot), "z"]) + "m"), with \(math: "m") within ±1.5 and \(math: "s") from 1 to 1.5 sampled anew for each unit at each step (after Santurkar et al. 2018).\(findings.seedsNote)"
                ))
        } else if experiment.variants.contains(where: { $0.normalization?.kind == .batch }) {
            notes.append(
                .words(
                    "Whether this is why batch normalization helps is disputed: Santurkar et al. (2018) find that it helps as much where the shift is put back in."
                ))
        }
        return notes
    }

    var account: String {
        names.indices.map { index in
            func text(_ value: Double?) -> String { Numeral(value ?? .nan, digits: 3).text }
            let line = measured.quantiles[index]
            return
                "\(names[index]): median \(text(line.median.first)) at first, \(text(line.median.last)) at the end; 15th to 85th percentile "
                + "\(text(line.low.first)) to \(text(line.high.first)), then \(text(line.low.last)) to \(text(line.high.last)); "
                + "moves by \(text(measured.moves[index].median)) of its spread every \(English.count(interval, "step")), drifts by \(text(measured.drifts[index].median)); "
                + "last loss \(text(measured.finalLosses[index].median))."
        }.joined(separator: "\n")
    }
}
