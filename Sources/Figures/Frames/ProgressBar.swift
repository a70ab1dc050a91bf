import Drawing
import Notation
import Traces
import Typesetting

/// Where a step is in the whole: a piece for each step, in its phase's colour where done.
struct ProgressBar {
    let steps: [Step]
    let typesetter: Typesetter
    let width: Double

    static let height = 22.0

    /// The top left corner at (0, 0).
    func draw(at index: Int) -> DisplayList {
        var list = DisplayList()
        guard !steps.isEmpty else { return list }
        let theme = typesetter.theme
        let slot = width / Double(steps.count)
        let gap = min(3, slot * 0.25)
        var start = 0
        var labelEnd = -Double.infinity
        while start < steps.count {
            let phase = steps[start].phase
            let end = steps[start...].firstIndex { $0.phase != phase } ?? steps.count
            let color = phase.color(theme)
            for step in start..<end {
                let isCurrent = step == index
                let piece = Rect(Double(step) * slot, isCurrent ? 1 : 3, max(slot - gap, 0.8), isCurrent ? 8 : 4)
                // What is still to come is told by its outline, not by a paler colour alone.
                if step <= index {
                    list.fill(.rect(piece, radius: 2), color)
                } else {
                    list.stroke(.rect(piece.insetBy(min(0.3, piece.width / 4), 0.3), radius: 2), Stroke(color, width: 0.6))
                }
            }
            let label = typesetter.layoutText(.words(phase.rawValue), font: Font(size: 8), color: color)
            let x = max(Double(start) * slot, labelEnd + 8)
            if x + label.width <= width {
                list.append(label.moved(to: Point(x, 20)).content)
                labelEnd = x + label.width
            }
            start = end
        }
        return list
    }
}

extension Step.Phase {
    func color(_ theme: Theme) -> Color {
        switch self {
        case .forward: theme.value
        case .loss: theme.ink
        case .backward: theme.gradient
        case .update: theme.local
        }
    }

    var heading: String {
        switch self {
        case .forward: "Forward"
        case .loss: "Loss"
        case .backward: "Backward"
        case .update: "Update"
        }
    }
}
