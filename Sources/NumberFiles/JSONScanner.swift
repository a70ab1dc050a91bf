import Forms

/// Reads JSON (RFC 8259) from a range of bytes, a part at a time, so that what nobody asks for costs nothing but a glance.
package struct JSONScanner {
    private let bytes: [UInt8]
    package private(set) var place: Int
    private let end: Int

    package init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    private func fault(_ expected: String) -> NumberFileError { NumberFileError("is damaged at byte \(place.grouped)", expected: expected) }

    package mutating func skipBlank() {
        while place < end, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlank()
        guard place < end, bytes[place] == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }

    /// The sign with which the next value begins; nil at the end.
    package mutating func peek() -> Unicode.Scalar? {
        skipBlank()
        return place < end ? Unicode.Scalar(bytes[place]) : nil
    }

    /// Whether a list comes next.
    package mutating func isAtList() -> Bool { peek() == "[" }

    /// Fails where anything but white space is left.
    package mutating func finish() throws(NumberFileError) {
        skipBlank()
        guard place == end else { throw fault("the end of the JSON") }
    }

    /// Calls `read` at the value of each member of an object, in order; it must read or skip the value.
    package mutating func members(_ read: (String, inout JSONScanner) throws(NumberFileError) -> Void) throws(NumberFileError) {
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
    package mutating func elements(_ read: (inout JSONScanner) throws(NumberFileError) -> Void) throws(NumberFileError) {
        guard take("[") else { throw fault("[, which begins a list of JSON") }
        if take("]") { return }
        repeat { try read(&self) } while take(",")
        guard take("]") else { throw fault(", or ]") }
    }

    package mutating func string() throws(NumberFileError) -> String {
        guard take("\"") else { throw fault("a name in quotes") }
        let start = place
        skipToQuote()
        let text: String
        do throws(JSONTextFault) {
            text = try String(jsonText: bytes[start..<place])
        } catch {
            place = error.index
            throw fault(error.expected)
        }
        try closeString()
        return text
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
    package mutating func count() throws(NumberFileError) -> Int {
        guard let value: Int = try? WrittenNumber.integer(bareWord()), value >= 0 else { throw fault("a whole number of at least 0") }
        return value
    }

    /// What stands up to the next sign of JSON: the longest number has fewer than 1,000 characters.
    package mutating func bareWord() -> String {
        skipBlank()
        let start = place
        while place < end, place - start < 1_000, !bytes[place].isSignOfJSON { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Goes past a value by its brackets and quotes alone.
    package mutating func skip() throws(NumberFileError) {
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
        skipToQuote()
        try closeString()
    }

    private mutating func skipToQuote() {
        while place < end, bytes[place] != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        place = min(place, end)
    }

    private mutating func closeString() throws(NumberFileError) {
        guard place < end else { throw fault("the end of a text in quotes") }
        place += 1
    }
}
