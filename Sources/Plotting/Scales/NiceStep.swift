package import Notation

/// The distance between two ticks: 1, 2 or 5 times a power of ten.
package struct NiceStep: Hashable, Sendable {
    package let value: Double
    /// The number of decimals of a multiple of the step; negative for tens, hundreds, …
    package let decimals: Int

    /// The step that divides an interval with finite ends into about `count` parts.
    package init(from lower: Double, to upper: Double, about count: Int) {
        let parts = Double(max(count, 1))
        var rough = abs(upper / parts - lower / parts)
        if !(rough >= 1e-300) { rough = 1e-300 }
        var power = Int(log10(rough).rounded(.down))
        let mantissa = rough / exp10(power)
        // The limits between the factors are their geometric means (Heckbert 1990).
        var factor = 1.0
        if mantissa >= 50.0.squareRoot() {
            power += 1
        } else if mantissa >= 10.0.squareRoot() {
            factor = 5
        } else if mantissa >= 2.0.squareRoot() {
            factor = 2
        }
        // Division is more accurate: 3/10 is the Double 0.3, but 3 · 0.1 is not.
        value = power < 0 ? factor / exp10(-power) : factor * exp10(power)
        decimals = -power
    }

    /// The multiples of the step in the interval, at most a thousand; each once, even if the step is smaller than the rounding error.
    package func multiples(from lower: Double, to upper: Double) -> [Double] {
        var found: [Double] = []
        var index = (lower / value - 1e-9).rounded(.up)
        let last = upper / value + 1e-9
        guard index.isFinite, last.isFinite else { return [lower, upper] }
        while index <= last, found.count < 1000 {
            let multiple = decimals > 0 && decimals < 300 ? index * factor / exp10(decimals) : index * value
            if found.last != multiple { found.append(multiple == 0 ? 0 : multiple) }
            guard index + 1 > index else { break }
            index += 1
        }
        return found
    }

    /// A multiple with as many decimals as the step needs.
    package func numeral(_ multiple: Double) -> Numeral {
        let isPlain = abs(multiple) < 1e6 && decimals <= 6
        return isPlain ? Numeral(multiple, decimals: max(decimals, 0)) : Numeral(multiple)
    }

    private var factor: Double { (value * exp10(decimals)).rounded() }
}
