import Drawing
import Typesetting

/// One thing of a network as it is drawn: its shapes, above them its texts, above these the outlines of what is marked.
struct DrawnPart {
    var shapes = DisplayList()
    /// Small texts, for which lines pause.
    var labels: [SceneLabel] = []
    var outlines = DisplayList()
    /// Where lines pause besides: between the two lines of an edge's label.
    var pauses: [Rect] = []

    var content: DisplayList {
        var list = shapes
        for label in labels { list.append(label.laid.content) }
        list.append(outlines)
        return list
    }

    /// Where no line runs.
    var boxes: [Rect] { labels.map { $0.box.insetBy(-2.5, -1.5) } + pauses }
}
