import Autodiff
import Drawing
import Experiments
import Foundation
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

    /// σ(βx).
    private static let gate: Formula = .row(["σ", .parenthesized(.row(["β", "x"]))])

    private var betas: [Double] { curves.map(\.beta) }

    func page(title: String?) -> PlotPage {
        PlotPage(
            topic: title, headline: .words(headline),
            subtitle: .sentence(
                "Swish is \(math: "x") times a gate, \(math: .equation("f", .row(["x", .sign(.dot)] + Self.gate.parts))). At \(math: "x") = 0 the gate is half open for every β, and its slope there is β/4."
            ),
            panels: [gate, swish], notes: notes, width: 480, frameHeight: 120)
    }

    /// To the right of it each curve goes on along ReLU or x/2.
    private var across: ClosedRange<Double> { -range...0.4 * range }

    private var x: Axis { Axis(LinearScale(across.lowerBound, across.upperBound), title: "x") }

    private var gate: Panel {
        panel(
            title: .sentence("The gate, \(math: Self.gate)"), heights: 0...1, name: { .words("β = \(Numeral($0).text)") },
            of: { beta, x, _ in 1 / (1 + exp(-beta * x)) })
    }

    private var swish: Panel {
        let heights = -0.16 * range...0.22 * range
        var panel = panel(
            title: .row([.words("Swish, "), "f"]), heights: heights,
            name: { $0 == 0 ? .sentence("β = 0: \(math: "x")/2") : .words("β = \(Numeral($0).text)") },
            of: { _, _, value in value })
        let cut = CurveWindow(heights: heights).cut(xs, xs.map { max($0, 0) })
        panel.marks.append(ReferenceMark(x: cut.x, y: cut.y, label: .words("ReLU")))
        panel.aspect = 0.72
        return panel
    }

    private var xs: [Double] { curves[0].curve.x.filter(across.contains) }

    private func panel(
        title: Formula, heights: ClosedRange<Double>, name: (Double) -> Formula, of value: (Double, Double, Double) -> Double
    ) -> Panel {
        let window = CurveWindow(heights: heights)
        let all = curves.map { beta, curve in
            zip(curve.x, curve.values).filter { across.contains($0.0) }.map { value(beta, $0, $1) }
        }
        var marks: [any Mark] = []
        var remarks: [Remark] = []
        for (index, (beta, curve)) in curves.enumerated() {
            let style = SeriesStyle(ofSeries: index)
            let cut = window.cut(xs, all[index])
            marks.append(LineMark(x: cut.x, y: cut.y, style: style, hasMarkers: false, name: curve.name))
            guard let place = place(ofName: index, among: all, in: heights) else { continue }
            remarks.append(Remark(name(beta), of: curve.name, color: style.textColor, x: xs[place], y: all[index][place]))
        }
        return Panel(
            title: title, x: x, y: Axis(LinearScale(heights.lowerBound, heights.upperBound), hasGrid: true), marks: marks,
            remarks: remarks, isWide: true, aspect: 0.3)
    }

    /// Where a curve has the most room to its neighbours on both sides, away from the frame, beside which a name has none.
    private func place(ofName index: Int, among curves: [[Double]], in heights: ClosedRange<Double>) -> Int? {
        func room(_ place: Int) -> Double {
            let own = curves[index][place]
            let others = curves.indices.filter { $0 != index }.map { abs(curves[$0][place] - own) }
            return min(others.min() ?? .infinity, 0.2 * (heights.upperBound - heights.lowerBound))
        }
        let (wide, high) = (0.12 * (across.upperBound - across.lowerBound), 0.12 * (heights.upperBound - heights.lowerBound))
        let inner = (heights.lowerBound + high)...(heights.upperBound - high)
        let places = xs.indices.filter { heights.contains(curves[index][$0]) }
        let free = places.filter {
            inner.contains(curves[index][$0]) && (across.lowerBound + wide...across.upperBound - wide).contains(xs[$0])
        }
        return (free.isEmpty ? places : free).max { room($0) < room($1) }
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
            "\(Numeral($1.least.value, digits: 3).text) at x = \(Numeral($1.least.x, digits: 3).text) for β = \(Numeral($0).text)"
        }
        return (dips.isEmpty ? [] : [.words("Lowest points: \(numbers.joined(separator: ", ")). Both numbers are proportional to 1/β.")])
            + [.words("Ramachandran et al. (2017) found Swish by a computer’s search among functions.")]
    }

    var alternative: String { "Curves of Swish for \(curves.count) values of β. \(headline)." }

    var account: String {
        curves.map { beta, curve in
            "β = \(Numeral(beta).text): slope from \(Numeral(curve.leastSlope.value, digits: 4).text) to \(Numeral(curve.greatestSlope.value, digits: 4).text), "
                + "least value \(Numeral(curve.least.value, digits: 4).text)."
        }.joined(separator: "\n")
    }
}
