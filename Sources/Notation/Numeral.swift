/// A number as it is printed: sign, digits and perhaps a power of ten. Pages show numerals, never Doubles, so that arithmetic can be
/// checked with the digits that the reader sees.
///
/// Rounding is half away from zero. Fewer than fifteen digits are rounded from the fifteen that a Double surely has, so that 0.78875 is 0.7888
/// although the Double is a little less. A value that, to fifteen digits, has no more digits than asked for is printed short: 0.15, −2 and 5
/// stay as they were written, and so does 0.1 + 0.2, whose last bit is off. A value that was rounded shows its zeros: 0.5000. Zero has no sign.
package struct Numeral: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case finite, infinite, undefined }

    package static let usualDigits = 4
    package static let mostDigits = 8

    package let kind: Kind
    package let isNegative: Bool
    /// ASCII digits with at most one point, not grouped: "4.386"; empty unless finite.
    package let digits: String
    /// The exponent of the power of ten after the digits; nil if none is written.
    package let exponent: Int?

    init(kind: Kind, isNegative: Bool, digits: String = "", exponent: Int? = nil) {
        self.kind = kind
        self.isNegative = isNegative
        self.digits = digits
        self.exponent = exponent
    }
}

extension Numeral {
    /// `value` to `digits` significant digits (1…17), as plain decimals from 0.0001 to below a million, otherwise with a power of ten.
    ///
    /// Below a million, digits before the decimal point are never rounded away: 123 456.7 to four digits is 123 457.
    /// - Parameter padded: whether short values get trailing zeros too, so that the numbers of a column have the same digits.
    package init(_ value: Double, digits: Int = usualDigits, padded: Bool = false) {
        guard let decimal = DecimalExpansion(value) else {
            self.init(kind: value.isNaN ? .undefined : .infinite, isNegative: value < 0)
            return
        }
        let asked = min(max(digits, 1), 17)
        var wanted = asked
        if abs(value) >= 1, abs(value) < 1e6 { wanted = max(asked, decimal.leadingPower + 1) }
        let toFifteen = decimal.rounded(toDigits: 15).trimmed
        let shortest = toFifteen.digits.count <= wanted && asked < 15 ? toFifteen : DecimalExpansion(shortest: value)
        // A half as written, 0.78875, is a half, whatever the Double's last bit makes of it.
        var rounded = (wanted < 15 ? toFifteen : decimal).rounded(toDigits: wanted)
        if shortest.digits.count <= wanted { rounded = padded ? shortest.padded(toDigits: wanted) : shortest }
        self.init(rounded, isNegative: value < 0)
    }

    /// `value` with a fixed number of decimals, for axes and columns; without a power of ten below 10¹⁵.
    package init(_ value: Double, decimals: Int) {
        guard abs(value) < 1e15, let decimal = DecimalExpansion(value) else {
            self.init(value)
            return
        }
        let rounded = decimal.rounded(toPlace: -min(max(decimals, 0), 17))
        self.init(kind: .finite, isNegative: value < 0 && !rounded.isZero, digits: rounded.plain(decimals: min(max(decimals, 0), 17)))
    }

    /// A ratio, roughly: to two digits from 0.01 to below 1000, otherwise only as a power of ten (10¹²).
    package static func orderOfMagnitude(_ ratio: Double) -> Numeral {
        guard ratio.isFinite, ratio != 0 else { return Numeral(ratio) }
        guard let decimal = DecimalExpansion(ratio) else { return Numeral(ratio) }
        let two = decimal.rounded(toDigits: 2)
        if two.leadingPower < 3, two.leadingPower > -3 { return Numeral(two.trimmed, isNegative: ratio < 0) }
        // On a logarithmic scale, mantissas above 10^0.5 ≈ 3.162 are nearer to the next power.
        let four = decimal.rounded(toDigits: 4)
        let mantissa = four.digits.reduce(0) { $0 * 10 + Int($1) }
        let power = four.leadingPower + (mantissa >= 3163 ? 1 : 0)
        return Numeral(kind: .finite, isNegative: ratio < 0, digits: "1", exponent: power)
    }

    init(_ decimal: DecimalExpansion, isNegative: Bool) {
        let power = decimal.leadingPower
        if decimal.isZero {
            self.init(kind: .finite, isNegative: false, digits: decimal.plain(decimals: max(decimal.digits.count - 1, 0)))
        } else if power >= -4, power < 6 {
            self.init(kind: .finite, isNegative: isNegative, digits: decimal.plain(decimals: max(0, decimal.digits.count - 1 - power)))
        } else {
            self.init(kind: .finite, isNegative: isNegative, digits: decimal.mantissa, exponent: power)
        }
    }
}
