/// Reads numbers, which must be decimal and finite, without leading zeros, underscores or colons.
///
/// YAML would read `12:30` as 750, `017` as 15 and `1e400` as infinity. A lesson must mean the number that its reader sees.
package enum WrittenNumber {
    package struct Refusal: Error, Hashable {
        package var expected: String
        package var hint: String?
        /// Whether it is a whole number that does not fit into 64 bits.
        package var isTooLarge = false
    }

    package static func double(_ text: String) throws(Refusal) -> Double {
        guard isDecimal(text) else { throw refusal(of: text) }
        guard let value = Double(text) else { throw Refusal(expected: "a number") }
        guard value.isFinite else {
            throw Refusal(expected: "a number of magnitude at most 1.797e308, the largest there is")
        }
        if value == 0, mantissa(of: text).contains(where: { ("1"..."9").contains($0) }) {
            throw Refusal(expected: "0 or a number of magnitude at least 4.941e-324, the smallest there is")
        }
        return value
    }

    package static func integer<Value: FixedWidthInteger>(_ text: String) throws(Refusal) -> Value {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard isDecimal(text), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            var refusal = Refusal(expected: "a whole number")
            if isDecimal(text), let value = Double(text), value == value.rounded(), abs(value) < 1e15 {
                refusal.hint = "write \(Int(value))"
            } else if !isDecimal(text) {
                let reason = Self.refusal(of: text)
                refusal.hint = reason.hint
                if reason.expected != "a number" { refusal.expected = "a whole number, \(reason.expected.dropFirst("a number ".count))" }
            }
            throw refusal
        }
        // A number that does not fit is refused rather than clamped, since otherwise 2⁶⁴ and 2⁶⁵ would be the same seed.
        guard let value = Value(text) else { throw Refusal(expected: "a whole number", isTooLarge: true) }
        return value
    }

    private static func mantissa(of text: String) -> Substring {
        text.prefix { $0 != "e" && $0 != "E" }
    }

    /// `[-+] digits [. digits] [e [-+] digits]`, with digits on at least one side of the point.
    package static func isDecimal(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var index = 0
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func digits() -> Int {
            let start = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            return index - start
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index += 1 }
        let start = index
        var count = digits()
        if count > 1, bytes[start] == UInt8(ascii: "0") { return false }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            count += digits()
        }
        guard count > 0 else { return false }
        if index < bytes.count, bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == bytes.count
    }

    private static func refusal(of text: String) -> Refusal {
        let lower = text.lowercased()
        let bare = lower.drop { $0 == "-" || $0 == "+" }
        let digits = bare.allSatisfy { ("0"..."9").contains($0) }
        if lower.isEmpty || lower == "~" || lower == "null" { return Refusal(expected: "a number") }
        if [".nan", "nan", ".inf", "inf", "infinity"].contains(String(bare)) { return Refusal(expected: "a finite number") }
        if digits, bare.hasPrefix("0") {
            return Refusal(expected: "a number without leading zeros", hint: "write \(trimmed(bare))")
        }
        if bare.hasPrefix("0x") || bare.hasPrefix("0o") || bare.hasPrefix("0b") {
            return Refusal(expected: "a number in decimal digits")
        }
        let clock = bare.split(separator: ":", omittingEmptySubsequences: false)
        if clock.count > 1, clock.allSatisfy({ !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }) {
            return Refusal(expected: "a number without colons", hint: "YAML would take this for \(sexagesimal(clock))")
        }
        if bare.contains("_"), isDecimal(lower.filter { $0 != "_" }) {
            return Refusal(expected: "a number without underscores", hint: "write \(lower.filter { $0 != "_" })")
        }
        if text.hasPrefix("−"), isDecimal("-" + text.dropFirst()) {
            return Refusal(expected: "a number", hint: "write -\(text.dropFirst()), with the hyphen of the keyboard")
        }
        if bare.filter({ $0 == "," }).count == 1, isDecimal(lower.replacing(",", with: ".")) {
            return Refusal(expected: "a number", hint: "write \(lower.replacing(",", with: ".")), with a point")
        }
        if isDecimal(String(trimmed(bare))) {
            return Refusal(expected: "a number without leading zeros", hint: "write \(trimmed(bare))")
        }
        return Refusal(expected: "a number")
    }

    private static func trimmed(_ digits: Substring) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.first.map { ("1"..."9").contains($0) } == true ? String(rest) : "0" + rest
    }

    private static func sexagesimal(_ parts: [Substring]) -> String {
        let value = parts.reduce(0.0) { $0 * 60 + (Double($1) ?? 0) }
        return value < 1e15 ? String(Int(value)) : "something else"
    }
}

extension Double {
    /// As one would write it: 7 rather than 7.0.
    package var plainly: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
