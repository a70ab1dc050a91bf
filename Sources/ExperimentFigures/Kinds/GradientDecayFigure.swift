import Autodiff
package import Drawing
package import Experiments
import Notation
import Plotting

/// Gradient norms by layer, one line a variant, on a logarithmic axis.
/// - Parameters:
///   - series: what `experiment` measured.
///   - title: the topic, small above the headline.
///   - width: of the page, in points; nil: what the panels need.
package func gradientDecayFigure(
    _ series: [Series], of experiment: GradientDecay, title: String?, measurer: any TextMeasuring,
    pageWidth: Double? = nil, width: Double? = nil
) -> Picture {
    let figure = GradientDecayFigure(series: series, experiment: experiment)
    let panels = figure.panels
    let width = width ?? VariantLines.pageWidth(panels: panels.count)
    let page = PlotPage(
        topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
        columns: panels.count == 4 ? 2 : min(panels.count, 3), sharesAxes: true, notes: figure.notes, width: width,
        frameHeight: min(220, width * 0.55))
    return page.picture(alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth)
}

extension GradientDecay: DrawableMeasurement {
    package func figures(
        of measured: [Series], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        [ExperimentFigure(gradientDecayFigure(measured, of: self, title: title, measurer: measurer, pageWidth: pageWidth))]
    }
}

private struct GradientDecayFigure {
    let experiment: GradientDecay
    let lines: VariantLines
    /// Of each panel.
    let findings: [GradientDecayFindings]

    init(series: [Series], experiment: GradientDecay) {
        self.experiment = experiment
        lines = VariantLines(series)
        findings = lines.panels.map { GradientDecayFindings($0.series, depth: experiment.depth) }
    }

    var norm: Formula { .norm(.inlinePartial("L", over: "z")) }

    var headline: String {
        guard lines.hasPanels else { return findings.first?.headline ?? "Nothing was measured" }
        return zip(lines.panels, findings).map { panel, findings in
            (panel.title.map { "\($0): " } ?? "") + findings.clause
        }.joined(separator: ". ")
    }

    var subtitle: Formula {
        let layers = experiment.depth == 1 ? "one layer" : "\(experiment.depth) layers"
        return .row([
            .words("Size of the gradient that arrives at each layer, "), norm,
            .words(
                ": \(layers) of \(experiment.width) units, batch of \(experiment.batch). "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    var panels: [Panel] {
        let references = lines.panels.map { reference(among: $0.series) }
        let y = Axis(
            LogScale(covering: lines.series.heights + references.flatMap { $0?.y ?? [] }), title: norm, hasGrid: true)
        let x = Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer (1 is nearest the input)"))
        return lines.panels.indices.map { index in
            let panel = lines.panels[index]
            return lines.panel(
                panel.series, title: panel.title, x: x, y: y, references: references[index].map { [$0] } ?? [],
                remarks: remarks(findings[index]))
        }
    }

    /// From the last layer's gradient on what theory says of one layer, for the first variant of which it says anything.
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

    private func remarks(_ findings: GradientDecayFindings) -> [Remark] {
        let ends = " at layer 1 than at\u{A0}\(experiment.depth)"
        return [(findings.mostLosing, "× smaller"), (findings.mostGrowing, "× larger")].compactMap { found, word in
            guard let (index, factor) = found else { return nil }
            let line = findings.series[index]
            guard let x = line.x.first, let y = line.median.first else { return nil }
            return Remark(
                .row([.tickLabel(.orderOfMagnitude(factor)), .words(word + ends)]),
                of: line.name, color: lines.style(of: line).textColor, x: x, y: y)
        }
    }

    /// The conventions behind the numbers.
    var notes: [Formula] {
        let loss: [Formula] = [
            .words("Loss ½"), .symbol("Σ", .upright), .sup(.parenthesized("y" - "t"), "2"), .sign(.slash), "n",
            .words(" over a batch of "), "n", .words(" samples; inputs and targets standard normal."),
        ]
        let weights = experiment.variants.initializerNote
        var notes: [Formula] = [.row(weights.isEmpty ? loss : loss + [.words(" Weights: \(weights).")])]
        if experiment.variants.contains(where: \.residual) {
            notes.append(
                .words(
                    "A residual layer passes 1 + F′ back instead of F′: what F loses is not lost, but where F′ does not shrink, the sum grows."
                ))
        }
        if experiment.variants.contains(where: { $0.activation == .relu }),
            experiment.variants.contains(where: { $0.activation == .sigmoid })
        {
            notes.append(.words("ReLU lessens vanishing and does not end it: that also takes weights of the right size."))
        }
        return notes
    }

    var alternative: String {
        let extremes = findings.flatMap { findings in
            [(findings.mostLosing, "smaller"), (findings.mostGrowing, "larger")].compactMap { found, word in
                found.map { index, factor in
                    let line = findings.series[index]
                    let name = line.panel.map { "\($0), \(line.name)" } ?? line.name
                    return " \(name): \(Numeral.orderOfMagnitude(factor).text)× \(word) at layer 1 than at layer \(experiment.depth)."
                }
            }
        }
        return "Line plot of the gradient's norm by layer on a logarithmic axis. \(headline)." + extremes.joined()
    }

    var account: String {
        let measured =
            "Frobenius norm of ∂L/∂z over batch and units, \(experiment.depth) layers of \(experiment.width) units, "
            + "batch of \(experiment.batch), median of \(experiment.seeds) seeds."
        let numbers = findings.flatMap { findings in
            findings.series.indices.map { index -> String in
                let line = findings.series[index]
                let panel = line.panel.map { "\($0), " } ?? ""
                let values = line.median.map { Numeral($0, digits: 3).text }.joined(separator: ", ")
                return "\(panel)\(findings.account(of: index)) By layer: \(values)."
            }
        }
        return ([measured] + numbers).joined(separator: "\n")
    }
}
