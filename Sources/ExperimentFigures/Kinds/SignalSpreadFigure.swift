import Autodiff
package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension SignalSpread: DrawableMeasurement {
    /// The distributions in each layer, and the second moments compared with theory.
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
                picture(figure.moments(title: title, pageWidth: pageWidth), "Line plots of second moments and shares of units by layer."),
                name: "moments"),
        ]
    }
}

/// Ticks at the layers that have a ridge, and nowhere else.
private struct LayerScale: Scale {
    let base: LinearScale
    let layers: [Int]

    func fraction(of value: Double) -> Double? { base.fraction(of: value) }

    func ticks(about count: Int) -> [Tick] {
        layers.compactMap { layer in base.fraction(of: Double(layer)).map { Tick(fraction: $0, label: .tickLabel(Numeral(Double(layer)))) }
        }
    }
}

private struct SignalSpreadFigure {
    let spreads: [SignalSpread.Spread]
    let experiment: SignalSpread

    private var layers: Axis { Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer")) }
    private static let gradient = Formula.row(["|", .inlinePartial("L", over: "z"), "|"])

    private var network: String { "Untrained networks: \(experiment.stack.words)" }

    private var setting: Formula {
        .row(DeepStack.data + [.words(experiment.stack.weights + experiment.variants.partsNote(width: experiment.width, isTrained: false))])
    }

    // MARK: Ridges

    /// One row for each variant: activations next to gradients, one ridge for each layer.
    func ridges(title: String?) -> PlotPage {
        let activations = spreads.map(\.activationCounts)
        let isUnit = activations.first?.first?.axis == .unit
        let activation = isUnit ? LinearScale(-1, 1) : scale(of: activations, from: least(\.activations)) as any Scale
        let gradient = scale(of: spreads.map(\.gradientCounts), from: least(\.gradients))
        let panels = zip(spreads, experiment.variants).flatMap { spread, variant -> [Panel] in
            let zeros = variant.isZeroByRounding ? "underflow to 0" : "are 0"
            let ridges = [
                panel(
                    spread.activationCounts, from: least(\.activations), spread.expectedActivations, color: .value,
                    title: [
                        .words("\(spread.name): activations" + Self.span(of: spread.activations) + remark(spread.activationCounts, zeros))
                    ],
                    x: Axis(activation, title: isUnit ? "a" : .row(["|", "a", "|"]))),
                panel(
                    spread.gradientCounts, from: least(\.gradients), spread.expectedGradients, color: .gradientLine,
                    title: [
                        .words("\(spread.name): "), .inlinePartial("L", over: "z"),
                        .words(Self.span(of: spread.gradients) + remark(spread.gradientCounts, zeros)),
                    ],
                    x: Axis(gradient, title: Self.gradient)),
            ]
            return isUnit ? ridges + [saturation(of: spread)] : ridges
        }
        return PlotPage(
            topic: title, headline: .words(keepers),
            subtitle: .words(
                "How activations (blue, left) and gradients (orange, \(isUnit ? "middle" : "right")) are spread"
                    + (isUnit ? ", and the share of saturated activations (green, right)," : "")
                    + " \(shownLayers.count > 1 && gap > 1 ? "in layers 1, \(1 + gap), …" : "in each layer"), 1 nearest the input. \(network), \(experiment.seeds == 1 ? "one seed" : "\(experiment.seeds) seeds together")."
            ),
            panels: panels, columns: isUnit ? 3 : 2, sharesAxes: true,
            notes: [
                setting,
                .words(
                    "Densities, each as high as its own peak: widths and places can be compared, heights cannot. "
                        + (isUnit ? "Saturated: the slope is below a tenth of the steepest. " : "")
                        + "rms: root mean square of a layer, median of the seeds; within 10×: the largest of all layers is less than 10 times the smallest. "
                        + beyond(isUnit: isUnit)
                        + (!isUnit && sharedZeros != nil ? "Zeros, \(sharedZeros ?? ""), have no place on a logarithmic axis. " : "")
                        + (spreads.contains { !$0.expectedActivations.isEmpty }
                            ? "Dashed: the root mean square that the variance recurrence expects." : "")),
            ], width: isUnit ? 680 : 600, frameHeight: 96)
    }

    /// Decades that hold every ridge, down to a least one.
    private func scale(of variants: [[Histogram]], from least: Double) -> LogScale {
        LogScale(
            covering: variants.joined().flatMap { histogram -> [Double] in
                let centers = histogram.centers[histogram.shownBins(from: least)]
                guard let first = centers.first, let last = centers.last else { return [] }
                return [pow(10, first - histogram.axis.width), pow(10, last + histogram.axis.width)]
            })
    }

    /// The decade at which ridges are cut: four below the smallest root mean square, since a function that nears 0 as fast as GELU gives
    /// numbers of any size.
    private func least(_ meanSquares: (SignalSpread.Spread) -> Series) -> Double {
        let smallest = spreads.flatMap { meanSquares($0).median }.filter { $0 > 0 && $0.isFinite }.min()
        return smallest.map { log10($0) / 2 - 4 } ?? -.infinity
    }

    /// "Up to 12 % of a layer’s numbers are smaller than their axis shows. ": of what is cut.
    private func beyond(isUnit: Bool) -> String {
        func most(_ layers: [[Histogram]], _ least: Double) -> Double {
            layers.joined().filter { $0.axis == .decades }.map { Double($0.count(below: least)) / Double(max($0.total, 1)) }.max() ?? 0
        }
        let share = max(
            most(spreads.map(\.activationCounts), least(\.activations)), most(spreads.map(\.gradientCounts), least(\.gradients)))
        guard share >= 0.01 else { return "" }
        return "Up to \(Numeral(100 * share, decimals: 0).text) % of a layer’s numbers are smaller than its axis shows, but not 0. "
    }

    /// At most ten layers, from 0, at equal distances.
    private var shownLayers: [Int] { Array(stride(from: 0, to: max(experiment.depth, 1), by: gap)) }

    private var gap: Int { max((experiment.depth + 9) / 10, 1) }

    /// ", rms spans 1.3×": the largest root mean square of a layer over the smallest.
    private static func span(of meanSquares: Series) -> String {
        guard let least = meanSquares.median.min(), let most = meanSquares.median.max(), least > 0, most.isFinite else { return "" }
        let decades = (log10(most) - log10(least)) / 2
        return ", rms spans " + (decades < 3 ? Numeral.factor(pow(10, decades)).text + "×" : Fold(decades: decades).roughly)
    }

    private func panel(
        _ layers: [Histogram], from least: Double, _ expected: [Double], color: Paint, title: [Formula], x: Axis
    ) -> Panel {
        let shown = shownLayers
        let ridges = shown.filter(layers.indices.contains).map { layer in
            let histogram = layers[layer]
            let shown = histogram.shownBins(from: least)
            let densities = Array(histogram.densities[shown])
            let most = densities.max() ?? 1
            // Bins with next to nothing in them would be dashes apart from the curve. An empty bin at either end brings the curve down to its base; at −1 and 1 there is none.
            let centers = Array(histogram.centers[shown])
            let ends = ((centers.first ?? 0) - histogram.axis.width, (centers.last ?? 0) + histogram.axis.width)
            let places = [ends.0] + centers + [ends.1]
            return RidgeMark.Ridge(
                y: Double(layer + 1), x: places.map { histogram.axis == .unit ? min(max($0, -1), 1) : pow(10, $0) },
                heights: [0] + densities.map { $0 / most } + [0])
        }
        var marks: [any Mark] = [RidgeMark(ridges, color: color, reach: reach)]
        let expectedSizes = expected.map { $0.squareRoot() }
        for sizes in expected.isEmpty ? [] : layers.first?.axis == .unit ? [expectedSizes, expectedSizes.map { -$0 }] : [expectedSizes] {
            marks.append(ReferenceMark(x: sizes, y: expected.indices.map { Double($0 + 1) }))
        }
        return Panel(
            title: .row(title), x: x,
            y: height, marks: marks)
    }

    /// The height of a ridge's peak, in layers.
    private var reach: Double { 2.2 * Double(max((shownLayers.last ?? 0), 1)) / Double(max(shownLayers.count - 1, 1)) }

    private var height: Axis {
        Axis(
            LayerScale(base: LinearScale(0.5, Double(max(experiment.depth, 1)) + reach), layers: shownLayers.map { $0 + 1 }),
            title: .words("layer"))
    }

    /// The fraction of saturated activations, layer by layer, next to the ridges.
    private func saturation(of spread: SignalSpread.Spread) -> Panel {
        let line = spread.saturated
        let style = SeriesStyle(color: .local, textColor: .local, marker: .disc)
        return Panel(
            title: .words("\(spread.name): share saturated"), x: Axis(LinearScale(0, 1), title: .words("share"), hasGrid: true), y: height,
            marks: [
                LineMark(x: line.median, y: line.x, style: style, width: 1, hasMarkers: false, name: "\(spread.name): share saturated"),
                PointMark(
                    x: shownLayers.filter(line.median.indices.contains).map { line.median[$0] }, y: shownLayers.map { Double($0 + 1) },
                    style: style, size: 3.4),
            ])
    }

    /// "46 to 53 % of each row’s numbers", where that is the same for all.
    private var sharedZeros: String? {
        let ranges = spreads.flatMap { [$0.activationCounts, $0.gradientCounts] }.map { layers -> [String] in
            let shares = layers.map { 100 * Double($0.zeros) / Double(max($0.total, 1)) }
            return [shares.min() ?? 0, shares.max() ?? 0].map { Numeral($0, decimals: 0).text }
        }
        guard let first = ranges.first, Set(ranges).count == 1, first[1] != "0" else { return nil }
        return "\(first[0] == first[1] ? first[0] : "\(first[0]) to \(first[1])") % of the numbers in every layer"
    }

    /// ", 44 to 54 % are 0", ", ∞ or NaN in 7 layers": what a ridge does not show.
    private func remark(_ layers: [Histogram], _ zeros: String) -> String {
        func range(_ shares: [Double], _ word: String) -> String? {
            guard let least = shares.min(), let most = shares.max(), most >= 0.005 else { return nil }
            let (low, high) = (Numeral(100 * least, decimals: 0).text, Numeral(100 * most, decimals: 0).text)
            return (low == high ? low : "\(low) to \(high)") + " % \(word)"
        }
        let lost = layers.count { $0.lost > 0 }
        let parts = [
            sharedZeros != nil ? nil : range(layers.map { Double($0.zeros) / Double(max($0.total, 1)) }, zeros),
            lost > 0 ? "∞ or NaN in \(lost == 1 ? "1 layer" : "\(lost) layers")" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
    }

    /// The variants whose activations and gradients stay within 10× in root mean square.
    private var keepers: String {
        let kept = spreads.filter { spread in
            [spread.activations, spread.gradients].allSatisfy { line in
                guard let least = line.median.min(), let most = line.median.max() else { return false }
                return least > 0 && most.isFinite && most / least < 100
            }
        }
        let lost = spreads.filter { ($0.activationCounts + $0.gradientCounts).contains { $0.lost > 0 } }.map(\.name)
        func overflow(_ subject: String) -> String { lost.isEmpty ? "" : "; \(subject) \(lost.count == 1 ? "overflows" : "overflow")" }
        let (named, counted) = (overflow(lost.asNames), overflow("\(lost.count) of \(spreads.count)"))
        let rest = "signal and gradient within 10× over \(English.count(experiment.depth, "layer"))"
        guard !kept.isEmpty else { return Wording.fitting("No variant keeps \(rest)\(named)", "No variant keeps \(rest)\(counted)") }
        let verb = kept.count == 1 ? "keeps" : "keep"
        func subject(_ names: String) -> String { (kept.count < spreads.count ? "Only " : "") + names }
        return Wording.fitting(
            "\(subject(kept.map(\.name).asNames)) \(verb) \(rest)\(named)",
            "\(kept.count) of \(English.count(spreads.count, "variant")) \(verb) \(rest)\(counted)")
    }

    // MARK: Moments

    func moments(title: String?, pageWidth: Double?) -> PlotPage {
        let width = 640.0
        // On a narrow page two columns have room only if the names are between them. There activations have gone forward to the end where
        // lines are apart, and gradients backward.
        let isNarrow = pageWidth.map { $0 < width } ?? false
        let hasZeros = spreads.contains { $0.zeros.median.contains { $0 > 0.01 } }
        let gradient = Formula.row([.words("Mean square of "), .inlinePartial("L", over: "z")])
        let shares: [(title: Formula, series: [Series])] =
            hasZeros
            ? [
                (.words("Share of activations that are 0"), spreads.map(\.zeros)),
                (.words("Share of units that pass no gradient"), spreads.map(\.dead)),
            ] : [(.words("Share saturated: slope below a tenth"), spreads.map(\.saturated))]
        let moments = [
            panel(
                spreads.map(\.activations), spreads.map(\.expectedActivations), title: .words("Mean square of activations"), isLog: true,
                namesLeft: isNarrow ? false : nil),
            panel(
                spreads.map(\.gradients), spreads.map(\.expectedGradients), title: gradient, isLog: true, namesLeft: isNarrow ? true : nil),
        ]
        let panels =
            moments
            + shares.enumerated().map { column, share in
                panel(share.series, [], title: share.title, isLog: false, namesLeft: isNarrow ? column == 1 : nil)
            }
        return PlotPage(
            topic: title, headline: .words(agreement),
            subtitle: .words(
                "Second moments by layer; dashed: the variance recurrence. \(network). " + VariantLines.spread(over: experiment.seeds)),
            panels: panels, columns: 2, notes: notes, width: width, frameHeight: 150)
    }

    private func panel(_ series: [Series], _ expected: [[Double]], title: Formula, isLog: Bool, namesLeft: Bool?) -> Panel {
        let lines = VariantLines(series, of: experiment.variants, width: experiment.width)
        let references = zip(series, expected).compactMap { line, values in
            values.isEmpty ? nil : ReferenceMark(x: line.x, y: values)
        }
        let scale: any Scale = isLog ? LogScale(covering: lines.series.heights + references.flatMap(\.y)) : LinearScale(0, 1)
        var panel = lines.panel(series, title: nil, x: layers, y: Axis(scale, hasGrid: true), references: references, namesLeft: namesLeft)
        panel.title = title
        return panel
    }

    private var agreement: String { RecurrenceAgreement(spreads)?.headline ?? keepers }

    private var notes: [Formula] {
        var notes: [Formula] = [setting] + (RecurrenceAgreement(spreads).map { [.words($0.note)] } ?? [])
        notes += [
            .row([
                .words(
                    "Expected: v = n·Var[w]·q, q ← E[f(√v ξ)²], and back g ← n·Var[w]·E[f′(√v ξ)²]·g from the last layer’s gradient, ξ standard normal. "
                ),
                .words("For linear f: Glorot & Bengio (2010); for ReLU, with a half for each expectation: He et al. (2015)."),
                .words(
                    " Backward they take gradients for independent of the weights, which a loss of the outputs themselves is not quite."),
            ])
        ]
        if experiment.stack.hasAttention {
            notes.append(
                .words(
                    "Of attention, saturated is a token whose largest weight p leaves the softmax a slope p(1 − p) below a tenth of its largest, ¼."
                )
            )
        }
        let pairs = zip(spreads, experiment.variants).filter { $0.0.zeros.median.contains { $0 > 0.01 } }
        let rectified = pairs.filter { $0.1.activation?.row.manner == .rectifies }.map(\.0)
        let rounded = pairs.filter { $0.1.isZeroByRounding }.map(\.0.name)
        let alike = NameList(names: rectified.map(\.zeros).coinciding, total: spreads.count, most: 4)
        if !alike.isEmpty {
            notes.append(
                .words(
                    "The shares of \(alike.subject) are one line: they are the same random weights at other sizes, and where ReLU is 0 depends on signs alone."
                ))
        }
        if !rounded.isEmpty {
            notes.append(
                .words(
                    "Zeros of \(NameList(names: rounded, total: spreads.count).subject) are underflow: numbers smaller than a Double can hold."
                ))
        }
        if !rectified.isEmpty {
            notes.append(
                .words(
                    "A layer with many zeros is cheap, and linear where it is not 0; but a unit that is 0 for every sample learns nothing."
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
                let ends = [line.median.first, line.median.last].compactMap(\.self).map { Numeral($0, digits: 3).text }
                return name + " " + ends.joined(separator: " to ")
            }
            return "\(spread.name), from layer 1 to the last: \(lists.joined(separator: "; "))."
        }.joined(separator: "\n")
    }
}

extension Variant {
    /// Whether its numbers are 0 only where they are too small for a Double.
    fileprivate var isZeroByRounding: Bool {
        attention == nil && dropout == nil && (activation ?? .sigmoid).row.manner != .rectifies
    }
}

extension Histogram {
    /// From the first to the last bin in which a hundredth of the fullest lies, or more.
    /// - Parameter place: that of the first bin to be shown, on an axis of decades.
    fileprivate func shownBins(from place: Double) -> Range<Int> {
        let densities = densities
        let least = 0.01 * (densities.max() ?? 0)
        let centers = centers
        func isShown(_ bin: Int) -> Bool { densities[bin] >= least && (axis == .unit || centers[bin] >= place) }
        guard let first = counts.indices.first(where: isShown), let last = counts.indices.last(where: isShown) else { return 0..<0 }
        return first..<last + 1
    }

    fileprivate func count(below place: Double) -> Int { zip(centers, counts).reduce(0) { $1.0 < place ? $0 + $1.1 : $0 } }
}
