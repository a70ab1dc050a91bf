package import Drawing

/// A path through the plane, such as that of an optimizer, clipped to the frame. A circle marks its start and a disc its end.
package struct PathMark: Mark {
    package var x: [Double]
    package var y: [Double]
    package var style: SeriesStyle
    /// In points.
    package var width: Double
    package var name: String?

    package init(x: [Double], y: [Double], style: SeriesStyle, width: Double = 1.3, name: String? = nil) {
        self.x = x
        self.y = y
        self.style = style
        self.width = width
        self.name = name
    }

    package var group: Group { .line(name ?? "path", x: x, y: y) }

    package func draw(in plane: Plane) -> DisplayList {
        var way = DisplayList()
        for piece in pieces(in: plane) {
            if piece.count > 1 { way.stroke(.polyline(piece), Stroke(style.color, width: width, dash: style.dash)) }
            var last: Point?
            for point in piece where plane.frame.contains(point) {
                if let last, (point - last).length < Self.markerDistance { continue }
                way.append(style.marker.draw(at: point, size: LineMark.markerSize, color: style.color))
                last = point
            }
        }
        var list = DisplayList()
        list.clip(to: plane.frame, way)
        // The markers of the ends are not clipped, even if they touch the frame.
        for (index, marker) in [(0, Marker.hollowCircle), (x.count - 1, .disc)] where x.indices.contains(index) {
            guard case .inside(let point) = plane.place(x[index], y[index]) else { continue }
            list.append(marker.draw(at: point, size: 6, color: style.color))
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        pieces(in: plane).map { $0.filter { plane.frame.contains($0) } }.filter { !$0.isEmpty }
    }

    /// The parts of the path between points without a position, such as NaN.
    private func pieces(in plane: Plane) -> [[Point]] {
        var pieces: [[Point]] = [[]]
        for (x, y) in zip(x, y) {
            if let point = plane.unbounded(x, y) {
                pieces[pieces.count - 1].append(point)
            } else {
                pieces.append([])
            }
        }
        return pieces.filter { !$0.isEmpty }
    }

    private static let markerDistance = 11.0
}
