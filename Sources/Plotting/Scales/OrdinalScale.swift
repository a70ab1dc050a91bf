import Notation

/// A scale for whole numbers that count layers, steps or time steps. Both ends always have ticks.
package struct OrdinalScale: Scale, Hashable {
    package let first, last: Int

    package init(_ first: Int, through last: Int) {
        self.first = min(first, last)
        self.last = max(first, last)
    }

    package func fraction(of value: Double) -> Double? {
        guard !value.isNaN else { return nil }
        guard last > first else { return value - Double(first) + 0.5 }
        return (value - Double(first)) / Double(last - first)
    }

    package func ticks(about count: Int) -> [Tick] {
        var numbers = [first]
        if last > first {
            let step = max(1, Int(NiceStep(from: Double(first), to: Double(last), about: max(count, 1)).value))
            var next = (first / step + 1) * step
            while next < last {
                // A tick too close to an end is left out.
                if 3 * (next - first) > step, 3 * (last - next) > step { numbers.append(next) }
                next += step
            }
            numbers.append(last)
        }
        return numbers.compactMap { number in
            fraction(of: Double(number)).map { Tick(fraction: $0, label: .tickLabel(Numeral(Double(number), decimals: 0))) }
        }
    }
}
