import Autodiff
package import Drawing
package import Experiments
import Notation
import Plotting

/// Gradient norms by layer, one line a variant, on a logarithmic axis.
/// - Parameters:
///   - series: what `experiment` measured.
///   - title: the topic, small above the headline.
///   - width: of the page, in points.
package func gradientDecayFigure(
    _ series: [Series], of experiment: GradientDecay, title: String?, measurer: any TextMeasuring,
    theme: Theme = .light, width: Double = 480
) -> Picture {
    let figure = GradientDecayFigure(series: series, experiment: experiment, theme: theme)
    let page = PlotPage(
        topic: title, headline: .words(figure.findings.headline), subtitle: figure.subtitle, panels: [figure.panel],
        notes: figure.notes, width: width, frameHeight: min(220, width * 0.55))
    let (size, content) = page.draw(measurer: measurer, theme: theme)
    return Picture(
        size: size, background: theme.page, content: content, title: figure.findings.headline,
        alternative: figure.alternative, description: figure.account)
}

private struct GradientDecayFigure {
    let series: [Series]
    let experiment: GradientDecay
    let theme: Theme
    let findings: GradientDecayFindings

    init(series: [Series], experiment: GradientDecay, theme: Theme) {
        self.series = series
        self.experiment = experiment
        self.theme = theme
        findings = GradientDecayFindings(series, depth: experiment.depth)
    }

    var norm: Formula { .norm(.inlinePartial("L", over: "z")) }

    var subtitle: Formula {
        let layers = experiment.depth == 1 ? "one layer" : "\(experiment.depth) layers"
        let seeds = experiment.seeds == 1 ? "One seed." : "Median of \(experiment.seeds) seeds; band: middle half."
        return .row([
            .words("Size of the gradient that arrives at each layer, "), norm,
            .words(": \(layers) of \(experiment.width) units, batch of \(experiment.batch). \(seeds)"),
        ])
    }

    var panel: Panel {
        let lines = series.enumerated().map { index, line in (line, theme.style(ofSeries: index)) }
        var marks: [any Mark] = lines.map { line, style in
            BandMark(x: line.x, low: line.low, high: line.high, color: style.color)
        }
        let reference = referenceMark
        if let reference { marks.append(reference) }
        marks += lines.map { line, style in LineMark(x: line.x, y: line.median, style: style, name: line.name) }
        let heights = series.flatMap { $0.median + $0.low + $0.high } + (reference?.y ?? [])
        return Panel(
            x: Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layer (1 is nearest the input)")),
            y: Axis(LogScale(covering: heights), title: norm, hasGrid: true),
            marks: marks,
            names: lines.compactMap { line, style in
                guard let x = line.x.last, let y = line.median.last else { return nil }
                return EndLabel(.words(line.name), style: style, x: x, y: y)
            },
            remarks: remarks)
    }

    /// From the last layer's gradient a quarter a layer: what the steepest slope of the sigmoid would leave.
    private var referenceMark: ReferenceMark? {
        guard experiment.depth > 1 else { return nil }
        for (line, variant) in zip(series, experiment.variants) {
            guard variant.activation == .sigmoid, !variant.residual, variant.normalization == nil,
                let last = line.median.last, last > 0, last.isFinite
            else { continue }
            let count = line.median.count
            let values = (1...count).map { layer in
                var value = last
                for _ in layer..<count { value /= 4 }
                return value
            }
            return ReferenceMark(
                x: line.x, y: values,
                label: .row([
                    .prime("σ"), .sign(.equals), .words("¼ per layer, weights keeping the norm"),
                ]))
        }
        return nil
    }

    private var remarks: [Remark] {
        let ends = " at layer 1 than at layer \(experiment.depth)"
        return [(findings.mostLosing, "× smaller"), (findings.mostGrowing, "× larger")].compactMap { found, word in
            guard let (index, factor) = found, let x = series[index].x.first, let y = series[index].median.first else {
                return nil
            }
            return Remark(
                .row([.tickLabel(.orderOfMagnitude(factor)), .words(word + ends)]),
                of: series[index].name, color: theme.style(ofSeries: index).textColor, x: x, y: y)
        }
    }

    /// The conventions behind the numbers.
    var notes: [Formula] {
        let loss: [Formula] = [
            .words("Loss ½"), .symbol("Σ", .upright), .sup(.parenthesized("y" - "t"), "2"), .sign(.slash), "n",
            .words(" over a batch of "), "n", .words(" samples; inputs and targets standard normal."),
        ]
        let weights = experiment.initializerNote
        return [.row(weights.isEmpty ? loss : loss + [.words(" Weights: \(weights).")])]
    }

    var alternative: String {
        let extremes = [(findings.mostLosing, "smaller"), (findings.mostGrowing, "larger")].compactMap { found, word in
            found.map { index, factor in
                " \(series[index].name): \(Numeral.orderOfMagnitude(factor).text)× \(word) at layer 1 than at layer \(experiment.depth)."
            }
        }
        return "Line plot of the gradient's norm by layer on a logarithmic axis. \(findings.headline)." + extremes.joined()
    }

    var account: String {
        let measured =
            "Frobenius norm of ∂L/∂z over batch and units, \(experiment.depth) layers of \(experiment.width) units, "
            + "batch of \(experiment.batch), median of \(experiment.seeds) seeds."
        let numbers = series.indices.map { index in
            findings.account(of: index) + " By layer: "
                + series[index].median.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + "."
        }
        return ([measured] + numbers).joined(separator: "\n")
    }
}
