package import Drawing
package import Notation

/// A typeset formula. The left end of its baseline is at (0, 0); y grows downwards.
package struct Laid: Hashable, Sendable {
    package var width, ascent, descent: Double
    package var content: DisplayList
    /// The box of each number with a key; for one that occurs twice, the first.
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
    /// Its box, with the baseline at y = 0.
    package var bounds: Rect { Rect(0, -ascent, width, ascent + descent) }

    /// The same formula with the left end of its baseline at `origin`, including its places and parts.
    package func moved(to origin: Point) -> Laid {
        var copy = self
        copy.content = content.translated(by: origin)
        copy.places = places.mapValues { $0.offsetBy(origin.x, origin.y) }
        copy.parts = parts.map { $0.offsetBy(origin.x, origin.y) }
        return copy
    }
}
