/// A place in a file: line and column from 1, the column in Unicode scalars, as libyaml counts them.
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
    /// Without their line ends.
    package let lines: [[Unicode.Scalar]]

    /// Lines end where libyaml ends them: at CR LF, CR, LF, NEL, LS or PS.
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

    /// The line that a mark stands on; empty past the end.
    package func line(at mark: SourceMark) -> String {
        guard lines.indices.contains(mark.line - 1) else { return "" }
        return String(String.UnicodeScalarView(lines[mark.line - 1]))
    }

    /// A mark inside the text, where the given one lies behind its end.
    package func clamped(_ mark: SourceMark) -> SourceMark {
        let isAtEnd = mark.line > lines.count || mark.line == lines.count && lines[mark.line - 1].isEmpty
        guard isAtEnd, mark.line > 1 else { return SourceMark(line: max(mark.line, 1), column: max(mark.column, 1)) }
        // The end of a file mostly is an empty line: point behind the last thing that was written.
        let last = lines.lastIndex { !$0.isEmpty } ?? 0
        return SourceMark(line: last + 1, column: lines[last].count + 1)
    }
}
