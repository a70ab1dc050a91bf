/// A part of a picture that is one thing to a reader, with a name, and with words for those who can't see it. SVGs take an id, a class and
/// a title from it; other formats ignore groups.
package struct Group: Hashable, Sendable {
    /// The kind of thing, which is the class of the SVG group.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// In a network or a graph.
        case node, edge
        /// In a recurrent cell.
        case wire, gate
        /// A plot with its axes.
        case panel, axis
        /// Marks that stand for data in a plot; `cell` is a cell of a table or a tensor.
        case series, band, bar, point, mark, cell
        /// A text that belongs to no other group.
        case label
        /// A row in the list of results so far; the formula of a step.
        case finding, formula
    }

    package var kind: Kind
    /// Unique among groups of its kind; the SVG id is made from it.
    package var name: String
    /// A description without the kind: "h₁: value 0.5933, gradient 0.02".
    package var words: String
    /// Whether it is what the current step is about.
    package var isHighlighted: Bool

    package init(_ kind: Kind, _ name: String, words: String, isHighlighted: Bool = false) {
        self.kind = kind
        self.name = name
        self.words = words
        self.isHighlighted = isHighlighted
    }

    /// The description with the kind: "node h₁: value 0.5933, gradient 0.02".
    package var title: String { words.isEmpty ? kind.rawValue : "\(kind.rawValue) \(words)" }
}

extension DisplayList {
    /// Appends a group with the items of `inside`, unless there are none.
    package mutating func group(_ group: Group, _ inside: DisplayList) {
        if !inside.items.isEmpty { append(DisplayList(items: [.group(group, inside.items)])) }
    }

    /// The same picture without groups.
    package var ungrouped: DisplayList { DisplayList(items: items.flatMap(\.ungrouped)) }

    /// The same picture as a part of one that shows the same things several times.
    /// - Parameter part: goes before the names and the words of all groups.
    package func asPart(_ part: String) -> DisplayList { DisplayList(items: items.map { $0.asPart(part) }) }

    /// All groups; a group inside another comes after it.
    package var groups: [Group] { items.flatMap(\.groups) }
}

extension DisplayList.Item {
    fileprivate func asPart(_ part: String) -> DisplayList.Item {
        switch self {
        case .fill, .stroke, .text: return self
        case .clipped(let rect, let inside): return .clipped(rect, inside.map { $0.asPart(part) })
        case .group(var group, let inside):
            group.name = "\(part) \(group.name)"
            if !group.words.isEmpty { group.words = "\(part): \(group.words)" }
            return .group(group, inside.map { $0.asPart(part) })
        }
    }

    fileprivate var ungrouped: [DisplayList.Item] {
        switch self {
        case .fill, .stroke, .text: [self]
        case .clipped(let rect, let inside): [.clipped(rect, inside.flatMap(\.ungrouped))]
        case .group(_, let inside): inside.flatMap(\.ungrouped)
        }
    }

    fileprivate var groups: [Group] {
        switch self {
        case .fill, .stroke, .text: []
        case .clipped(_, let inside): inside.flatMap(\.groups)
        case .group(let group, let inside): [group] + inside.flatMap(\.groups)
        }
    }
}
