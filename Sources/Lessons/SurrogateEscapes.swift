import Forms
import Yams

/// JSON writes a character beyond U+FFFF as two escapes, `\ud83d\ude00`, which libyaml rejects.
///
/// Before libyaml reads the file, each half is replaced by the escape of a private character that the file does not contain. It is as long,
/// so that no mark moves. Only afterwards is it known whether the half was in double quotes, where it means a character, or elsewhere,
/// where it is text.
struct SurrogateEscapes {
    /// The lines of the file, with stand-ins.
    private(set) var lines: [[Unicode.Scalar]]
    /// For each stand-in the escape that it replaces, as written.
    private var written: [Unicode.Scalar: String] = [:]

    init(in source: SourceText) {
        lines = source.lines
        var pairs: [(row: Int, column: Int)] = []
        for (row, line) in lines.enumerated() {
            var column = 0
            while column + 12 <= line.count {
                if let high = Self.escaped(line, at: column), (0xD800...0xDBFF).contains(high),
                    let low = Self.escaped(line, at: column + 6), (0xDC00...0xDFFF).contains(low)
                {
                    pairs.append((row, column))
                    column += 12
                } else {
                    // The second of two backslashes does not begin an escape.
                    column += line[column] == "\\" ? 2 : 1
                }
            }
        }
        guard !pairs.isEmpty else { return }
        var free = Self.privateCharacters(notIn: lines)[...]
        var standIns: [String: Unicode.Scalar] = [:]
        for (row, start) in pairs {
            for column in [start, start + 6] {
                let half = String(String.UnicodeScalarView(lines[row][column..<column + 6]))
                // A file that contains all private characters keeps its escapes, which libyaml then rejects.
                guard let standIn = standIns[half] ?? free.popFirst() else { return }
                standIns[half] = standIn
                written[standIn] = half
                lines[row].replaceSubrange(column..<column + 6, with: Array(Self.escape(of: standIn).unicodeScalars))
            }
        }
    }

    /// The text of a value or a key, with stand-ins resolved.
    func text(of scalar: Node.Scalar) -> String {
        guard !written.isEmpty else { return scalar.string }
        guard scalar.style == .doubleQuoted else {
            return asWritten(scalar.string)
        }
        var units: [UInt16] = []
        for character in scalar.string.unicodeScalars {
            if let half = written[character].flatMap({ UInt16($0.dropFirst(2), radix: 16) }) {
                units.append(half)
            } else {
                units += String(character).utf16
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private func asWritten(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if let half = Self.escaped(scalars, at: index).flatMap(Unicode.Scalar.init).flatMap({ written[$0] }) {
                result += half.unicodeScalars
                index += 6
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return String(result)
    }

    /// Whether an escape, given the mark of its four digits, is half of a surrogate pair.
    static func isSurrogate(atDigits mark: SourceMark, in source: SourceText) -> Bool {
        guard source.lines.indices.contains(mark.line - 1) else { return false }
        return escaped(source.lines[mark.line - 1], at: mark.column - 3).map { (0xD800...0xDFFF).contains($0) } ?? false
    }

    /// The code of the escape \uXXXX that begins at a column of a line.
    private static func escaped(_ line: [Unicode.Scalar], at column: Int) -> UInt32? {
        guard column >= 0, column + 6 <= line.count, line[column] == "\\", line[column + 1] == "u" else { return nil }
        let digits = line[column + 2..<column + 6]
        guard digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else { return nil }
        return UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
    }

    private static func escape(of character: Unicode.Scalar) -> String { "\\u" + String(character.value, radix: 16) }

    /// The characters from U+E000 to U+EFFF that are in no line, neither literally nor as an escape.
    private static func privateCharacters(notIn lines: [[Unicode.Scalar]]) -> [Unicode.Scalar] {
        var taken: Set<UInt32> = []
        for line in lines {
            for (column, character) in line.enumerated() {
                taken.insert(character.value)
                if character == "\\", let value = escaped(line, at: column) { taken.insert(value) }
            }
        }
        return (0xE000...0xEFFF).filter { !taken.contains($0) }.compactMap(Unicode.Scalar.init)
    }
}
