import Autodiff
package import Drawing
package import Experiments
import NeuralNetworks
import Notation
import Plotting

extension NormalizationAxes: DrawableMeasurement {
    package func figures(
        of measured: [Traced], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = NormalizationAxesFigure(traced: measured, experiment: self, pageWidth: pageWidth)
        let (panels, type) = figure.panels(measurer: measurer)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
            notes: figure.notes, width: NormalizationAxesFigure.width, isDense: panels.count > measured.count)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: "A small tensor as a block and as tables, outlined where entries share a mean. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth, type: type))
        ]
    }
}

/// One row for each normalization: the block, its entries, the statistics of each group, the normalized entries, and ∂L/∂x. On a page too
/// narrow for that, all blocks stand in a row above, with the entries once.
struct NormalizationAxesFigure {
    let traced: [NormalizationAxes.Traced]
    let experiment: NormalizationAxes
    let pageWidth: Double?

    static let width = 776.0
    /// The distance between two tables, in cells.
    static let gap = 0.9

    /// The decimals of means and variances, enough that each printed x̂ can be recomputed from them.
    private var decimals: Int { (2...6).first { traced.allSatisfy(isRedone($0)) } ?? 6 }

    private func isRedone(_ decimals: Int) -> (NormalizationAxes.Traced) -> Bool {
        func rounded(_ value: Double, _ decimals: Int) -> Double { Numeral(value, decimals: decimals).value }
        return { traced in
            zip(traced.groups, zip(traced.inputs, traced.normalized)).allSatisfy { group, entry in
                let mean = traced.means.isEmpty ? 0 : rounded(traced.means[group], decimals)
                let variance = rounded(traced.variances[group], decimals)
                let redone = (entry.0 - mean) / (variance + traced.normalization.epsilon).squareRoot()
                return rounded(redone, 2) == rounded(entry.1, 2)
            }
        }
    }

    /// The height of a panel, in rows.
    private var height: Double { max(Double(experiment.channels) + 1.2, solid([]).height + 1) }

    func solid(_ groups: [Int], left: Double = 0) -> SolidMark {
        SolidMark(
            samples: experiment.batch, rows: experiment.channels, columns: experiment.positions, groups: groups, left: left, cellWidth: 1.1)
    }

    /// The first sample's entries on the front face, and a label above it.
    func labels(of traced: NormalizationAxes.Traced, on solid: SolidMark, above: Formula) -> [PointLabel] {
        let fronts = (0..<experiment.channels).flatMap { row in
            (0..<experiment.positions).map { column in
                let middle = solid.center(row: row, column: column)
                let value = traced.inputs[row * experiment.positions + column]
                return PointLabel(.words(Numeral(value, decimals: 0).text), color: .ink, x: middle.x, y: middle.y)
            }
        }
        return fronts + [PointLabel(above, color: .quietInk, x: solid.left + solid.width / 2, y: solid.height + 0.6)]
    }

    /// The panels, and the sizes of type with which they have room.
    func panels(measurer: any TextMeasuring) -> ([Panel], PlotType) {
        let plain = PlotType()
        let room = (pageWidth ?? Self.width) - 2 * PlotPage.margin - 8
        let rows = traced.compactMap { row(of: $0, room: room) }
        guard rows.count < traced.count else { return (rows, plain) }
        let found = [Density(), .close].map { ($0.type, narrowPanels($0, measurer: measurer, room: room)) }
        // The fewer rows, the better.
        let best = found[1].1.count < found[0].1.count ? found[1] : found[0]
        return (best.1, best.0)
    }

    /// Some cells with their heading and their labels.
    struct Table {
        let head: Formula
        /// At the left edge, with cells wide enough for the usual numbers.
        var block: BlockMark
        let labels: (BlockMark) -> [PointLabel]
    }

