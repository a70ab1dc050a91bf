/// What is wrong with a text of JSON.
package struct JSONTextFault: Error, Hashable {
    /// The index of the byte, in the bytes of the text.
    package let index: Int
    package let expected: String
}

extension String {
    /// What a text of JSON (RFC 8259, section 7) means. Half of a surrogate pair alone is U+FFFD.
    /// - Parameter bytes: what stands between its quotes.
    package init<Bytes: RandomAccessCollection<UInt8>>(jsonText bytes: Bytes) throws(JSONTextFault) where Bytes.Index == Int {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        var high: UInt32?
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            let before = high
            high = nil
            guard byte == UInt8(ascii: "\\") else {
                guard byte >= 0x20 else { throw JSONTextFault(index: index - 1, expected: "text without control characters") }
                units.append(byte)
                continue
            }
            guard index < bytes.endIndex else { break }
            let escape = bytes[index]
            index += 1
            switch Unicode.Scalar(escape) {
            case "\"", "\\", "/": units.append(escape)
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "u":
                guard let code = Self.code(bytes[index..<Swift.min(index + 4, bytes.endIndex)]) else {
                    throw JSONTextFault(index: index, expected: "four hexadecimal digits")
                }
                index += 4
                if (0xDC00...0xDFFF).contains(code), let before {
                    units.removeLast(3)
                    let whole: UInt32 = 0x10000 + (before - 0xD800) << 10 + (code - 0xDC00)
                    units += String(Unicode.Scalar(whole) ?? "\u{FFFD}").utf8
                } else {
                    high = (0xD800...0xDBFF).contains(code) ? code : nil
                    units += String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8
                }
            default: throw JSONTextFault(index: index - 1, expected: "an escape of JSON")
            }
        }
        guard let text = String(validating: units, as: UTF8.self) else {
            throw JSONTextFault(index: bytes.startIndex, expected: "text in UTF-8")
        }
        self = text
    }

    /// What four hexadecimal digits mean.
    private static func code(_ digits: some Collection<UInt8>) -> UInt32? {
        guard digits.count == 4 else { return nil }
        var code: UInt32 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            code = code << 4 | UInt32(value)
        }
        return code
    }
}

extension UInt8 {
    /// Whether it is a sign of JSON or white space, before which a number or a word ends.
    package var isSignOfJSON: Bool {
        switch Unicode.Scalar(self) {
        case ",", ":", "[", "]", "{", "}", "\"", " ", "\n", "\r", "\t": true
        default: false
        }
    }
}
