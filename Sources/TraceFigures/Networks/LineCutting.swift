package import Drawing

extension Path {
    /// The parts of a polyline outside the boxes: a line is interrupted at labels.
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
