import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The position of a step in the sequence: one piece for each step, coloured by phase once done.
struct ProgressBar {
    let steps: [Step]
    let typesetter: Typesetter
    let width: Double

    static let height = 22.0
    private static let thickness = 4.0
    private static let outline = 0.6

    /// With the top left corner at (0, 0).
    func draw(at index: Int) -> DisplayList {
        var list = DisplayList()
        guard !steps.isEmpty else { return list }
        var start = 0
        var labelEnd = -Double.infinity
        while start < steps.count {
            let phase = steps[start].phase
            let end = steps[start...].firstIndex { $0.phase != phase } ?? steps.count
            let color = phase.color
            let now = min(max(index, start), end)
            drawDone(start..<now, color, into: &list)
            if (start..<end).contains(index) {
                list.fill(.rect(Rect(x(of: index), 1, pieceWidth, 8), radius: 2), color)
            }
            drawToCome(max(start, index + 1)..<max(end, index + 1), color, into: &list)
            let label = typesetter.layoutText(.words(phase.rawValue), font: Font(size: 8), color: color)
            let x = max(x(of: start), labelEnd + 8)
            if x + label.width <= width {
                list.append(label.moved(to: Point(x, 20)).content)
                labelEnd = x + label.width
            }
            start = end
        }
        return list
    }
}

// Pieces are the dashes of one line: drawn separately, hundreds of them would be most of a frame's content.
extension ProgressBar {
    private var slot: Double { width / Double(steps.count) }
    private var pieceWidth: Double { max(slot - min(3, slot * 0.25), 0.8) }
    private var isRound: Bool { pieceWidth > Self.thickness }

    private func x(of step: Int) -> Double { Double(step) * slot }

    private func drawDone(_ range: Range<Int>, _ color: Paint, into list: inout DisplayList) {
        drawDashes(range, thickness: Self.thickness, inset: 0, color, into: &list)
    }

    /// Future steps are outlined, not only paler; a thin line where a piece has no room for an outline.
    private func drawToCome(_ range: Range<Int>, _ color: Paint, into list: inout DisplayList) {
        guard pieceWidth > 4 * Self.outline else {
            drawDashes(range, thickness: 2 * Self.outline, inset: 0, color, into: &list)
            return
        }
        drawDashes(range, thickness: Self.thickness, inset: 0, color, into: &list)
        drawDashes(range, thickness: Self.thickness - 2 * Self.outline, inset: Self.outline, .page, into: &list)
    }

    private func drawDashes(
        _ range: Range<Int>, thickness: Double, inset: Double, _ color: Paint, into list: inout DisplayList
    ) {
        guard let first = range.first, let last = range.last else { return }
        // A round cap extends by half the thickness.
        let cut = inset + (isRound ? thickness / 2 : 0)
        let dash = pieceWidth - 2 * cut
        list.stroke(
            .line(from: Point(x(of: first) + cut, 5), to: Point(x(of: last) + pieceWidth - cut, 5)),
            Stroke(color, width: thickness, dash: [dash, slot - dash], cap: isRound ? .round : .butt))
    }
}

extension Step.Phase {
    var color: Paint {
        switch self {
        case .forward: .value
        case .loss: .ink
        case .backward: .gradient
        case .update: .local
        }
    }
}
