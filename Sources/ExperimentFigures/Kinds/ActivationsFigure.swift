import Autodiff
package import Drawing
package import Experiments
import NeuralNetworks
import Notation
import Plotting

extension Activations: DrawableMeasurement {
    /// Curves of one Swish by its β are drawn as a gate; all others beside each other.
    package func figures(
        of measured: [Curve], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let page: PlotPage
        let words: (alternative: String, account: String)
        if let gate = SwishGateFigure(curves: measured, range: range) {
            page = gate.page(title: title)
            words = (gate.alternative, gate.account)
        } else {
            let figure = ActivationsFigure(curves: measured, range: range)
            page = figure.page(title: title)
            words = (figure.alternative, figure.account)
        }
        return [
            ExperimentFigure(
                page.picture(
                    alternative: words.alternative, description: words.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

/// f and f′ of each activation in a panel of its own, the extremes of f′ marked.
private struct ActivationsFigure {
    let curves: [Activations.Curve]
    let range: Double

    /// What fits between these is drawn: slopes and the bend; where f goes on is known.
    private static let heights = -1.25...2.0

    func page(title: String?) -> PlotPage {
        PlotPage(
            topic: title, headline: .words(headline),
            subtitle: .row([
                .words("Activations "), "f", .words(" (blue) and their slopes "), .prime("f"),
                .words(" (green, dashed), which is what the chain rule multiplies by; marked: where the slope is least and greatest."),
            ]),
            panels: curves.map(panel), columns: min(curves.count, 3), sharesAxes: true, notes: notes, width: 600,
            frameHeight: 150)
    }

    private func panel(_ curve: Activations.Curve) -> Panel {
        let value = SeriesStyle(color: .value, textColor: .value, marker: .disc)
        let slope = SeriesStyle(color: .local, textColor: .local, dash: [5, 2], marker: .hollowSquare)
        let (x, y) = CurveWindow(heights: Self.heights).cut(curve.x, curve.values)
        let slopes = CurveWindow(heights: Self.heights).cut(curve.x, curve.slopes)
        let extremes = [curve.greatestSlope, curve.leastSlope].filter { isWorthMarking($0, of: curve) }
        return Panel(
            title: .row([.words("\(curve.name): "), .prime("f"), .words(" in \(rangeText(curve))")]),
            x: Axis(LinearScale(-range, range), title: "x"),
            y: Axis(LinearScale(Self.heights.lowerBound, Self.heights.upperBound), hasGrid: true),
            marks: [
                LineMark(x: x, y: y, style: value, hasMarkers: false),
                LineMark(x: slopes.x, y: slopes.y, style: slope, hasMarkers: false),
                PointMark(x: extremes.map(\.x), y: extremes.map(\.value), style: slope, size: 5),
            ],
            remarks: extremes.map { extreme in
                Remark(
                    .words("\(Numeral(fourDecimals: extreme.value).text) at \(Numeral(extreme.x, decimals: extreme.x == 0 ? 0 : 3).text)"),
                    of: curve.name, color: .local, x: extreme.x, y: extreme.value)
            })
    }

    /// A step has its extremes everywhere.
    private func isWorthMarking(_ extreme: Activations.Extreme, of curve: Activations.Curve) -> Bool {
        extreme.isReached && curve.stepSlopes.isEmpty && abs(extreme.x) <= range
    }

    /// "(0, 0.25]", or "{0, 1}" for a step.
    private func rangeText(_ curve: Activations.Curve) -> String {
        func text(_ value: Double) -> String { Numeral(fourDecimals: value).text }
        if !curve.stepSlopes.isEmpty { return "{" + curve.stepSlopes.map(text).joined(separator: ", ") + "}" }
        return (curve.leastSlope.isReached ? "[" : "(") + text(curve.leastSlope.value) + ", " + text(curve.greatestSlope.value)
            + (curve.greatestSlope.isReached ? "]" : ")")
    }

    private var headline: String {
        let weakest = curves.min { $0.greatestSlope.value < $1.greatestSlope.value }
        let over = curves.filter { $0.greatestSlope.value > 1 + 1e-9 }.map(\.name)
        guard let weakest, weakest.greatestSlope.value < 1 else { return "Every slope reaches 1" }
        let first = "\(weakest.name)’s slope never exceeds \(Numeral(weakest.greatestSlope.value, digits: 3).text)"
        let rest = NameList(names: over, total: curves.count)
        return over.isEmpty ? first : first + "; " + rest.says("goes", "go", "past 1")
    }

    private var notes: [Formula] {
        let dips = curves.filter { $0.least.isReached && $0.least.value < -1e-6 && !$0.least.value.isInfinite && $0.least.x != 0 }
        var notes: [Formula] = []
        if !dips.isEmpty {
            let places = dips.map { "\($0.name) \(Numeral($0.least.value, digits: 3).text) at \(Numeral($0.least.x, decimals: 3).text)" }
            notes.append(.words("Not monotone, with a dip: " + places.joined(separator: ", ") + "."))
        }
        if curves.contains(where: { $0.activation == .relu }) {
            notes.append(
                .row([.words("At its kink ReLU takes the left slope: relu′(0) = 0. Whether Swish trains better depends on the task.")]))
        }
        return notes
    }

    var alternative: String { "Curves of \(curves.count) activations with their slopes. \(headline)." }

    var account: String {
        curves.map { curve in
            func place(_ extreme: Activations.Extreme) -> String {
                "\(Numeral(extreme.value, digits: 4).text) "
                    + (extreme.isReached ? "at \(Numeral(extreme.x, digits: 4).text)" : "as x goes to \(extreme.x < 0 ? "−∞" : "∞")")
            }
            return "\(curve.name): slope in \(rangeText(curve)), least \(place(curve.leastSlope)), greatest \(place(curve.greatestSlope)); "
                + "value least \(place(curve.least)), greatest \(place(curve.greatest))."
        }.joined(separator: "\n")
    }
}

extension Numeral {
    /// Rounded to four decimals, and no longer than it then has to be: 0.25, 1.0998. What would be 0 so, and what is too large to be rounded
    /// so, keeps its digits.
    init(fourDecimals value: Double) {
        let rounded = (value * 1e4).rounded() / 1e4
        self.init(rounded == 0 || !rounded.isFinite ? value : rounded, digits: 6)
    }
}

/// The part of a curve between two heights, so that one that goes on ends at the frame instead of beyond it.
struct CurveWindow {
    let heights: ClosedRange<Double>

    func cut(_ x: [Double], _ y: [Double]) -> (x: [Double], y: [Double]) {
        var kept: (x: [Double], y: [Double]) = ([], [])
        for index in x.indices {
            if heights.contains(y[index]) {
                kept.x.append(x[index])
                kept.y.append(y[index])
            }
            guard index + 1 < x.count, heights.contains(y[index]) != heights.contains(y[index + 1]) else { continue }
            let outside = heights.contains(y[index]) ? y[index + 1] : y[index]
            let edge = outside > heights.upperBound ? heights.upperBound : heights.lowerBound
            let part = (edge - y[index]) / (y[index + 1] - y[index])
            kept.x.append(x[index] + part * (x[index + 1] - x[index]))
            kept.y.append(edge)
        }
        return kept
    }
}
