package import Notation

/// Where a value stands along an axis.
///
/// `fraction` is 0 at the axis' lower end and 1 at its upper end, and goes on beyond; a zero on a logarithmic scale is at −∞.
/// It is nil for what has no place at all: NaN, or a negative number on a logarithmic scale.
package protocol Scale: Sendable {
    func fraction(of value: Double) -> Double?
    /// At most about `count` marks, from the lower end to the upper.
    func ticks(about count: Int) -> [Tick]
}

/// A mark of an axis.
package struct Tick: Hashable, Sendable {
    /// Along the axis, 0…1.
    package var fraction: Double
    package var label: Formula

    package init(fraction: Double, label: Formula) {
        self.fraction = fraction
        self.label = label
    }
}
