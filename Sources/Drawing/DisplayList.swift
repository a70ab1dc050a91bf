/// A picture as a value: what is drawn, in order, knowing no backend.
package struct DisplayList: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case fill(Path, Paint)
        case stroke(Path, Stroke)
        case text(TextRun)
        /// Items inside a clip.
        indirect case clipped(Rect, [Item])
        /// Items that are one thing to a reader; drawn as if they stood alone.
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

/// A finished picture: what a backend turns into a file.
package struct Picture: Hashable, Sendable {
    /// In points, at the final physical size.
    package var size: Size
    package var background: Paint
    package var content: DisplayList
    package var look: Look
    package var title: String
    /// One or two sentences for those who can't see the picture.
    package var alternative: String
    /// The longer account, with numbers.
    package var description: String
    /// The lesson that made it, as it was written.
    package var source: String?
    /// How it was drawn from the lesson: what drawing it again takes. One line, for the program alone.
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
