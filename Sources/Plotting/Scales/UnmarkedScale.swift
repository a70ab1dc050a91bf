/// From 0 to 1 without ticks, for marks whose places are not numbers.
package struct UnmarkedScale: Scale, Hashable {
    package init() {}

    package func fraction(of value: Double) -> Double? { value.isNaN ? nil : value }

    package func ticks(about count: Int) -> [Tick] { [] }
}
