package import Drawing

/// A run of consecutive numbers that an axis cannot show, such as 0 on a logarithmic scale, ∞ or NaN; marked at the edge instead.
package struct Stray: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// 0, on a logarithmic scale.
        case zero
        /// 0 in a series with such small numbers that it comes from underflow.
        case underflow
        case infinite
        case undefined
        /// Beyond the axis' ends.
        case below, above
    }

    package var cause: Cause
    /// The point on the edge of the frame for each number.
    package var places: [Point]
    package var color: Paint
    /// The name of the series.
    package var name: String?

    package init(cause: Cause, places: [Point], color: Paint, name: String? = nil) {
        self.cause = cause
        self.places = places
        self.color = color
        self.name = name
    }

    /// The text beside the mark.
    package var word: String { name.map { "\($0): \(bareWord)" } ?? bareWord }

    /// Without the name of the series.
    var bareWord: String {
        switch cause {
        case .zero: "0"
        case .underflow: "underflow to 0"
        case .infinite: "overflow to ∞"
        case .undefined: "NaN"
        case .below: "below the axis"
        case .above: "above the axis"
        }
    }

    package var isAtLowerEdge: Bool {
        switch cause {
        case .zero, .underflow, .below: true
        case .infinite, .undefined, .above: false
        }
    }

    static let markHeight = 7.0

    /// A wedge that points out of the frame, or a cross for NaN; `shift` moves it inwards, in points.
    func mark(at place: Point, shift: Double) -> DisplayList {
        var list = DisplayList()
        let inwards = isAtLowerEdge ? -1.0 : 1.0
        let edge = place.y + inwards * shift
        if cause == .undefined {
            let center = Point(place.x, edge + 4)
            let r = 2.2
            for side in [r, -r] {
                list.stroke(
                    .line(from: Point(center.x - r, center.y - side), to: Point(center.x + r, center.y + side)),
                    Stroke(color, width: 1.3))
            }
        } else {
            list.fill(
                .polyline(
                    [
                        Point(place.x, edge + 1.5 * inwards), Point(place.x - 2.6, edge + 6 * inwards),
                        Point(place.x + 2.6, edge + 6 * inwards),
                    ], closed: true), color)
        }
        return list
    }
}
