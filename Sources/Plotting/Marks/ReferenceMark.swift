package import Drawing
package import Notation

/// What theory says, beside what was measured: a thin dashed line, grey where nothing else is said, that carries its own label.
package struct ReferenceMark: Mark {
    package var x: [Double]
    package var y: [Double]
    package var label: Formula?
    package var color: Paint

    package init(x: [Double], y: [Double], label: Formula? = nil, color: Paint = .quietInk) {
        self.x = x
        self.y = y
        self.label = label
        self.color = color
    }

    /// A horizontal line from the first x to the last.
    package static func level(_ y: Double, from first: Double, to last: Double, label: Formula? = nil) -> ReferenceMark {
        ReferenceMark(x: [first, last], y: [y, y], label: label)
    }

    package var group: Group { .line(label?.plainText ?? "reference", kind: .mark, x: x, y: y) }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        for piece in outlines(in: plane) where piece.count > 1 {
            list.stroke(.polyline(piece), Stroke(color, width: 0.8, dash: [2.5, 2]))
        }
        return list
    }

    package func outlines(in plane: Plane) -> [[Point]] {
        // A line that leaves the frame is drawn up to the edge, not only to the last point inside.
        var pieces: [[Point]] = [[]]
        var previous: (Point, Bool)?
        for (x, y) in zip(x, y) {
            guard let across = plane.x.fraction(of: x), let up = plane.y.fraction(of: y), across.isFinite, up.isFinite else {
                previous = nil
                if !pieces[pieces.count - 1].isEmpty { pieces.append([]) }
                continue
            }
            let point = Point(plane.frame.minX + across * plane.frame.width, plane.height(atFraction: up))
            let isInside = plane.frame.insetBy(-0.01, -0.01).contains(point)
            if let (before, wasInside) = previous, isInside != wasInside {
                let crossing = plane.frame.crossing(from: isInside ? point : before, to: isInside ? before : point)
                pieces[pieces.count - 1].append(crossing)
                if !isInside { pieces.append([]) }
            }
            if isInside { pieces[pieces.count - 1].append(point) }
            previous = (point, isInside)
        }
        return pieces.filter { !$0.isEmpty }
    }
}

extension Rect {
    /// The point at which the segment from a point inside to one outside leaves the rectangle.
    func crossing(from inside: Point, to outside: Point) -> Point {
        let way = outside - inside
        var reach = 1.0
        if way.x > 0 { reach = min(reach, (maxX - inside.x) / way.x) }
        if way.x < 0 { reach = min(reach, (minX - inside.x) / way.x) }
        if way.y > 0 { reach = min(reach, (maxY - inside.y) / way.y) }
        if way.y < 0 { reach = min(reach, (minY - inside.y) / way.y) }
        return inside + way * max(0, reach)
    }
}
