import Drawing

extension Path {
    /// Slanting lines inside a convex polygon: a sign for units that pass no gradient, since colour alone would not do.
    static func hatching(inside corners: [Point]) -> Path {
        let distance = 4.0
        var path = Path()
        let heights = corners.map { $0.x + $0.y }
        guard let low = heights.min(), let high = heights.max() else { return path }
        for number in stride(from: 1.0, to: (high - low) / distance, by: 1) {
            let level = low + number * distance
            var ends: [Point] = []
            for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
                let (start, end) = (a.x + a.y, b.x + b.y)
                guard (start < level) != (end < level) else { continue }
                ends.append(a + (b - a) * ((level - start) / (end - start)))
            }
            guard ends.count == 2 else { continue }
            path.move(to: ends[0])
            path.line(to: ends[1])
        }
        return path
    }
}

extension Rect {
    /// The corners of the box with rounded corners, each as a short polyline; fully rounded, nearly a circle.
    func outline(radius: Double) -> [Point] {
        let r = min(radius, width / 2, height / 2)
        let centers = [Point(maxX - r, maxY - r), Point(minX + r, maxY - r), Point(minX + r, minY + r), Point(maxX - r, minY + r)]
        return centers.enumerated().flatMap { quarter, center in
            (0...6).map { center + Point(r, 0).rotated(by: (Double(quarter) + Double($0) / 6) * .pi / 2) }
        }
    }
}
