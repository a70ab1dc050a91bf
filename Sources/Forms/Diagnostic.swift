import Escaping

/// An error or a warning at one position of a lesson's file.
///
/// Its description is `file:line:column: error: what; expected …; hint`, followed by the source line and a caret under the column.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case error, warning }

    package var severity: Severity
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    /// The path of the value in the document: `network.layers[2].dense.weight`; empty for the document itself.
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

/// All errors of one lesson, with its warnings, in the order of the file.
package struct LessonErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    package var errors: [Diagnostic]
    package var warnings: [Diagnostic]
    /// The number of further errors, which were not kept.
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

// A lesson may be part of a larger file, such as a page of notes: its diagnostics are then moved to their position in that file.

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
