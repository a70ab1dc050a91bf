import Drawing
import Telling
import Typesetting

extension SceneLabel {
    /// A line of small text with the outline of its mark, moved down where the outline of a superscript would touch the line above.
    /// - Parameter above: the box of the line above, replaced by that of this one.
    init(
        _ laid: Laid, at anchor: NetworkGeometry.Anchor, marked mark: Highlight?, below above: inout Rect?, outlines: inout DisplayList
    ) {
        var label = SceneLabel(laid, at: anchor)
        defer { above = mark == nil ? label.box : label.box.insetBy(-2.5, -1.4) }
        guard let mark else {
            self = label
            return
        }
        let reach = label.box.insetBy(-2.5, -1.4)
        if let above, reach.minY < above.maxY {
            var lower = anchor
            lower.point.y += above.maxY + 0.5 - reach.minY
            label = SceneLabel(laid, at: lower)
        }
        mark.outline.draw(
            around: label.box.insetBy(-2.5, -1.4), radius: 3, color: Paint(of: mark.role), width: 0.9, into: &outlines)
        self = label
    }
}
