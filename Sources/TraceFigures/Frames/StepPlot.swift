import Drawing
import NeuralNetworks
import Notation
import Plotting
import Traces
import Typesetting

/// A number by training step, such as the loss, as a small plot: a filled dot at the traced step, a hollow one after it.
struct StepPlot {
    /// Before each step, and after the last.
    private let values: [Double]
    private let numerals: [Numeral]
    private let low, high: Double
    private let typesetter: Typesetter

    static let height = 52.0
    private static let mostPoints = 260
    private static let underFrames = Rect(124, 6, 260, 26)
    /// Where the line is drawn.
    private let line: Rect
    /// Of a figure of its own, which has room for axes and for the numbers of all steps.
    private let axes: Axes?

    private struct Axes {
        let name: Formula
        let ticks: [(place: Double, label: Laid)]
    }

    /// The loss, below the frames.
    /// - Returns: nil for a lesson with one step, and where a loss is not finite.
    init?(_ trace: Trace, _ typesetter: Typesetter) {
        guard trace.isOneOfSeveral, let (least, most) = Self.range(of: trace.update.losses) else { return nil }
        self.init(trace.update.losses, trace.update.losses.map { Numeral($0) }, least...most, Self.underFrames, nil, typesetter)
    }

    /// A plot with axes, called by what it shows.
    /// - Returns: nil for fewer than two numbers, and where one is not finite.
    init?(of name: Formula, _ values: [Double], _ numerals: [Numeral], width: Double, _ typesetter: Typesetter) {
        guard let (least, most) = Self.range(of: values) else { return nil }
        // From 0 on, a curve that falls by less would look flat.
        let startsAtZero = least >= 0 && least <= 0.75 * most
        // Below the least number is room for it.
        let room = startsAtZero ? [] : [least - 0.15 * (most - least)].filter(\.isFinite)
        let scale = LinearScale(covering: values + room, includingZero: startsAtZero, about: 3)
        let labels = scale.ticks(about: 3).map { tick in
            (tick.fraction, typesetter.layoutText(tick.label, font: Font(size: 7.5), color: .quietInk, numerals: .words))
        }
        let left = (labels.map(\.1.width).max() ?? 0) + 18
        self.init(
            values, numerals, scale.lower...scale.upper, Rect(left, 30, max(width - left - 44, 40), 84), Axes(name: name, ticks: labels),
            typesetter)
    }

    private init(
        _ values: [Double], _ numerals: [Numeral], _ range: ClosedRange<Double>, _ line: Rect, _ axes: Axes?, _ typesetter: Typesetter
    ) {
        (self.values, self.numerals, self.line, self.axes, self.typesetter) = (values, numerals, line, axes, typesetter)
        (low, high) = (range.lowerBound, range.upperBound)
    }

    private static func range(of values: [Double]) -> (least: Double, most: Double)? {
        guard values.count > 1, values.allSatisfy(\.isFinite), let least = values.min(), let most = values.max() else { return nil }
        return (least, most)
    }

    /// With the top left corner at (0, 0).
    func draw() -> DisplayList {
        var list = DisplayList()
        if let axes { draw(axes, into: &list) } else { write("loss by step", at: Point(0, 22), into: &list) }
        let floor = axes == nil ? line.maxY + 4 : line.maxY
        list.stroke(
            .line(from: Point(line.minX - (axes == nil ? 0 : 8), floor), to: Point(line.maxX, floor)), Stroke(.grid, width: 0.6))
        let (traced, last) = (values.count - 2, values.count - 1)
        // More points than this width can show are omitted.
        let shown = stride(from: 0, to: traced, by: max(1, values.count / Self.mostPoints)) + [traced, last]
        list.stroke(.polyline(shown.map(point)), Stroke(.quietInk, width: 1))
        // With more steps, the dots would merge.
        for index in values.count <= 40 ? shown : [traced, last] {
            list.fill(.circle(center: point(index), radius: index == traced ? 3 : 1.8), index == last ? .page : .ink)
            if index == last { list.stroke(.circle(center: point(index), radius: 2.4), Stroke(.ink, width: 1)) }
        }
        if axes == nil {
            write(text(0), at: Point(line.minX - 5, point(0).y + 2.5), endsThere: true, into: &list)
        } else {
            writeAll(into: &list)
        }
        write(text(last), at: Point(line.maxX + 7, point(last).y + 2.5), into: &list)
        let name = typesetter.layoutText(.words("step \(traced + 1)"), font: Font(size: 7.5, weight: .semibold), color: .ink)
        let x = min(max(point(traced).x - name.width / 2, line.minX), line.maxX - name.width)
        list.append(name.moved(to: Point(x, line.maxY + 13)).content)
        if axes != nil { drawSteps(before: x, into: &list) }
        return list
    }

