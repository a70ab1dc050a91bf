/// Why a recording can't be used. Nothing of the file is quoted but numbers and names of layers: it may be no recording at all.
package struct RecordingError: Error, Hashable, Sendable {
    /// The line of the file, from 1; nil where the file as a whole is meant.
    package var line: Int?
    /// What was found, said of the file or the line: "is empty".
    package var what: String
    package var expected: String?
    package var hint: String?

    package init(line: Int? = nil, _ what: String, expected: String? = nil, hint: String? = nil) {
        self.line = line
        self.what = what
        self.expected = expected
        self.hint = hint
    }

    /// The line and what was found there: "line 3 has …".
    package var place: String { line.map { "line \($0) \(what)" } ?? what }
}
