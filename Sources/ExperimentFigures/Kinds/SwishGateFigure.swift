import Autodiff
import Drawing
import Experiments
import NeuralNetworks
import Notation
import Plotting

/// x·σ(βx) for several β between the line x/2 and ReLU, and for one of them f′ as the sum of its two parts.
struct SwishGateFigure {
    let curves: [(beta: Double, curve: Activations.Curve)]
    let range: Double

    /// Nil where the curves are not of Swish alone, by two β or more.
    init?(curves: [Activations.Curve], range: Double) {
        self.curves = curves.compactMap { curve in
            if case .swish(let beta) = curve.activation { (beta: beta, curve: curve) } else { nil }
        }
        guard self.curves.count == curves.count, curves.count > 1 else { return nil }
        self.range = range
    }

    /// The curve whose slope is taken apart: that of β = 1, or the one nearest to it.
    private var chosen: (beta: Double, curve: Activations.Curve) {
        curves.min { abs($0.beta - 1) < abs($1.beta - 1) } ?? curves[0]
    }

    /// βf and σ(βx)(1 − βf).
    private var parts: (first: [Double], second: [Double]) {
        let (beta, curve) = chosen
        let first = curve.values.map { beta * $0 }
        return (first, zip(curve.x, first).map { Pointwise.sigmoid(beta * $0) * (1 - $1) })
    }

    /// The largest distance between f′ and the sum of its parts.
    private var deviation: Double {
        curves.flatMap { beta, curve in
            curve.x.indices.map { index -> Double in
                let first = beta * curve.values[index]
                return abs(first + Pointwise.sigmoid(beta * curve.x[index]) * (1 - first) - curve.slopes[index])
            }
        }.max() ?? 0
    }

    private static let heights = -1.0...3.0

    func page(title: String?) -> PlotPage {
        PlotPage(
            topic: title, headline: .words(headline),
            subtitle: .row([
                .words("Swish is x times a gate: "), .row(["f", .sign(.equals), "x"]), .words("·σ(β"), "x",
                .words("). Left: f by β. Right: its slope for β = \(Numeral(chosen.beta).text) and the two parts that it is the sum of."),
            ]),
            panels: [values, slope], columns: 2, notes: notes, width: 600, frameHeight: 210)
    }

    private var values: Panel {
        let window = CurveWindow(heights: Self.heights)
        var marks: [any Mark] = []
        var names: [EndLabel] = []
        let x = curves[0].curve.x
        for (line, label) in [(x.map { $0 / 2 }, Formula.words("x/2")), (x.map { max($0, 0) }, .words("ReLU"))] {
            let cut = window.cut(x, line)
            marks.append(ReferenceMark(x: cut.x, y: cut.y, label: label))
        }
        for (index, (beta, curve)) in curves.enumerated() {
            let style = SeriesStyle(ofSeries: index)
            let cut = window.cut(curve.x, curve.values)
            marks.append(LineMark(x: cut.x, y: cut.y, style: style, hasMarkers: false))
            if let x = cut.x.last, let y = cut.y.last {
                names.append(EndLabel(.words("β = \(Numeral(beta).text)"), style: style, x: x, y: y))
            }
        }
        return Panel(
            title: .words("f: from a line to ReLU"), x: Axis(LinearScale(-range, range), title: "x"),
            y: Axis(LinearScale(Self.heights.lowerBound, Self.heights.upperBound), title: "f", hasGrid: true), marks: marks,
            names: names)
    }

    private var slope: Panel {
        let (_, curve) = chosen
        let heights = -1.0...1.5
        let window = CurveWindow(heights: heights)
        let lines: [(String, [Double], Paint, [Double])] = [
            ("f′", curve.slopes, .local, []), ("βf", parts.first, .value, [5, 2]),
            ("σ(βx)(1 − βf)", parts.second, .place, [1.6, 1.6]),
        ]
        var marks: [any Mark] = []
        var names: [EndLabel] = []
        for (index, (name, y, color, dash)) in lines.enumerated() {
            let style = SeriesStyle(color: color, textColor: color.legible, dash: dash, marker: Marker.allCases[index])
            let cut = window.cut(curve.x, y)
            marks.append(LineMark(x: cut.x, y: cut.y, style: style, width: index == 0 ? 2.2 : 1.6, hasMarkers: false))
            if let x = cut.x.last, let y = cut.y.last { names.append(EndLabel(.words(name), style: style, x: x, y: y)) }
        }
        return Panel(
            title: .words("f′ = βf + σ(βx)(1 − βf)"), x: Axis(LinearScale(-range, range), title: "x"),
            y: Axis(LinearScale(heights.lowerBound, heights.upperBound), hasGrid: true), marks: marks, names: names)
    }

    private var headline: String {
        let betas = curves.map(\.beta)
        let least = Numeral(betas.min() ?? 0).text
        let most = Numeral(betas.max() ?? 0).text
        return "β opens the gate: Swish goes from x/2 towards ReLU as β goes from \(least) to \(most)"
            .replacing("goes from x/2", with: betas.min() == 0 ? "goes from x/2" : "bends away from x/2")
    }

    private var notes: [Formula] {
        [
            .words(
                "The two parts sum to f′ within \(Numeral(deviation, digits: 1).text) on all \(curves.reduce(0) { $0 + $1.curve.x.count }) points, for every β."
            ),
            .words(
                "Ramachandran et al. (2017), who found it by search. Swish isn’t always better than ReLU: that depends on network and task."
            ),
        ]
    }

    var alternative: String { "Curves of Swish for \(curves.count) values of β, and its slope as the sum of two parts. \(headline)." }

    var account: String {
        curves.map { beta, curve in
            "β = \(Numeral(beta).text): slope from \(Numeral(curve.leastSlope.value, digits: 4).text) to \(Numeral(curve.greatestSlope.value, digits: 4).text), "
                + "least value \(Numeral(curve.least.value, digits: 4).text)."
        }.joined(separator: "\n")
    }
}
