/// A position in a file: line and column from 1, the column in Unicode scalars, as in libyaml.
package struct SourceMark: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A file's text, addressed by line and column.
package struct SourceText: Sendable {
    package let file: String
    package let text: String
    /// The lines without their line breaks.
    package let lines: [[Unicode.Scalar]]

    /// Splits lines as libyaml does: at CR LF, CR, LF, NEL, LS and PS.
    package init(file: String, text: String) {
        self.file = file
        self.text = text
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where afterReturn: afterReturn = false
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
                lines.append(line)
                line = []
                afterReturn = scalar.value == 0x0D
            default:
                line.append(scalar)
                afterReturn = false
            }
        }
        lines.append(line)
        self.lines = lines
    }

    /// The text of a mark's line; empty if the mark is past the end.
    package func line(at mark: SourceMark) -> String {
        guard lines.indices.contains(mark.line - 1) else { return "" }
        return String(String.UnicodeScalarView(lines[mark.line - 1]))
    }

    /// The same mark, moved to the end of the text if it is past the end.
    package func clamped(_ mark: SourceMark) -> SourceMark {
        let isAtEnd = mark.line > lines.count || mark.line == lines.count && lines[mark.line - 1].isEmpty
        guard isAtEnd, mark.line > 1 else { return SourceMark(line: max(mark.line, 1), column: max(mark.column, 1)) }
        // Most files end with an empty line, so that a message points after the last line with text instead.
        let last = lines.lastIndex { !$0.isEmpty } ?? 0
        return SourceMark(line: last + 1, column: lines[last].count + 1)
    }
}
