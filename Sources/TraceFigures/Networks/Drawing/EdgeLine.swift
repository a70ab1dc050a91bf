import Drawing
import Telling

/// The line of an edge: thin where nothing marks it, else with the colour and dashes of its mark.
struct EdgeLine {
    let flow: NetworkGeometry.Flow
    /// Of lines that nothing marks.
    let resting: Paint

    /// - Parameter boxes: where texts stand, for which the line pauses.
    func draw(_ edge: NetworkGeometry.Edge, _ mark: Highlight?, leavingOut boxes: [Rect]) -> DisplayList {
        var list = DisplayList()
        let path = Path.polyline(edge.points, leavingOut: boxes)
        guard let mark else {
            list.stroke(path, Stroke(resting, width: edge.isSkip ? 1.2 : 0.8))
            arrow(edge, resting, into: &list)
            return list
        }
        let color = Paint(of: mark.role)
        switch mark.outline {
        case .solid: list.stroke(path, Stroke(color, width: 2.2))
        case .dashed: list.stroke(path, Stroke(color, width: 2.2, dash: [5, 2.5]))
        case .dotted: list.stroke(path, Stroke(color, width: 2.2, dash: [0.1, 3.6], cap: .round))
        case .double:
            list.stroke(path, Stroke(color, width: 3.4))
            list.stroke(path, Stroke(.page, width: 1.4))
        }
        arrow(edge, color, into: &list)
        return list
    }

    /// Only skips need telling which way they go.
    private func arrow(_ edge: NetworkGeometry.Edge, _ color: Paint, into list: inout DisplayList) {
        guard edge.isSkip, let tip = edge.points.last else { return }
        let back = flow == .rightward ? Point(0, -6) : Point(6, 0)
        let side = Point(back.y / 2, back.x / 2)
        list.fill(.polyline([tip, tip + back + side, tip + back - side], closed: true), color)
    }
}
