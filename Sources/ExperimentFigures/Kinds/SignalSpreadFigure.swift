package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension SignalSpread: DrawableMeasurement {
    /// How each layer's numbers are spread, and the second moments beside what theory expects.
    package func figures(
        of measured: [Spread], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = SignalSpreadFigure(spreads: measured, experiment: self)
        func picture(_ page: PlotPage, _ alternative: String) -> Picture {
            page.picture(
                alternative: "\(alternative) \(page.headline.plainText).", description: figure.account, measurer: measurer,
                pageWidth: pageWidth)
        }
        return [
            ExperimentFigure(
                picture(figure.ridges(title: title), "Ridges of the spread of activations and gradients, a ridge a layer."),
                name: "ridges"),
            ExperimentFigure(
                picture(figure.moments(title: title), "Line plots of second moments and shares of units by layer."), name: "moments"),
        ]
    }
}

private struct SignalSpreadFigure {
    let spreads: [SignalSpread.Spread]
    let experiment: SignalSpread

    private var layers: Axis { Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer")) }
    private static let gradient = Formula.row(["|", .inlinePartial("L", over: "z"), "|"])

    private var network: String {
        "\(experiment.depth) layers of \(experiment.width) units, batch of \(experiment.batch)"
    }

    // MARK: Ridges

    /// A row a variant: activations beside gradients, a ridge a layer.
    func ridges(title: String?) -> PlotPage {
        let activations = spreads.map(\.activationCounts)
        let isUnit = activations.first?.first?.axis == .unit
        let activation = isUnit ? LinearScale(-1.05, 1.05) : scale(of: activations) as any Scale
        let gradient = scale(of: spreads.map(\.gradientCounts))
        let panels = spreads.flatMap { spread in
            [
                panel(
                    spread.activationCounts, spread.expectedActivations, color: .value,
                    title: [.words("\(spread.name): activations" + remark(spread, spread.activationCounts))],
                    x: Axis(activation, title: isUnit ? "a" : .row(["|", "a", "|"]))),
                panel(
                    spread.gradientCounts, spread.expectedGradients, color: .gradientLine,
                    title: [.words("\(spread.name): "), .inlinePartial("L", over: "z"), .words(remark(nil, spread.gradientCounts))],
                    x: Axis(gradient, title: Self.gradient)),
            ]
        }
        return PlotPage(
            topic: title, headline: .words(keepers),
            subtitle: .words(
                "How activations (blue, left) and gradients (orange, right) are spread in each layer, layer 1 nearest the input; zeros have no "
                    + "place on a logarithmic axis. \(network), \(experiment.seeds == 1 ? "one seed" : "\(experiment.seeds) seeds together")."
            ),
            panels: panels, columns: 2, sharesAxes: true,
            notes: [
                .words(
                    "Each ridge is as high as its own peak: widths and places can be compared, heights cannot. "
                        + (spreads.contains { !$0.expectedActivations.isEmpty }
                            ? "Dashed: the root mean square that the variance recurrence expects." : ""))
            ], width: 600, frameHeight: 96)
    }

    /// Decades that hold all but the last thousandth of every layer.
    private func scale(of variants: [[Histogram]]) -> LogScale {
        LogScale(
            covering: variants.joined().flatMap { histogram in
                zip(histogram.centers, histogram.counts).filter { Double($1) > 1e-3 * Double(histogram.total) }.map { pow(10, $0.0) }
            })
    }

    /// At most ten layers, from 0, the first and the last among them.
    private var shownLayers: [Int] {
        let last = max(experiment.depth, 1) - 1
        let gaps = min(9, last)
        return gaps == 0 ? [0] : (0...gaps).map { ($0 * last + gaps / 2) / gaps }
    }

    private func panel(_ layers: [Histogram], _ expected: [Double], color: Paint, title: [Formula], x: Axis) -> Panel {
        let shown = shownLayers
        let reach = 2.2 * Double(max(shown[shown.count - 1], 1)) / Double(max(shown.count - 1, 1))
        let ridges = shown.filter(layers.indices.contains).map { layer in
            let histogram = layers[layer]
            let most = Double(max(histogram.counts.max() ?? 1, 1))
            // An empty bin at either end brings the curve down to its base.
            let centers = histogram.centers
            let (first, last) = ((centers.first ?? 0) - histogram.axis.width, (centers.last ?? 0) + histogram.axis.width)
            return RidgeMark.Ridge(
                y: Double(layer + 1), x: ([first] + centers + [last]).map { histogram.axis == .unit ? $0 : pow(10, $0) },
                heights: [0] + histogram.counts.map { Double($0) / most } + [0])
        }
        var marks: [any Mark] = [RidgeMark(ridges, color: color, reach: reach)]
        if !expected.isEmpty {
            marks.append(ReferenceMark(x: expected.map { $0.squareRoot() }, y: expected.indices.map { Double($0 + 1) }))
        }
        return Panel(
            title: .row(title), x: x,
            y: Axis(LinearScale(0.5, Double(max(experiment.depth, 1)) + reach), title: .words("layer")), marks: marks)
    }

    /// "; 44 to 54 % are 0", "; 60 to 65 % saturated", "; ∞ or NaN in 7 layers": what a ridge does not show.
    private func remark(_ spread: SignalSpread.Spread?, _ layers: [Histogram]) -> String {
        func range(_ shares: [Double], _ word: String) -> String? {
            guard let least = shares.min(), let most = shares.max(), most >= 0.005 else { return nil }
            let (low, high) = (Numeral(100 * least, decimals: 0).text, Numeral(100 * most, decimals: 0).text)
            return (low == high ? low : "\(low) to \(high)") + " % \(word)"
        }
        let lost = layers.count { $0.lost > 0 }
        let parts = [
            range(layers.map { Double($0.zeros) / Double(max($0.total, 1)) }, "are 0"),
            spread.flatMap { $0.zeros.median.contains { $0 > 0.01 } ? nil : range($0.saturated.median, "saturated") },
            lost > 0 ? "∞ or NaN in \(lost == 1 ? "1 layer" : "\(lost) layers")" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
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
        let lost = NameList(
            names: spreads.filter { ($0.activationCounts + $0.gradientCounts).contains { $0.lost > 0 } }.map(\.name), total: spreads.count)
        let overflow = lost.isEmpty ? "" : "; \(lost.says("overflows", "overflow"))"
        guard !kept.isEmpty else { return "None keeps both signal and gradient within 10×" + overflow }
        return names.says("keeps", "keep", "signal and gradient within 10× over \(experiment.depth) layers")
            .replacing(names.subject, with: (kept.count < spreads.count ? "Only " : "") + names.subject, maxReplacements: 1) + overflow
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
        let lines = VariantLines(series)
        let references = zip(series, expected).compactMap { line, values in
            values.isEmpty ? nil : ReferenceMark(x: line.x, y: values)
        }
        let scale: any Scale = isLog ? LogScale(covering: lines.series.heights + references.flatMap(\.y)) : LinearScale(0, 1)
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
        return "The variance recurrences predict each layer’s factor within \(percent) % (the farthest: \(worst.name))"
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
