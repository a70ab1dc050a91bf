package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension GradientClipping: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let findings = ClippingFindings(measured: measured, experiment: self)
        let figure = ClippingFigure(measured: measured, experiment: self, findings: findings)
        let page = PlotPage(
            topic: title, headline: .words(findings.headline), subtitle: figure.subtitle, panels: figure.panels, columns: 3,
            sharesColumns: true, notes: figure.notes, width: 560, frameHeight: 130, aspect: ClippingFigure.arrowAspect)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct ClippingFigure {
    let measured: GradientClipping.Measured
    let experiment: GradientClipping
    let findings: ClippingFindings

    private typealias Place = (x: Double, y: Double)
    private typealias Throw = ClippingFindings.Throw

    /// The step that is drawn; nil where no clipping changes it.
    private var longest: Throw? { findings.longest.flatMap { $0.isClipped ? $0 : nil } }
    private var headline: String { findings.headline }
    private func isClipped(_ index: Int) -> Bool { findings.isClipped(index) }

    private static let ink = SeriesStyle(color: .ink, textColor: .ink, marker: .disc)

    // MARK: Words

    var subtitle: Formula {
        guard let longest else {
            let steps = TrajectoryFindings.count(Double(experiment.steps))
            let calm = findings.longest.map { calm in
                ", on which the gradient’s norm is \(Numeral(calm.gradient, digits: 2).text) at most"
                    + (experiment.variants.contains { $0.clipping != nil } ? ": no variant clips it" : "")
            }
            return .sentence(
                "The loss of one recurrent unit over its weight \(math: "w") and bias \(math: "b"). \(steps) from the ring\(calm ?? "").")
        }
        let calm = English.count(longest.step, "step")
        let norm = Numeral(longest.gradient, digits: 2).text
        let place = findings.claim == .undone ? "through the valley and up a wall, where" : "to a place where"
        return .sentence(
            "The loss of one recurrent unit over its weight \(math: "w") and bias \(math: "b"). From the ring \(calm) lead \(place) the gradient’s norm is \(norm). The next step is drawn as it is, and clipped."
        )
    }

    var notes: [Formula] {
        func text(_ height: Double?) -> String { Numeral(height ?? .nan, digits: 3).text }
        let limits = experiment.variants.clippingNote
        let step: Formula = .equation("h", .row(["w", .sign(.dot), "σ", .parenthesized("h")]) + "b")
        let steps = TrajectoryFindings.count(Double(experiment.steps))
        return [
            limits.isEmpty ? .words("Nothing is clipped.") : .row(limits),
            .sentence(
                "\(math: Surface.cliff.formula()) after 50 steps of \(math: step) from \(math: .equation(.sub("h", "0"), .words(text(Surface.cliffState)))) (Pascanu et al. 2013); the ring is at \(math: .equation("w", .words(text(experiment.start[0])))), \(math: .equation("b", .words(text(experiment.start[1])))). \(experiment.variants.optimizerNote(standard: .descent(experiment.learningRate)))"
            ),
            .sentence(
                "Random starts: uniform on 4 < \(math: "w") < 6, −3.2 < \(math: "b") < −1, on the valley’s side of the wall; counted: loss higher after \(steps) than at first.\(profileNote)"
            ),
        ]
    }

    /// What the arcs of the side view mean, and which steps have none.
    private var profileNote: String {
        guard let longest, !profile(longest).isEmpty else { return "" }
        let others = longest.landings.indices.filter { isOffLine(longest, $0) }.map { experiment.variants[$0].name.asName }
        let missing =
            others.isEmpty
            ? "" : "; of \(others.joined(separator: " and ")), beside the dashed line, the end alone is drawn"
        return " From the side, only the ends of an arc are losses\(missing)."
    }

    var alternative: String {
        "One step at a wall in the loss, clipped and unclipped, on a map and in profile; the gradient \(Self.pair(experiment.gradient)) as an arrow before and after clipping. \(headline)."
    }

    var account: String {
        let gradients = measured.gradients.map { gradient in
            "\(gradient.name): \(Self.pair(gradient.before)) becomes \(Self.pair(gradient.after)), turned by \(ClippingFindings.degrees(gradient.angle))."
        }
        let ends = zip(measured.paths, measured.rises).map { path, rises in
            "\(path.name): after \(TrajectoryFindings.count(Double(experiment.steps))) at "
                + Self.pair([path.x.last ?? .nan, path.y.last ?? .nan])
                + ", loss \(Numeral(path.heights.last ?? .nan, digits: 3).text); \(rises.count { $0 > 0 }) of \(English.count(rises.count, "random start")) end above their start."
        }
        return (gradients + ends).joined(separator: "\n")
    }

    // MARK: The step at the wall

    var panels: [Panel] {
        guard let longest else { return [map(nil), course] + arrows + [rises] }
        return [map(longest)] + profile(longest) + [course] + arrows + [rises]
    }

    /// Height over width of the panels that stand beside each other.
    static let arrowAspect = 0.75

    /// Height over width of the map; both axes have the same scale, so that gradients are perpendicular to the contours.
    private static let aspect = 0.36

    /// Around the descent and the end of its longest step, with b to the right and w up.
    private var window: (b: ClosedRange<Double>, w: ClosedRange<Double>) {
        var places: [Place] = [(experiment.start[0], experiment.start[1])]
        if let longest {
            places.append(longest.from)
            // A landing far away is left outside the frame.
            places += longest.landings.compactMap(\.self).filter { hypot($0.x - longest.from.x, $0.y - longest.from.y) < 8 }
        } else {
            let start = places[0]
            places += measured.paths.flatMap { zip($0.x, $0.y).map { (x: $0, y: $1) } }.filter { hypot($0.x - start.x, $0.y - start.y) < 8 }
        }
        let (w, b) = (places.map(\.x), places.map(\.y))
        let (left, right, low, high) = (b.min() ?? 0, b.max() ?? 0, w.min() ?? 0, w.max() ?? 0)
        let width = max(1.4 * (right - left), 1.25 * (high - low) / Self.aspect, 2.5)
        guard width < 1e6 else { return (-2.95...1.75, 3.7...3.7 + 4.7 * Self.aspect) }
        // More room at the left, where the wall is, and a little more at the bottom.
        let (start, floor) = (left - 0.68 * (width - (right - left)), low - 0.5 * (Self.aspect * width - (high - low)))
        return (start...start + width, floor...floor + Self.aspect * width)
    }

    private func map(_ longest: Throw?) -> Panel {
        let window = window
        let b = ScalarField.places(from: window.b.lowerBound, to: window.b.upperBound, count: 141)
        let w = ScalarField.places(from: window.w.lowerBound, to: window.w.upperBound, count: 101)
        let heights = Surface.cliff.heights(x: w, y: b)
        let field = ScalarField(x: b, y: w, values: w.indices.flatMap { row in b.indices.map { heights[$0 * w.count + row] } })
        let levels = Surface.cliff.levels(of: field)
        let quiet = Self.ink
        let wall = wall(in: window)
        var marks: [any Mark] = [
            HeightMark(field, levels: levels),
            LineMark(x: wall.map(\.y), y: wall.map(\.x), style: quiet, width: 1.1, hasMarkers: false, name: "the wall"),
        ]
        var remarks: [Remark] = []
        if wall.count > 8 {
            let middle = wall[wall.count / 2]
            remarks.append(Remark(.words("the wall"), of: "Dark line", color: .ink, x: middle.y, y: middle.x))
        }
        guard let longest else {
            for (index, path) in measured.paths.enumerated() {
                marks.append(PathMark(x: path.y, y: path.x, style: SeriesStyle(ofSeries: index), name: path.name))
            }
            return mapPanel(
                marks, remarks, window, heights: field, levels,
                avoiding: measured.paths.map { (x: $0.y, y: $0.x) } + [(x: wall.map(\.y), y: wall.map(\.x))], by: 0.25)
        }
        // The cut whose profile is drawn below.
        let cut = line(longest, window).map { range in
            ScalarField.places(from: range.lowerBound, to: range.upperBound, count: 81).map { along(longest, $0) }
        }
        if let cut { marks.append(ReferenceMark(x: cut.map(\.y), y: cut.map(\.x))) }
        let path = measured.paths[longest.variant]
        let upTo = longest.step + 1
        marks.append(PathMark(x: Array(path.y.prefix(upTo)), y: Array(path.x.prefix(upTo)), style: quiet, width: 0.9, name: path.name))
        for (index, landing) in longest.landings.enumerated() {
            guard let landing else { continue }
            let style = SeriesStyle(ofSeries: index)
            let isUnclipped = index == longest.variant
            marks.append(ReferenceMark(x: [landing.y, landing.y], y: [window.w.lowerBound, landing.x], color: style.color))
            marks.append(
                ArrowMark(
                    [.init(from: (longest.from.y, longest.from.x), to: (landing.y, landing.x))], color: style.color,
                    width: isUnclipped ? 1.6 : 2.6))
            let way = hypot(landing.x - longest.from.x, landing.y - longest.from.y)
            remarks.append(
                Remark(
                    .words("\(experiment.variants[index].name): \(Numeral(way, digits: 2).text) away"),
                    of: experiment.variants[index].name, color: style.textColor,
                    // A long arrow is named before its end, where there is room on both sides.
                    x: isUnclipped ? longest.from.y + 0.75 * (landing.y - longest.from.y) : landing.y,
                    y: isUnclipped ? longest.from.x + 0.75 * (landing.x - longest.from.x) : landing.x))
        }
        if let start = path.heights.first {
            let words = "start: loss \(Numeral(start, digits: 3).text)"
            remarks.append(Remark(.words(words), of: "Ring", color: .ink, x: path.y[0], y: path.x[0]))
        }
        // The steps, and the lines that drop from their ends.
        let ways = longest.landings.compactMap(\.self).map {
            (x: [longest.from.y, $0.y, $0.y], y: [longest.from.x, $0.x, window.w.lowerBound])
        }
        let calm = [(x: Array(path.y.prefix(upTo)), y: Array(path.x.prefix(upTo))), (x: wall.map(\.y), y: wall.map(\.x))]
        return mapPanel(
            marks, remarks, window, heights: field, levels, avoiding: ways + calm + [(x: (cut ?? []).map(\.y), y: (cut ?? []).map(\.x))])
    }

    /// The height at which the wall is drawn.
    private static let edge = 0.12

    /// Where the loss falls below that height as b grows, found by bisection: on a grid so steep a slope would be a staircase.
    private func wall(in window: (b: ClosedRange<Double>, w: ClosedRange<Double>)) -> [Place] {
        let rows = ScalarField.places(from: window.w.lowerBound, to: window.w.upperBound, count: 61)
        func isHigh(_ ends: [Double]) -> [Bool] {
            Surface.cliff.heights(at: zip(rows, ends).map { (x: $0, y: $1) }).map { $0 > Self.edge }
        }
        var high = rows.map { _ in window.b.lowerBound }
        var low = rows.map { _ in window.b.upperBound }
        let crosses = zip(isHigh(high), isHigh(low)).map { $0 && !$1 }
        for _ in 0..<30 {
            let middle = zip(high, low).map { ($0 + $1) / 2 }
            for (row, isHigh) in isHigh(middle).enumerated() {
                if isHigh { high[row] = middle[row] } else { low[row] = middle[row] }
            }
        }
        return rows.indices.filter { crosses[$0] }.map { (rows[$0], low[$0]) }
    }

    private func mapPanel(
        _ marks: [any Mark], _ remarks: [Remark], _ window: (b: ClosedRange<Double>, w: ClosedRange<Double>), heights field: ScalarField,
        _ levels: [Double], avoiding ways: [(x: [Double], y: [Double])], by room: Double = 0.13
    ) -> Panel {
        Panel(
            title: .words("From above: darker is higher; numbers are losses"),
            x: Axis(LinearScale(window.b.lowerBound, window.b.upperBound), title: "b"),
            y: Axis(LinearScale(window.w.lowerBound, window.w.upperBound), title: "w"), marks: marks, remarks: remarks, isWide: true,
            aspect: Self.aspect,
            labels: Surface.cliff.heightLabels(levels, of: field, over: (x: window.b, y: window.w), avoiding: ways, by: room))
    }

    /// The loss by step. Its axis is linear: how low the loss is among the many steps of a valley does not matter.
    private var course: Panel {
        let steps = (0...max(experiment.steps, 1)).map(Double.init)
        return Panel(
            title: .words("Loss by step, from the ring"),
            x: Axis(OrdinalScale(0, through: max(experiment.steps, 1)), title: .words("step")),
            y: Axis(
                LinearScale(covering: measured.paths.flatMap(\.heights).filter(\.isFinite), includingZero: true), title: .words("loss"),
                hasGrid: true),
            marks: measured.paths.enumerated().map { index, path in
                LineMark(
                    x: Array(steps.prefix(path.heights.count)), y: path.heights, style: SeriesStyle(ofSeries: index), width: 1.3,
                    hasMarkers: false, name: path.name)
            },
            names: measured.paths.enumerated().compactMap { index, path in
                guard let end = path.heights.last, end.isFinite else { return nil }
                return EndLabel(
                    .words(path.name), style: SeriesStyle(ofSeries: index),
                    x: Double(path.heights.count - 1), y: end, hasMarkers: false, width: 1.3)
            }, isWide: true, aspect: 0.13)
    }

    /// The point on the line of the longest step: 0 at its start, 1 at its end.
    private func along(_ longest: Throw, _ part: Double) -> Place {
        let end = longest.landings[longest.variant] ?? longest.from
        return (longest.from.x + part * (end.x - longest.from.x), longest.from.y + part * (end.y - longest.from.y))
    }

    /// The part of that line within the window's width; nil where it is vertical.
    private func line(_ longest: Throw, _ window: (b: ClosedRange<Double>, w: ClosedRange<Double>)) -> ClosedRange<Double>? {
        let end = longest.landings[longest.variant] ?? longest.from
        let way = end.y - longest.from.y
        guard abs(way) > 1e-3 else { return nil }
        let (one, other) = ((window.b.lowerBound - longest.from.y) / way, (window.b.upperBound - longest.from.y) / way)
        return min(one, other)...max(one, other)
    }

    /// Whether a variant's step ends beside the line of the longest one.
    private func isOffLine(_ longest: Throw, _ index: Int) -> Bool {
        guard let landing = longest.landings[index] else { return false }
        let part = (landing.y - longest.from.y) / (along(longest, 1).y - longest.from.y)
        return abs(along(longest, part).x - landing.x) >= 1e-6
    }

    /// The loss along the dashed line of the map, over the same axis, and the step on it.
    private func profile(_ longest: Throw) -> [Panel] {
        let window = window
        guard let range = line(longest, window) else { return [] }
        // Finer near the wall, which is steep.
        let coarse = ScalarField.places(from: range.lowerBound, to: range.upperBound, count: 240)
        let parts = (coarse + ScalarField.places(from: -0.03, to: 0.03, count: 240)).filter(range.contains).sorted()
        let places = parts.map { along(longest, $0) }
        let heights = Surface.cliff.heights(at: places)
        let b = places.map(\.y)
        var marks: [any Mark] = [
            BandMark(x: b, low: heights.map { _ in 0 }, high: heights, color: .restingLine, name: "loss"),
            LineMark(x: b, y: heights, style: Self.ink, width: 1.3, hasMarkers: false, name: "loss"),
        ]
        var remarks: [Remark] = []
        let first = Surface.cliff.slope(x: longest.from.x, y: longest.from.y).height
        for (index, landing) in longest.landings.enumerated() {
            guard let landing else { continue }
            let part = (landing.y - longest.from.y) / (along(longest, 1).y - longest.from.y)
            let style = SeriesStyle(ofSeries: index)
            let height = Surface.cliff.slope(x: landing.x, y: landing.y).height
            let hop = (0...24).map { Double($0) / 24 }
            let plain = SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker)
            let rise = 0.22 * min(abs(part), 1)
            // A step beside the line, as of clipping by value, has only its end here.
            let isOff = isOffLine(longest, index)
            if !isOff {
                marks.append(
                    LineMark(
                        x: hop.map { longest.from.y + $0 * (landing.y - longest.from.y) },
                        y: hop.map { first + $0 * (height - first) + 4 * rise * $0 * (1 - $0) }, style: plain,
                        width: index == longest.variant ? 1.6 : 2.4,
                        hasMarkers: false, name: experiment.variants[index].name))
            }
            marks.append(ReferenceMark(x: [landing.y, landing.y], y: [height, heights.max() ?? height], color: style.color))
            marks.append(PointMark(x: [landing.y], y: [height], style: style, size: 6))
            remarks.append(
                Remark(
                    .words("→ \(Numeral(height, digits: 3).text)"),
                    of: experiment.variants[index].name, color: style.textColor, x: landing.y,
                    // Beside the line there is no arc to name, but the line that drops from the step's end.
                    y: isOff ? 0.85 * (heights.max() ?? height) : height))
        }
        if let high = zip(b, heights).first(where: { $1 < 0.5 * (heights.max() ?? 0) }) {
            remarks.append(Remark(.words("the wall"), of: "Ground", color: .ink, x: high.0, y: high.1))
        }
        marks.append(PointMark(x: [longest.from.y], y: [first], style: Self.ink, size: 6))
        remarks.append(Remark(.words(Numeral(first, digits: 3).text), of: "Disc", color: .ink, x: longest.from.y, y: first))
        return [
            Panel(
                title: .sentence("The same step from the side: the loss along the dashed line, over the same \(math: "b")"),
                x: Axis(LinearScale(window.b.lowerBound, window.b.upperBound), title: "b"),
                y: Axis(LinearScale(covering: heights, includingZero: true), title: .words("loss"), hasGrid: true), marks: marks,
                remarks: remarks, isWide: true, aspect: 0.18)
        ]
    }

    // MARK: One gradient, and many starts

    private var arrows: [Panel] {
        let longest = max(experiment.gradient.map { abs($0) }.max() ?? 1, 1e-300)
        return measured.gradients.enumerated().filter { experiment.variants[$0.offset].clipping != nil }.map { index, gradient in
            let style = SeriesStyle(ofSeries: index)
            let limit = limit(of: experiment.variants[index])
            let outline = (limit ?? []).map { max(abs($0.x), abs($0.y)) }.max() ?? 0
            // Both axes have the same scale, and include the arrow and its limit.
            func range(_ entry: Double, stretch: Double = 1) -> LinearScale {
                let near = max(1.15 * outline, 0.25 * longest)
                let far = stretch * (1.15 * max(longest, outline) + near) - near
                return LinearScale(entry < 0 ? -far : -near, entry < 0 ? near : far)
            }
            var marks: [any Mark] = []
            if let limit {
                let resting = SeriesStyle(color: .quietInk, textColor: .quietInk, dash: [2.5, 2], marker: .disc)
                marks.append(LineMark(x: limit.map(\.x), y: limit.map(\.y), style: resting, width: 0.8, hasMarkers: false))
            }
            marks.append(
                ArrowMark([.init(from: (0, 0), to: (gradient.before[0], gradient.before[1]))], color: .restingLine, width: 1.4))
            if isClipped(index) {
                marks.append(ArrowMark([.init(from: (0, 0), to: (gradient.after[0], gradient.after[1]))], color: style.color))
            }
            let said =
                !isClipped(index)
                ? "not clipped" : gradient.angle < 1e-9 ? "direction kept" : "turned by \(ClippingFindings.degrees(gradient.angle))"
            let change = isClipped(index) ? "\(Self.pair(gradient.before)) → \(Self.pair(gradient.after))" : Self.pair(gradient.before)
            return Panel(
                title: .words("\(gradient.name): \(change)"),
                x: Axis(range(experiment.gradient[0], stretch: 1 / Self.arrowAspect), title: .sub("g", "1")),
                y: Axis(range(experiment.gradient[1]), title: .sub("g", "2")), marks: marks,
                remarks: [Remark(.words(said), of: gradient.name, color: style.textColor, x: gradient.after[0], y: gradient.after[1])])
        }
    }

    /// The bound on a clipped gradient: a circle or a square; nil where it is far beyond the gradient.
    private func limit(of variant: Variant) -> [Place]? {
        let longest = hypot(experiment.gradient[0], experiment.gradient[1])
        switch variant.clipping {
        case .norm(let limit):
            guard limit <= 4 * longest else { return nil }
            return (0...72).map { (limit * cos(Double($0) * .pi / 36), limit * sin(Double($0) * .pi / 36)) }
        case .value(let limit):
            guard limit <= 4 * longest else { return nil }
            return [(limit, limit), (-limit, limit), (-limit, -limit), (limit, -limit), (limit, limit)]
        case nil: return nil
        }
    }

    /// The number of random starts that end higher than they began.
    private var rises: Panel {
        let counts = measured.rises.map { Double($0.count { $0 > 0 }) }
        let scale = OrdinalScale(0, through: max(experiment.starts, 1))
        let x = BandScale(experiment.variants.map { .words($0.name) })
        return Panel(
            title: .words("Loss rose, of \(experiment.starts) starts"), x: Axis(x), y: Axis(scale, hasGrid: true),
            marks: counts.indices.map { index in
                BarMark(x: [Double(index)], y: [counts[index]], style: SeriesStyle(ofSeries: index), width: 0.4 * x.bandwidth)
            },
            labels: counts.enumerated().map { index, count in
                PointLabel(
                    .words(Numeral(count, decimals: 0).text), color: SeriesStyle(ofSeries: index).textColor, x: Double(index), y: count,
                    side: .above)
            })
    }

    private static func pair(_ entries: [Double]) -> String {
        "(" + entries.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + ")"
    }

}
