import Autodiff
package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension Activations: DrawableMeasurement {
    /// Curves of Swish for several β are drawn as a gate; all others next to each other.
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

/// f and f′ of each activation in a panel of its own, with the extremes of f′ marked.
private struct ActivationsFigure {
    let curves: [Activations.Curve]
    let range: Double

    /// The drawn range: it shows f′ and the bend of f, whose continuation is known.
    private static let heights = -1.5...2.0
    /// The number of layers whose slopes are multiplied under each panel.
    private static let layers = 10

    func page(title: String?) -> PlotPage {
        PlotPage(
            topic: title, headline: .words(headline),
            subtitle: .row([
                .words("Activations "), "f", .words(" (blue) and their slopes "), .prime("f"),
                .words(
                    " (green, dashed), by which the chain rule multiplies; marked: where the slope is least and greatest, and where it jumps. Below right: what the slopes of \(Self.layers) layers multiply to, at most."
                ),
            ]),
            panels: curves.map(panel), columns: min(curves.count, 3), sharesAxes: true, notes: notes, width: 600,
            frameHeight: 150)
    }

    private func panel(_ curve: Activations.Curve) -> Panel {
        let value = SeriesStyle(color: .value, textColor: .value, marker: .disc)
        let slope = SeriesStyle(color: .local, textColor: .local, dash: [5, 2], marker: .hollowSquare)
        let (x, y) = CurveWindow(heights: Self.heights).cut(curve.x, curve.values)
        // At a jump the curve ends and starts again.
        let pieces = curve.pieces.map { piece in
            let cut = CurveWindow(heights: Self.heights).cut(piece.x, piece.y)
            return LineMark(x: cut.x, y: cut.y, style: slope, hasMarkers: false)
        }
        func dots(_ marker: Marker, _ y: (Activations.Jump) -> Double) -> PointMark {
            let style = SeriesStyle(color: .local, textColor: .local, marker: marker)
            let shown = curve.jumps.filter { Self.heights.contains(y($0)) && abs($0.x) <= range }
            return PointMark(x: shown.map(\.x), y: shown.map(y), style: style, size: 5)
        }
        let extremes = [curve.greatestSlope, curve.leastSlope].filter { isWorthMarking($0, of: curve) }
        return Panel(
            title: .row([.words("\(curve.name): "), .prime("f"), .words(" in \(rangeText(curve))")]),
            x: Axis(LinearScale(-range, range), title: "x"),
            y: Axis(
                TickedScale(LinearScale(Self.heights.lowerBound, Self.heights.upperBound), at: weakest.map { [$0.slope] } ?? []),
                hasGrid: true),
            marks: [LineMark(x: x, y: y, style: value, hasMarkers: false)] + pieces as [any Mark] + [
                PointMark(x: extremes.map(\.x), y: extremes.map(\.value), style: slope, size: 5),
                // A filled dot at the value of f′ there, a hollow one on the other side.
                dots(.hollowCircle) { $0.other }, dots(.disc) { $0.taken },
            ],
            remarks: extremes.map { extreme in
                Remark(
                    .words("\(Numeral(fourDecimals: extreme.value).text) at \(Numeral(extreme.x, decimals: extreme.x == 0 ? 0 : 3).text)"),
                    of: curve.name, color: .local, x: extreme.x, y: extreme.value)
            },
            labels: [PointLabel(product(curve), color: .local, x: 0.5 * range, y: Self.heights.lowerBound + 0.24)])
    }

    /// "f′¹⁰ ≤ 9.5·10⁻⁷".
    private func product(_ curve: Activations.Curve) -> Formula {
        let most = pow(curve.steepest, Double(Self.layers))
        let isReached = [curve.leastSlope, curve.greatestSlope].contains { $0.isReached && abs($0.value) == curve.steepest }
        guard curve.steepest.isFinite else { return .row([.prime("f"), .words(" has no bound")]) }
        return .row([
            .words("|"), .prime("f"), .sup(.words("|"), .words("\(Self.layers)")), .words(isReached ? " ≤ " : " < "),
            .tickLabel(Numeral(most, digits: 2)),
        ])
    }

    /// A step function has its extremes everywhere.
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

    /// The lowest of the bounds on f′, if below 1, and its activations; nil where all bounds are 1 or more.
    private var weakest: (slope: Double, names: [String])? {
        guard let least = curves.map(\.greatestSlope.value).min(), least < 1 - 1e-9 else { return nil }
        return (least, curves.filter { $0.greatestSlope.value <= least + 1e-9 }.map(\.name))
    }

    private var headline: String {
        let over = curves.filter { $0.greatestSlope.value > 1 + 1e-9 }.map(\.name)
        guard let weakest else {
            guard !curves.isEmpty else { return "Nothing was measured" }
            let isOnlyNeared = curves.contains { !$0.greatestSlope.isReached && $0.greatestSlope.value <= 1 + 1e-9 }
            let start =
                curves.count == 1
                ? isOnlyNeared ? "The slope stays below 1 but nears it" : "The slope reaches 1"
                : isOnlyNeared ? "Every slope reaches 1 or nears it" : "Every slope reaches 1"
            guard !over.isEmpty, over.count < curves.count else { return over.isEmpty ? start : start + " and exceeds it" }
            let verb = over.count == 1 ? "exceeds it" : "exceed it"
            return Wording.fitting(
                "\(start); \(over.count == 1 ? "that" : "those") of \(over.asNames) \(verb)",
                "\(start); \(over.count) of \(curves.count) \(verb)")
        }
        let bound = Numeral(weakest.slope, digits: 3).text
        let first =
            (weakest.names.count == 1
                ? "The slope of \(weakest.names.asNames) never exceeds " : "The slopes of \(weakest.names.asNames) never exceed ") + bound
        let counted =
            English.count(weakest.names.count, "slope") + (weakest.names.count == 1 ? " never exceeds " : " never exceed ") + bound
        let passes = over.count == 1 ? "exceeds 1" : "exceed 1"
        let rest = over.isEmpty ? "" : "; \(over.count == 1 ? "that" : "those") of \(over.asNames) \(passes)"
        let restCounted = over.isEmpty ? "" : "; \(over.count) of \(curves.count) \(passes)"
        return Wording.fitting(first + rest, first + restCounted, counted + restCounted)
    }

    private var notes: [Formula] {
        let dips = curves.filter { $0.least.isReached && $0.least.value < -1e-6 && !$0.least.value.isInfinite && $0.least.x != 0 }
        var notes: [Formula] = []
        if !dips.isEmpty {
            let places = dips.map {
                "\($0.name) (least \(Numeral($0.least.value, digits: 3).text), at \(Numeral($0.least.x, decimals: 3).text))"
            }
            notes.append(.words("Not monotone: " + places.joined(separator: ", ") + "."))
        }
        let kinked = curves.filter { !$0.jumps.isEmpty }
        if !kinked.isEmpty {
            let taken = kinked.map { curve in "\(curve.name) (\(curve.jumps.map { Numeral($0.taken).text }.joined(separator: ", ")))" }
            notes.append(.words("At a jump the closed dot is what the chain rule takes, the left slope: \(taken.joined(separator: ", "))."))
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
            // A step has no single point: give its values on both sides.
            let slope =
                if !curve.stepSlopes.isEmpty, let jump = curve.jumps.first {
                    "\(Numeral(jump.left).text) up to x = \(Numeral(jump.x).text), \(Numeral(jump.right).text) beyond"
                } else {
                    "least \(place(curve.leastSlope)), greatest \(place(curve.greatestSlope))"
                }
            let most = Numeral(pow(curve.steepest, Double(Self.layers)), digits: 2).text
            return "\(curve.name): slope in \(rangeText(curve)), \(slope); over \(Self.layers) layers at most \(most); "
                + "value least \(place(curve.least)), greatest \(place(curve.greatest))."
        }.joined(separator: "\n")
    }
}

extension Numeral {
    /// Rounded to four decimals without trailing zeros: 0.25, 1.0998. Numbers that would round to 0, or that are too large to be rounded
    /// this way, keep their digits.
    init(fourDecimals value: Double) {
        let rounded = (value * 1e4).rounded() / 1e4
        self.init(rounded == 0 || !rounded.isFinite ? value : rounded, digits: 6)
    }
}

/// The part of a curve between two heights, so that a curve that continues ends at the frame rather than beyond it.
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

extension Activations.Jump {
    /// The slope on the side that is not used.
    var other: Double { abs(taken - left) < abs(taken - right) ? right : left }
}

extension Activations.Curve {
    /// f′ between kinks; each piece extends to its one-sided limits.
    fileprivate var pieces: [(x: [Double], y: [Double])] {
        let ends = [-Double.infinity] + jumps.map(\.x) + [.infinity]
        return zip(ends, ends.dropFirst()).enumerated().map { number, ends in
            let inside = x.indices.filter { x[$0] > ends.0 && x[$0] < ends.1 }
            var piece = (x: inside.map { x[$0] }, y: inside.map { slopes[$0] })
            if number > 0 { piece = ([ends.0] + piece.x, [jumps[number - 1].right] + piece.y) }
            if number < jumps.count { piece = (piece.x + [ends.1], piece.y + [jumps[number].left]) }
            return piece
        }
    }
}
