extension Numeral {
    /// As plain text, with a true minus, thin spaces between thousands and raised digits: "−4.386×10⁻¹²".
    package var text: String {
        (isNegative ? "−" : "") + (magnitude ?? "") + (exponent.map { (magnitude == nil ? "10" : "×10") + Scripts.raised($0) } ?? "")
    }

    /// The sign-less part before a power of ten, grouped; nil where the power stands alone: 10⁶, not 1×10⁶.
    package var magnitude: String? {
        switch kind {
        case .undefined: "NaN"
        case .infinite: "∞"
        case .finite: digits == "1" && exponent != nil ? nil : Self.grouped(digits)
        }
    }

    /// What a reader who types the printed digits into a calculator gets.
    package var value: Double {
        let magnitude: Double =
            switch kind {
            case .undefined: .nan
            case .infinite: .infinity
            case .finite: Double(exponent.map { "\(digits)e\($0)" } ?? digits) ?? .nan
            }
        return isNegative ? -magnitude : magnitude
    }

    /// The place of the last printed digit, as a power of ten: −4 for 0.0822.
    package var lastPlace: Int {
        let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
        return (exponent ?? 0) - decimals
    }

    package var isZero: Bool { kind == .finite && digits.allSatisfy { $0 == "0" || $0 == "." } }

    /// Thin spaces (U+2009) between the thousands of 10 000 and more.
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

/// Unicode's raised and lowered characters, for plain text only; where one is missing the whole script is written out.
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
    /// The printed digits themselves; meaningful where finite.
    var decimal: DecimalExpansion {
        let all = digits.compactMap { $0.wholeNumberValue.map(UInt8.init) }
        let leading = all.prefix { $0 == 0 }.count
        guard leading < all.count else { return DecimalExpansion(digits: [0], leadingPower: 0) }
        return DecimalExpansion(digits: Array(all[leading...]), leadingPower: lastPlace + all.count - leading - 1)
    }
}

extension Numeral {
    /// What stands before the decimal point or, where there is none, the power of ten.
    package var whole: Numeral {
        Numeral(kind: kind, isNegative: isNegative, digits: String(digits.prefix { $0 != "." }))
    }
}
