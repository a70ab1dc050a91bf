import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// The loss by training step as a small plot below the frames: a filled dot at the traced step, a hollow one after it.
struct LossByStep {
    private let losses: [Double]
    private let low, high: Double
    private let typesetter: Typesetter

    static let height = 52.0
    private static let mostPoints = 260
    private static let line = Rect(124, 6, 260, 26)

    /// Nil for a lesson with one step, and where a loss is not finite.
    init?(_ trace: Trace, _ typesetter: Typesetter) {
        guard trace.isOneOfSeveral, trace.update.losses.count > 1, trace.update.losses.allSatisfy(\.isFinite) else { return nil }
        losses = trace.update.losses
        (low, high) = (losses.min() ?? 0, losses.max() ?? 0)
        self.typesetter = typesetter
    }

    /// With the top left corner at (0, 0).
    func draw() -> DisplayList {
        var list = DisplayList()
        write("loss by step", at: Point(0, 22), into: &list)
        list.stroke(
            .line(from: Point(Self.line.minX, Self.line.maxY + 4), to: Point(Self.line.maxX, Self.line.maxY + 4)), Stroke(.grid, width: 0.6)
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
        write(Numeral(losses[0]).text, at: Point(Self.line.minX - 5, point(0).y + 2.5), endsThere: true, into: &list)
        write(Numeral(losses[last]).text, at: Point(Self.line.maxX + 7, point(last).y + 2.5), into: &list)
        let name = typesetter.layoutText(.words("step \(traced + 1)"), font: Font(size: 7.5, weight: .semibold), color: .ink)
        let x = min(max(point(traced).x - name.width / 2, Self.line.minX), Self.line.maxX - name.width)
        list.append(name.moved(to: Point(x, Self.line.maxY + 13)).content)
        return list
    }

    private func point(_ index: Int) -> Point {
        // Halved, so that the difference of the largest numbers does not overflow.
        let span = high / 2 - low / 2
        let share = span > 0 ? (losses[index] / 2 - low / 2) / span : 0.5
        return Point(
            Self.line.minX + Self.line.width * Double(index) / Double(losses.count - 1), Self.line.maxY - Self.line.height * share)
    }

    private func write(_ text: String, at place: Point, endsThere: Bool = false, into list: inout DisplayList) {
        let laid = typesetter.layoutText(.words(text), font: Font(size: 7.5), color: .quietInk)
        list.append(laid.moved(to: Point(place.x - (endsThere ? laid.width : 0), place.y)).content)
    }
}
