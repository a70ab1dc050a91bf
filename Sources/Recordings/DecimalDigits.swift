/// The digits of a number and the power of ten by which they are multiplied.
///
/// A recording has millions of numbers, most of them of 17 digits, for which the general reading of Swift takes ten times as long.
struct DecimalDigits {
    private var digits: UInt64 = 0
    /// How many digits there are, leading zeros left out.
    private var count = 0
    var power = 0

    mutating func append(_ digit: UInt8) {
        // Of more digits than have room, only the count is used.
        digits = digits &* 10 &+ UInt64(digit)
        // Of 20 digits, what has room may be 0 again.
        if digits != 0 || count > 0 { count += 1 }
    }

    /// 10¹⁹ is the largest power of ten in 64 bits.
    private static let most = 19
    /// Powers up to this one are exact as a sum of two Doubles.
    private static let mostPower = 44

    private static let powers: [(high: Double, low: Double)] = {
        var single = [1.0]
        // Up to 10²² they are exact.
        for _ in 1...22 { single.append(single[single.count - 1] * 10) }
        return (0...mostPower).map { power in
            let (one, other) = (single[min(power, 22)], single[power - min(power, 22)])
            let high = one * other
            return (high, (-high).addingProduct(one, other))
        }
    }()

    /// The nearest Double; nil for the few numbers whose nearest Double these few steps do not surely find.
    var value: Double? {
        if count == 0 { return 0 }
        guard count <= Self.most, abs(power) <= Self.mostPower else { return nil }
        let high = Double(digits)
        // At most 2¹⁰, so exact.
        let low = Double(Int64(bitPattern: digits &- UInt64(high)))
        let scale = Self.powers[abs(power)]
        if low == 0, abs(power) <= 22 { return power < 0 ? high / scale.high : high * scale.high }
        // The result and its remainder, after Dekker (1971): products and quotients of sums of two Doubles.
        let first: Double
        let rest: Double
        if power < 0 {
            first = high / scale.high
            rest = (high.addingProduct(-first, scale.high) + low - first * scale.low) / scale.high
        } else {
            first = high * scale.high
            rest = (-first).addingProduct(high, scale.high) + low * scale.high + high * scale.low
        }
        let sum = first + rest
        // Only next to the middle of two Doubles can the remainder's own rounding decide between them.
        let distance = abs(rest - (sum - first)) / sum.ulp
        if abs(distance - 0.5) < 1e-9 || abs(distance - 0.25) < 1e-9 { return nil }
        return sum
    }
}
