import Drawing
import Telling

/// What an edge's line shows about its weight's gradient.
enum EdgeStrength: Hashable {
    /// Nothing: no gradient, a frozen weight, or a gradient that is not known yet.
    case resting
    /// |∂L/∂w| as a fraction of the largest in the network, 0…1.
    case gradient(share: Double, isNegative: Bool)
}

/// The line of an edge: its width shows the gradient, unless a mark gives it its own colour and dashes.
struct EdgeLine {
    let flow: NetworkGeometry.Flow
    /// The colour of lines without a meaning.
    let resting: Paint

    /// - Parameter share: the gradient's magnitude as a fraction of the largest.
    static func width(ofShare share: Double) -> Double { 0.9 + 2.6 * share }

    /// - Parameter boxes: the boxes of texts, which interrupt the line.
    func draw(_ edge: NetworkGeometry.Edge, _ mark: Highlight?, _ strength: EdgeStrength, leavingOut boxes: [Rect]) -> DisplayList {
        var list = DisplayList()
        let path = Path.polyline(edge.points, leavingOut: boxes)
        guard let mark else {
            switch strength {
            case .resting: list.stroke(path, Stroke(resting, width: edge.isSkip ? 1.2 : edge.isShared ? 0.5 : 0.8))
            case .gradient(let share, let isNegative):
                let width = Self.width(ofShare: share)
                list.stroke(path, Stroke(.gradientLine, width: width, dash: isNegative ? [3 + 1.2 * width, 1.5 + 0.8 * width] : []))
            }
            arrow(edge, resting, into: &list)
            return list
        }
        let color = Paint(of: mark.role)
        mark.outline.draw(path, color: color, into: &list)
        arrow(edge, color, into: &list)
        return list
    }

    /// Only skip connections need an arrow for their direction.
    private func arrow(_ edge: NetworkGeometry.Edge, _ color: Paint, into list: inout DisplayList) {
        guard edge.isSkip, let tip = edge.points.last else { return }
        let back = flow == .rightward ? Point(0, -6) : Point(6, 0)
        let side = Point(back.y / 2, back.x / 2)
        list.fill(.polyline([tip, tip + back + side, tip + back - side], closed: true), color)
    }
}

extension Highlight.Outline {
    /// The same style as a thick line.
    fileprivate func draw(_ path: Path, color: Paint, into list: inout DisplayList) {
        switch self {
        case .solid: list.stroke(path, Stroke(color, width: 2.2))
        case .dashed: list.stroke(path, Stroke(color, width: 2.2, dash: [5, 2.5]))
        case .dotted: list.stroke(path, Stroke(color, width: 2.2, dash: [0.1, 3.6], cap: .round))
        case .double:
            list.stroke(path, Stroke(color, width: 3.4))
            list.stroke(path, Stroke(.page, width: 1.4))
        }
    }
}
