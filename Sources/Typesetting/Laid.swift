package import Drawing
package import Notation

/// A formula set: its content stands with the left end of its baseline at (0, 0), y downwards.
package struct Laid: Hashable, Sendable {
    package var width, ascent, descent: Double
    package var content: DisplayList
    /// Where numbers with a key stand; of one that occurs twice, the first.
    package var places: [NumberKey: Rect]
    /// The box of each part of the outermost row, in order.
    package var parts: [Rect]

    package init(
        width: Double = 0, ascent: Double = 0, descent: Double = 0, content: DisplayList = DisplayList(),
        places: [NumberKey: Rect] = [:], parts: [Rect] = []
    ) {
        self.width = width
        self.ascent = ascent
        self.descent = descent
        self.content = content
        self.places = places
        self.parts = parts
    }

    package var height: Double { ascent + descent }
    /// The box that it takes, around the baseline at y = 0.
    package var bounds: Rect { Rect(0, -ascent, width, ascent + descent) }

    /// The same with the left end of its baseline at `origin`; places and parts move along.
    package func moved(to origin: Point) -> Laid {
        var copy = self
        copy.content = content.translated(by: origin)
        copy.places = places.mapValues { $0.offsetBy(origin.x, origin.y) }
        copy.parts = parts.map { $0.offsetBy(origin.x, origin.y) }
        return copy
    }
}
