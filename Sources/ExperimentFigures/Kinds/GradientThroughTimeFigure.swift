import Autodiff
package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension GradientThroughTime: DrawableMeasurement {
    package func figures(
        of measured: [Series], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = GradientThroughTimeFigure(series: measured, experiment: self)
        let panels = figure.panels
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
            columns: min(panels.count, 2), sharesAxes: true, notes: figure.notes,
            width: VariantLines.pageWidth(panels: panels.count), frameHeight: 220)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct GradientThroughTimeFigure {
    typealias Quantity = GradientThroughTime.Quantity

    let experiment: GradientThroughTime
    let lines: VariantLines
    let hidden: [Series]
    let cells: [Series]
    let gates: [Series]

    init(series: [Series], experiment: GradientThroughTime) {
        self.experiment = experiment
        lines = VariantLines(series, of: experiment.variants)
        hidden = series.filter { $0.quantity == Quantity.hidden }
        cells = series.filter { $0.quantity == Quantity.cell }
        gates = series.filter { $0.quantity == Quantity.gates }
    }

    private static let hiddenNorm = Formula.norm(.row(.inlinePartial("L", over: .sub("h", "t"))))
    private static let cellNorm = Formula.norm(.row(.inlinePartial("L", over: .sub("c", "t"))))

    // MARK: Panels

    var panels: [Panel] {
        let y = Axis(
            LogScale(covering: lines.series.heights.filter { $0 > 0 }), title: cells.isEmpty ? Self.hiddenNorm : .words("norm"),
            hasGrid: true)
        let x = Axis(OrdinalScale(1, through: max(experiment.time, 1)), title: .words("time step (the loss is at the last)"))
        let groups = VariantLines(hidden, styles: [:]).panels
        var panels = groups.map { group in
            var panel = lines.panel(
                group.series, title: group.title, x: x, y: y, references: powers(group.series),
                remarks: lines.remarks(on: group.series, ends: " at step 1 than at\u{A0}\(experiment.time)"))
            if group.title == nil, !cells.isEmpty { panel.title = .row([.words("State: the gradient "), Self.hiddenNorm]) }
            return panel
        }
        if !cells.isEmpty {
            let references = gates.enumerated().map { index, line in
                ReferenceMark(
                    x: line.x, y: line.median, label: index == 0 ? .words("by the forget gates alone") : nil,
                    color: lines.style(of: line).color)
            }
            var panel = lines.panel(cells, title: nil, x: x, y: y, references: references)
            panel.title = .row([.words("LSTM’s cell: the gradient "), Self.cellNorm])
            panels.append(panel)
        }
        return panels
    }

    /// The powers r^(T−t), for linear layers.
    private func powers(_ series: [Series]) -> [ReferenceMark] {
        var hasLabel = false
        return series.compactMap { line in
            guard let law = law(of: line) else { return nil }
            defer { hasLabel = true }
            return ReferenceMark(
                x: line.x, y: law, label: hasLabel ? nil : .row([.sup("r", .row("T" - "t")), .words(", as linear algebra says")]))
        }
    }

    private func law(of line: Series) -> [Double]? {
        guard let variant = experiment.variants.first(where: { $0.name == line.name && $0.panel == line.panel }),
            (variant.cell ?? experiment.cell) == .rnn, variant.activation == .identity,
            let radius = variant.recurrentRadius, let last = line.median.last
        else { return nil }
        return line.x.map { last * pow(radius, Double(line.x.count) - $0) }
    }

    // MARK: Words

    var headline: String {
        VariantLines(hidden, styles: [:]).panels.map { GradientDecayFindings($0.series, title: $0.title, place: "step") }
            .headline(length: experiment.time)
    }

    var subtitle: Formula {
        .row([
            .words("Size of the gradient that arrives at each time step, "), Self.hiddenNorm,
            .words(
                ", in untrained recurrent layers: \(Wording.count(experiment.units, "unit")), \(Wording.count(experiment.time, "step")), loss at the last, batch of \(experiment.batch). "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    var notes: [Formula] {
        var notes: [Formula] = [.words(setting)]
        let deviations = hidden.compactMap { line in law(of: line).map { law in zip(line.median, law).map { abs($0 / $1 - 1) }.max() ?? 0 }
        }
        if let worst = deviations.max() {
            notes.append(
                .row([
                    .words("Linear layers: "), Self.hiddenNorm, .words(" is "), .sup("r", .row("T" - "t")), .words(" times "),
                    .norm(.inlinePartial("L", over: .sub("h", "T"))), .words(", the gradient at the last step T, here within "),
                    .tickLabel(Numeral(worst, digits: 1)), .words(" of it."),
                ]))
        }
        if experiment.variants.contains(where: {
            ($0.activation ?? .tanh) == .tanh && ($0.cell ?? experiment.cell) == .rnn && ($0.recurrentRadius ?? 0) > 1
        }) {
            notes.append(
                .words("With tanh a radius above 1 is no promise: saturated units have slopes near 0, which the radius has to outweigh."))
        }
        if !cells.isEmpty {
            notes.append(
                .words(
                    "Dashed, in the colour of its variant: the last cell’s gradient times the product of the forget gates alone. What lies above comes back through the other gates."
                ))
        }
        return notes
    }

    var alternative: String {
        "Line plot of the gradient's norm by time step on a logarithmic axis. \(headline)."
    }

    var account: String {
        let measured =
            "Frobenius norm of the gradient over batch and units, \(experiment.units) units, \(experiment.features) features, "
            + "\(experiment.time) time steps, batch of \(experiment.batch), untrained, median of \(experiment.seeds) seeds."
        return ([measured] + lines.accounts(place: "step")).joined(separator: "\n")
    }

    /// Data and weights, and the initial gate biases of the variants.
    private var setting: String {
        let variants = experiment.variants
        let initializers = variants.initializerNote
        let isOrthogonal = variants.contains { $0.recurrentRadius != nil }
        let keeps =
            hidden.contains { [.kept, .exact].contains(GradientFate(of: $0)) }
            ? " To keep the gradient: within 10× of the last step’s at step 1, within 30× on the way." : ""
        return
            "Inputs of \(Wording.count(experiment.features, "feature")) and targets standard normal, loss ½Σ(y − t)²/n of the last state. "
            + "Weights: \(initializers.isEmpty ? "Xavier normal" : initializers)"
            + (isOrthogonal ? ", the recurrent one the radius r times a random orthogonal matrix, so that no direction is favoured" : "")
            + "; biases 0 but for those named.\(keeps)"
    }
}
