import Autodiff
package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension RoundTrip: DrawableMeasurement {
    package func figures(
        of measured: [Trip], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = RoundTripFigure(trips: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, columns: figure.columns,
            sharesAxes: measured.count <= 3, notes: figure.notes, width: 600, frameHeight: 150)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "Line plots of activations on their way out and of gradients on their way home, and one layer’s factors as arrows. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

/// For each variant signal and gradient in one frame, and the factors by which weights and activation change the mean square.
private struct RoundTripFigure {
    let trips: [RoundTrip.Trip]
    let experiment: RoundTrip

    private var last: Double { Double(max(experiment.depth, 1)) }

    // MARK: Panels

    /// A column for each variant, or of many a row for each.
    var panels: [Panel] { trips.count <= 3 ? ways + factors : zip(ways, factors).flatMap { [$0, $1] } }
    var columns: Int { trips.count <= 3 ? max(trips.count, 1) : 2 }

    private var ways: [Panel] {
        let y = Axis(
            LogScale(covering: trips.flatMap { [$0.out, $0.home] }.heights), title: .words("root mean square, relative to the start"),
            hasGrid: true)
        let x = Axis(OrdinalScale(0, through: max(experiment.depth, 1)), title: .words("layer (0: input)"))
        return trips.enumerated().map { number, trip in
            Panel(
                title: .words(trip.name + (trip.weightGain.map { ", variance \(Self.fraction($0))" } ?? "")), x: x, y: y,
                marks: way(trip.out, color: .value, dash: [], marker: .disc, isForward: true)
                    + way(trip.home, color: .gradientLine, dash: [4.5, 2], marker: .hollowSquare, isForward: false),
                remarks: (number == 0 ? names(of: trip) : []) + ends(of: trip))
        }
    }

    private func way(_ line: Series, color: Paint, dash: [Double], marker: Marker, isForward: Bool) -> [any Mark] {
        let style = SeriesStyle(color: color, textColor: color.legible, dash: dash, marker: marker)
        var marks: [any Mark] = [
            BandMark(x: line.x, low: line.low, high: line.high, color: color, name: line.quantity),
            LineMark(x: line.x, y: line.median, style: style, name: line.quantity),
        ]
        // The last step is an arrow that shows the direction.
        let count = line.x.count
        let (from, to) = isForward ? (count - 2, count - 1) : (1, 0)
        if count > 1, line.median.allSatisfy({ $0 > 0 && $0.isFinite }) {
            marks.append(
                ArrowMark([.init(from: (line.x[from], line.median[from]), to: (line.x[to], line.median[to]))], color: color, width: 1.6))
        }
        return marks
    }

    private func names(of trip: RoundTrip.Trip) -> [Remark] {
        [(trip.out, Paint.value, 0.25), (trip.home, .gradient, 0.75)].compactMap { line, color, part in
            let index = Int(part * Double(line.x.count - 1))
            guard line.median.indices.contains(index) else { return nil }
            return Remark(.words(line.quantity ?? ""), of: trip.name, color: color, x: line.x[index], y: line.median[index])
        }
    }

    /// "× 6.7·10⁻⁴": the fraction left at the end of each direction.
    private func ends(of trip: RoundTrip.Trip) -> [Remark] {
        [(trip.out, Paint.value, last), (trip.home, .gradient, 0)].compactMap { line, color, x in
            guard let y = x == 0 ? line.median.first : line.median.last, y > 0, y.isFinite else { return nil }
            return Remark(.row([.words("× "), .tickLabel(Numeral(y, digits: 2))]), of: trip.name, color: color, x: x, y: y)
        }
    }

    private var factors: [Panel] {
        let reached: [Double] = trips.map(\.gains).flatMap { [$0.weightsOut, $0.out, $0.activationHome, $0.home] }
        let ends = reached.filter { $0 > 1e-4 && $0 < 1e4 }
        // Powers of two as far as the arrows reach.
        let (least, most) = (min(ends.min() ?? 1, 0.25), max(ends.max() ?? 1, 2))
        let powers = Int((log2(least) + 0.15).rounded(.down))...Int((log2(most) - 0.15).rounded(.up))
        let x = Axis(ChosenScale(powers.map { pow(2, Double($0)) }), title: .words("factor of the mean square"), hasGrid: true)
        let y = Axis(BandScale([.words("home"), .words("out")]))
        return trips.enumerated().map { number, trip in
            let gains = trip.gains
            let out = row(at: 1, [(gains.weightsOut, true), (gains.activationOut, false)])
            let home = row(at: 0, [(gains.activationHome, false), (gains.weightsHome, true)])
            return Panel(
                title: .words("\(trip.name): one layer"), x: x, y: y,
                marks: [0.0, 1].map { ReferenceMark(x: [1, 1], y: [$0, $0 + 0.42]) } as [any Mark] + out.marks + home.marks,
                remarks: number == 0 ? arrowNames(gains) : [], labels: out.labels + home.labels)
        }
    }

    /// Labels of the forward arrows.
    private func arrowNames(_ gains: RoundTrip.Gains) -> [Remark] {
        let activations = Set(experiment.variants.map { $0.activation?.row.short ?? "activation" })
        return [
            Remark(.words("weights"), of: "out", color: .ink, x: max(1, gains.weightsOut), y: 1.3),
            Remark(
                .words(activations.count == 1 ? activations.first ?? "" : "activation"), of: "out", color: .local,
                x: max(gains.weightsOut, gains.out), y: 1.1),
        ]
    }

    /// Two arrows, the second starting where the first ends, and their product.
    private func row(at y: Double, _ factors: [(value: Double, isWeights: Bool)]) -> (marks: [any Mark], labels: [PointLabel]) {
        var marks: [any Mark] = []
        var reached = 1.0
        for (index, factor) in factors.enumerated() {
            let (height, next) = (y + 0.3 - 0.2 * Double(index), reached * factor.value)
            guard next > 0, next.isFinite else { return ([], []) }
            let color = factor.isWeights ? Paint.ink : .local
            marks.append(ArrowMark([.init(from: (reached, height), to: (next, height))], color: color, width: 1.6))
            // The arrow of a factor near 1 would be too short to see.
            if abs(log(factor.value)) < 0.06 {
                marks.append(
                    PointMark(x: [next], y: [height], style: SeriesStyle(color: color, textColor: color, marker: .square), size: 3.4))
            }
            reached = next
        }
        let line = Arithmetic.product(factors.map { .leaf(Arithmetic.Leaf($0.value, leastDigits: 4)) }).line(reached, leastDigits: 3)
        let text: [Formula] = [
            .tickLabel(line.numerals[0]), .words(" × "), .tickLabel(line.numerals[1]), .words(" \(line.relation == .equals ? "=" : "≈") "),
            .tickLabel(line.result),
        ]
        return (marks, [PointLabel(.row(text), color: y == 1 ? .value : .gradient, x: 0.7, y: y - 0.08, side: .below)])
    }

    // MARK: Words

    /// A gain over n: as a fraction where it is one but for rounding.
    private static func fraction(_ value: Double) -> String {
        let words = [(0.25, "1/(4n)"), (1.0 / 3, "1/(3n)"), (0.5, "1/(2n)"), (0.75, "3/(4n)")]
        return words.first { abs(value / $0.0 - 1) < 1e-3 }?.1 ?? Numeral(value, digits: 2).text + "/n"
    }

    /// The fraction of a mean square that a layer leaves, if the seeds agree on it.
    private static func share(_ gain: Double, _ seeds: [Double]) -> String? {
        let words = [(0.25, "¼"), (0.5, "½"), (1.0, "all"), (2.0, "2×"), (4.0, "4×")]
        return words.first { near, _ in
            abs(gain / near - 1) < 0.12 && seeds.allSatisfy { abs(log2($0 / near)) < 0.5 }
        }?.1
    }

    /// The fraction in both directions, if they are the same.
    private func share(_ trip: RoundTrip.Trip) -> String? {
        let out = Self.share(trip.gains.out, trip.seeds.map(\.out))
        return out == Self.share(trip.gains.home, trip.seeds.map(\.home)) ? out : nil
    }

    var headline: String {
        let activations = Set(experiment.variants.map { $0.activation ?? .sigmoid })
        let row = activations.count == 1 ? activations.first?.row : nil
        let layer = row.map { "A \($0.short.count > 1 ? $0.short : $0.word) layer" } ?? "A layer"
        let found = trips.compactMap { trip in share(trip).map { (share: $0, name: trip.name) } }
        guard let first = found.first, found.count == trips.count else {
            let gains = trips.flatMap { [$0.gains.out, $0.gains.home] }.filter(\.isFinite)
            guard let least = gains.min(), let most = gains.max() else { return "Signal and gradient are lost on their way" }
            return "\(layer) multiplies the mean square by \(Numeral(least, digits: 1).text) to \(Numeral(most, digits: 1).text)"
        }
        let shares = found.map(\.share).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let clauses = shares.map { share in (share, found.filter { $0.share == share }.map(\.name).asNames) }
        let rest = clauses.dropFirst().map { ", \($0.0) with \($0.1)" }.joined()
        return Wording.fitting(
            "\(layer) keeps about \(first.share) of the mean square with \(clauses[0].1)\(rest)",
            "\(layer) keeps \(English.list(shares, "or")) of the mean square, by variant")
    }

    var subtitle: Formula {
        .words(
            "Activations on their way out through \(English.count(experiment.depth, "layer")) (blue) and the gradient with respect to them on its way back, home (orange), in untrained networks: their root mean squares, and what one layer makes of the mean square. "
                + VariantLines.spread(over: experiment.seeds))
    }

    var notes: [Formula] {
        [
            .words(
                "\(experiment.stack.words), without biases; the input and the gradient at the last layer are standard normal. Weights: \(experiment.variants.initializerNote)."
            ),
            .words(
                "One layer: by what the weights (black) and the activation (green) of one layer multiply the mean square, the square of what the other panels show; a small square is a factor near 1. They are geometric means over layers and seeds, and so their powers are near the medians there, not equal to them. Weights multiply the mean square by n, the number of units in a layer, times their variance (Glorot & Bengio 2010)\(experiment.variants.contains { $0.activation == .relu } ? "; ReLU halves it, forward and backward, which He et al. (2015) make up for by twice the variance" : "")."
            ),
        ]
    }

    var account: String {
        trips.map { trip in
            let gains = trip.gains
            func text(_ value: Double?) -> String { value.map { Numeral($0, digits: 3).text } ?? "none" }
            return
                "\(trip.name): of the root mean square × \(text(trip.out.median.last)) is left on the way out, × \(text(trip.home.median.first)) on the way home; "
                + "one layer multiplies the mean square by \(text(gains.weightsOut)) (weights) · \(text(gains.activationOut)) (activation) = \(text(gains.out)) out, "
                + "\(text(gains.activationHome)) · \(text(gains.weightsHome)) = \(text(gains.home)) home."
        }.joined(separator: "\n")
    }
}
