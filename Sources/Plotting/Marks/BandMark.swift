package import Drawing

/// The area between a lower and an upper number at each x: a spread. Where one of them leaves the frame it goes to the edge.
package struct BandMark: Mark {
    package var x: [Double]
    package var low: [Double]
    package var high: [Double]
    package var color: Color

    package init(x: [Double], low: [Double], high: [Double], color: Color) {
        self.x = x
        self.low = low
        self.high = high
        self.color = color
    }

    package func draw(in plane: Plane, theme: Theme) -> DisplayList {
        var list = DisplayList()
        var upper: [Point] = []
        var lower: [Point] = []
        func finish() {
            if upper.count > 1 { list.fill(.polyline(upper + lower.reversed(), closed: true), color.opacity(0.16)) }
            upper = []
            lower = []
        }
        for ((x, low), high) in zip(zip(x, low), high) {
            guard !low.isNaN, !high.isNaN, let bottom = plane.clamped(x, low), let top = plane.clamped(x, high) else {
                finish()
                continue
            }
            upper.append(top)
            lower.append(bottom)
        }
        finish()
        return list
    }
}
