import Drawing
import NeuralNetworks
import Notation
import Plotting
import Traces
import Typesetting

/// The loss by training step as a small plot: a filled dot at the traced step, a hollow one after it.
struct LossByStep {
    private let losses: [Double]
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

    /// - Parameters:
    ///   - width: of a figure of its own; nil: below the frames.
    ///   - name: of what is trained to be small.
    /// - Returns: nil for a lesson with one step, and where a loss is not finite.
    init?(_ trace: Trace, _ typesetter: Typesetter, width: Double? = nil, name: Formula = .words("loss")) {
        guard trace.isOneOfSeveral, trace.update.losses.count > 1, trace.update.losses.allSatisfy(\.isFinite) else { return nil }
        losses = trace.update.losses
        self.typesetter = typesetter
        let (least, most) = (losses.min() ?? 0, losses.max() ?? 0)
        guard let width else {
            (low, high, line, axes) = (least, most, Self.underFrames, nil)
            return
        }
        // From 0 on, a curve that falls by less would look flat.
        let scale = LinearScale(covering: losses, includingZero: least >= 0 && least <= 0.75 * most, about: 3)
        let labels = scale.ticks(about: 3).map { tick in
            (tick.fraction, typesetter.layoutText(tick.label, font: Font(size: 7.5), color: .quietInk, numerals: .words))
        }
        let left = (labels.map(\.1.width).max() ?? 0) + 18
        (low, high, line) = (scale.lower, scale.upper, Rect(left, 30, max(width - left - 44, 40), 84))
        axes = Axes(name: name, ticks: labels)
    }

    /// With the top left corner at (0, 0).
    func draw() -> DisplayList {
        var list = DisplayList()
        if let axes { draw(axes, into: &list) } else { write("loss by step", at: Point(0, 22), into: &list) }
        let floor = axes == nil ? line.maxY + 4 : line.maxY
        list.stroke(
            .line(from: Point(line.minX - (axes == nil ? 0 : 8), floor), to: Point(line.maxX, floor)), Stroke(.grid, width: 0.6))
        let (traced, last) = (losses.count - 2, losses.count - 1)
        // More points than this width can show are omitted.
        let shown = stride(from: 0, to: traced, by: max(1, losses.count / Self.mostPoints)) + [traced, last]
        list.stroke(.polyline(shown.map(point)), Stroke(.quietInk, width: 1))
        // With more steps, the dots would merge.
        for index in losses.count <= 40 ? shown : [traced, last] {
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

    /// What is plotted, and the axis of the loss with its ticks.
    private func draw(_ axes: Axes, into list: inout DisplayList) {
        let name: Formula = .row([axes.name, .words(" before each step")])
        list.append(typesetter.layoutText(name, font: Font(size: 8.5), color: .ink, numerals: .words).moved(to: Point(0, 9)).content)
        let x = line.minX - 8
        list.stroke(.line(from: Point(x, line.minY), to: Point(x, line.maxY)), Stroke(.grid, width: 0.6))
        for (fraction, label) in axes.ticks {
            let y = line.maxY - line.height * fraction
            list.stroke(.line(from: Point(x - 3, y), to: Point(x, y)), Stroke(.grid, width: 0.6))
            list.append(label.moved(to: Point(x - 5 - label.width, y + 2.5)).content)
        }
    }

    /// The ticks of the steps, with numbers up to the traced one.
    private func drawSteps(before end: Double, into list: inout DisplayList) {
        let steps = losses.count - 1
        for tick in OrdinalScale(1, through: steps).ticks(about: 12) {
            let x = line.minX + (point(steps - 1).x - line.minX) * (steps > 1 ? tick.fraction : 1)
            list.stroke(.line(from: Point(x, line.maxY), to: Point(x, line.maxY + 3)), Stroke(.grid, width: 0.6))
            let label = typesetter.layoutText(tick.label, font: Font(size: 7.5), color: .quietInk, numerals: .words)
            guard x + label.width / 2 + 6 < end else { continue }
            list.append(label.moved(to: Point(x - label.width / 2, line.maxY + 13)).content)
        }
    }

    private func text(_ index: Int) -> String { Numeral(losses[index]).text }

    /// The losses up to the last, each on the side of its dot that the line leaves free; only the first where there is no room for all.
    private func writeAll(into list: inout DisplayList) {
        let widest = losses.indices.dropLast().map { laid(text($0)).width }.max() ?? 0
        let all = losses.indices.dropLast()
        for index in widest + 6 < line.width / Double(losses.count - 1) ? all : all.prefix(1) {
            let place = point(index)
            let isAbove = losses[index + 1] <= losses[index]
            // Below a dot close to the axis there is no room.
            guard isAbove || place.y + 14 < line.maxY else { continue }
            write(text(index), at: Point(place.x + 3, place.y + (isAbove ? -5 : 11)), into: &list)
        }
    }

    private func laid(_ text: String) -> Laid { typesetter.layoutText(.words(text), font: Font(size: 7.5), color: .quietInk) }

    private func point(_ index: Int) -> Point {
        // Halved, so that the difference of the largest numbers does not overflow.
        let span = high / 2 - low / 2
        let share = span > 0 ? (losses[index] / 2 - low / 2) / span : 0.5
        return Point(
            line.minX + line.width * Double(index) / Double(losses.count - 1), line.maxY - line.height * share)
    }

    private func write(_ text: String, at place: Point, endsThere: Bool = false, into list: inout DisplayList) {
        let laid = laid(text)
        list.append(laid.moved(to: Point(place.x - (endsThere ? laid.width : 0), place.y)).content)
    }
}
