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
        lines = VariantLines(series)
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
        let groups = VariantLines(hidden).panels
        var panels = groups.map { group in
            var panel = lines.panel(
                group.series, title: group.title, x: x, y: y, references: powers(group.series), remarks: remarks(group.series))
            if group.title == nil, !cells.isEmpty { panel.title = .row([.words("State: the gradient "), Self.hiddenNorm]) }
            return panel
        }
        if !cells.isEmpty {
            let references = gates.enumerated().map { index, line in
                ReferenceMark(x: line.x, y: line.median, label: index == 0 ? .words("by the forget gates alone") : nil)
            }
            var panel = lines.panel(cells, title: nil, x: x, y: y, references: references)
            panel.title = .row([.words("LSTM’s cell: the gradient "), Self.cellNorm])
            panels.append(panel)
        }
        return panels
    }

    /// What r^(T−t) leaves, where the layer is linear.
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

    private func remarks(_ series: [Series]) -> [Remark] {
        let fates = series.map { (line: $0, fate: GradientFate(of: $0)) }
        let shrunk = fates.compactMap { item in item.fate.loss.map { (item.line, $0, "× smaller") } }.max { $0.1 < $1.1 }
        let grown = fates.compactMap { item in item.fate.growth.map { (item.line, $0, "× larger") } }.max { $0.1 < $1.1 }
        return [shrunk, grown].compactMap(\.self).compactMap { line, factor, word in
            guard let x = line.x.first, let y = line.median.first else { return nil }
            return Remark(
                .row([.tickLabel(.orderOfMagnitude(factor)), .words("\(word) at step 1 than at\u{A0}\(experiment.time)")]),
                of: line.name, color: lines.style(of: line).textColor, x: x, y: y)
        }
    }

    // MARK: Words

    var headline: String {
        guard experiment.time > 1 else { return "One step: there is no way back through time" }
        let groups = VariantLines(hidden).panels
        let clauses = groups.map { panel in
            (groups.count > 1 ? panel.title.map { "\($0): " } ?? "" : "") + TimeFindings(panel.series).clause
        }
        let sentence = clauses.joined(separator: ". ")
        return groups.count > 1 ? sentence : sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    var subtitle: Formula {
        .row([
            .words("Size of the gradient that arrives at each time step, "), Self.hiddenNorm,
            .words(
                ": \(experiment.units) units, \(experiment.time) steps, loss at the last, batch of \(experiment.batch). "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    var notes: [Formula] {
        var notes: [Formula] = []
        let radii = experiment.variants.contains { $0.recurrentRadius != nil }
        if radii {
            notes.append(.words("The recurrent weight is the radius r times a random orthogonal matrix, so that no direction is favoured."))
        }
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
            let order = gates.sorted { ($0.median.first ?? 0) > ($1.median.first ?? 0) }.map(\.name).joined(separator: ", ")
            notes.append(
                .words(
                    "Dashed, from the top: \(order); the last cell’s gradient times the product of the forget gates alone. What lies above comes back through the other gates."
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
            + "\(experiment.time) time steps, batch of \(experiment.batch), median of \(experiment.seeds) seeds."
        let numbers = lines.series.map { line in
            "\(line.panel.map { "\($0), " } ?? "")\(line.name), \(line.quantity ?? ""): by time step "
                + line.median.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + "."
        }
        return ([measured] + numbers).joined(separator: "\n")
    }
}

/// What becomes of gradients on the way back through time, in words.
struct TimeFindings {
    private let series: [Series]
    private let fates: [GradientFate]

    init(_ series: [Series]) {
        self.series = series
        fates = series.map { GradientFate(of: $0) }
    }

    private func names(where isMeant: (GradientFate) -> Bool) -> NameList {
        NameList(names: zip(series, fates).filter { isMeant($1) }.map(\.0.name), total: series.count, most: 4)
    }

    /// "r = 0.9 fades, r = 1.0 keeps the gradient within 10×, r = 1.1 grows".
    var clause: String {
        let clauses: [(NameList, String, String)] = [
            (names { $0 == .undefined }, "ends in NaN", "end in NaN"),
            (names { $0 == .overflowed }, "overflows to ∞", "overflow to ∞"),
            (names { $0 == .underflowed }, "underflows to 0", "underflow to 0"),
            (names { $0 == .cutOff }, "has gradient 0 on the way", "have gradient 0 on the way"),
            (names { if case .vanished = $0 { true } else { false } }, "vanishes", "vanish"),
            (names { if case .faded = $0 { true } else { false } }, "fades", "fade"),
            (names { $0 == .kept }, "keeps the gradient within 10×", "keep the gradient within 10×"),
            (names { if case .grown = $0 { true } else { false } }, "grows", "grow"),
            (names { if case .exploded = $0 { true } else { false } }, "explodes", "explode"),
        ]
        return clauses.filter { !$0.0.isEmpty }.map { $0.0.says($0.1, $0.2) }.joined(separator: ", ")
    }
}
