package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension SignalSpread: DrawableMeasurement {
    /// The magnitudes by layer, and the second moments beside what theory expects.
    package func figures(
        of measured: [Spread], title: String?, measurer: any TextMeasuring, theme: Theme
    ) -> [ExperimentFigure] {
        let figure = SignalSpreadFigure(spreads: measured, experiment: self, theme: theme)
        func picture(_ page: PlotPage, _ alternative: String) -> Picture {
            let (size, content) = page.draw(measurer: measurer, theme: theme)
            let headline = page.headline.plainText
            return Picture(
                size: size, background: theme.page, content: content, title: headline, alternative: "\(alternative) \(headline).",
                description: figure.account)
        }
        return [
            ExperimentFigure(
                picture(figure.magnitudes(title: title), "Bands of the magnitudes of activations and gradients by layer."),
                name: "magnitudes"),
            ExperimentFigure(
                picture(figure.moments(title: title), "Line plots of second moments and shares of units by layer."), name: "moments"),
        ]
    }
}

private struct SignalSpreadFigure {
    let spreads: [SignalSpread.Spread]
    let experiment: SignalSpread
    let theme: Theme

    private var layers: Axis { Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer")) }
    private static let gradient = Formula.row(["|", .inlinePartial("L", over: "z"), "|"])

    private var network: String {
        "\(experiment.depth) layers of \(experiment.width) units, batch of \(experiment.batch)"
    }

    // MARK: Magnitudes

    func magnitudes(title: String?) -> PlotPage {
        let all = spreads.flatMap { spread in [spread.activationSizes, spread.gradientSizes].flatMap { $0.low + $0.high } }
        let scale = LogScale(covering: all)
        func panel(_ spread: SignalSpread.Spread, _ sizes: SignalSpread.Magnitudes, _ color: Color, title: Formula?) -> Panel {
            let x = sizes.median.indices.map { Double($0 + 1) }
            let style = SeriesStyle(color: color, textColor: theme.legible(color), marker: .disc)
            return Panel(
                title: title, x: layers, y: Axis(scale, title: .words("magnitude"), hasGrid: true),
                marks: [
                    BandMark(x: x, low: sizes.low, high: sizes.high, color: color),
                    BandMark(x: x, low: sizes.lower, high: sizes.upper, color: color),
                    LineMark(x: x, y: sizes.median, style: style, hasMarkers: false, name: spread.name),
                ])
        }
        let activations = spreads.map { panel($0, $0.activationSizes, theme.value, title: .words("\($0.name): activations")) }
        let gradients = spreads.map {
            panel($0, $0.gradientSizes, theme.gradientLine, title: .row([.words("\($0.name): "), Self.gradient]))
        }
        return PlotPage(
            topic: title, headline: .words(keepers),
            subtitle: .words(
                "Magnitudes by layer, of activations (blue, above) and gradients (orange, below): median, middle half and 5 to 95 %, "
                    + "zeros left out. \(network), \(experiment.seeds == 1 ? "one seed" : "median of \(experiment.seeds) seeds")."),
            panels: activations + gradients, columns: min(spreads.count, 4), sharesAxes: true, width: 640, frameHeight: 120)
    }

    /// Those whose activations and gradients keep their size within 10× of the root mean square.
    private var keepers: String {
        let kept = spreads.filter { spread in
            [spread.activations, spread.gradients].allSatisfy { line in
                guard let least = line.median.min(), let most = line.median.max() else { return false }
                return least > 0 && most.isFinite && most / least < 100
            }
        }
        let names = NameList(names: kept.map(\.name), total: spreads.count, most: 4)
        guard !kept.isEmpty else { return "None keeps both signal and gradient within 10×" }
        return names.says("keeps", "keep", "signal and gradient within 10× over \(experiment.depth) layers")
            .replacing(names.subject, with: (kept.count < spreads.count ? "Only " : "") + names.subject, maxReplacements: 1)
    }

    // MARK: Moments

    func moments(title: String?) -> PlotPage {
        var panels = [
            panel(spreads.map(\.activations), spreads.map(\.expectedActivations), title: .words("Mean square of activations"), isLog: true),
            panel(
                spreads.map(\.gradients), spreads.map(\.expectedGradients),
                title: .row([.words("Mean square of "), .inlinePartial("L", over: "z")]), isLog: true),
        ]
        let hasZeros = spreads.contains { $0.zeros.median.contains { $0 > 0.01 } }
        if hasZeros {
            panels.append(panel(spreads.map(\.zeros), [], title: .words("Share of activations that are 0"), isLog: false))
            panels.append(panel(spreads.map(\.dead), [], title: .words("Share of units that pass no gradient"), isLog: false))
        } else {
            panels.append(panel(spreads.map(\.saturated), [], title: .words("Share saturated: slope below a tenth"), isLog: false))
        }
        return PlotPage(
            topic: title, headline: .words(agreement),
            subtitle: .words(
                "Second moments by layer; dashed: the variance recurrence. \(network). " + VariantLines.spread(over: experiment.seeds)),
            panels: panels, columns: 2, notes: notes(hasZeros: hasZeros), width: 640, frameHeight: 150)
    }

    private func panel(_ series: [Series], _ expected: [[Double]], title: Formula, isLog: Bool) -> Panel {
        let lines = VariantLines(series, theme: theme)
        let references = zip(series, expected).compactMap { line, values in
            values.isEmpty ? nil : ReferenceMark(x: line.x, y: values)
        }
        let scale: any Scale = isLog ? LogScale(covering: lines.heights + references.flatMap(\.y)) : LinearScale(0, 1)
        var panel = lines.panel(series, title: nil, x: layers, y: Axis(scale, hasGrid: true), references: references)
        panel.title = title
        return panel
    }

    /// The largest ratio between measured and expected, either way.
    private var worst: (name: String, ratio: Double)? {
        var worst: (name: String, ratio: Double)?
        for spread in spreads {
            let pairs =
                Array(zip(spread.activations.median, spread.expectedActivations))
                + Array(zip(spread.gradients.median, spread.expectedGradients))
            for (found, expected) in pairs where found > 0 && expected > 0 {
                let ratio = max(found / expected, expected / found)
                if ratio > worst?.ratio ?? 0 { worst = (spread.name, ratio) }
            }
        }
        return worst
    }

    private var agreement: String {
        guard let worst else { return keepers }
        // The whole way's ratio as so much a layer, rounded up.
        let excess = (pow(worst.ratio, 1 / Double(max(experiment.depth, 1))) - 1) * 100
        let percent = Numeral(max(excess.rounded(.up), 1)).text
        return "The variance recurrences foretell each layer’s factor within \(percent) % (the farthest: \(worst.name))"
    }

    private func notes(hasZeros: Bool) -> [Formula] {
        var notes: [Formula] = [
            .row([
                .words(
                    "Expected: v = n·Var[w]·q, q ← E[f(√v ξ)²], and back g ← n·Var[w]·E[f′(√v ξ)²]·g from the last layer’s gradient, ξ standard normal. "
                ),
                .words("For linear f: Glorot & Bengio (2010); for ReLU, with a half for each expectation: He et al. (2015)."),
                .words(
                    " Backward they take gradients for independent of the weights, which a loss of the outputs themselves is not quite."),
            ])
        ]
        let alike = NameList(names: spreads.map(\.zeros).coinciding, total: spreads.count, most: 4)
        if hasZeros, !alike.isEmpty {
            notes.append(
                .words(
                    "The shares of \(alike.subject) are one line: they are the same random weights at other sizes, and where ReLU is 0 depends on signs alone."
                ))
        }
        if hasZeros {
            notes.append(
                .words(
                    "Zeros are ReLU’s gift, since a sparse layer is cheap and its active part linear, and its risk: a unit that is 0 for every sample learns nothing."
                ))
        }
        return notes
    }

    var account: String {
        spreads.map { spread in
            let parts: [(String, Series)] = [
                ("mean square of activations", spread.activations), ("of gradients", spread.gradients), ("zeros", spread.zeros),
                ("dead units", spread.dead), ("saturated", spread.saturated),
            ]
            let lists = parts.map { name, line in
                name + " " + line.median.map { Numeral($0, digits: 3).text }.joined(separator: ", ")
            }
            return "\(spread.name), by layer: \(lists.joined(separator: "; "))."
        }.joined(separator: "\n")
    }
}
