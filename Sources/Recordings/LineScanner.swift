import Escaping
import Forms
import Foundation
import NumberFiles

/// What is wrong with a line, at a byte of it.
struct LineFault: Error {
    /// From 0.
    var place: Int
    /// What was found, said of the line; nil where it is no JSON.
    var what: String?
    var expected: String?
    var hint: String?
}

/// Reads one line of JSON (RFC 8259) from its beginning.
///
/// The byte after the line is a line feed. It stands inside no token of JSON, so every loop ends there, and nothing behind it counts.
struct LineScanner {
    private let base: UnsafePointer<UInt8>
    private(set) var place = 0

    /// - Parameter base: a line, with the line feed that ends it, and `DecimalDigits.spare` bytes of any value behind that; they must stay where
    ///   they are while the scanner is in use.
    init(_ base: UnsafePointer<UInt8>) { self.base = base }

    private static let lineFeed = UInt8(ascii: "\n")

    func fault(_ expected: String, at place: Int? = nil) -> LineFault { LineFault(place: place ?? self.place, expected: expected) }

    @inline(__always) private mutating func skipBlank() {
        while base[place] == 0x20 || base[place] == 0x09 || base[place] == 0x0D { place += 1 }
    }

    @inline(__always) private mutating func take(_ sign: UInt8) -> Bool {
        skipBlank()
        guard base[place] == sign else { return false }
        place += 1
        return true
    }

    /// Whether nothing but white space is left.
    mutating func isAtEnd() -> Bool {
        skipBlank()
        return base[place] == Self.lineFeed
    }

    mutating func finish() throws(LineFault) {
        guard isAtEnd() else { throw fault("the end of the line") }
    }

    // MARK: Objects and lists

    mutating func openObject() throws(LineFault) {
        guard take(UInt8(ascii: "{")) else { throw fault("{, which begins an object of JSON") }
    }

    mutating func openList() throws(LineFault) {
        guard take(UInt8(ascii: "[")) else { throw fault("[, which begins a list of JSON") }
    }

    /// The name of an object's next member, whose value comes next; nil at the object's end.
    mutating func member(_ isFirst: inout Bool) throws(LineFault) -> Text? {
        if take(UInt8(ascii: "}")) { return nil }
        if !isFirst, !take(UInt8(ascii: ",")) { throw fault(", or }") }
        isFirst = false
        let name = try text()
        guard take(UInt8(ascii: ":")) else { throw fault(":") }
        return name
    }

    /// Refuses a member whose key the object had before.
    func refuseAgain(_ key: Text, _ stoodBefore: Bool) throws(LineFault) {
        guard stoodBefore else { return }
        throw LineFault(
            place: key.start, what: "has the key \(Printable.quoted((try? string(key)) ?? "")) twice", expected: "each key once")
    }

    /// Whether a list has another element, which comes next.
    mutating func element(_ isFirst: inout Bool) throws(LineFault) -> Bool {
        if take(UInt8(ascii: "]")) { return false }
        if !isFirst, !take(UInt8(ascii: ",")) { throw fault(", or ]") }
        isFirst = false
        return true
    }

    /// Takes `null`, if it comes next.
    mutating func isNull() -> Bool {
        skipBlank()
        guard base[place] == UInt8(ascii: "n"), base[place + 1] == UInt8(ascii: "u"), base[place + 2] == UInt8(ascii: "l"),
            base[place + 3] == UInt8(ascii: "l")
        else { return false }
        place += 4
        return true
    }

    /// Goes past a value by its brackets and quotes alone.
    mutating func skip() throws(LineFault) {
        var depth = 0
        skipBlank()
        let start = place
        repeat {
            switch Unicode.Scalar(base[place]) {
            case "\n": throw fault("more: the line ends inside a value")
            case "\"": _ = try text()
            case "[", "{":
                depth += 1
                place += 1
            case "]", "}":
                depth -= 1
                place += 1
            case ",", ":", " ", "\t", "\r": place += 1
            default: while !base[place].isSignOfJSON { place += 1 }
            }
        } while depth > 0
        if depth < 0 || place == start { throw fault("a value", at: start) }
    }

    /// Whether a line is one value of JSON and nothing else.
    static func isWhole(_ base: UnsafePointer<UInt8>) -> Bool {
        var scanner = LineScanner(base)
        return (try? scanner.skip()) != nil && scanner.isAtEnd()
    }

    // MARK: Texts

    /// A text as it is written, without its quotes.
    struct Text {
        var start: Int
        var count: Int
        var isEscaped: Bool
    }

