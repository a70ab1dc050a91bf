/// The digits of a number and the power of ten by which they are multiplied.
///
/// A recording has millions of numbers, most of them of 17 digits, for which the general reading of Swift takes ten times as long.
struct DecimalDigits {
    /// How many bytes behind the digits must be memory.
    static let spare = 7

    private var digits: UInt64 = 0
    /// How many digits there are, leading zeros left out.
    private var count = 0
    var power = 0

    /// Takes the digits from a place on, up to the first byte that is none; the `spare` bytes behind that one are read too.
    /// - Returns: the place of that byte.
    @inline(__always) mutating func take(_ base: UnsafePointer<UInt8>, at place: Int) -> Int {
        var place = place
        if count == 0 { while base[place] == 0x30 { place += 1 } }
        let first = place
        // Of more digits than have room, only the count is used.
        while let eight = Self.eightDigits(UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)) {
            digits = digits &* 100_000_000 &+ eight
            place += 8
        }
        while true {
            let digit = base[place] &- 0x30
            guard digit < 10 else { break }
            digits = digits &* 10 &+ UInt64(digit)
            place += 1
        }
        count += place - first
        return place
    }

    /// The number that eight bytes of digits are; nil where one of them is none.
    @inline(__always) private static func eightDigits(_ bytes: UInt64) -> UInt64? {
        // From 0x30 to 0x39 the upper half is 3, also with 6 added.
        let upper: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let three: UInt64 = 0x3030_3030_3030_3030
        let bytes = UInt64(littleEndian: bytes)
        guard bytes & upper == three, (bytes &+ 0x0606_0606_0606_0606) & upper == three else { return nil }
        // Neighbours become numbers of two digits, of four, and of eight.
        let two = ((bytes & 0x0F0F_0F0F_0F0F_0F0F) &* (1 + 10 << 8)) >> 8
        let four = ((two & 0x00FF_00FF_00FF_00FF) &* (1 + 100 << 16)) >> 16
        return ((four & 0x0000_FFFF_0000_FFFF) &* (1 + 10_000 << 32)) >> 32
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
