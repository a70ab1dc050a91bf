package import Notation

/// Maps values to positions along an axis.
///
/// `fraction` is 0 at the axis' lower end, 1 at its upper end, and outside 0…1 beyond the ends; on a logarithmic scale 0 is at −∞. It is
/// nil for values without a position: NaN, or a negative number on a logarithmic scale.
package protocol Scale: Sendable {
    func fraction(of value: Double) -> Double?
    /// About `count` ticks at most, from the lower end to the upper.
    func ticks(about count: Int) -> [Tick]
}

/// A tick of an axis.
package struct Tick: Hashable, Sendable {
    /// The position along the axis, 0…1.
    package var fraction: Double
    package var label: Formula

    package init(fraction: Double, label: Formula) {
        self.fraction = fraction
        self.label = label
    }
}
