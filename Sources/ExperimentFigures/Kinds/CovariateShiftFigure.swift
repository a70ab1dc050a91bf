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
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, columns: 2,
            notes: figure.notes, width: 560, frameHeight: 106)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "A row a variant: a hidden unit’s input by training step, in units of its own spread, and the training loss. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct CovariateShiftFigure {
    let measured: CovariateShift.Measured
    let experiment: CovariateShift

    private var names: [String] { experiment.variants.map(\.name) }

    /// The distance between two recorded steps.
    private var interval: Int {
        let steps = experiment.setting.recordedSteps
        return steps.count > 1 ? steps[1] - steps[0] : 1
    }

    // MARK: Facts and words

    /// A shifted variant that moves more than one without normalization and nevertheless ends lower, in significantly more seeds.
    private var disproof: (shifted: Int, plain: Int)? {
        guard let plain = experiment.variants.firstIndex(where: { $0.normalization == nil && !experiment.shifted.contains($0.name) }) else {
            return nil
        }
        return names.indices.first { index in
            experiment.shifted.contains(names[index]) && SignTest(measured.moves[index], measured.moves[plain]).isFirstLarger
                && SignTest(measured.finalLosses[index], measured.finalLosses[plain]).isFirstSmaller
        }.map { ($0, plain) }
    }

    /// "Shifted batch norm moves more than Plain, yet ends with a lower loss".
    var headline: String {
        if let (shifted, plain) = disproof {
            return Wording.fitting(
                "\(names[shifted].asName) moves more than \(names[plain].asName), yet ends with a lower loss",
                "The inputs that move more belong to the network with the lower loss")
        }
        guard let verdict = SeedVerdict(measured.moves), names.count > 1 else { return "How a hidden unit’s input moves in training" }
        let quantity = "a hidden unit’s input moves"
        switch verdict.ahead.count {
        case 0 where verdict.isTie:
            return "A hidden unit’s input moves equally far in \(names.count == 2 ? "both" : "all \(names.count)") variants"
        case 0: return "No clear difference in how far a hidden unit’s input moves"
        default:
            let ahead = verdict.ahead.map { names[$0] }.asNames
            let others = verdict.behind.map { names[$0] }.asNames
            return Wording.fitting(
                "With \(ahead) \(quantity) less than with \(others)",
                "With \(verdict.ahead.count) of \(names.count) variants \(quantity) less than with the others")
        }
    }

    var subtitle: Formula {
        .words(
            "Left: what enters the activation of unit \(experiment.unit) in hidden layer \(experiment.layer), in units of its own spread; thin: the medians of the layer’s other units. Right: the training loss. "
                + experiment.setting.words)
    }

    // MARK: Panels

    var panels: [Panel] { experiment.variants.indices.flatMap { [input(of: $0), loss(of: $0)] } }

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
        let style = SeriesStyle(ofSeries: index)
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
        let move = Numeral(measured.moves[index].lowerMedian, digits: 2).text
        return Panel(
            title: .words("\(names[index]): moves by \(move) every \(Wording.count(interval, "step"))"),
            x: stepAxis, y: Axis(scale, title: .words("input, in spreads"), hasGrid: true), marks: marks)
    }

    private func loss(of index: Int) -> Panel {
        let style = SeriesStyle(ofSeries: index)
        let own = measured.losses[index]
        var marks: [any Mark] = [BandMark(x: own.x, low: own.low, high: own.high, color: style.color, name: own.name)]
        func quiet(_ other: Int) -> SeriesStyle {
            SeriesStyle(
                color: .restingLine, textColor: .quietInk, dash: SeriesStyle(ofSeries: other + 1).dash,
                marker: SeriesStyle(ofSeries: other).marker)
        }
        for other in measured.losses.indices where other != index {
            marks.append(LineMark(x: own.x, y: measured.losses[other].median, style: quiet(other), width: 0.8, hasMarkers: false))
        }
        let bold = SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker)
        marks.append(LineMark(x: own.x, y: own.median, style: bold, width: 1.8, hasMarkers: false, name: own.name))
        return Panel(
            title: .words("Ends at a loss of \(Numeral(measured.finalLosses[index].lowerMedian, digits: 2).text)"), x: stepAxis,
            y: Axis(lossScale(covering: measured.losses.heights), title: .words("loss"), hasGrid: true), marks: marks,
            names: measured.losses.indices.map { other in
                EndLabel(
                    .words(names[other]), style: other == index ? bold : quiet(other), x: own.x.last ?? 0,
                    y: measured.losses[other].median.last ?? .nan)
            })
    }

    // MARK: Notes

    var notes: [Formula] {
        func median(_ values: [[Double]], _ index: Int) -> String { Numeral(values[index].lowerMedian, digits: 2).text }
        let drifts = names.indices.map { "\(names[$0]) \(median(measured.drifts, $0))" }.joined(separator: ", ")
        var notes = [
            experiment.setting.weightsNote(experiment.variants) + " " + experiment.setting.note() + " "
                + experiment.variants.optimizerNote(standard: experiment.setting.optimizer),
            "Left: seed \(experiment.setting.seed), band: 15th to 85th percentile over all training samples; spread: half of it, its mean over training. Titles and right: medians of \(Wording.count(experiment.setting.seeds, "seed")), band: middle half. Over all of training the inputs drift by, in spreads: \(drifts).",
        ]
        if !experiment.shifted.isEmpty {
            let shifted = names.filter { experiment.shifted.contains($0) }.asNames
            var note =
                "\(shifted): every activation gets s·z + m, with m within ±1.5 and s from 1 to 1.5 drawn anew for each unit at each step (after Santurkar et al. 2018)."
            if let (shifted, plain) = disproof {
                let moves = SignTest(measured.moves[shifted], measured.moves[plain]).larger
                let ends = SignTest(measured.finalLosses[shifted], measured.finalLosses[plain]).smaller
                note +=
                    " It moves more than \(names[plain].asName) in \(moves) and ends lower in \(ends) of \(Wording.count(experiment.setting.seeds, "seed"))."
            }
            notes.append(note)
        } else {
            notes.append(
                "Whether this is why batch normalization helps is disputed: Santurkar et al. (2018) find that it helps as much where the shift is put back in."
            )
        }
        return notes.map { .words($0) }
    }

    var account: String {
        names.indices.map { index in
            func text(_ value: Double?) -> String { Numeral(value ?? .nan, digits: 3).text }
            let line = measured.quantiles[index]
            return
                "\(names[index]): median \(text(line.median.first)) at first, \(text(line.median.last)) at the end; 15th to 85th percentile "
                + "\(text(line.low.first)) to \(text(line.high.first)), then \(text(line.low.last)) to \(text(line.high.last)); "
                + "moves by \(text(measured.moves[index].lowerMedian)) of its spread every \(Wording.count(interval, "step")), drifts by \(text(measured.drifts[index].lowerMedian)); "
                + "last loss \(text(measured.finalLosses[index].lowerMedian))."
        }.joined(separator: "\n")
    }
}
