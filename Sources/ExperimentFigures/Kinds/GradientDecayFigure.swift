import Autodiff
package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

/// Gradient norms by layer, one line for each variant, on a logarithmic axis.
/// - Parameters:
///   - series: the result of measuring `experiment`.
///   - title: the topic, in small type above the headline.
///   - width: the width of the page, in points; nil for what the panels need.
package func gradientDecayFigure(
    _ series: [Series], of experiment: GradientDecay, title: String?, measurer: any TextMeasuring,
    pageWidth: Double? = nil, width: Double? = nil
) -> Picture {
    let figure: any DecayPage =
        experiment.deviations.isEmpty
        ? GradientDecayFigure(series: series, experiment: experiment) : DeviationSweepFigure(series: series, experiment: experiment)
    let panels = figure.panels
    let width = width ?? VariantLines.pageWidth(panels: panels.count)
    let page = PlotPage(
        topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
        columns: panels.count == 4 ? 2 : min(panels.count, 3), sharesAxes: !figure.hasOwnHeights, notes: figure.notes, width: width,
        frameHeight: min(220, width * 0.55))
    return page.picture(
        alternative: "\(figure.kind) \(figure.headline).", description: figure.account, measurer: measurer, pageWidth: pageWidth)
}

extension GradientDecay: DrawableMeasurement {
    package func figures(
        of measured: [Series], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        [ExperimentFigure(gradientDecayFigure(measured, of: self, title: title, measurer: measurer, pageWidth: pageWidth))]
    }
}

/// The parts that both figures of the measurement have.
private protocol DecayPage {
    /// A description of the picture, for readers who cannot see it.
    var kind: String { get }
    var headline: String { get }
    var subtitle: Formula { get }
    var panels: [Panel] { get }
    /// Whether each panel has a vertical axis of its own.
    var hasOwnHeights: Bool { get }
    var notes: [Formula] { get }
    var account: String { get }
}

private struct GradientDecayFigure: DecayPage {
    let experiment: GradientDecay
    /// As measured.
    private let unscaled: VariantLines
    /// Each relative to its median at the last layer, so that the height at layer 1 is the factor that is told.
    let lines: VariantLines
    /// One for each panel.
    let findings: [GradientDecayFindings]

    init(series: [Series], experiment: GradientDecay) {
        self.experiment = experiment
        unscaled = VariantLines(series, of: experiment.variants, width: experiment.width)
        lines = VariantLines(series.map(\.relativeToLast), of: experiment.variants, width: experiment.width)
        findings = lines.panels.map { GradientDecayFindings($0.series, title: $0.title) }
    }

    static let norm = Formula.norm(.inlinePartial("L", over: "z"))

    let kind = "Line plot of the gradient’s norm by layer on a logarithmic axis."

    var headline: String { findings.headline(length: experiment.depth) }

