package import Drawing
package import Experiments
import Notation
import Plotting

extension PathLengths: DrawableMeasurement {
    package func figures(
        of measured: [Split], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = PathLengthsFigure(splits: measured, experiment: self)
        let panels = figure.panels
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
            columns: min(panels.count, 2), sharesAxes: true, notes: figure.notes,
            width: VariantLines.pageWidth(panels: panels.count), frameHeight: 180)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct PathLengthsFigure {
    let splits: [PathLengths.Split]
    let experiment: PathLengths

    // MARK: Panels

    /// A panel a variant: the gradient's shares as bars, and as a dashed line the shares of the paths themselves.
    var panels: [Panel] {
        let depth = Double(experiment.depth)
        let heights = splits.flatMap { $0.shares + $0.pathShares }
        let x = Axis(LinearScale(-0.7, depth + 0.7), title: .words("branches F that a path goes through"))
        let y = Axis(LinearScale(covering: heights, includingZero: true), title: .words("share"), hasGrid: true)
        let style = SeriesStyle(color: .gradientLine, textColor: .gradient, marker: .disc)
        return splits.map { split in
            let k = split.shares.indices.map(Double.init)
            let peak = split.shares.indices.max { split.shares[$0] < split.shares[$1] } ?? 0
            return Panel(
                title: .words(split.name), x: x, y: y,
                marks: [
                    BarMark(x: k, y: split.shares, style: style, width: 0.72 / (depth + 1.4)),
                    ReferenceMark(x: k, y: split.pathShares, label: .words("of the paths")),
                ],
                remarks: [
                    Remark(
                        .words("of the gradient"), of: split.name, color: .gradient, x: Double(peak),
                        y: split.shares[peak])
                ])
        }
    }

    // MARK: Words

    /// The fewest branches such that paths through no more of them carry nine tenths of the gradient.
    private func nineTenths(_ split: PathLengths.Split) -> Int? {
        var sum = 0.0
        for (k, share) in split.shares.enumerated() {
            sum += share
            if sum >= 0.9 { return k }
        }
        return nil
    }

    var headline: String {
        let lost = splits.filter { $0.shares.contains { !$0.isFinite } }.map(\.name)
        if !lost.isEmpty { return NameList(names: lost, total: splits.count).says("loses", "lose", "the shares to ∞ or NaN") }
        let found = splits.compactMap { split in nineTenths(split).map { (name: split.name, most: $0) } }
        guard let first = found.first else { return "No gradient arrives at the input" }
        let start = "90 % of the gradient comes by paths through at most \(first.most) of \(experiment.depth) branches for \(first.name)"
        return ([start] + found.dropFirst().map { "\($0.most) for \($0.name)" }).joined(separator: ", ")
    }

    var subtitle: Formula {
        let seeds = experiment.seeds == 1 ? "One seed." : "Mean of \(experiment.seeds) seeds."
        return .row([
            .words("How "), .inlinePartial("L", over: .sub("h", "0")),
            .words(
                " splits over the \(total) ways back through \(experiment.depth) residual layers h + F(h) of \(experiment.width) units, each of which a path goes through or skips. \(seeds)"
            ),
        ])
    }

    /// 2ⁿ, as digits where they are few.
    private var total: String {
        experiment.depth <= 20 ? Numeral(Double(1 << experiment.depth)).text : "2^\(experiment.depth)"
    }

    var notes: [Formula] {
        [
            .words(
                "Paths through k of n branches: n!/(k!(n − k)!). What they sum to is taken in the gradient’s direction, with its sign, so that the shares sum to 1. (Veit et al. 2016.)"
            ),
            .row([
                .words(
                    "Weights: \(experiment.variants.initializerNote.isEmpty ? "drawn for the activation" : experiment.variants.initializerNote)."
                )
            ]),
        ]
    }

    var alternative: String {
        "Bar plots of the share of the gradient by the number of residual branches on the way, beside the share of the paths. \(headline)."
    }

    var account: String {
        splits.map { split in
            "\(split.name), by number of branches from 0: paths " + split.paths.joined(separator: ", ") + "; share of the gradient "
                + split.shares.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}
