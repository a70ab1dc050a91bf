package import Drawing

/// The area between a lower and an upper number at each x, which shows a spread. Numbers beyond the frame are moved to its edge.
package struct BandMark: Mark {
    package var x: [Double]
    package var low: [Double]
    package var high: [Double]
    package var color: Paint
    package var name: String?

    package init(x: [Double], low: [Double], high: [Double], color: Paint, name: String? = nil) {
        self.x = x
        self.low = low
        self.high = high
        self.color = color
        self.name = name
    }

    package var group: Group { Group(.band, name ?? "spread", words: name.map { "\($0): spread" } ?? "spread") }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for (upper, lower) in edges(in: plane) {
            list.fill(.polyline(upper + lower.reversed(), closed: true), color.opacity(0.16))
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] { edges(in: plane).flatMap { [$0, $1] } }

    /// The upper and lower edges of each piece with at least two numbers; NaN separates pieces.
    private func edges(in plane: Plane) -> [(upper: [Point], lower: [Point])] {
        var pieces: [(upper: [Point], lower: [Point])] = [([], [])]
        for ((x, low), high) in zip(zip(x, low), high) {
            guard !low.isNaN, !high.isNaN, let bottom = plane.clamped(x, low), let top = plane.clamped(x, high) else {
                pieces.append(([], []))
                continue
            }
            pieces[pieces.count - 1].upper.append(top)
            pieces[pieces.count - 1].lower.append(bottom)
        }
        return pieces.filter { $0.upper.count > 1 }
    }
}
