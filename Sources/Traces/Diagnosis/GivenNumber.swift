/// A number as somebody wrote it by hand: how far it may be off follows from its last digit.
package struct GivenNumber: Hashable, Sendable {
    package let value: Double
    /// Half a unit of the last digit that is written, trailing zeros included.
    package let tolerance: Double

    /// Reads `0.0018`, `0,0018`, `-1.80e-3`, `1/3`, and what pages print: `−1.8×10⁻³`, `12 345`.
    /// - Returns: nil of anything but one finite number.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else {
            self.init(decimal: text)
            return
        }
        guard parts.count == 2, let above = GivenNumber(decimal: parts[0]), let below = GivenNumber(decimal: parts[1]) else { return nil }
        let value = above.value / below.value
        guard value.isFinite else { return nil }
        // Whole numbers of a fraction are exact, but the gradient that it is compared with is rounded.
        func half(_ number: GivenNumber) -> Double { number.tolerance == 0.5 ? 0 : number.tolerance }
        let tolerance = (half(above) + abs(value) * half(below)) / abs(below.value)
        self.init(value: value, tolerance: max(tolerance, abs(value) * 1e-9, 1e-12))
    }

    private init(value: Double, tolerance: Double) { (self.value, self.tolerance) = (value, tolerance) }

    private init?(decimal text: String) {
        var plain = ""
        // Raised digits are those of a power of ten, and only of one.
        func beginExponent() -> Bool {
            if plain.hasSuffix("×10") {
                plain.removeLast(3)
                plain += "e"
            }
            return plain.contains("e")
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "−": plain += "-"
            case ",": plain += "."
            case " ", "\u{2009}", "\u{202F}", "\u{A0}", "{", "}": break
            case "·", "*": plain += "×"
            case "E": plain += "e"
            case "^": guard beginExponent() else { return nil }
            default:
                guard let raised = Self.raised[scalar] else {
                    plain += String(scalar)
                    break
                }
                guard beginExponent() else { return nil }
                plain += raised
            }
        }
        let parts = plain.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].drop { $0 == "-" || $0 == "+" }
        guard plain.utf8.count <= 60, digits.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), digits.contains(where: \.isNumber),
            parts[0].count - digits.count <= 1, let exponent = parts.count == 1 ? 0 : Int(parts[1]), abs(exponent) < 400,
            let value = Double(plain), value.isFinite
        else { return nil }
        let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
        guard let half = Double("5e\(exponent - decimals - 1)") else { return nil }
        (self.value, tolerance) = (value, half)
    }

    private static let raised = Dictionary(
        uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻".unicodeScalars, (0...9).map(String.init) + ["-"]))
}
