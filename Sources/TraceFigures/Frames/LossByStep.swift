import Drawing
import NeuralNetworks
import Notation
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
    /// Whether it stands in a figure of its own, which has room for the numbers of all steps.
    private let isLarge: Bool

    /// - Parameter width: of a figure of its own; nil: below the frames.
    /// - Returns: nil for a lesson with one step, and where a loss is not finite.
    init?(_ trace: Trace, _ typesetter: Typesetter, width: Double? = nil) {
        guard trace.isOneOfSeveral, trace.update.losses.count > 1, trace.update.losses.allSatisfy(\.isFinite) else { return nil }
        losses = trace.update.losses
        (low, high) = (losses.min() ?? 0, losses.max() ?? 0)
        self.typesetter = typesetter
        isLarge = width != nil
        line = width.map { Rect(44, 12, max($0 - 88, 40), 84) } ?? Self.underFrames
    }

    /// With the top left corner at (0, 0).
    func draw() -> DisplayList {
        var list = DisplayList()
        if !isLarge { write("loss by step", at: Point(0, 22), into: &list) }
        list.stroke(
            .line(from: Point(line.minX, line.maxY + 4), to: Point(line.maxX, line.maxY + 4)), Stroke(.grid, width: 0.6)
        )
        let (traced, last) = (losses.count - 2, losses.count - 1)
        // More points than this width can show are omitted.
        let shown = stride(from: 0, to: traced, by: max(1, losses.count / Self.mostPoints)) + [traced, last]
        list.stroke(.polyline(shown.map(point)), Stroke(.quietInk, width: 1))
        // With more steps, the dots would merge.
        for index in losses.count <= 40 ? shown : [traced, last] {
            list.fill(.circle(center: point(index), radius: index == traced ? 3 : 1.8), index == last ? .page : .ink)
            if index == last { list.stroke(.circle(center: point(index), radius: 2.4), Stroke(.ink, width: 1)) }
        }
        write(Numeral(losses[0]).text, at: Point(line.minX - 5, point(0).y + 2.5), endsThere: true, into: &list)
        if isLarge, losses.count <= 12 { writeAll(into: &list) }
        write(Numeral(losses[last]).text, at: Point(line.maxX + 7, point(last).y + 2.5), into: &list)
        let name = typesetter.layoutText(.words("step \(traced + 1)"), font: Font(size: 7.5, weight: .semibold), color: .ink)
        let x = min(max(point(traced).x - name.width / 2, line.minX), line.maxX - name.width)
        list.append(name.moved(to: Point(x, line.maxY + 13)).content)
        return list
    }

    /// The height of the plot with its words.
    var height: Double { isLarge ? line.maxY + 18 : Self.height }

    /// The losses between the first and the last, each on the side of its dot that the line leaves free.
    private func writeAll(into list: inout DisplayList) {
        for index in losses.indices.dropFirst().dropLast() {
            let place = point(index)
            write(
                Numeral(losses[index], digits: 3).text, at: Point(place.x + 3, place.y + (losses[index + 1] <= losses[index] ? -5 : 11)),
                into: &list)
        }
    }

    private func point(_ index: Int) -> Point {
        // Halved, so that the difference of the largest numbers does not overflow.
        let span = high / 2 - low / 2
        let share = span > 0 ? (losses[index] / 2 - low / 2) / span : 0.5
        return Point(
            line.minX + line.width * Double(index) / Double(losses.count - 1), line.maxY - line.height * share)
    }

    private func write(_ text: String, at place: Point, endsThere: Bool = false, into list: inout DisplayList) {
        let laid = typesetter.layoutText(.words(text), font: Font(size: 7.5), color: .quietInk)
        list.append(laid.moved(to: Point(place.x - (endsThere ? laid.width : 0), place.y)).content)
    }
}