    /// The entries, the statistics, the normalized entries and the gradients.
    func tables(of traced: NormalizationAxes.Traced) -> [Table] {
        // One cell for each sample and channel, in the group of its first position.
        let owners = stride(from: 0, to: traced.groups.count, by: experiment.positions).map { traced.groups[$0] }
        func table(
            _ head: Formula, _ values: [Double], cellWidth: Double, _ color: Paint, _ numeral: @escaping (Double) -> Numeral
        ) -> Table {
            Table(head: head, block: block(traced.groups, columns: experiment.positions, cellWidth: cellWidth)) {
                numbers(values, in: $0, color: color, numeral)
            }
        }
        let head: Formula = traced.means.isEmpty ? .row([.words("mean of "), .sup("x", "2")]) : .row(["μ", .sign(.comma), .sup("σ", "2")])
        var all = block(owners, columns: 1, cellWidth: 3 + 0.7 * Double(decimals - 2))
        // What all samples share stands in one cell across them.
        if Set(owners.prefix(experiment.channels)).count == traced.variances.count {
            all = BlockMark(
                samples: 1, rows: experiment.channels, columns: 1, groups: Array(owners.prefix(experiment.channels)), cellWidth: all.width)
        }
        let statistics = Table(head: head, block: all) { mark in
            traced.variances.indices.map { group in
                let middle = mark.center(of: group)
                let numbers = (traced.means.isEmpty ? [] : [traced.means[group]]) + [traced.variances[group]]
                let text = numbers.map { Numeral($0, decimals: decimals).text }.joined(separator: ", ")
                return PointLabel(.words(text), color: .ink, x: middle.x, y: middle.y)
            }
        }
        return [
            table("x", traced.inputs, cellWidth: 1, .value) { Numeral($0, decimals: 0) }, statistics,
            table(.hat("x"), traced.normalized, cellWidth: 1.4, .value) { Numeral($0, decimals: 2) },
            table(.inlinePartial("L", over: "x"), traced.gradients, cellWidth: 1.7, .gradient) { Numeral($0, decimals: 3) },
        ]
    }

    /// Everything in a row, or nil if there is no room for it.
    private func row(of traced: NormalizationAxes.Traced, room: Double) -> Panel? {
        let solid = solid(traced.groups)
        var left = solid.width + 1.2
        let row = tables(of: traced).map { table in
            var mark = table.block
            mark.left = left
            left += mark.width + Self.gap
            return (table: table, mark: mark)
        }
        let widest = left - Self.gap
        // In units of one cell, each wide enough for a number.
        guard widest <= room / 17 else { return nil }
        return Panel(
            title: title(of: traced), x: Axis(LinearScale(0, widest)), y: Axis(LinearScale(0, height)), marks: [solid] + row.map(\.mark),
            isWide: true, aspect: 15 * (height + 0.2) / room,
            labels: labels(of: traced, on: solid, above: .words("sample 1 in front"))
                + row.flatMap { [head(of: $0.table, over: $0.mark)] + $0.table.labels($0.mark) },
            hasAxes: false)
    }

    func title(of traced: NormalizationAxes.Traced) -> Formula { .words("\(traced.name): \(sharing(traced))") }

    func head(of table: Table, over mark: BlockMark) -> PointLabel {
        PointLabel(table.head, color: .quietInk, x: mark.left + mark.width / 2, y: mark.height + 0.6)
    }

    private func block(_ groups: [Int], columns: Int, cellWidth: Double) -> BlockMark {
        BlockMark(samples: experiment.batch, rows: experiment.channels, columns: columns, groups: groups, cellWidth: cellWidth)
    }

    private func numbers(_ values: [Double], in block: BlockMark, color: Paint, _ numeral: (Double) -> Numeral) -> [PointLabel] {
        let shape = [experiment.batch, experiment.channels, experiment.positions]
        return values.enumerated().map { entry, value in
            let index = shape.index(ofFlat: entry)
            let middle = block.center(sample: index[0], row: index[1], column: index[2])
            return PointLabel(.words(numeral(value).text), color: color, x: middle.x, y: middle.y)
        }
    }

    private func sharing(_ traced: NormalizationAxes.Traced) -> String {
        let groups = traced.variances.count
        let noun = traced.means.isEmpty ? "mean square" : "mean"
        let count = "\(English.count(groups, noun)) of \(traced.inputs.count / max(groups, 1)) entries"
        return switch traced.normalization.kind {
        case .batch: "a channel over the batch, \(count)"
        case .layer, .rootMeanSquare: "a whole sample, \(count)"
        case .instance: "a channel of one sample, \(count)"
        case .group(let groups): "\(experiment.channels / max(groups, 1)) channels of one sample, \(count)"
        }
    }

