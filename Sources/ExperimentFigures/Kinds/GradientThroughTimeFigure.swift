import Autodiff
package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
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
    /// Each relative to its median at the last step: how large the loss's own gradient is says nothing of the way back.
    let hidden: [Series]
    let cells: [Series]
    let gates: [Series]

    init(series: [Series], experiment: GradientThroughTime) {
        self.experiment = experiment
        lines = VariantLines(series, of: experiment.variants)
        let relative = series.map(\.relativeToLast)
        hidden = relative.filter { $0.quantity == Quantity.hidden }
        cells = relative.filter { $0.quantity == Quantity.cell }
        gates = relative.filter { $0.quantity == Quantity.gates }
    }

    private static let hiddenNorm = Formula.norm(.row(.inlinePartial("L", over: .sub("h", "t"))))
    private static let cellNorm = Formula.norm(.row(.inlinePartial("L", over: .sub("c", "t"))))

    // MARK: Panels

    var panels: [Panel] {
        let y = Axis(
            LogScale(covering: (hidden + cells + gates).heights.filter { $0 > 0 }), title: height,
            hasGrid: true)
        let x = Axis(OrdinalScale(1, through: max(experiment.time, 1)), title: .words("time step (the loss is at the last)"))
        let groups = VariantLines(hidden, styles: [:]).panels
        var panels = groups.map { group in
            var panel = lines.panel(
                group.series, title: group.title, x: x, y: y, references: powers(group.series),
                remarks: lines.remarks(on: group.series, over: "step", last: experiment.time))
            if group.title == nil, !cells.isEmpty { panel.title = .row([.words("State: the gradient "), Self.hiddenNorm]) }
            return panel
        }
        if !cells.isEmpty {
            let references = gates.enumerated().map { index, line in
                ReferenceMark(
                    x: line.x, y: line.median, label: index == 0 ? .words("through the forget gates alone") : nil,
                    color: lines.style(of: line).color)
            }
            var panel = lines.panel(cells, title: nil, x: x, y: y, references: references)
            panel.title = .row([.words("LSTM’s cell: the gradient "), Self.cellNorm])
            panels.append(panel)
        }
        return panels
    }

    private var height: Formula {
        .row([cells.isEmpty ? Self.hiddenNorm : .words("norm"), .words(", at step \(experiment.time) = 1")])
    }

    /// What r^(T−t) leaves, where the layer is linear.
    private func powers(_ series: [Series]) -> [ReferenceMark] {
        var hasLabel = false
        return series.compactMap { line in
            guard let law = law(of: line) else { return nil }
            defer { hasLabel = true }
            return ReferenceMark(
                x: line.x, y: law, label: hasLabel ? nil : .row([.sup("r", .row("T" - "t")), .words(", by theory")]))
        }
    }

    private func law(of line: Series) -> [Double]? {
        guard let variant = experiment.variants.first(where: { $0.name == line.name && $0.panel == line.panel }),
            (variant.cell ?? experiment.cell) == .rnn, variant.activation == .identity,
            let radius = variant.recurrentRadius
        else { return nil }
        return line.x.map { pow(radius, Double(line.x.count) - $0) }
    }

    // MARK: Words

    var headline: String {
        if let gates = GateBiasFinding(experiment.variants, cell: experiment.cell, lines: hidden)?.headline, gates.count <= Wording.most {
            return gates
        }
        return findings.headline(length: experiment.time, fewOf: isOfRadii ? "radii" : nil)
    }

    /// Whether the radius of the recurrent weights is what variants differ in.
    private var isOfRadii: Bool {
        let radii = Set(experiment.variants.map(\.recurrentRadius))
        return radii.count > 1 && !radii.contains(nil)
    }

    private var findings: [GradientDecayFindings] {
        VariantLines(hidden, styles: [:]).panels.map { GradientDecayFindings($0.series, title: $0.title, place: "step") }
    }

    var subtitle: Formula {
        .row([
            .words("Size of the gradient that arrives at each time step, "), Self.hiddenNorm,
            .row(cells.isEmpty ? [] : [.words(" at the state, "), Self.cellNorm, .words(" at an LSTM’s cell")]),
            .words(
                ", relative to the last step’s: untrained recurrent layers of \(English.count(experiment.units, "unit")), \(English.count(experiment.time, "step")). "
                    + VariantLines.spread(over: experiment.seeds)),
            .sentence(isOfRadii ? " The recurrent weights are \(math: "r") times random orthogonal matrices." : ""),
        ])
    }

    var notes: [Formula] {
        var notes: [Formula] = [setting]
        if let keeping = findings.keepingNote { notes.append(.words(keeping)) }
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
                .words(
                    "With tanh each step also multiplies the gradient by slopes below 1. A radius above 1 can make up for them, but need not."
                        + moreRadii
                ))
        }
        if !cells.isEmpty {
            notes.append(
                .words(
                    "Dashed, in the colour of its variant: the last cell’s gradient times the product of the forget gates alone. The rest comes back through the hidden state, on which the gates of the next step depend."
                ))
        }
        return notes
    }

    /// Why one panel has larger radii than another one.
    private var moreRadii: String {
        func radii(_ panel: String?, _ activation: Activation) -> Set<Double> {
            Set(
                experiment.variants.filter { $0.panel == panel && ($0.activation ?? .tanh) == activation }.compactMap(\.recurrentRadius))
        }
        let panels = VariantLines(hidden, styles: [:]).panels.map(\.title)
        guard let linear = panels.map({ radii($0, .identity) }).first(where: { !$0.isEmpty }), let most = linear.max(),
            let more = panels.map({ radii($0, .tanh).subtracting(linear).filter { $0 > most } }).first(where: { !$0.isEmpty })
        else { return "" }
        let list = more.sorted().map { Numeral($0).text }.asNames
        return " So tanh is shown with \(list) as well, at which a linear layer’s gradient would explode."
    }

    var alternative: String {
        "Line plot of the gradient’s norm by time step on a logarithmic axis. \(headline)."
    }

    var account: String {
        let measured =
            "Frobenius norm of the gradient over batch and units, \(experiment.units) units, \(experiment.features) features, "
            + "\(experiment.time) time steps, batch of \(experiment.batch), untrained, median of \(experiment.seeds) seeds."
        return ([measured] + lines.accounts(place: "step")).joined(separator: "\n")
    }

    /// Data and weights, and the initial gate biases of the variants.
    private var setting: Formula {
        let variants = experiment.variants
        let initializers = variants.initializerNote
        let radii = Set(variants.map(\.recurrentRadius))
        let recurrent =
            radii == [nil] || isOfRadii
            ? ""
            : radii.count == 1
                ? ", each recurrent one \((radii.first.flatMap(\.self) ?? 1).timesOrthogonal)"
                : variants.filter { $0.recurrentRadius != nil }.map {
                    ", each recurrent one of \($0.name.asName) \(($0.recurrentRadius ?? 1).timesOrthogonal)"
                }.joined()
        return .sentence(
            "Inputs of \(English.count(experiment.features, "feature")) and targets standard normal, a batch of \(experiment.batch), loss \(math: .row(DeepStack.squares)) of the last state. \(radii.contains(nil) ? "Weights" : "Input weights"): \(initializers.isEmpty ? "Xavier normal" : initializers)\(recurrent). \(biases)"
        )
    }

    /// "Biases are 0, but 3 at the update gate of GRU (bias 3) and 3 at the forget gate of LSTM (bias 3)."
    private var biases: String {
        let others = experiment.variants.compactMap { variant -> String? in
            let cell = variant.cell ?? experiment.cell
            guard let bias = variant.gateBias(of: cell), bias != 0 else { return nil }
            return "\(Numeral(bias).text) at the \(cell.keepingGate) gate of \(variant.name.asName)"
        }
        return others.isEmpty ? "Biases are 0." : "Biases are 0, but \(others.joined(separator: " and "))."
    }
}
