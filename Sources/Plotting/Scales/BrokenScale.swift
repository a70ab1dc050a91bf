package import Drawing
import Notation

/// Zero and positive numbers that somebody chose: zero stands by itself on the left, before a break in the axis, the others as on `ChosenScale`.
package struct BrokenScale: Scale, Hashable {
    private let chosen: ChosenScale
    private let hasZero: Bool

    package init(_ numbers: [Double]) {
        chosen = ChosenScale(numbers)
        hasZero = numbers.contains(0)
    }

    package func fraction(of value: Double) -> Double? {
        guard hasZero else { return chosen.fraction(of: value) }
        if value == 0 { return Self.zero }
        return chosen.fraction(of: value).map { Self.rest + (1 - Self.rest) * $0 }
    }

    package func ticks(about count: Int) -> [Tick] {
        guard hasZero else { return chosen.ticks(about: count) }
        return [Tick(fraction: Self.zero, label: .words("0"))]
            + chosen.ticks(about: count).map { Tick(fraction: Self.rest + (1 - Self.rest) * $0.fraction, label: $0.label) }
    }

    private static let zero = 0.03
    private static let rest = 0.12
    static let middleOfBreak = 0.085
}

/// Two strokes across the horizontal axis where a `BrokenScale` has its break.
package struct AxisBreakMark: Mark {
    package init() {}

    package var group: Group { Group(.mark, "break", words: "the axis is broken between 0 and the next number") }

    package func draw(in plane: Plane) -> DisplayList {
        var list = DisplayList()
        let (x, y) = (plane.frame.minX + BrokenScale.middleOfBreak * plane.frame.width, plane.frame.maxY)
        for shift in [-2.5, 2.5] {
            list.stroke(.line(from: Point(x + shift - 1.5, y + 3.5), to: Point(x + shift + 1.5, y - 3.5)), Stroke(.ink, width: 0.8))
        }
        return list
    }
}
