package import Drawing

/// Finds places for texts among lines: never on another text, never outside, and clear of lines where that can be had.
package struct LabelPlacement: Sendable {
    package let bounds: Rect
    private var taken: [Rect] = []
    private let lines: [[Point]]

    /// - Parameters:
    ///   - bounds: where texts may stand.
    ///   - lines: polylines that they keep away from.
    package init(bounds: Rect, avoiding lines: [[Point]]) {
        self.bounds = bounds
        self.lines = lines
    }

    /// No later text goes there.
    package mutating func block(_ rect: Rect) { taken.append(rect) }

    /// The first of the wishes that is free of texts and lines, else the free place nearest to the first wish, else the
    /// place with the fewest lines behind it; nil if texts leave no place at all.
    package mutating func place(width: Double, height: Double, wishes: [Point]) -> Rect? {
        func rect(at corner: Point) -> Rect { Rect(corner.x, corner.y, width, height) }
        var best: (cost: Double, rect: Rect)?
        func consider(_ rect: Rect, cost: Double) {
            guard bounds.contains(rect), !taken.contains(where: { $0.overlaps(rect.insetBy(-2, -1)) }) else { return }
            let clear = rect.insetBy(-2, -1.5)
            let total = cost + 400 * Double(lines.count { clear.isCrossed(by: $0) })
            if total < best?.cost ?? .infinity { best = (total, rect) }
        }
        for (rank, wish) in wishes.enumerated() { consider(rect(at: wish), cost: Double(rank)) }
        if best?.cost ?? .infinity >= 400, let wish = wishes.first {
            var top = bounds.minY
            while top + height <= bounds.maxY {
                var left = bounds.minX
                while left + width <= bounds.maxX {
                    consider(rect(at: Point(left, top)), cost: 50 + (Point(left, top) - wish).length)
                    left += 6
                }
                top += 4
            }
        }
        if let best { taken.append(best.rect) }
        return best?.rect
    }
}

extension Rect {
    /// Whether any piece of the polyline runs through the rectangle.
    func isCrossed(by line: [Point]) -> Bool {
        if line.count == 1 { return contains(line[0]) }
        return zip(line, line.dropFirst()).contains { meets($0, $1) }
    }

    /// Liang & Barsky's clipping (1984): whether a part of the segment is left.
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
