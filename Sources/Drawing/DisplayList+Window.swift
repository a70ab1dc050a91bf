extension DisplayList {
    /// What a window on the picture shows: things that lie in it as a whole, and of lines that lead out of it the part inside. No text is cut.
    package func seen(through window: Rect, measuredBy measurer: some TextMeasuring) -> DisplayList {
        DisplayList(items: items.compactMap { $0.seen(through: window, measurer, isWhole: false) })
    }

    /// The same without texts, all lines as wide as one: for a small map of the whole.
    package func withoutTexts(lineWidth: Double) -> DisplayList {
        DisplayList(items: ungrouped.items.compactMap { $0.mapped(lineWidth: lineWidth) })
    }
}

extension DisplayList.Item {
    /// - Parameter isWhole: whether it is a part of a thing that is seen as a whole or not at all.
    fileprivate func seen(through window: Rect, _ measurer: some TextMeasuring, isWhole: Bool) -> DisplayList.Item? {
        guard let box = bounds(measurer) else { return nil }
        if (hasText ? window.insetBy(textMargin, textMargin) : window).contains(box) { return self }
        guard !isWhole, window.overlaps(box.insetBy(-0.01, -0.01)) else { return nil }
        switch self {
        case .text: return nil
        case .fill, .stroke, .clipped: return .clipped(window, [self])
        case .group(let group, let items):
            let hasParts = group.kind == .edge || group.kind == .wire
            let room = window.insetBy(textMargin, textMargin)
            let isLegible = items.allSatisfy { $0.isText ? $0.bounds(measurer).map(room.contains) ?? true : true }
            let inside = items.filter { isLegible || !($0.isText || $0.isOutline) }.compactMap {
                $0.seen(through: window, measurer, isWhole: !hasParts)
            }
            return inside.isEmpty || !hasParts ? nil : .group(group, inside)
        }
    }

    private func bounds(_ measurer: some TextMeasuring) -> Rect? {
        switch self {
        case .fill(let path, _), .stroke(let path, _): path.bounds
        case .text(let run): run.box(measuredBy: measurer)
        case .clipped(let rect, let items): Self.bounds(items, measurer)?.intersection(rect)
        case .group(_, let items): Self.bounds(items, measurer)
        }
    }

    private var isText: Bool { if case .text = self { true } else { false } }

    private var hasText: Bool {
        switch self {
        case .text: true
        case .fill, .stroke: false
        case .clipped(_, let items), .group(_, let items): items.contains(where: \.hasText)
        }
    }

    /// Around something, such as a text.
    private var isOutline: Bool { if case .stroke(let path, _) = self { path.elements.contains(.close) } else { false } }

    private static func bounds(_ items: [DisplayList.Item], _ measurer: some TextMeasuring) -> Rect? {
        items.reduce(nil) { (whole: Rect?, item) in
            guard let box = item.bounds(measurer) else { return whole }
            return whole?.union(box) ?? box
        }
    }

    fileprivate func mapped(lineWidth: Double) -> DisplayList.Item? {
        switch self {
        case .text: return nil
        case .fill: return self
        case .stroke(let path, var stroke):
            stroke.width = lineWidth
            stroke.dash = []
            return .stroke(path, stroke)
        case .clipped(let rect, let items): return .clipped(rect, items.compactMap { $0.mapped(lineWidth: lineWidth) })
        case .group: return nil
        }
    }
}

extension Path {
    /// Around its points, control points too; nil of none.
    fileprivate var bounds: Rect? {
        elements.reduce(nil) { box, element in
            let points =
                switch element {
                case .move(let point), .line(let point): [point]
                case .curve(let a, let b, let end): [a, b, end]
                case .close: [Point]()
                }
            return points.reduce(box) { box, point in
                let place = Rect(point.x, point.y, 0, 0)
                return box?.union(place) ?? place
            }
        }
    }
}

/// Text nearer to a window's edge would look cut off, in points.
private let textMargin = 4.1
