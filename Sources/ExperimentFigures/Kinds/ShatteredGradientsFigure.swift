import Autodiff
package import Drawing
package import Experiments
import Notation
import Plotting

extension ShatteredGradients: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = ShatteredGradientsFigure(measured: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, columns: 3,
            sharesColumns: true, notes: figure.notes, width: 640, frameHeight: 62)
        return [
            ExperimentFigure(
                page.picture(alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

/// One row for each network: the slope along the inputs, its sign in several seeds, and its autocorrelation; below, the sign changes by
/// depth.
private struct ShatteredGradientsFigure {
    let measured: ShatteredGradients.Measured
    let experiment: ShatteredGradients

    private var lines: VariantLines {
        let subjects = experiment.variants.map { variant -> SeriesSubject in
            !variant.residual ? .untreated : experiment.scaled.contains(variant.name) ? .scaledResidual : .residual
        }
        return VariantLines(
            experiment.series(of: measured), styles: [Variant].styles(names: experiment.variants.map(\.name), subjects: subjects))
    }

    private var deepest: Int { experiment.depths.last ?? 1 }

    // MARK: Panels

    var panels: [Panel] { measured.scans.flatMap(row) + [byDepth] }

    private func row(_ scan: ShatteredGradients.Scan) -> [Panel] {
        let style = style(of: scan.name)
        let name = "\(scan.name), \(layers(scan.depth))"
        let x = Axis(LinearScale(-experiment.range, experiment.range), title: "x")
        let alike = scan.autocorrelation
        return [
            Panel(
                title: .words("\(scan.name): \(changes(scan))"), x: x,
                y: Axis(
                    LinearScale(covering: scan.slopes + [-1, 1], about: 3),
                    title: .row([Self.slope, .words(", \(layers(scan.depth))")]), hasGrid: true),
                marks: [
                    ReferenceMark.level(0, from: -experiment.range, to: experiment.range),
                    LineMark(x: scan.x, y: scan.slopes, style: style, width: 1.2, hasMarkers: false, name: name),
                ]),
            Panel(
                title: .words("dark: positive, in \(scan.signs.count == 1 ? "one seed" : "\(scan.signs.count) seeds")"), x: x,
                y: Axis(UnmarkedScale()), marks: [StripesMark(x: scan.x, rows: scan.signs, color: style.color)]),
            Panel(
                title: .words("how alike two slopes are"),
                x: Axis(LinearScale(0, max(alike.x.last ?? 1, .leastNormalMagnitude)), title: .words("distance in x")),
                y: Axis(LinearScale(-0.5, 1), title: .words("autocorrelation"), hasGrid: true),
                marks: [
                    BandMark(x: alike.x, low: alike.low, high: alike.high, color: style.color, name: name),
                    ReferenceMark.level(0, from: 0, to: alike.x.last ?? 1),
                    LineMark(x: alike.x, y: alike.median, style: style, width: 1.4, hasMarkers: false, name: name),
                ]),
        ]
    }

    /// "25 sign changes": the number of the curve that is drawn.
    private func changes(_ scan: ShatteredGradients.Scan) -> String { English.count(scan.changes, "sign change") }

    private var byDepth: Panel {
        let series = lines.series
        var panel = lines.panel(
            series, title: "Changes of sign by depth, median of \(English.count(experiment.seeds, "seed"))",
            x: Axis(ChosenScale(experiment.depths.map(Double.init)), title: .words("layers")),
            y: Axis(LinearScale(covering: series.heights, includingZero: true, about: 6), title: .words("changes"), hasGrid: true))
        panel.isWide = true
        panel.aspect = 0.16
        panel.names = zip(panel.names, series).map { name, line in
            var name = name
            name.text = .words("\(line.name): \(Numeral(line.median.last ?? .nan, digits: 3).text)")
            return name
        }
        return panel
    }

    /// The style of the variant's line in the panel below.
    private func style(of name: String) -> SeriesStyle {
        guard let line = lines.series.first(where: { $0.name == name }) else { return SeriesStyle(ofSeries: 0) }
        return SeriesStyle(color: lines.style(of: line).color, textColor: lines.style(of: line).textColor, marker: .disc)
    }

    // MARK: Words

    private func layers(_ count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

    private static let slope = Formula.row([.symbol("dy", .upright), .sign(.slash), .symbol("dx", .upright)])

    private var medians: [Double] { lines.series.map { $0.median.last ?? .nan } }

    /// The sign changes of a variant's seeds at its smallest and its largest depth.
    private func ends(_ variant: Int) -> (shallow: [Double], deep: [Double]) {
        let counts = measured.changes[variant]
        return ((counts.first ?? []).map(Double.init), (counts.last ?? []).map(Double.init))
    }

    /// "Plain and Residual shatter the gradient at 24 layers; Scaled residual hardly does", if the seeds support it; else the numbers.
    var headline: String {
        let most = medians.max() ?? 0
        let worst = medians.firstIndex(of: most) ?? 0
        let names = experiment.variants.map(\.name)
        var shattering: [String] = []
        var whole: [String] = []
        for index in names.indices {
            let (shallow, deep) = ends(index)
            if medians[index] * 4 >= most, SignTest(deep, shallow).isFirstLarger {
                shattering.append(names[index])
            } else if medians[index] * 4 < most, SignTest(deep, ends(worst).deep).isFirstSmaller {
                whole.append(names[index])
            }
        }
        guard experiment.depths.count > 1, !shattering.isEmpty, shattering.count + whole.count == names.count else {
            let finite = medians.filter(\.isFinite)
            let (least, most) = (Numeral(finite.min() ?? 0, digits: 3).text, Numeral(finite.max() ?? 0, digits: 3).text)
            return "At \(layers(deepest)) the slope changes sign "
                + (least == most ? (most == "1" ? "once" : "\(most) times") : "\(least) to \(most) times, by variant")
        }
        func sentence(_ subject: ([String]) -> String) -> String {
            "\(subject(shattering)) \(shattering.count == 1 ? "shatters" : "shatter") the gradient at \(layers(deepest))"
                + (whole.isEmpty ? "" : "; \(subject(whole)) hardly \(whole.count == 1 ? "does" : "do")")
        }
        return Wording.fitting(sentence(\.asNames), sentence { "\($0.count) of \(English.count(names.count, "variant"))" })
    }

    var subtitle: Formula {
        .row([
            .words("The slope "), Self.slope,
            .words(
                " of untrained networks of \(experiment.width) units along \(experiment.points) inputs from −\(Numeral(experiment.range).text) to \(Numeral(experiment.range).text), divided by its root mean square. Where it changes sign from one input to the next, the same move raises the output of one and lowers that of the other. "
                    + VariantLines.spread(over: experiment.seeds)),
        ])
    }

    var notes: [Formula] {
        let activations = Set(experiment.variants.map { $0.activation ?? .relu }).map { $0.row.title }.sorted()
        let initializers = experiment.variants.initializerNote
        let block: Formula = .row(["W", .sign(.dot), "f", .parenthesized("h")])
        var blocks: [Formula] = []
        if experiment.variants.contains(where: \.residual) { blocks += [.words(", residual "), "h" + block] }
        if !experiment.scaled.isEmpty {
            blocks += [
                .words(", scaled "), "h" + .row(block.parts + [.sign(.slash), .root("n")]), .words(" for "), "n", .words(" blocks"),
            ]
        }
        return [
            .sentence(
                "\(math: .equation("h", .row(["w", "x"]) + "b")), then blocks \(math: block)\(math: .row(blocks)), \(math: .equation("y", .row(["v", "h"]))); \(math: "f"): \(activations.joined(separator: ", ")); \(math: "w") and \(math: "b") standard normal; weights \(initializers.isEmpty ? "He normal or Xavier normal, as suits the activation" : initializers), no biases in blocks; untrained."
            ),
            .words(
                "Each curve is the run of median count (of an even number, the lower of the middle two); strips: the first \(measured.scans.first?.signs.count ?? 0) seeds. Alike: autocorrelation of the slope less its mean. A finer line of inputs sees more changes. After Balduzzi et al. 2017."
            ),
        ]
    }

    var alternative: String { "Slopes of untrained networks along a line of inputs, and their changes of sign by depth. \(headline)." }

    var account: String {
        lines.series.map { line in
            "\(line.name), changes of sign by layers: "
                + zip(line.x, line.median).map { "\(Numeral($1, digits: 3).text) at \(Numeral($0).text)" }.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}
