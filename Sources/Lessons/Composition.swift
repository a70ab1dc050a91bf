import Escaping
import Forms

/// From bytes to written values: every check that comes before the keys of a lesson.
enum Composition {
    /// The text of a file, without a byte-order mark.
    static func text(of bytes: [UInt8], file: String) throws(LessonErrors) -> SourceText {
        guard bytes.count <= Limits.fileBytes else {
            let findings = Findings(source: SourceText(file: file, text: ""))
            findings.error(
                at: SourceMark(line: 1, column: 1), "the file has \(bytes.count.grouped) bytes",
                expected: "at most \(Limits.fileBytes.grouped), which is 1 MiB")
            throw findings.failure
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let repaired = String(decoding: content, as: UTF8.self)
            let source = SourceText(file: file, text: repaired)
            let findings = Findings(source: source)
            let hint: String? =
                bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
                ? "this looks like UTF-16: save it as UTF-8" : nil
            findings.error(
                at: firstDifference(between: content, and: repaired, in: source), "bytes that are no text in UTF-8",
                expected: "a file in UTF-8", hint: hint)
            throw findings.failure
        }
        return SourceText(file: file, text: text)
    }

    /// The one document of a file; nil, with diagnostics, where the file is empty or not valid YAML.
    static func document(of source: SourceText, findings: Findings) -> WrittenValue? {
        guard hasOnlyPrintable(source, findings: findings) else { return nil }
        if let excess = Unfolding(of: source, limit: Limits.unfoldedBytes).excess {
            findings.error(
                at: excess, "aliases unfold the file to more than \(Limits.unfoldedBytes.grouped) bytes",
                expected: "at most that")
            return nil
        }
        return YAMLDocument(source: source, findings: findings).compose()
    }

    private static func hasOnlyPrintable(_ source: SourceText, findings: Findings) -> Bool {
        for (row, line) in source.lines.enumerated() {
            // Yams hashes each key as a whole, so that nested keys take time quadratic in their depth.
            let marks = line.prefix { $0 == "?" || $0 == "-" || $0 == " " }
            if marks.count(where: { $0 != " " }) > Limits.nesting, marks.contains("?") {
                findings.error(
                    at: SourceMark(line: row + 1, column: 1), "keys more than \(Limits.nesting) deep",
                    expected: "at most \(Limits.nesting)")
                return false
            }
            for (column, scalar) in line.enumerated() where !isPrintable(scalar) {
                findings.error(
                    at: SourceMark(line: row + 1, column: column + 1),
                    "the character \(scalar.codePoint)", expected: "text without control characters")
                return false
            }
        }
        return true
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0xFEFF: false
        default: scalar.isText
        }
    }

    private static func firstDifference(
        between bytes: ArraySlice<UInt8>, and repaired: String, in source: SourceText
    ) -> SourceMark {
        let count = zip(bytes, repaired.utf8).prefix { $0 == $1 }.count
        var left = count
        for (row, line) in source.lines.enumerated() {
            var column = 0
            for scalar in line {
                let width = UTF8.width(scalar)
                if left < width { return SourceMark(line: row + 1, column: column + 1) }
                left -= width
                column += 1
            }
            if left == 0 { return SourceMark(line: row + 1, column: column + 1) }
            left -= 1
        }
        // Unreachable: texts that differ do so before the shorter one ends.
        return SourceMark(line: source.lines.count, column: 1)
    }
}
