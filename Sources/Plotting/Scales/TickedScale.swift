import Notation

/// Another scale, with ticks at numbers that a page speaks of beside those that it has.
package struct TickedScale: Scale {
    private let base: any Scale
    private let values: [Double]

    package init(_ base: any Scale, at values: [Double]) {
        self.base = base
        self.values = values
    }

    package func fraction(of value: Double) -> Double? { base.fraction(of: value) }

    package func ticks(about count: Int) -> [Tick] {
        let own = values.compactMap { value in
            base.fraction(of: value).flatMap { (0...1).contains($0) ? Tick(fraction: $0, label: .tickLabel(Numeral(value))) : nil }
        }
        // What is spoken of goes before what is round.
        let others = base.ticks(about: count).filter { tick in !own.contains { abs($0.fraction - tick.fraction) < Self.nearest } }
        return (own + others).sorted { $0.fraction < $1.fraction }
    }

    /// As a part of the axis.
    private static let nearest = 0.06
}
