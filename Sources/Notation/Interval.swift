/// A computed value with a bound on its rounding error: the exact result for the printed numbers is within `radius` of `middle`.
struct Interval: Hashable {
    var middle: Double
    var radius: Double
    /// Whether an infinity or NaN is the exact result (1/0, ∞ − ∞) rather than an overflow.
    var isExactlyNonFinite = false
    /// The exact result if it is known and fits into 64 bits.
    var exact: ScaledInteger?

    init(_ middle: Double, radius: Double, exact: ScaledInteger? = nil) {
        self.middle = middle
        self.radius = exact?.coefficient == 0 ? 0 : radius
        self.exact = exact
        // After an overflow nothing is known about the result.
        if !middle.isFinite { self.radius = .infinity }
    }

    /// A printed decimal, read as a Double.
    init(_ numeral: Numeral) {
        self.init(numeral.value, radius: Self.error(of: numeral.value), exact: ScaledInteger(numeral))
        isExactlyNonFinite = numeral.kind != .finite
    }

    /// An infinity or NaN that is the exact result for the operands.
    init(trulyNonFinite value: Double) {
        self.init(value, radius: .infinity)
        isExactlyNonFinite = !value.isFinite
    }

    static let zero = Interval(0, radius: 0, exact: ScaledInteger(coefficient: 0, power: 0))

    var isExactlyZero: Bool { exact?.coefficient == 0 || (middle == 0 && radius == 0) }
    var isKnown: Bool { middle.isFinite || isExactlyNonFinite }

    /// Twice the largest error of one rounding, also for subnormal values.
    static func error(of value: Double) -> Double { abs(value) * 0x1p-52 + .leastNonzeroMagnitude }
}

extension Interval {
    /// Whether every number within the bound rounds to the printed digits.
    func rounds(to printed: Numeral) -> Bool {
        switch printed.kind {
        case .undefined: return middle.isNaN && isExactlyNonFinite
        case .infinite: return middle == printed.value && isExactlyNonFinite
        case .finite: break
        }
        // A printed zero means exactly zero, not a number too small to print.
        if isExactlyZero || printed.isZero { return isExactlyZero && printed.isZero }
        guard middle.isFinite, radius.isFinite else { return false }
        return [middle - radius, middle + radius].allSatisfy { end in
            guard (end < 0) == printed.isNegative, let decimal = DecimalExpansion(end) else { return false }
            return decimal.rounded(toPlace: printed.lastPlace).trimmed == printed.decimal.trimmed
        }
    }

    static func + (a: Interval, b: Interval) -> Interval {
        let sum = a.middle + b.middle
        if !sum.isFinite, a.isKnown, b.isKnown, !(a.middle.isFinite && b.middle.isFinite) { return Interval(trulyNonFinite: sum) }
        return Interval(sum, radius: a.radius + b.radius + error(of: sum), exact: ScaledInteger.sum(a.exact, b.exact))
    }

    static prefix func - (a: Interval) -> Interval {
        var result = a
        result.middle = -a.middle
        result.exact?.coefficient.negate()
        return result
    }

    static func * (a: Interval, b: Interval) -> Interval {
        let product = a.middle * b.middle
        if !product.isFinite, a.isKnown, b.isKnown, !(a.middle.isFinite && b.middle.isFinite) {
            return Interval(trulyNonFinite: product)
        }
        if a.isExactlyZero || b.isExactlyZero { return zero }
        let spread = abs(a.middle) * b.radius + abs(b.middle) * a.radius + a.radius * b.radius
        return Interval(product, radius: spread + error(of: product), exact: ScaledInteger.product(a.exact, b.exact))
    }

    static func / (a: Interval, b: Interval) -> Interval {
        let quotient = a.middle / b.middle
        guard a.isKnown, b.isKnown else { return Interval(quotient, radius: .infinity) }
        if b.isExactlyZero || !a.middle.isFinite { return Interval(trulyNonFinite: quotient) }
        if b.middle.isNaN { return Interval(trulyNonFinite: .nan) }
        if a.isExactlyZero || b.middle.isInfinite { return zero }
        let least = abs(b.middle) - b.radius
        guard least > 0 else { return Interval(quotient, radius: .infinity) }
        return Interval(quotient, radius: (a.radius + abs(quotient) * b.radius) / least + error(of: quotient))
    }
}

/// coefficient · 10^power, exactly; used to decide whether a sum of printed decimals is exactly zero. Operations give nil on overflow.
struct ScaledInteger: Hashable {
    var coefficient: Int
    var power: Int

    init(coefficient: Int, power: Int) {
        self.coefficient = coefficient
        self.power = power
    }

    init?(_ numeral: Numeral) {
        guard numeral.kind == .finite, let whole = Int(numeral.digits.filter { $0 != "." }), whole < Int.max / 2 else { return nil }
        self.init(coefficient: numeral.isNegative ? -whole : whole, power: numeral.lastPlace)
    }

    static func sum(_ a: ScaledInteger?, _ b: ScaledInteger?) -> ScaledInteger? {
        guard let a, let b else { return nil }
        let power = min(a.power, b.power)
        guard let first = a.coefficient(at: power), let second = b.coefficient(at: power) else { return nil }
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow || sum == .min ? nil : ScaledInteger(coefficient: sum, power: power)
    }

    static func product(_ a: ScaledInteger?, _ b: ScaledInteger?) -> ScaledInteger? {
        guard let a, let b else { return nil }
        let (product, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
        return overflow || product == .min ? nil : ScaledInteger(coefficient: product, power: a.power + b.power)
    }

    private func coefficient(at lower: Int) -> Int? {
        if coefficient == 0 { return 0 }
        var result = coefficient
        for _ in lower..<power {
            let (next, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            result = next
        }
        return result
    }
}
