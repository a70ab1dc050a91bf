package import Drawing

/// Something drawn between the axes.
package protocol Mark: Sendable {
    func draw(in plane: Plane, theme: Theme) -> DisplayList
    /// The lines that text keeps away from.
    func outlines(in plane: Plane) -> [[Point]]
    /// What has no place in the frame and is said at its edge instead.
    func strays(in plane: Plane) -> [Stray]
}

extension Mark {
    package func outlines(in plane: Plane) -> [[Point]] { [] }
    package func strays(in plane: Plane) -> [Stray] { [] }
}

/// A run of neighbouring numbers that an axis cannot show: 0 on a logarithmic scale, ∞, NaN.
package struct Stray: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// 0 on a logarithmic scale, or below the axis' end.
        case below(isZero: Bool)
        case above(isInfinite: Bool)
        case undefined
    }

    package var cause: Cause
    /// On the edge of the frame, one for each number.
    package var places: [Point]
    package var color: Color

    package init(cause: Cause, places: [Point], color: Color) {
        self.cause = cause
        self.places = places
        self.color = color
    }

    /// What is written beside it.
    package var word: String {
        switch cause {
        case .below(isZero: true): "underflow to 0"
        case .below(isZero: false): "below the axis"
        case .above(isInfinite: true): "overflow to ∞"
        case .above(isInfinite: false): "above the axis"
        case .undefined: "NaN"
        }
    }
}