    /// The height of the plot with its words.
    var height: Double { axes == nil ? Self.height : line.maxY + 18 }

    /// What is plotted, and its axis with ticks.
    private func draw(_ axes: Axes, into list: inout DisplayList) {
        let name: Formula = .row([axes.name, .words(" before each step")])
        list.append(typesetter.layoutText(name, font: Font(size: 8.5), color: .ink, numerals: .words).moved(to: Point(0, 9)).content)
        let x = line.minX - 8
        list.stroke(.line(from: Point(x, line.minY), to: Point(x, line.maxY)), Stroke(.grid, width: 0.6))
        if let zero { list.stroke(.line(from: Point(x, zero), to: Point(line.maxX, zero)), Stroke(.grid, width: 0.6)) }
        for (fraction, label) in axes.ticks {
            let y = line.maxY - line.height * fraction
            list.stroke(.line(from: Point(x - 3, y), to: Point(x, y)), Stroke(.grid, width: 0.6))
            list.append(label.moved(to: Point(x - 5 - label.width, y + 2.5)).content)
        }
    }

    /// The ticks of the steps, with numbers up to the traced one.
    private func drawSteps(before end: Double, into list: inout DisplayList) {
        let steps = values.count - 1
        for tick in OrdinalScale(1, through: steps).ticks(about: 12) {
            let x = line.minX + (point(steps - 1).x - line.minX) * (steps > 1 ? tick.fraction : 1)
            list.stroke(.line(from: Point(x, line.maxY), to: Point(x, line.maxY + 3)), Stroke(.grid, width: 0.6))
            let label = typesetter.layoutText(tick.label, font: Font(size: 7.5), color: .quietInk, numerals: .words)
            guard x + label.width / 2 + 6 < end else { continue }
            list.append(label.moved(to: Point(x - label.width / 2, line.maxY + 13)).content)
        }
    }

    /// The height of 0 in a plot with axes, where numbers of both signs are.
    private var zero: Double? {
        axes != nil && low < 0 && high > 0 ? line.maxY - line.height * (-low / 2 / (high / 2 - low / 2)) : nil
    }

    private func text(_ index: Int) -> String { numerals[index].text }

    /// The values up to the last, each on the side of its dot that the line leaves free; only the first where there is no room for all.
    private func writeAll(into list: inout DisplayList) {
        let widest = values.indices.dropLast().map { laid(text($0)).width }.max() ?? 0
        let all = values.indices.dropLast()
        for index in widest + 6 < line.width / Double(values.count - 1) ? all : all.prefix(1) {
            let place = point(index)
            let isAbove = values[index + 1] <= values[index]
            let base = place.y + (isAbove ? -5 : 11)
            // Below a dot close to the axis there is no room, nor on the line of zero.
            let isOnZero = zero.map { base - 7 < $0 && $0 < base + 2 } ?? false
            guard isAbove || place.y + 14 < line.maxY, !isOnZero else { continue }
            write(text(index), at: Point(place.x + 3, base), into: &list)
        }
    }

    private func laid(_ text: String) -> Laid { typesetter.layoutText(.words(text), font: Font(size: 7.5), color: .quietInk) }

    private func point(_ index: Int) -> Point {
        // Halved, so that the difference of the largest numbers does not overflow.
        let span = high / 2 - low / 2
        let share = span > 0 ? (values[index] / 2 - low / 2) / span : 0.5
        return Point(
            line.minX + line.width * Double(index) / Double(values.count - 1), line.maxY - line.height * share)
    }

    private func write(_ text: String, at place: Point, endsThere: Bool = false, into list: inout DisplayList) {
        let laid = laid(text)
        list.append(laid.moved(to: Point(place.x - (endsThere ? laid.width : 0), place.y)).content)
    }
}
