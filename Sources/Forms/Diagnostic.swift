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
