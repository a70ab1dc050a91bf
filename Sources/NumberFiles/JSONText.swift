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
                let digits = bytes[index..<Swift.min(index + 4, bytes.endIndex)]
                guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                    let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
                else { throw JSONTextFault(index: index, expected: "four hexadecimal digits") }
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
