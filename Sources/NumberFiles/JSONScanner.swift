import Forms

/// Reads JSON (RFC 8259) from a range of bytes, a part at a time, so that what nobody asks for costs nothing but a glance.
struct JSONScanner {
    private let bytes: [UInt8]
    private(set) var place: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    private func fault(_ expected: String) -> NumberFileError { NumberFileError("is damaged at byte \(place.grouped)", expected: expected) }

    private mutating func skipBlank() {
        while place < end, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlank()
        guard place < end, bytes[place] == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }

    /// Whether a list comes next.
    mutating func isAtList() -> Bool {
        skipBlank()
        return place < end && bytes[place] == UInt8(ascii: "[")
    }

    /// Fails where anything but white space is left.
    mutating func finish() throws(NumberFileError) {
        skipBlank()
        guard place == end else { throw fault("the end of the JSON") }
    }

    /// Calls `read` at the value of each member of an object, in order; it must read or skip the value.
    mutating func members(_ read: (String, inout JSONScanner) throws(NumberFileError) -> Void) throws(NumberFileError) {
        guard take("{") else { throw fault("{, which begins an object of JSON") }
        if take("}") { return }
        repeat {
            let name = try string()
            guard take(":") else { throw fault(":") }
            try read(name, &self)
        } while take(",")
        guard take("}") else { throw fault(", or }") }
    }

    /// Calls `read` at each element of a list.
    mutating func elements(_ read: (inout JSONScanner) throws(NumberFileError) -> Void) throws(NumberFileError) {
        guard take("[") else { throw fault("[, which begins a list of JSON") }
        if take("]") { return }
        repeat { try read(&self) } while take(",")
        guard take("]") else { throw fault(", or ]") }
    }

    mutating func string() throws(NumberFileError) -> String {
        guard take("\"") else { throw fault("a name in quotes") }
        var units: [UInt8] = []
        var high: UInt32?
        while place < end, bytes[place] != UInt8(ascii: "\"") {
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\\") else {
                units.append(byte)
                continue
            }
            guard place < end else { break }
            let escape = bytes[place]
            place += 1
            switch Unicode.Scalar(escape) {
            case "\"", "\\", "/": units.append(escape)
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "u":
                let code = try hexadecimal()
                if (0xD800...0xDBFF).contains(code) {
                    high = code
                    continue
                }
                let isPair = (0xDC00...0xDFFF).contains(code)
                let value = high.flatMap { isPair ? 0x10000 + (($0 - 0xD800) << 10) + (code - 0xDC00) : nil } ?? code
                high = nil
                units += Array(String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
            default: throw fault("an escape of JSON")
            }
        }
        guard place < end else { throw fault("the end of a text in quotes") }
        place += 1
        guard let text = String(validating: units, as: UTF8.self) else { throw fault("text in UTF-8") }
        return text
    }

    private mutating func hexadecimal() throws(NumberFileError) -> UInt32 {
        guard end - place >= 4, let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16) else {
            throw fault("four hexadecimal digits")
        }
        place += 4
        return code
    }

    mutating func number() throws(NumberFileError) -> Double {
        let text = bareWord()
        do {
            return try WrittenNumber.double(text)
        } catch {
            throw fault(error.expected)
        }
    }

    /// A whole number of at least 0.
    mutating func count() throws(NumberFileError) -> Int {
        guard let value: Int = try? WrittenNumber.integer(bareWord()), value >= 0 else { throw fault("a whole number of at least 0") }
        return value
    }

    /// What stands up to the next sign of JSON: the longest number has fewer than 1,000 characters.
    private mutating func bareWord() -> String {
        skipBlank()
        let start = place
        while place < end, place - start < 1_000, !Self.isSign(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case ",", ":", "[", "]", "{", "}", "\"", " ", "\n", "\r", "\t": true
        default: false
        }
    }

    /// Goes past a value by its brackets and quotes alone.
    mutating func skip() throws(NumberFileError) {
        var depth = 0
        skipBlank()
        repeat {
            guard place < end else { throw fault("more: the file ends inside a value") }
            switch Unicode.Scalar(bytes[place]) {
            case "\"": try skipString()
            case "[", "{":
                depth += 1
                place += 1
            case "]", "}":
                depth -= 1
                place += 1
            case ",", ":", " ", "\n", "\r", "\t": place += 1
            default: if bareWord().isEmpty { place += 1 }
            }
        } while depth > 0
        if depth < 0 { throw fault("a value") }
    }

    private mutating func skipString() throws(NumberFileError) {
        place += 1
        while place < end, bytes[place] != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        guard place < end else { throw fault("the end of a text in quotes") }
        place += 1
    }
}
