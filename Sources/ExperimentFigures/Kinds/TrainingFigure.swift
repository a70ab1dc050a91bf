import Autodiff
package import Drawing
package import Experiments
import NeuralNetworks
import Notation
import Plotting

extension Training: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = TrainingFigure(
            measured: measured, experiment: self, findings: TrainingFindings(measured: measured, experiment: self))
        let page = PlotPage(
            topic: title, headline: .words(figure.findings.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: measured.maps.isEmpty ? 2 : min(4, measured.maps.count), sharesAxes: true, notes: figure.notes,
            frameHeight: 150, aspect: measured.maps.isEmpty ? nil : 1)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct TrainingFigure {
    let measured: Training.Measured
    let experiment: Training
    let findings: TrainingFindings

    var subtitle: Formula { .words(experiment.setting.words + " " + VariantLines.spread(over: experiment.setting.seeds)) }

    var panels: [Panel] { maps + (experiment.shows.contains(.loss) ? losses : []) + gradients + movement + sweeps }

    /// Side by side, or one above the other where maps have narrow columns.
    private var losses: [Panel] {
        let scale = lossScale(covering: (measured.training + measured.validation).heights)
        let isWide = !measured.maps.isEmpty
        return [("Training loss", measured.training), ("Validation loss", measured.validation)].enumerated().map { index, part in
            var panel = panel(part.1, part.0, x: steps, y: Axis(scale, title: .words("loss"), hasGrid: true), isWide: isWide)
            // Side by side, the names at the right are those of both.
            if !isWide, index == 0 { panel.names = [] }
            return panel
        }
    }

    private func panel(
        _ lines: [Series], _ title: String, x: Axis, y: Axis, _ reference: ReferenceMark? = nil, isWide: Bool = true
    ) -> Panel {
        var panel = VariantLines(lines).panel(
            lines, title: title, x: x, y: y, references: reference.map { [$0] } ?? [])
        panel.isWide = isWide
        return panel
    }

    private var steps: Axis { Axis(OrdinalScale(0, through: experiment.setting.steps), title: .words("step")) }

    private var gradients: [Panel] {
        guard experiment.shows.contains(.gradient) else { return [] }
        let lines = measured.gradientNorms
        return [
            panel(
                lines, "Largest norm of the gradient, before clipping", x: steps,
                y: Axis(LogScale(covering: lines.heights), title: .norm("g"), hasGrid: true))
        ]
    }

    private var movement: [Panel] {
        guard experiment.shows.contains(.movement), let count = measured.movement.map(\.x.count).max() else { return [] }
        let change = Formula.row(["W", .sign(.minus), .sub("W", "0")])
        return [
            panel(
                measured.movement, "How far each layer’s weights moved (the last is the output)",
                x: Axis(OrdinalScale(1, through: count), title: .words("layer (1 is nearest the input)")),
                y: Axis(
                    LogScale(covering: measured.movement.heights),
                    title: .row([.norm(change), .sign(.slash), .norm(.sub("W", "0"))]), hasGrid: true))
        ]
    }

    private var maps: [Panel] {
        let places = Training.mapPlaces
        let axis = LinearScale(places.first ?? -1, places.last ?? 1)
        return measured.maps.map { map in
            let samples = experiment.setting.trainingSamples(seed: map.seed)
            let targets = samples.targets.scalars
            func arm(_ value: Double, _ marker: Marker, _ color: Paint) -> PointMark {
                let own = targets.indices.filter { targets[$0] == value }
                return PointMark(
                    x: own.map { samples.inputs.scalars[2 * $0] }, y: own.map { samples.inputs.scalars[2 * $0 + 1] },
                    style: SeriesStyle(color: color, textColor: color, marker: marker), size: 2.8)
            }
            return Panel(
                title: .words("\(map.name): \(Numeral(100 * map.accuracy, decimals: 0).text) %"),
                x: Axis(axis, title: .sub("x", "1")), y: Axis(axis, title: .sub("x", "2")),
                marks: [
                    RegionMark(ScalarField(x: places, y: places, values: map.outputs), from: 0, color: .value),
                    arm(0, .hollowSquare, .gradient), arm(1, .disc, .value),
                ])
        }
    }

    private var sweeps: [Panel] {
        let all = measured.sweeps.flatMap { $0.heights }
        return zip(experiment.sweeps, measured.sweeps).enumerated().map { index, pair in
            let (sweep, lines) = pair
            let ordered = lines.map(\.ordered)
            let isLast = index == measured.sweeps.count - 1
            let guess = ReferenceMark.level(
                findings.guess, from: sweep.values.min() ?? 0, to: sweep.values.max() ?? 1,
                label: index == 0 ? .words("a guess") : nil)
            var panel = panel(
                ordered, sweep.title, x: Axis(ChosenScale(sweep.values), title: sweep.axis),
                y: Axis(lossScale(covering: all + [findings.guess]), title: .words("loss"), hasGrid: true), guess, isWide: false)
            if !isLast { panel.names = [] }
            return panel
        }
    }

    var notes: [Formula] {
        var notes = [
            experiment.setting.note(hasBatches: !experiment.sweeps.contains(where: \.isJudgedByValidation)) + " "
                + experiment.variants.optimizerNote(standard: experiment.setting.optimizer)
        ]
        if experiment.shows.contains(.loss) {
            notes.append(
                "Training loss is that of each step’s batch"
                    + (experiment.variants.contains { ($0.l2 ?? 0) > 0 } ? ", with the penalty" : "") + ".")
        }
        if !measured.sweeps.isEmpty { notes.append("“Learns”: the median of the last losses is below half that of a guess.") }
        if experiment.sweeps.contains(where: \.isJudgedByValidation) {
            notes.append(
                "A small batch’s mean and variance are far from those of all samples, which batch normalization takes in validation; group normalization takes each sample’s own."
            )
        }
        if !measured.maps.isEmpty {
            notes.append(
                "Above: the run of median validation loss; blue is where it says 1, and % the share of validation samples it has right.")
        }
        if experiment.variants.contains(where: { if case .swish = $0.activation { true } else { false } }) {
            notes.append("Swish is not always better than ReLU: the order changes with data, depth and rate.")
        }
        return notes.map { .words($0) }
    }

    var alternative: String {
        "Training of \(NameList(names: experiment.variants.map(\.name), total: experiment.variants.count, most: 12).subject): \(findings.headline)."
    }

    var account: String {
        ([experiment.setting.words] + measured.training.indices.map { findings.account(of: $0) }).joined(separator: "\n")
    }
}

extension Training.Sweep {
    fileprivate var title: String {
        switch self {
        case .learningRate: "Last training loss by learning rate"
        case .initialDeviation: "By deviation of the first weights"
        case .batchSize: "Last validation loss by batch size"
        }
    }

    fileprivate var axis: Formula {
        switch self {
        case .learningRate: .row([.words("learning rate "), "η"])
        case .initialDeviation: .row([.words("standard deviation of "), .sub("W", "0")])
        case .batchSize: .words("samples in a batch")
        }
    }
}

extension Series {
    /// With x rising.
    var ordered: Series {
        let order = x.indices.sorted { x[$0] < x[$1] }
        var series = self
        series.x = order.map { x[$0] }
        series.median = order.map { median[$0] }
        series.low = order.map { low[$0] }
        series.high = order.map { high[$0] }
        return series
    }
}
