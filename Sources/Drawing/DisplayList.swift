/// What is drawn, in order, as a value that does not depend on a backend.
package struct DisplayList: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case fill(Path, Paint)
        case stroke(Path, Stroke)
        case text(TextRun)
        /// Items of which only the part inside a rectangle is drawn.
        indirect case clipped(Rect, [Item])
        /// Items that form one thing to a reader; they are drawn as if they were not grouped.
        indirect case group(Group, [Item])
    }

    package private(set) var items: [Item] = []

    package init() {}

    package init(items: [Item]) { self.items = items }

    package mutating func fill(_ path: Path, _ paint: Paint) { items.append(.fill(path, paint)) }
    package mutating func stroke(_ path: Path, _ stroke: Stroke) { items.append(.stroke(path, stroke)) }
    package mutating func text(_ run: TextRun) { items.append(.text(run)) }
    package mutating func append(_ other: DisplayList) { items += other.items }
    package mutating func clip(to rect: Rect, _ inside: DisplayList) { items.append(.clipped(rect, inside.items)) }
}

/// A finished picture, which a backend encodes as a file.
package struct Picture: Hashable, Sendable {
    /// In points, at the final physical size.
    package var size: Size
    package var background: Paint
    package var content: DisplayList
    package var look: Look
    package var title: String
    /// The title of the lesson, for documents; nil if it has none. It is not part of the drawing.
    package var documentTitle: String?
    /// The alternative text: one or two sentences for readers who can't see the picture.
    package var alternative: String
    /// A longer description, with numbers.
    package var description: String
    /// The text of the lesson from which it was drawn.
    package var source: String?
    /// The options with which it was drawn, so that the program can draw it again. One line; readers don't see it.
    package var settings: String?

    package init(
        size: Size, background: Paint = .page, content: DisplayList, look: Look = Look(), title: String,
        alternative: String, description: String = "", source: String? = nil, settings: String? = nil
    ) {
        self.size = size
        self.background = background
        self.content = content
        self.look = look
        self.title = title
        self.alternative = alternative
        self.description = description
        self.source = source
        self.settings = settings
    }
}
