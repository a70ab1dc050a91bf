extension Formula {
    /// Running text with formulas in it.
    ///
    ///     let subtitle: Formula = .sentence("The loss over the weight \(math: "w") and the bias \(math: "b").")
    package static func sentence(_ sentence: Sentence) -> Formula { .row(sentence.parts) }

    /// Words whose mathematics is symbols: Greek letters with their indices, signs, and what has a prime. "β₁ = 0.9" begins with a symbol.
    /// A text in Greek is words alone.
    package static func symbols(in words: String) -> [Formula] {
        // Most words have none.
        guard words.unicodeScalars.contains(where: { $0.value >= 0x370 }) else { return [.words(words)] }
        let characters = Array(words)
        guard !zip(characters, characters.dropFirst()).contains(where: { $0.isGreek && $1.isGreek }) else { return [.words(words)] }
        var parts: [Formula] = []
        var plain = ""
        func append(_ symbol: Formula) {
            if !plain.isEmpty { parts.append(.words(plain)) }
            plain = ""
            parts.append(symbol)
        }
        for (index, character) in characters.enumerated() {
            // What stands next to a symbol belongs to it: the index of β₁, the square of σ², the w of ‖w‖.
            let symbol = plain.isEmpty ? parts.last : nil
            let isAlone = !(index + 1 < characters.count && characters[index + 1].isLetter)
            if character.isGreek || signs.contains(character) {
                append(.name(String(character)))
            } else if let symbol, let digit = lowered[character] {
                parts[parts.count - 1] = symbol.withScript(sub: digit)
            } else if let symbol, let digit = raised[character] {
                parts[parts.count - 1] = symbol.withScript(sup: digit)
            } else if let symbol, character == "ᵀ" {
                parts[parts.count - 1] = .transposed(symbol)
            } else if let symbol, character == "′" {
                parts[parts.count - 1] = .prime(symbol)
            } else if symbol != nil, character.isLetter, character.isASCII, isAlone {
                append(.name(String(character)))
            } else if hasIndex(characters, index) {
                append(.name(String(character)))
            } else if character == "′", let name = plain.lastWord {
                plain.removeLast(name.count)
                append(.prime(.name(name)))
            } else {
                plain.append(character)
            }
        }
        if !plain.isEmpty || parts.isEmpty { parts.append(.words(plain)) }
        return parts
    }

    /// Whether a letter is a symbol for its index, as u of u₁v₁ᵀ; not in H₂O, which goes on in capitals, or in a word.
    private static func hasIndex(_ characters: [Character], _ index: Int) -> Bool {
        guard characters[index].isLetter, characters[index].isASCII, index == 0 || !characters[index - 1].isLetter else { return false }
        let rest = characters[(index + 1)...].drop { lowered[$0] != nil }
        return rest.startIndex > index + 1 && !(rest.first?.isUppercase ?? false)
    }

    /// With one more digit in its index or its exponent.
    private func withScript(sub: String = "", sup: String = "") -> Formula {
        func joined(_ script: Formula?, _ digit: String) -> Formula? {
            guard !digit.isEmpty else { return script }
            return .symbol((script?.plainText ?? "") + digit, .upright)
        }
        if case .scripts(let base, let below, let above) = self { return .scripts(base, sub: joined(below, sub), sup: joined(above, sup)) }
        return .scripts(self, sub: joined(nil, sub), sup: joined(nil, sup))
    }

    private static let signs: Set<Character> = ["∂", "∇", "∑", "∏", "√", "‖"]
    private static let lowered = digits("₀₁₂₃₄₅₆₇₈₉")
    private static let raised = digits("⁰¹²³⁴⁵⁶⁷⁸⁹")

    private static func digits(_ text: String) -> [Character: String] {
        Dictionary(uniqueKeysWithValues: zip(text, (0...9).map(String.init)))
    }
}

extension Formula {
    /// A text as an interpolated string: `\(text)` is words, `\(math: formula)` a formula.
    package struct Sentence: ExpressibleByStringInterpolation {
        var parts: [Formula]

        package init(stringLiteral text: String) { parts = [.words(text)] }

        package init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

        package struct Interpolation: StringInterpolationProtocol {
            var parts: [Formula] = []

            package init(literalCapacity: Int, interpolationCount: Int) {}

            package mutating func appendLiteral(_ text: String) { append(text) }
            package mutating func appendInterpolation(_ text: String) { append(text) }
            package mutating func appendInterpolation(_ number: Int) { append(String(number)) }
            package mutating func appendInterpolation(math formula: Formula) { parts += formula.parts }

            private mutating func append(_ text: String) {
                guard !text.isEmpty else { return }
                if case .words(let before)? = parts.last {
                    parts[parts.count - 1] = .words(before + text)
                } else {
                    parts.append(.words(text))
                }
            }
        }
    }
}

extension Character {
    fileprivate var isGreek: Bool { isLetter && ("Ά"..."ώ").contains(self) }
}

extension String {
    /// The letters at its end; nil if there are none.
    fileprivate var lastWord: String? {
        let letters = reversed().prefix(while: \.isLetter)
        return letters.isEmpty ? nil : String(letters.reversed())
    }
}
