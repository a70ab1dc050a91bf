import Escaping

/// One thing that is wrong, or doubtful, at one place of a lesson.
///
/// It reads `file:line:column: error: what; expected …; hint`, then the line and a caret under the place.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case error, warning }

    package var severity: Severity
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    /// The place in the document: `network.layers[2].dense.weight`; empty at its top.
    package var path: String
    package var what: String
    package var expected: String?
    package var hint: String?
    package var sourceLine: String

    package init(
        severity: Severity = .error, file: String, line: Int, column: Int, path: String = "", what: String,
        expected: String? = nil, hint: String? = nil, sourceLine: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.what = what
        self.expected = expected
        self.hint = hint
        self.sourceLine = sourceLine
    }

    /// The first line of the description.
    package var headline: String {
        let parts = [what, expected.map { "expected \($0)" }, hint].compactMap(\.self)
        return "\(Printable.text(file)):\(line):\(column): \(severity.rawValue): \(parts.joined(separator: "; "))"
    }
}

extension Diagnostic: CustomStringConvertible {
    package var description: String {
        let excerpt = SourceExcerpt(line: sourceLine, column: column)
        return "\(headline)\n\(excerpt.text)\n\(excerpt.caret)"
    }
}

/// Everything that is wrong in one lesson, in the order of the file.
package struct LessonErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    package var errors: [Diagnostic]
    package var warnings: [Diagnostic]
    /// How many more there are than are kept.
    package var omitted: Int

    package init(errors: [Diagnostic], warnings: [Diagnostic] = [], omitted: Int = 0) {
        self.errors = errors
        self.warnings = warnings
        self.omitted = omitted
    }

    package var description: String {
        var lines = (errors + warnings).map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more errors") }
        return lines.joined(separator: "\n")
    }
}

// A path may lead, by mistake or by somebody's intent, to a file that is no lesson: a list of passwords, a key. Its lines are nobody's business.

extension LessonErrors {
    /// Whether a text may be quoted: a line of it, or a map in braces, has one of the keys that make a lesson, or it holds nothing.
    package static func mayQuote(_ text: String) -> Bool {
        let subjects = LessonForms.lessons.map { Array($0.key.utf8) }
        let blank = Set(" \t\"'\u{FEFF}".utf8)
        let breaks = Set("\n\r".utf8)
        let isFlow = text.utf8.first { !blank.contains($0) && !breaks.contains($0) } == UInt8(ascii: "{")
        let cuts = isFlow ? breaks.union("{,".utf8) : breaks
        var isEmpty = true
        for line in text.utf8.lazy.split(whereSeparator: { cuts.contains($0) }) {
            let start = line.drop { blank.contains($0) }
            if !start.isEmpty { isEmpty = false }
            for subject in subjects where start.starts(with: subject) {
                if start.dropFirst(subject.count).first(where: { !blank.contains($0) }) == UInt8(ascii: ":") { return true }
            }
        }
        return isEmpty
    }

    /// The first error without a word of what the file holds.
    package var withoutQuotes: String {
        guard let first = errors.first else { return "" }
        let subjects = LessonForms.lessons.map(\.key).listed()
        var bare = first
        bare.what = "this is no lesson"
        bare.expected = "a map with \(subjects)"
        return first.sourceLine.isEmpty ? first.headline : bare.headline
    }
}

// A lesson may be a part of a larger file.

extension Diagnostic {
    package func moved(lines: Int, columns: Int) -> Diagnostic {
        var moved = self
        moved.line += lines
        moved.column += columns
        moved.sourceLine = String(repeating: " ", count: columns) + sourceLine
        return moved
    }
}

extension LessonErrors {
    package func moved(lines: Int, columns: Int) -> LessonErrors {
        LessonErrors(
            errors: errors.map { $0.moved(lines: lines, columns: columns) },
            warnings: warnings.map { $0.moved(lines: lines, columns: columns) }, omitted: omitted)
    }
}

extension Lesson {
    /// With its warnings and its own place moved.
    package func moved(lines: Int, columns: Int) -> Lesson {
        var moved = self
        moved.warnings = warnings.map { $0.moved(lines: lines, columns: columns) }
        moved.source.line += lines
        moved.source.column += columns
        return moved
    }
}
