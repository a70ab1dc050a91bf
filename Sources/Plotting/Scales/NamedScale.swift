package import Notation

/// Named things in an order, such as the layers of a network, each with a band of the axis. The value of a thing is its index from 0. There are names at
/// as many of them as there is room for, evenly apart, always at the first.
package struct NamedScale: Scale, Hashable {
    private let bands: BandScale

    package init(_ names: [Formula]) { bands = BandScale(names) }

    package func fraction(of value: Double) -> Double? { bands.fraction(of: value) }

    package func ticks(about count: Int) -> [Tick] {
        let most = max(count, 1)
        let step = (bands.names.count + most - 1) / most
        return bands.ticks(about: count).enumerated().filter { $0.offset.isMultiple(of: max(step, 1)) }.map(\.element)
    }
}
