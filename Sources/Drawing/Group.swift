/// What a part of a picture is to a reader: one thing with a name, and words for who doesn't see it. SVGs have an id, a class and a title from
/// it; pixels know nothing of groups.
package struct Group: Hashable, Sendable {
    /// What the thing is; the class of an SVG's group.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Of a network or a graph.
        case node, edge
        /// Of a recurrent cell.
        case wire, gate
        /// A plot with its axes.
        case panel, axis
        /// What stands for data in a plot; of a table or a tensor, its cells.
        case series, band, bar, point, mark, cell
        /// A text that belongs to no one thing.
        case label
        /// A row of what has been found so far; the formula of a step.
        case finding, formula
    }

    package var kind: Kind
    /// Tells it from others of its kind; its SVG id is made from it.
    package var name: String
    /// "h₁: value 0.5933, gradient 0.02", without the kind.
    package var words: String
    /// Whether the picture speaks of it just now.
    package var isHighlighted: Bool

    package init(_ kind: Kind, _ name: String, words: String, isHighlighted: Bool = false) {
        self.kind = kind
        self.name = name
        self.words = words
        self.isHighlighted = isHighlighted
    }

    /// "node h₁: value 0.5933, gradient 0.02".
    package var title: String { words.isEmpty ? kind.rawValue : "\(kind.rawValue) \(words)" }
}

extension DisplayList {
    /// A group of what is drawn inside; nothing where that is nothing.
    package mutating func group(_ group: Group, _ inside: DisplayList) {
        if !inside.items.isEmpty { append(DisplayList(items: [.group(group, inside.items)])) }
    }

    /// The same picture without groups.
    package var ungrouped: DisplayList { DisplayList(items: items.flatMap(\.ungrouped)) }

    /// Every group, those inside others after them.
    package var groups: [Group] { items.flatMap(\.groups) }
}

extension DisplayList.Item {
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
