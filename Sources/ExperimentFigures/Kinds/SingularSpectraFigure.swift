package import Drawing
package import Experiments
import Notation
import Plotting

extension SingularSpectra: DrawableMeasurement {
    package func figures(
        of measured: [Series], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = SingularSpectraFigure(series: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, columns: 3,
            notes: figure.notes, width: 640, frameHeight: 190)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: "Line plots of singular values before and after, and of the power iteration's error. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct SingularSpectraFigure {
    typealias Quantity = SingularSpectra.Quantity

    let experiment: SingularSpectra
    let lines: VariantLines

    init(series: [Series], experiment: SingularSpectra) {
        self.experiment = experiment
        lines = VariantLines(series)
    }

    private func lines(of quantity: String) -> [Series] { lines.series.filter { $0.quantity == quantity } }

    var panels: [Panel] {
        let before = lines(of: Quantity.before)
        let after = lines(of: Quantity.after)
        let error = lines(of: Quantity.error).filter { !isExact($0) }.map(\.aboveRounding)
        let count = before.first?.x.count ?? 1
        let x = Axis(OrdinalScale(1, through: count), title: .words("number, largest first"))
        let heights = LinearScale(covering: (before + after).flatMap { $0.high }, includingZero: true)
        let one = ReferenceMark.level(1, from: 1, to: Double(count), label: "1")
        return [
            lines.panel(before, title: "Before: of W", x: x, y: Axis(heights, title: .sub("σ", "i"), hasGrid: true)),
            lines.panel(after, title: "After: of W/σ₁", x: x, y: Axis(heights, title: .sub("σ", "i"), hasGrid: true), references: [one]),
            lines.panel(
                error, title: "Power iteration", x: Axis(OrdinalScale(1, through: max(experiment.iterations, 1)), title: .words("step")),
                y: Axis(
                    LogScale(covering: error.flatMap { $0.median + $0.high }.filter { $0 > 1e-16 }), title: .words("relative error"),
                    hasGrid: true)),
        ]
    }

    /// Nothing but rounding from the first step on.
    private func isExact(_ line: Series) -> Bool { line.median.allSatisfy { $0 < 1e-14 } }

    private var largest: [(name: String, before: Double, after: Double)] {
        zip(lines(of: Quantity.before), lines(of: Quantity.after)).map { ($0.name, $0.median.first ?? .nan, $1.median.first ?? .nan) }
    }

    var headline: String {
        let values = largest.map { "\($0.name)’s \(Numeral($0.before, digits: 3).text)" }
        guard largest.allSatisfy({ abs($0.after - 1) < 1e-9 }) else {
            return "Spectral normalization does not bring the largest singular value to 1"
        }
        return "Divided by the largest, the largest singular value is 1: no direction is stretched any more"
            + (values.isEmpty ? "" : " (before: " + values.joined(separator: ", ") + ")")
    }

    var subtitle: Formula {
        .words(
            "Singular values of \(experiment.units)×\(experiment.inputs) weights before and after spectral normalization, and how near the power iteration comes to the largest. "
                + VariantLines.spread(over: experiment.seeds))
    }

    var notes: [Formula] {
        let worst = largest.map { abs($0.after - 1) }.max() ?? 0
        let exact = NameList(names: lines(of: Quantity.error).filter(isExact).map(\.name), total: experiment.variants.count)
        let found = exact.isEmpty ? "" : " \(exact.says("needs", "need")) one step: all singular values are equal."
        let alike = NameList(names: lines(of: Quantity.after).coinciding, total: experiment.variants.count)
        let same = alike.isEmpty ? "" : " \(alike.subject) are the same random numbers at other sizes: divided, they are one matrix."
        return [
            .words(
                "Largest after: 1 within \(Numeral(worst, digits: 1).text). The iteration’s error falls by (σ₂/σ₁)² a step: slowly where the two are close.\(found)\(same)"
            ),
            .words("Miyato et al. (2018). In training one step an update suffices, since the weight moves little in between."),
        ]
    }

    var account: String {
        lines.series.map { line in
            "\(line.name), \(line.quantity ?? ""): " + line.median.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}

extension Series {
    /// Up to where only rounding is left.
    fileprivate var aboveRounding: Series {
        let count = median.firstIndex { $0 < 1e-15 } ?? median.count
        var part = self
        part.x = Array(x.prefix(count))
        part.median = Array(median.prefix(count))
        part.low = low.prefix(count).map { max($0, 1e-16) }
        part.high = Array(high.prefix(count))
        return part
    }
}
