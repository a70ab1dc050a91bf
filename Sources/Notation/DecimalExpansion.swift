/// The magnitude of a Double in decimal digits, exactly: d₀.d₁d₂… × 10^leadingPower.
struct DecimalExpansion: Hashable {
    /// Most significant first, each 0…9; one zero for zero.
    var digits: [UInt8]
    /// The exponent of ten for the first digit.
    var leadingPower: Int

    var isZero: Bool { digits.allSatisfy { $0 == 0 } }

    init(digits: [UInt8], leadingPower: Int) {
        self.digits = digits
        self.leadingPower = leadingPower
    }

    /// All digits of a finite value (0.1 has 55); nil for infinities and NaN. A Double is m·2ᵉ, and 2⁻ᵏ = 5ᵏ·10⁻ᵏ.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        guard value != 0 else {
            self.init(digits: [0], leadingPower: 0)
            return
        }
        var significand = value.significandBitPattern
        var exponent = Int(value.exponentBitPattern) - 1075
        if value.isNormal { significand |= 1 << 52 } else { exponent = -1074 }
        let even = significand.trailingZeroBitCount
        significand >>= UInt64(even)
        exponent += even

        var limbs = [UInt64]()  // in base 10⁹, least significant first
        while significand > 0 {
            limbs.append(significand % Self.base)
            significand /= Self.base
        }
        // The largest powers of 5 and 2 with which limb·power fits into 64 bits.
        let (factor, largestStep): (UInt64, Int) = exponent < 0 ? (5, 13) : (2, 30)
        var remaining = abs(exponent)
        while remaining > 0 {
            let step = min(remaining, largestStep)
            var power: UInt64 = 1
            for _ in 0..<step { power *= factor }
            var carry: UInt64 = 0
            for index in limbs.indices {
                let product = limbs[index] * power + carry
                limbs[index] = product % Self.base
                carry = product / Self.base
            }
            while carry > 0 {
                limbs.append(carry % Self.base)
                carry /= Self.base
            }
            remaining -= step
        }
        var digits = [UInt8]()
        for limb in limbs.reversed() {
            var divisor = Self.base / 10
            while divisor > 0 {
                digits.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        digits.removeFirst(digits.prefix { $0 == 0 }.count)
        self.init(digits: digits, leadingPower: digits.count - 1 + min(exponent, 0))
        self = trimmed
    }

    /// The shortest digits that read back as the value, which must be finite.
    init(shortest value: Double) {
        var digits: [UInt8] = []
        var power = 0
        var seenPoint = false
        var scalars = abs(value).description.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "." {
                seenPoint = true
            } else if scalar == "e" {
                power += Int(String(scalars)) ?? 0
                break
            } else if ("0"..."9").contains(scalar) {
                digits.append(UInt8(scalar.value - 48))
                if seenPoint { power -= 1 }
            }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        guard zeros < digits.count else {
            self.init(digits: [0], leadingPower: 0)
            return
        }
        digits.removeFirst(zeros)
        self.init(digits: digits, leadingPower: digits.count - 1 + power)
        self = trimmed
    }

    private static let base: UInt64 = 1_000_000_000
}

extension DecimalExpansion {
    /// Rounded to exactly `count` digits (≥ 1), half away from zero.
    func rounded(toDigits count: Int) -> DecimalExpansion {
        guard !isZero else { return DecimalExpansion(digits: .init(repeating: 0, count: count), leadingPower: 0) }
        return rounded(toPlace: leadingPower - count + 1).padded(toDigits: count)
    }

    /// Rounded to a multiple of 10^place, half away from zero.
    func rounded(toPlace place: Int) -> DecimalExpansion {
        let kept = leadingPower - place + 1
        guard kept < digits.count else { return self }
        guard kept >= 0 else { return DecimalExpansion(digits: [0], leadingPower: 0) }
        var result = Array(digits[..<kept])
        guard digits[kept] >= 5 else {
            return result.isEmpty
                ? DecimalExpansion(digits: [0], leadingPower: 0) : DecimalExpansion(digits: result, leadingPower: leadingPower)
        }
        var index = kept - 1
        while index >= 0, result[index] == 9 {
            result[index] = 0
            index -= 1
        }
        guard index < 0 else {
            result[index] += 1
            return DecimalExpansion(digits: result, leadingPower: leadingPower)
        }
        return DecimalExpansion(digits: [1] + result, leadingPower: leadingPower + 1)
    }

    /// With trailing zeros added or dropped to get `count` digits; other digits are never dropped.
    func padded(toDigits count: Int) -> DecimalExpansion {
        var copy = self
        while copy.digits.count > max(count, 1), copy.digits.last == 0 { copy.digits.removeLast() }
        if copy.digits.count < count { copy.digits += .init(repeating: 0, count: count - copy.digits.count) }
        return copy
    }

    var trimmed: DecimalExpansion { padded(toDigits: 1) }

    /// "0.0004386" or "123457", with `decimals` digits after the point.
    func plain(decimals: Int) -> String {
        var text = ""
        var place = isZero ? 0 : max(leadingPower, 0)
        while place >= -decimals {
            if place == -1 { text += "." }
            let index = leadingPower - place
            text += digits.indices.contains(index) ? String(digits[index]) : "0"
            place -= 1
        }
        return text
    }

    /// "4.386".
    var mantissa: String {
        let text = digits.map { String($0) }.joined()
        return digits.count > 1 ? text.prefix(1) + "." + text.dropFirst() : text
    }
}