    mutating func text() throws(LineFault) -> Text {
        guard take(UInt8(ascii: "\"")) else { throw fault("a name in quotes") }
        let start = place
        var isEscaped = false
        while true {
            let byte = base[place]
            // Letters, and most other signs, are none of the three that matter.
            if byte > UInt8(ascii: "\\") || (byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != Self.lineFeed) {
                place += 1
                continue
            }
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                place += 1
            }
            guard base[place] != Self.lineFeed else { throw fault("the end of a text in quotes") }
            place += 1
        }
        place += 1
        return Text(start: start, count: place - 1 - start, isEscaped: isEscaped)
    }

    func reads(_ text: Text, _ word: StaticString) -> Bool {
        text.count == word.utf8CodeUnitCount && !text.isEscaped && memcmp(base + text.start, word.utf8Start, text.count) == 0
    }

    func reads(_ text: Text, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == word.count, !text.isEscaped, let start = word.baseAddress else { return false }
        return memcmp(base + text.start, start, text.count) == 0
    }

    /// What a text means.
    func string(_ text: Text) throws(LineFault) -> String {
        do throws(JSONTextFault) {
            return try String(jsonText: UnsafeBufferPointer(start: base + text.start, count: text.count))
        } catch {
            throw fault(error.expected, at: text.start + error.index)
        }
    }

    /// The fault of a name that is none of the words; the name itself is not quoted.
    func unknown(_ text: Text, among words: [String], in what: String) -> LineFault {
        let near = (try? string(text)).flatMap { words.nearest(to: $0) }
        return LineFault(
            place: text.start, what: "has an unknown key in \(what)", expected: words.listed(), hint: near.map { "did you mean \"\($0)\"?" }
        )
    }

    // MARK: Numbers

    private static let notFinite = "a number, \"nan\", \"inf\" or \"-inf\""

    /// A number, or one of the texts "nan", "inf", "-inf".
    mutating func measure() throws(LineFault) -> Double {
        skipBlank()
        guard base[place] == UInt8(ascii: "\"") else { return try number() }
        let start = place
        let word = try text()
        if reads(word, "nan") { return .nan }
        if reads(word, "inf") { return .infinity }
        if reads(word, "-inf") { return -.infinity }
        throw fault(Self.notFinite, at: start)
    }

    /// A whole number of at least 0.
    mutating func count() throws(LineFault) -> Int {
        skipBlank()
        let start = place
        var value = 0
        while Self.isDigit(base[place]) {
            let (tenfold, isLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tenfold.addingReportingOverflow(Int(base[place] &- 0x30))
            guard !isLarge, !isLarger else { throw fault("a whole number below 2⁶³", at: start) }
            value = sum
            place += 1
        }
        let isWhole = place > start && (base[start] != 0x30 || place == start + 1)
        guard isWhole, ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(base[place]) else {
            throw fault("a whole number of at least 0", at: start)
        }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// A finite number as JSON writes it, rounded to the nearest Double.
    mutating func number() throws(LineFault) -> Double {
        skipBlank()
        let start = place
        let isNegative = base[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        var decimal = DecimalDigits()
        let whole = place
        place = decimal.take(base, at: place)
        guard place > whole, base[whole] != 0x30 || place == whole + 1 else { throw fault(Self.notFinite, at: start) }
        if base[place] == UInt8(ascii: ".") {
            place += 1
            let point = place
            place = decimal.take(base, at: place)
            guard place > point else { throw fault("a digit after the point") }
            decimal.power -= place - point
        }
        if base[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            let isDown = base[place] == UInt8(ascii: "-")
            if isDown || base[place] == UInt8(ascii: "+") { place += 1 }
            let digits = place
            var power = 0
            while Self.isDigit(base[place]) {
                // What is larger is 0 or ∞ in any case: a line has fewer digits than this.
                if power < 1_000_000_000 { power = 10 * power + Int(base[place] &- 0x30) }
                place += 1
            }
            guard place > digits else { throw fault("a digit of the exponent") }
            decimal.power += isDown ? -power : power
        }
        let magnitude =
            decimal.value
            ?? Double(String(decoding: UnsafeBufferPointer(start: base + start, count: place - start), as: UTF8.self)).map(abs)
        guard let magnitude, magnitude.isFinite else {
            throw fault("a number of magnitude at most 1.797e308, the largest there is", at: start)
        }
        return isNegative ? -magnitude : magnitude
    }
}
