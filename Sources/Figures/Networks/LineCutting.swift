package import Drawing

extension Path {
    /// What is left of a polyline outside the boxes: where a label stands, the line pauses.
    package static func polyline(_ points: [Point], leavingOut boxes: [Rect]) -> Path {
        var path = Path()
        for (start, end) in zip(points, points.dropFirst()) {
            let length = (end - start).length
            var hidden: [(Double, Double)] = []
            for box in boxes {
                if let part = box.part(ofLineFrom: start, to: end) { hidden.append(part) }
            }
            hidden.sort { $0.0 < $1.0 }
            var at = 0.0
            for (from, to) in hidden + [(1, 1)] {
                // Specks between two labels would look like signs.
                if (from - at) * length > (hidden.isEmpty ? 0 : 3.5) {
                    path.move(to: start + (end - start) * at)
                    path.line(to: start + (end - start) * from)
                }
                at = max(at, to)
            }
        }
        return path
    }
}

extension Rect {
    /// The part of a line that lies inside, as a range of 0…1 (Liang and Barsky 1984); nil where it passes by.
    package func part(ofLineFrom start: Point, to end: Point) -> (Double, Double)? {
        let direction = end - start
        var (low, high) = (0.0, 1.0)
        for (delta, near, far, at) in [
            (direction.x, minX, maxX, start.x), (direction.y, minY, maxY, start.y),
        ] {
            if delta == 0 {
                if at <= near || at >= far { return nil }
                continue
            }
            let (first, second) = ((near - at) / delta, (far - at) / delta)
            low = max(low, min(first, second))
            high = min(high, max(first, second))
        }
        return low < high ? (low, high) : nil
    }
}
