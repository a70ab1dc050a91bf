/// The position in the file of each character of a YAML scalar's value, which quotes, escapes, folds and indentation may separate.
package struct ScalarPlaces {
    private var marks: [SourceMark] = []

    package init(of value: WrittenValue, text: String, in source: SourceText) {
        var line = value.mark.line - 1
        var column = value.mark.column - 1
        func scalar() -> Unicode.Scalar? {
            guard source.lines.indices.contains(line) else { return nil }
            return source.lines[line].indices.contains(column) ? source.lines[line][column] : "\n"
        }
        func advance() {
            if column >= source.lines[line].count {
                line += 1
                column = 0
            } else {
                column += 1
            }
        }
        if case .scalar(_, isPlain: false) = value.content {
            let isBlock = scalar() == "|" || scalar() == ">"
            advance()
            // The first line of a block holds only its indicators, such as | or >-.
            while isBlock, let each = scalar() {
                advance()
                if each == "\n" { break }
            }
        }
        for wanted in text.unicodeScalars {
            let isBlank = wanted == " " || wanted == "\n"
            if !isBlank {
                // Skips escapes, folds and indentation, which the value does not contain.
                while let each = scalar(), each != wanted { advance() }
            }
            guard scalar() != nil else { break }
            marks.append(SourceMark(line: line + 1, column: column + 1))
            guard let each = scalar(), !isBlank || each == " " || each == "\t" || each == "\n" else { continue }
            advance()
        }
        // The position after the last character.
        let end = marks.last.map { SourceMark(line: $0.line, column: $0.column + 1) }
        marks.append(end ?? value.mark)
    }

    /// - Parameter offset: in Unicode scalars of the value.
    package func mark(at offset: Int) -> SourceMark { marks[min(max(offset, 0), marks.count - 1)] }
}
