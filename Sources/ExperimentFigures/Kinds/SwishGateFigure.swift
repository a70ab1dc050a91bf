import Autodiff
import Drawing
import Experiments
import Notation
import Plotting

/// x·σ(βx) for several β, from the line x/2 towards ReLU.
struct SwishGateFigure {
    let curves: [(beta: Double, curve: Activations.Curve)]
    let range: Double

    /// Nil unless all curves are of Swish, with at least two different β.
    init?(curves: [Activations.Curve], range: Double) {
        self.curves = curves.compactMap { curve in
            if case .swish(let beta) = curve.activation { (beta: beta, curve: curve) } else { nil }
        }
        guard self.curves.count == curves.count, Set(self.curves.map(\.beta)).count > 1 else { return nil }
        self.range = range
    }

    private var betas: [Double] { curves.map(\.beta) }

    func page(title: String?) -> PlotPage {
        PlotPage(
            topic: title, headline: .words(headline),
            subtitle: .row([
                .words("Swish is x times a gate: "), .row(["f", .sign(.equals), "x"]), .words("·σ(β"), "x",
                .words("). The gate is half open at x = 0 for every β; how sharply it opens around there is β’s."),
            ]),
            panels: [panel], notes: notes, width: 480, frameHeight: 250)
    }

    /// The range in which the curves bend: beyond it, each continues along ReLU or x/2.
    private var heights: ClosedRange<Double> { -0.3 * range...0.45 * range }

    private var panel: Panel {
        let window = CurveWindow(heights: heights)
        let x = curves[0].curve.x
        var marks: [any Mark] = []
        var remarks: [Remark] = []
        for (index, (beta, curve)) in curves.enumerated() {
            let style = SeriesStyle(ofSeries: index)
            let cut = window.cut(curve.x, curve.values)
            marks.append(LineMark(x: cut.x, y: cut.y, style: style, hasMarkers: false, name: curve.name))
            let place = place(of: curve)
            remarks.append(
                Remark(.words("β = \(Numeral(beta).text)"), of: curve.name, color: style.textColor, x: place.x, y: place.y))
        }
        for (line, label) in [(x.map { $0 / 2 }, Formula.words("x/2")), (x.map { max($0, 0) }, .words("ReLU"))] {
            let cut = window.cut(x, line)
            marks.append(ReferenceMark(x: cut.x, y: cut.y, label: label))
        }
        return Panel(
            x: Axis(LinearScale(-range, range), title: "x"),
            y: Axis(LinearScale(heights.lowerBound, heights.upperBound), title: "f", hasGrid: true), marks: marks,
            remarks: remarks)
    }

    /// Where a curve is apart from the others: at its minimum, if that is in the window; else a third of the way in.
    private func place(of curve: Activations.Curve) -> (x: Double, y: Double) {
        if curve.least.isReached, abs(curve.least.x) < range, heights.contains(curve.least.value) {
            return (curve.least.x, curve.least.value)
        }
        let index = curve.x.indices.first { heights.contains(curve.values[$0]) } ?? 0
        return (curve.x[index], curve.values[index])
    }

    private var headline: String {
        let (least, most) = (betas.min() ?? 0, betas.max() ?? 0)
        guard least >= 0 else { return "β sharpens the gate, and its sign says on which side it opens" }
        let start = least == 0 ? "from x/2 at β = 0" : "from β = \(Numeral(least).text)"
        return "β sharpens the gate: \(start) towards ReLU at β = \(Numeral(most).text)"
    }

    private var notes: [Formula] {
        let dips = curves.filter { $0.curve.least.isReached && $0.curve.least.value < 0 && $0.beta > 0 }
        let numbers = dips.map {
            "\(Numeral($1.least.value, digits: 3).text) at \(Numeral($1.least.x, digits: 3).text) for β = \(Numeral($0).text)"
        }
        return (dips.isEmpty ? [] : [.words("Dips: \(numbers.joined(separator: ", ")); depth and place go with 1/β.")])
            + [.words("Ramachandran et al. (2017), who found it by search. Whether Swish is better than ReLU depends on network and task.")]
    }

    var alternative: String { "Curves of Swish for \(curves.count) values of β. \(headline)." }

    var account: String {
        curves.map { beta, curve in
            "β = \(Numeral(beta).text): slope from \(Numeral(curve.leastSlope.value, digits: 4).text) to \(Numeral(curve.greatestSlope.value, digits: 4).text), "
                + "least value \(Numeral(curve.least.value, digits: 4).text)."
        }.joined(separator: "\n")
    }
}