    var subtitle: Formula {
        .row([
            .words("Size of the gradient that arrives at each layer, "), Self.norm,
            .words(
                ", relative to the last layer’s, in untrained networks: \(experiment.stack.words). "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    /// One axis for all leaves a panel mostly empty whose lines cover less than half of it.
    var hasOwnHeights: Bool {
        func decades(_ series: [Series]) -> Double {
            let heights = series.heights.filter { $0 > 0 && $0.isFinite }
            guard let low = heights.min(), let high = heights.max() else { return 0 }
            return log10(high) - log10(low)
        }
        let all = decades(lines.series)
        return lines.panels.contains { 2 * decades($0.series) < all }
    }

    var panels: [Panel] {
        let references = lines.panels.map { reference(among: $0.series) }
        let heights = zip(lines.panels, references).map { $0.series.heights + ($1?.y ?? []) }
        let ys = heights.map { own in
            Axis(
                LogScale(covering: hasOwnHeights ? own : heights.flatMap(\.self)),
                title: .row([Self.norm, .words(", at layer \(experiment.depth) = 1")]), hasGrid: true)
        }
        let x = Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer (1 is nearest the input)"))
        return lines.panels.indices.map { index in
            let panel = lines.panels[index]
            return lines.panel(
                panel.series, title: panel.title, x: x, y: ys[index], references: references[index].map { [$0] } ?? [],
                remarks: lines.remarks(on: panel.series, over: "layer", last: experiment.depth))
        }
    }

    /// The theoretical law of one layer from the last layer's gradient on, for the first variant that has one.
    private func reference(among panel: [Series]) -> ReferenceMark? {
        guard experiment.depth > 1 else { return nil }
        for line in panel {
            guard let variant = experiment.variants.first(where: { $0.name == line.name && $0.panel == line.panel }),
                let law = LayerLaw(of: variant), let last = line.median.last, last > 0, last.isFinite
            else { continue }
            var values = [last]
            for _ in 1..<line.median.count { values.append(values[values.count - 1] * law.factor) }
            return ReferenceMark(x: line.x, y: values.reversed(), label: law.label)
        }
        return nil
    }

    /// The conventions behind the numbers, and the meaning of the sentences.
    var notes: [Formula] {
        var notes: [Formula] = [
            .row(
                DeepStack.data
                    + [.words(experiment.stack.weights + experiment.variants.partsNote(width: experiment.width, isTrained: false))])
        ]
        if let keeping = findings.keepingNote { notes.append(.words(keeping)) }
        if experiment.variants.contains(where: \.residual) {
            notes.append(
                .sentence(
                    "A residual layer passes back 1 + F′ instead of F′: what its branch \(math: "F") loses is not lost, but where F′ does not shrink, the sum grows. Size is half of the story: whether neighbouring inputs have like gradients is the other half (Balduzzi et al. 2017)."
                ))
        }
        if let growth { notes.append(.words(growth)) }
        let smooth = experiment.variants.filter { variant in
            guard variant.activation == .swish(beta: 1) || variant.activation == .gelu, !variant.residual, variant.normalization == nil,
                variant.dropout == nil,
                [.heNormal, .heUniform].contains(variant.initializer)
            else { return false }
            return lines.series.contains { line in
                guard line.name == variant.name, line.panel == variant.panel, case .shrunk = GradientFate(of: line) else { return false }
                return true
            }
        }
        if !smooth.isEmpty {
            notes.append(
                .words(
                    "He’s weights are made for ReLU. With \(smooth.map(\.name).asNames) they let the signal shrink from layer to layer, and near 0 the slope is ½."
                ))
        }
        return notes
    }

    /// "ReLU, residual: 1.7× a layer. …", of residual layers in which nothing but the branch decides about the size.
    private var growth: String? {
        let grown = lines.series.compactMap { line -> String? in
            guard case .grown(let fold) = GradientFate(of: line), experiment.depth > 1,
                let variant = experiment.variants.first(where: { $0.name == line.name && $0.panel == line.panel }), variant.residual,
                variant.normalization == nil
            else { return nil }
            let factor = pow(10, fold.decades / Double(experiment.depth - 1))
            return "\([line.panel, line.name].compactMap(\.self).joined(separator: ", ")): \(Numeral(factor, digits: 2).text)×"
        }
        guard !grown.isEmpty else { return nil }
        return
            "Growth per layer: \(grown.joined(separator: "; ")). A branch that passes back as much as arrives makes the sum √2 ≈ 1.4 times as large if the two have nothing in common, and up to 2 times if they are alike."
    }

    var account: String {
        let measured =
            "Frobenius norm of ∂L/∂z over batch and units in untrained networks: \(experiment.stack.words), median of \(experiment.seeds) seeds."
        return ([measured] + unscaled.accounts(place: "layer")).joined(separator: "\n")
    }
}

/// The gradient at layer 1 over the standard deviation of the initial weights, one line for each variant.
private struct DeviationSweepFigure: DecayPage {
    let experiment: GradientDecay
    let lines: VariantLines

    init(series: [Series], experiment: GradientDecay) {
        self.experiment = experiment
        lines = VariantLines(series, of: experiment.variants, width: experiment.width)
    }

    let kind = "Line plot of the gradient’s norm at layer 1 by the deviation of the initial weights, on logarithmic axes."
    let hasOwnHeights = false

    /// The orders of magnitude that a line spans; nil where some numbers are 0, ∞ or NaN.
    private func orders(_ line: Series) -> Int? {
        guard let least = line.median.min(), let most = line.median.max(), least > 0, most.isFinite,
            !line.median.contains(where: \.isNaN)
        else { return nil }
        return Int((log10(most) - log10(least)).rounded())
    }

    /// Whether the line rises or falls throughout, so that its ends tell how much it changes.
    private func isSteady(_ line: Series) -> Bool {
        let steps = zip(line.median, line.median.dropFirst())
        return steps.allSatisfy { $0 < $1 } || steps.allSatisfy { $0 > $1 }
    }

    var headline: String {
        let spans = lines.series.map { (name: $0.panel.map { panel in "\(panel), " } ?? "" + $0.name, orders: orders($0)) }
        guard let first = spans.first else { return "Nothing was measured" }
        func span(_ orders: Int?, _ noun: String = "") -> String { orders.map { "\($0)\(noun)" } ?? "no numbers" }
        let noun = first.orders == 1 ? " order of magnitude" : " orders of magnitude"
        let known = spans.compactMap(\.orders)
        let range = (experiment.deviations.max() ?? 1) / (experiment.deviations.min() ?? 1)
        return Wording.fitting(
            lines.series.allSatisfy(isSteady)
                ? "Weights \(Numeral(range, digits: 2).text)× larger shift the gradient \(span(first.orders, noun)) for \(first.name.asName)"
                    + spans.dropFirst().map { ", \(span($0.orders)) for \($0.name.asName)" }.joined() : "",
            "The gradient at layer 1 spans \(span(first.orders, noun)) for \(first.name.asName)"
                + spans.dropFirst().map { ", \(span($0.orders)) for \($0.name.asName)" }.joined(),
            known.min().flatMap { least in
                known.max().map { "The gradient at layer 1 spans from \(least) to \($0) orders of magnitude, by variant" }
            } ?? "No variant’s gradient at layer 1 can be compared")
    }

    var subtitle: Formula {
        .row([
            .words("Size of the gradient at layer 1, "), GradientDecayFigure.norm,
            .words(
                ", by the standard deviation of the initial weights. Untrained networks: \(experiment.stack.words). "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    var panels: [Panel] {
        let y = Axis(LogScale(covering: lines.series.heights), title: GradientDecayFigure.norm, hasGrid: true)
        let x = Axis(ChosenScale(experiment.deviations), title: .words("standard deviation of the weights"))
        let he = (2 / Double(experiment.width)).squareRoot()
        let isInside = experiment.deviations.contains { $0 <= he } && experiment.deviations.contains { $0 >= he }
        let ends = lines.series.heights.filter { $0 > 0 && $0.isFinite }
        return lines.panels.map { panel in
            let spans = panel.series.compactMap { line -> Remark? in
                guard let orders = orders(line), !line.x.isEmpty else { return nil }
                let middle = line.x.count / 2
                return Remark(
                    .words(English.count(orders, "order of magnitude", "orders of magnitude")), of: line.name,
                    color: lines.style(of: line).textColor, x: line.x[middle], y: line.median[middle], line: line.name)
            }
            var drawn = lines.panel(panel.series, title: panel.title, x: x, y: y, remarks: spans)
            if isInside, let low = ends.min(), let high = ends.max() {
                drawn.marks.append(ReferenceMark(x: [he, he], y: [low, high], label: .words("He: √(2/\(experiment.width))")))
            }
            return drawn
        }
    }

    var notes: [Formula] {
        let activations = Set(experiment.variants.map { $0.activation ?? .sigmoid }).map { $0.row.title }.sorted()
        var notes: [Formula] = [
            .row(
                DeepStack.data + [
                    .words(
                        "Units: \(activations.joined(separator: ", ")). All weights, the output layer’s too, are normal with mean 0. Biases are 0.\(experiment.variants.partsNote(width: experiment.width, isTrained: false))"
                    )
                ])
        ]
        if experiment.variants.contains(where: { $0.normalization?.kind == .batch }) {
            notes.append(
                .words(
                    "Batch normalization divides by the standard deviation that the weights gave the signal. On the way back each layer divides by it again and multiplies by weights of the same size, so that at layer 1 one division remains. (Ioffe & Szegedy 2015.)"
                ))
        }
        return notes
    }

    var account: String {
        lines.series.map { line in
            let numbers = zip(line.x, line.median).map { "\(Numeral($1, digits: 3).text) at \(Numeral($0).text)" }
            return "\(line.name), norm at layer 1 by deviation: \(numbers.joined(separator: ", "))."
        }.joined(separator: "\n")
    }
}

extension VariantLines {
    /// The factor next to each line that shrinks or grows by 10× or more.
    /// - Parameters:
    ///   - position: what the lines go over, from 1: layer or step.
    ///   - last: the number of the last one.
    func remarks(on lines: [Series], over position: String, last end: Int) -> [Remark] {
        let found = lines.compactMap { line in GradientFate(of: line).factor.map { (line: line, fold: $0) } }
            .sorted { $0.fold.decades > $1.fold.decades }
        // The largest factor is placed first and says where; more than a few remarks would hide the lines.
        return found.prefix(4).enumerated().compactMap { number, found in
            guard let x = found.line.x.first, let y = found.line.median.first, let last = found.line.median.last else { return nil }
            let ends = number == 0 ? " at \(position) 1 than at\u{A0}\(end)" : " than at \(position)\u{A0}\(end)"
            let words = (y < last ? " smaller" : " larger") + ends
            return Remark(
                .words(found.fold.roughly + words), of: found.line.name, color: style(of: found.line).textColor, x: x, y: y,
                line: number == 0 ? nil : found.line.name)
        }
    }

    /// The fate of each line, with its first and last value.
    func accounts(place: String) -> [String] {
        series.map { line in
            let name = [line.panel, line.name, line.quantity].compactMap(\.self).joined(separator: ", ")
            func text(_ value: Double?) -> String { value.map { Numeral($0, digits: 3).text } ?? "nothing" }
            guard line.median.count > 1 else { return "\(name): \(text(line.median.first))." }
            return "\(name): \(text(line.median.first)) at \(place) 1 (middle half \(text(line.low.first)) to \(text(line.high.first))), "
                + "\(text(line.median.last)) at \(place) \(line.median.count); \(GradientFate(of: line).account(at: "\(place) 1"))."
        }
    }
}