    /// The largest sum of ∂L/∂x over a group that has a mean.
    private var worstSum: Double {
        traced.flatMap { traced in
            traced.means.indices.map { group in
                abs(zip(traced.groups, traced.gradients).reduce(0) { $0 + ($1.0 == group ? $1.1 : 0) })
            }
        }.max() ?? 0
    }

    var headline: String {
        let names = traced.map(\.name)
        let alike = traced.map { first in traced.filter { $0.groups == first.groups }.map(\.name) }.first { $0.count > 1 }
        guard traced.count > 1 else {
            return Wording.fitting(
                "\(names.asNames) averages over \(traced.first.map(sharing) ?? "nothing")", "One norm and the entries that it averages over"
            )
        }
        if let alike {
            let counted = "\(traced.count) norms, \(Set(traced.map(\.groups)).count) ways to group entries"
            return Wording.fitting("\(counted): \(alike.asNames) share theirs", counted)
        }
        return Wording.fitting(
            "\(names.asNames) average over different entries", "The \(traced.count) norms average over different entries")
    }

    var subtitle: Formula {
        let start =
            "The same \(experiment.batch)×\(experiment.channels)×\(experiment.positions) numbers (samples × channels × positions), normalized in \(traced.count) ways: channels down, positions across; samples into the page or side by side. Outlined together: entries that share "
        let shared: [Formula] =
            traced.allSatisfy(\.means.isEmpty)
            ? [.words("a mean square")] : [.words("a mean "), "μ", .words(" and a variance "), .sup("σ", "2")]
        let roots = traced.filter(\.means.isEmpty).map(\.name)
        let unlike = roots.isEmpty || roots.count == traced.count ? "" : ", for \(roots.asNames) a mean square"
        let end = unlike + (traced.contains { $0.normalization.kind == .batch } ? "; bars join samples." : ".")
        return .row([.words(start)] + shared + [.words(end)])
    }

    var notes: [Formula] {
        // Each variant may have its own.
        let epsilons = Set(traced.map(\.normalization.epsilon))
        let epsilon: [Formula] =
            epsilons.count == 1
            ? [.words(", "), "ε", .sign(.equals)] + epsilons.map { .number($0, digits: Numeral.mostDigits) } : []
        let loss: Formula = .row(epsilon + [.sentence("; loss \(math: .row(DeepStack.squares)) against normal targets.")])
        let rule: Formula = .row([
            .hat("x"), .sign(.equals), .parenthesized("x" - "μ"), .sign(.slash), .root(.sup("σ", "2") + "ε"), loss,
            .words(" Adding a number to a whole group changes nothing, so its gradients sum to 0 (here within "),
            .tickLabel(Numeral(worstSum, digits: 1)), .words(")."),
        ])
        let roots = traced.filter(\.means.isEmpty).map(\.name)
        let hasMeans = roots.count < traced.count
        let root: Formula = .row([
            .words(hasMeans ? "\(roots.asNames) \(roots.count == 1 ? "takes" : "take") no mean: " : ""), .hat("x"), .sign(.equals), "x",
            .sign(.slash), .root(.row([.words("mean of "), .sup("x", "2")]) + "ε"),
            hasMeans ? .words(", and gradients need not sum to 0.") : loss,
        ])
        let sources = "Ioffe & Szegedy (2015), Ba et al. (2016), Ulyanov et al. (2016), Wu & He (2018)"
        return (hasMeans ? [rule] : []) + (roots.isEmpty ? [] : [root])
            + [.words(roots.isEmpty ? sources + "." : sources + ", Zhang & Sennrich (2019).")]
    }

    var account: String {
        traced.map { traced in
            let statistics =
                traced.means.isEmpty
                ? traced.variances.map { Numeral($0).text }
                : zip(traced.means, traced.variances).map { "\(Numeral($0).text) (\(Numeral($1).text))" }
            return "\(traced.name): \(sharing(traced)); \(traced.means.isEmpty ? "mean square" : "mean (variance)") "
                + statistics.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}
