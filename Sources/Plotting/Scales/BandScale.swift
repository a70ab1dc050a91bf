package import Notation

/// Named categories side by side, each with a band of the axis. The value of a category is its index from 0.
package struct BandScale: Scale, Hashable {
    package let names: [Formula]

    package init(_ names: [Formula]) { self.names = names }

    package func fraction(of value: Double) -> Double? {
        guard !value.isNaN, !names.isEmpty else { return nil }
        return (value + 0.5) / Double(names.count)
    }

    /// The fraction of the axis that a band takes.
    package var bandwidth: Double { 1 / Double(max(names.count, 1)) }

    package func ticks(about count: Int) -> [Tick] {
        names.indices.compactMap { index in
            fraction(of: Double(index)).map { Tick(fraction: $0, label: names[index]) }
        }
    }
}
