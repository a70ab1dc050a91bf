extension Numeral {
    /// As plain text with a minus sign (U+2212), thin spaces between thousands and superscript digits: "−4.386×10⁻¹²".
    package var text: String {
        (isNegative ? "−" : "") + (magnitude ?? "") + (exponent.map { (magnitude == nil ? "10" : "×10") + Scripts.raised($0) } ?? "")
    }

    /// As programs read it: "-4.386e-12".
    package var ascii: String {
        switch kind {
        case .undefined: "nan"
        case .infinite: isNegative ? "-inf" : "inf"
        case .finite: (isNegative ? "-" : "") + digits + (exponent.map { "e\($0)" } ?? "")
        }
    }

    /// The digits without sign and power of ten, grouped; nil if only the power is printed: 10⁶, not 1×10⁶.
    package var magnitude: String? {
        switch kind {
        case .undefined: "NaN"
        case .infinite: "∞"
        case .finite: digits == "1" && exponent != nil ? nil : Self.grouped(digits)
        }
    }

    /// The value of the printed digits: what a reader types into a calculator.
    package var value: Double {
        let magnitude: Double =
            switch kind {
            case .undefined: .nan
            case .infinite: .infinity
            case .finite: Double(exponent.map { "\(digits)e\($0)" } ?? digits) ?? .nan
            }
        return isNegative ? -magnitude : magnitude
    }

    /// The exponent of ten for the last printed digit: −4 for 0.0822.
    package var lastPlace: Int {
        let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
        return (exponent ?? 0) - decimals
    }

    /// How many digits are printed from the first that is not 0: 3 for 0.0820.
    package var significantDigits: Int { digits.filter { $0 != "." }.drop { $0 == "0" }.count }

    package var isZero: Bool { kind == .finite && digits.allSatisfy { $0 == "0" || $0 == "." } }

    /// With thin spaces (U+2009) between thousands, from 10 000.
    private static func grouped(_ digits: String) -> String {
        let whole = digits.prefix { $0 != "." }
        guard whole.count >= 5 else { return digits }
        var text = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { text.append("\u{2009}") }
            text.append(digit)
        }
        return text + digits.dropFirst(whole.count)
    }
}

/// Unicode's superscript and subscript characters, for plain text; nil if one of a text's characters has none.
enum Scripts {
    static func raised(_ power: Int) -> String {
        String(power).map { $0 == "-" ? "⁻" : (raisedCharacters[$0] ?? $0) }.map(String.init).joined()
    }

    static func raised(_ text: String) -> String? { mapped(text, by: raisedCharacters) }
    static func lowered(_ text: String) -> String? { mapped(text, by: loweredCharacters) }

    private static func mapped(_ text: String, by table: [Character: Character]) -> String? {
        var result = ""
        for character in text {
            guard let other = table[character] else { return nil }
            result.append(other)
        }
        return text.isEmpty ? nil : result
    }

    private static let raisedCharacters = table("0123456789+−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
    private static let loweredCharacters = table("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")

    private static func table(_ from: String, _ to: String) -> [Character: Character] {
        Dictionary(zip(from, to)) { first, _ in first }
    }
}

extension Numeral {
    /// The printed digits; meaningful only if the number is finite.
    var decimal: DecimalExpansion {
        let all = digits.compactMap { $0.wholeNumberValue.map(UInt8.init) }
        let leading = all.prefix { $0 == 0 }.count
        guard leading < all.count else { return DecimalExpansion(digits: [0], leadingPower: 0) }
        return DecimalExpansion(digits: Array(all[leading...]), leadingPower: lastPlace + all.count - leading - 1)
    }
}
