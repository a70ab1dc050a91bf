import Drawing
import Experiments
import Notation
import Plotting

extension Surface {
    /// What is drawn, as a formula.
    var formula: Formula {
        func square(_ inside: Formula) -> Formula { .sup(inside, "2") }
        switch self {
        case .ravine: return .equation("f", .row([square("x"), .sign(.slash), "10"]) + .row(["2", square("y")]))
        case .saddle: return .equation("f", square("x") - square("y"))
        case .cliff:
            let state = Formula.sub("h", "50")
            return .equation("f", square(.parenthesized(.row(["σ", .parenthesized(state)]) - "0.7")))
        case .regression:
            let error = Formula.parenthesized(.row(["x", "a"]) + .row(["y", "b"]) - "t")
            return .equation("f", .row(["½", .symbol("Σ", .upright), square(error), .sign(.slash), "n"]))
        }
    }

    /// In a sentence that needs no formula.
    var words: String {
        switch self {
        case .ravine: "x²/10 + 2y²"
        case .saddle: "x² − y²"
        case .cliff: "the loss of a recurrent unit with weight x and bias y after fifty steps"
        case .regression: "the squared error of two weights over eight samples"
        }
    }

    /// The window widened to where the paths begin.
    func window(showing paths: [DescentPath]) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        var (across, up) = window
        for path in paths {
            guard let x = path.x.first, let y = path.y.first, x.isFinite, y.isFinite else { continue }
            across = min(across.lowerBound, x - 0.3)...max(across.upperBound, x + 0.3)
            up = min(up.lowerBound, y - 0.3)...max(up.upperBound, y + 0.3)
        }
        return (across, up)
    }

    func field(over window: (x: ClosedRange<Double>, y: ClosedRange<Double>), l2: Double = 0) -> ScalarField {
        // A wall needs a finer grid than a slope.
        let count = self == .cliff ? 141 : 71
        let x = ScalarField.places(from: window.x.lowerBound, to: window.x.upperBound, count: count)
        let y = ScalarField.places(from: window.y.lowerBound, to: window.y.upperBound, count: count)
        return ScalarField(x: x, y: y, values: heights(x: x, y: y, l2: l2))
    }

    /// Short arrows down the slope, all of one length: where gradient flow goes.
    func flow(over window: (x: ClosedRange<Double>, y: ClosedRange<Double>), color: Paint) -> ArrowMark {
        let (across, up) = (window.x, window.y)
        let (dx, dy) = (across.upperBound - across.lowerBound, up.upperBound - up.lowerBound)
        let count = 9
        var arrows: [ArrowMark.Arrow] = []
        for column in 0..<count {
            for row in 0..<count {
                let x = across.lowerBound + dx * (Double(column) + 0.5) / Double(count)
                let y = up.lowerBound + dy * (Double(row) + 0.5) / Double(count)
                let slope = slope(x: x, y: y)
                // Lengths are compared on the page, where both axes are about as long.
                let length = ((slope.x / dx) * (slope.x / dx) + (slope.y / dy) * (slope.y / dy)).squareRoot()
                guard length > 0, length.isFinite else { continue }
                let reach = 0.06 / length
                arrows.append(.init(from: (x, y), to: (x - slope.x * reach, y - slope.y * reach)))
            }
        }
        return ArrowMark(arrows, color: color, width: 0.7)
    }
}

extension DescentPath {
    func mark(_ style: SeriesStyle) -> PathMark { PathMark(x: x, y: y, style: style, name: name) }
}
