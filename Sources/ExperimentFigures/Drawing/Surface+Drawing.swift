import Drawing
import Experiments
import Foundation
import Notation
import Plotting

extension Surface {
    /// The letters of its two weights.
    var letters: (x: Formula, y: Formula) {
        switch self {
        case .ravine, .saddle: ("x", "y")
        case .cliff: ("w", "b")
        case .regression: (.sub("w", "1"), .sub("w", "2"))
        }
    }

    /// The surface as a formula; for a turned ravine with u along it and v across.
    func formula(isTurned: Bool = false) -> Formula {
        func square(_ inside: Formula) -> Formula { .sup(inside, "2") }
        switch self {
        case .ravine:
            let (x, y): (Formula, Formula) = isTurned ? ("u", "v") : ("x", "y")
            return .equation("f", .row([square(x), .sign(.slash), "10"]) + .row(["2", square(y)]))
        case .saddle: return .equation("f", square("x") - square("y"))
        case .cliff:
            let state = Formula.sub("h", "50")
            return .equation("f", square(.parenthesized(.row(["σ", .parenthesized(state)]) - "0.7")))
        case .regression:
            let error = Formula.parenthesized(.row([letters.x, "a"]) + .row([letters.y, "b"]) - "t")
            return .equation("f", .row(["½", .symbol("Σ", .upright), square(error), .sign(.slash), "n"]))
        }
    }

    /// In a sentence, without a formula.
    var words: String {
        switch self {
        case .ravine: "x²/10 + 2y²"
        case .saddle: "x² − y²"
        case .cliff: "the loss of a recurrent unit with weight w and bias b after fifty steps"
        case .regression: "the squared error of two weights over eight samples"
        }
    }

