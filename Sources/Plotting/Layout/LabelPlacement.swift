package import Drawing

/// Finds positions for texts among lines. A text never overlaps another text or a line, and never extends beyond the bounds.
package struct LabelPlacement: Sendable {
    package let bounds: Rect
    private var taken: [Rect] = []
    private let lines: [[Point]]

    /// - Parameters:
    ///   - bounds: the rectangle that must contain all texts.
    ///   - lines: the polylines that texts must not touch.
    package init(bounds: Rect, avoiding lines: [[Point]]) {
        self.bounds = bounds
        self.lines = lines
    }

    /// The first of `wishes` at which the text overlaps nothing and is nearer to one of its own lines than to any other; nil if there is none.
    /// Its line is at most 16 points away, and preferably at most 8.
    package mutating func place(
        width: Double, height: Double, wishes: [Point], beside own: [[Point]], apartFrom others: [[Point]]
    ) -> Rect? {
        func isNearest(_ rect: Rect, within reach: Double) -> Bool {
            for distance in stride(from: 2, through: reach, by: 2) {
                let around = rect.insetBy(-distance, -distance)
                if others.contains(where: { around.isCrossed(by: $0) }) { return false }
                if own.contains(where: { around.isCrossed(by: $0) }) { return true }
            }
            return false
        }
        let free = wishes.map { Rect($0.x, $0.y, width, height) }.filter(isFree)
        let found = free.first { isNearest($0, within: 8) } ?? free.first { isNearest($0, within: 16) }
        if let found { taken.append(found) }
        return found
    }

    private func isFree(_ rect: Rect) -> Bool {
        guard bounds.contains(rect) else { return false }
        let (beside, clear) = (rect.insetBy(-2, -1), rect.insetBy(-2, -1.5))
        return !taken.contains { $0.overlaps(beside) } && !lines.contains { clear.isCrossed(by: $0) }
    }

    /// Keeps later texts out of a rectangle.
    package mutating func block(_ rect: Rect) { taken.append(rect) }

    /// The first of `wishes` (upper left corners) at which the text overlaps nothing, otherwise the nearest free position to the first
    /// wish; nil if there is none within 70 points.
    package mutating func place(width: Double, height: Double, wishes: [Point]) -> Rect? {
        var found = wishes.lazy.map { Rect($0.x, $0.y, width, height) }.first { isFree($0) }
        if found == nil, let wish = wishes.first {
            var nearest = 70.0
            for top in stride(from: bounds.minY, through: bounds.maxY - height, by: 4) {
                for left in stride(from: bounds.minX, through: bounds.maxX - width, by: 6) {
                    let distance = (Point(left, top) - wish).length
                    guard distance < nearest, isFree(Rect(left, top, width, height)) else { continue }
                    nearest = distance
                    found = Rect(left, top, width, height)
                }
            }
        }
        if let found { taken.append(found) }
        return found
    }
}

extension Rect {
    /// Whether any segment of the polyline meets the rectangle.
    func isCrossed(by line: [Point]) -> Bool {
        if line.count == 1 { return contains(line[0]) }
        return zip(line, line.dropFirst()).contains { meets($0, $1) }
    }

    /// Whether a part of the segment is inside, by clipping (Liang and Barsky 1984).
    private func meets(_ a: Point, _ b: Point) -> Bool {
        var enter = 0.0
        var leave = 1.0
        let way = b - a
        for (step, room) in [(-way.x, a.x - minX), (way.x, maxX - a.x), (-way.y, a.y - minY), (way.y, maxY - a.y)] {
            if step == 0 {
                if room < 0 { return false }
            } else if step < 0 {
                enter = max(enter, room / step)
            } else {
                leave = min(leave, room / step)
            }
        }
        return enter <= leave
    }
}
