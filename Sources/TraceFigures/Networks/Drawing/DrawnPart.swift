import Drawing
import Typesetting

/// One part of a network's drawing: its shapes, over them its texts, over these the outlines of marks.
struct DrawnPart {
    var shapes = DisplayList()
    /// Small texts, which interrupt lines.
    var labels: [SceneLabel] = []
    var outlines = DisplayList()
    /// Other boxes that interrupt lines: between the two lines of an edge's label.
    var pauses: [Rect] = []

    var content: DisplayList {
        var list = shapes
        for label in labels { list.append(label.laid.content) }
        list.append(outlines)
        return list
    }

    /// Boxes in which no line is drawn.
    var boxes: [Rect] { labels.map { $0.box.insetBy(-2.5, -1.5) } + pauses }
}
