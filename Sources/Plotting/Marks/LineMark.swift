package import Drawing

/// A line through numbers in the given order, with a marker at each number if there is room. It is interrupted at numbers off the axes.
package struct LineMark: Mark {
    package var x: [Double]
    package var y: [Double]
    package var style: SeriesStyle
    /// In points.
    package var width: Double
    package var hasMarkers: Bool
    /// The name of the series, written beside numbers off the axes.
    package var name: String?

    package init(
        x: [Double], y: [Double], style: SeriesStyle, width: Double = 1.6, hasMarkers: Bool = true, name: String? = nil
    ) {
        self.x = x
        self.y = y
        self.style = style
        self.width = width
        self.hasMarkers = hasMarkers
        self.name = name
    }

    package var group: Group { .line(name, x: x, y: y) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        let pieces = outlines(in: plane)
        for piece in pieces where piece.count > 1 {
            list.stroke(.polyline(piece), Stroke(style.color, width: width, dash: style.dash))
        }
        // A single number has no line, so that it is drawn as a marker in any case.
        for piece in pieces where hasMarkers || piece.count == 1 {
            var last: Point?
            for (index, point) in piece.enumerated() {
                let isEnd = index == piece.count - 1
                if let last, (point - last).length < Self.markerDistance, !isEnd { continue }
                list.append(style.marker.draw(at: point, size: Self.markerSize, color: style.color))
                last = point
            }
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        var pieces: [[Point]] = [[]]
        for (x, y) in zip(x, y) {
            if case .inside(let point) = plane.place(x, y) {
                pieces[pieces.count - 1].append(point)
            } else if !pieces[pieces.count - 1].isEmpty {
                pieces.append([])
            }
        }
        return pieces.filter { !$0.isEmpty }
    }

    package func strays(in plane: Plane) -> [Stray] {
        var runs: [Stray] = []
        let least = y.filter { $0 > 0 }.min() ?? 1
        var isContinued = false
        for (x, y) in zip(x, y) {
            let found: (Stray.Cause, Point)?
            switch plane.place(x, y) {
            case .inside, .outside: found = nil
            case .below(let point): found = (y != 0 ? .below : least < Self.nearUnderflow ? .underflow : .zero, point)
            case .above(let point): found = (y == .infinity ? .infinite : .above, point)
            case .undefined(let point): found = (.undefined, point)
            }
            if let (cause, point) = found {
                if isContinued, runs[runs.count - 1].cause == cause {
                    runs[runs.count - 1].places.append(point)
                } else {
                    runs.append(Stray(cause: cause, places: [point], color: style.color, name: name))
                }
            }
            isContinued = found != nil
        }
        return runs
    }

    static let markerSize = 4.2
    private static let markerDistance = 11.0
    /// If a series has positive numbers below this one, its zeros come from underflow.
    private static let nearUnderflow = 1e-250
}
