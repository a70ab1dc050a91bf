package import Forms

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