    /// The window, extended to the start of each path; for a turned ravine it shows the floor from there.
    /// - Parameter aspect: height over width of the frame, in which a turned ravine has the same scale on both axes.
    func window(showing paths: [DescentPath], angle: Double = 0, aspect: Double = 1) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        var (across, up) = window
        let starts = paths.compactMap { path -> (x: Double, y: Double)? in
            guard let x = path.x.first, let y = path.y.first, x.isFinite, y.isFinite else { return nil }
            return (x, y)
        }
        guard angle == 0 else {
            let (x, y) = (starts.map(\.x) + [0], starts.map(\.y) + [0])
            let (left, right, low, high) = (x.min() ?? 0, x.max() ?? 0, y.min() ?? 0, y.max() ?? 0)
            let width = max(1.5 * (right - left), 1.9 * (high - low) / aspect, 1e-3)
            let (middle, centre) = ((left + right) / 2, (low + high) / 2)
            // A start beyond this is too far away to show the surface around it.
            guard width < 1e100 else { return window }
            return (middle - width / 2...middle + width / 2, centre - width * aspect / 2...centre + width * aspect / 2)
        }
        // Includes the end of each path, unless it is far away.
        let (width, height) = (across.upperBound - across.lowerBound, up.upperBound - up.lowerBound)
        let ends = paths.compactMap { path -> (x: Double, y: Double)? in
            guard let x = path.x.last, let y = path.y.last, across.lowerBound - width...across.upperBound + width ~= x,
                up.lowerBound - height...up.upperBound + height ~= y
            else { return nil }
            return (x, y)
        }
        for (x, y) in starts + (self == .saddle ? [] : ends) {
            across = min(across.lowerBound, x - 0.3)...max(across.upperBound, x + 0.3)
            up = min(up.lowerBound, y - 0.3)...max(up.upperBound, y + 0.3)
        }
        return (across, up)
    }

    func field(
        over window: (x: ClosedRange<Double>, y: ClosedRange<Double>), l2: Double = 0, angle: Double = 0
    ) -> ScalarField {
        // A wall needs a finer grid than a slope.
        let count = self == .cliff ? 141 : 49
        let x = ScalarField.places(from: window.x.lowerBound, to: window.x.upperBound, count: count)
        let y = ScalarField.places(from: window.y.lowerBound, to: window.y.upperBound, count: count)
        return ScalarField(x: x, y: y, values: heights(x: x, y: y, l2: l2, angle: angle))
    }

    /// About eight round heights, between which the tint changes.
    func levels(of field: ScalarField) -> [Double] {
        let sorted = field.values.filter(\.isFinite).sorted()
        guard let least = sorted.first, let most = sorted.last, least < most else { return [] }
        if self == .cliff { return [0.0025, 0.01, 0.03, 0.05, 0.07, 0.085, 0.25, 0.35, 0.4, 0.45].filter { $0 < most } }
        guard least >= 0 else {
            let step = NiceStep(from: least, to: most, about: 9)
            return step.multiples(from: least, to: most).filter { $0 > least && $0 < most }
        }
        let (low, high) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 20])
        let rising = (-12...12).flatMap { power -> [Double] in
            let decade = pow(10, Double(power))
            return [decade, 2 * decade, 5 * decade]
        }
        .filter { $0 > low && $0 < high }
        return Array(rising.suffix(8))
    }

    /// Labels with the heights of some levels, one on each contour line, away from the paths.
    func heightLabels(
        _ levels: [Double], of field: ScalarField, over window: (x: ClosedRange<Double>, y: ClosedRange<Double>),
        avoiding paths: [(x: [Double], y: [Double])], by room: Double = 0.13
    ) -> [PointLabel] {
        func unit(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            (
                (x - window.x.lowerBound) / (window.x.upperBound - window.x.lowerBound),
                (y - window.y.lowerBound) / (window.y.upperBound - window.y.lowerBound)
            )
        }
        typealias Point = (x: Double, y: Double)
        let ways: [(Point, Point)] = paths.flatMap { path -> [(Point, Point)] in
            let places = zip(path.x, path.y).map { unit($0, $1) }.filter { $0.x.isFinite && $0.y.isFinite }
            return Array(zip(places, places.dropFirst()))
        }
        var labels: [Point] = []
        /// The distance from the middle of a label above this point to the nearest path or label.
        func distance(_ place: ScalarField.Place) -> Double {
            let at = unit(place.x, place.y)
            let middle: Point = (at.x, at.y + 0.05)
            let toWays = ways.map { one, other -> Double in
                // From the nearer end, since the other one may be so far away that squares overflow.
                let (start, end) = hypot(one.x, one.y) <= hypot(other.x, other.y) ? (one, other) : (other, one)
                let length = hypot(end.x - start.x, end.y - start.y)
                guard length > 0, length.isFinite else { return hypot(start.x - middle.x, start.y - middle.y) }
                let way: Point = ((end.x - start.x) / length, (end.y - start.y) / length)
                let part = min(max((middle.x - start.x) * way.x + (middle.y - start.y) * way.y, 0), length)
                return hypot(start.x + part * way.x - middle.x, start.y + part * way.y - middle.y)
            }
            return min(toWays.min() ?? 1, labels.map { hypot($0.x - middle.x, $0.y - middle.y) }.min() ?? 1)
        }
        return levels.compactMap { level in
            let places = field.contours(at: level).flatMap(\.self).filter { place in
                let at = unit(place.x, place.y)
                return (0.12...0.88).contains(at.x) && (0.08...0.8).contains(at.y)
            }
            let rated = places.map { ($0, distance($0)) }
            guard let best = rated.max(by: { $0.1 < $1.1 }), best.1 > room else { return nil }
            let at = unit(best.0.x, best.0.y)
            labels.append((at.x, at.y + 0.05))
            return PointLabel(.tickLabel(Numeral(level, digits: 3)), color: .ink, x: best.0.x, y: best.0.y, side: .above)
        }
    }

    /// Short arrows down the slope, all of one length: the direction of gradient flow.
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
                // Lengths are compared on the page, where both axes are about equally long.
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
