#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A computed value with a bound on its rounding errors: the true result of the printed numbers lies within `radius`.
struct Interval: Hashable {
    var middle: Double
    var radius: Double
    /// Whether an infinity or NaN is the exact answer (1/0, ∞ − ∞) rather than an overflow.
    var isExactlyNonFinite = false

    /// A printed decimal read as a Double.
    init(_ numeral: Numeral) {
        let value = numeral.value
        self.init(value, radius: 0)
        isExactlyNonFinite = numeral.kind != .finite
        // Up to 2⁵³ whole numbers are exact, and so zero is.
        if value != value.rounded(.towardZero) || Swift.abs(value) > 0x1p53 { radius = Self.error(of: value) }
    }

    init(_ middle: Double, radius: Double) {
        self.middle = middle
        self.radius = radius
    }

    /// Twice what one rounding may lose, below the normal numbers too.
    static func error(of value: Double) -> Double { Swift.abs(value) * 0x1p-52 + .leastNonzeroMagnitude }
}

extension Interval {
    /// Whether everything within the bound rounds to the printed digits.
    func rounds(to printed: Numeral) -> Bool {
        switch printed.kind {
        case .undefined: return middle.isNaN && isExactlyNonFinite
        case .infinite: return middle == printed.value && isExactlyNonFinite
        case .finite: break
        }
        guard middle.isFinite, radius.isFinite else { return false }
        // A printed zero says exactly zero, not something too small to print.
        if printed.isZero { return middle == 0 && radius == 0 }
        return [middle - radius, middle + radius].allSatisfy { end in
            guard end.isFinite, (end < 0) == printed.isNegative, let decimal = DecimalExpansion(end) else { return false }
            return decimal.rounded(toPlace: printed.lastPlace).trimmed == printed.decimal.trimmed
        }
    }
}
