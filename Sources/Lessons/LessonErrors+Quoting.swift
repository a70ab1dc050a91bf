package import Forms

// A path may lead, by mistake or by somebody's intent, to a file that is no lesson: a list of passwords, a key. Its lines are nobody's business.

extension LessonErrors {
    /// Whether a text may be quoted: it holds nothing, or it has a key that makes a lesson and another that such a lesson needs, and each line that is
    /// not indented begins with a lesson's key, misspelt perhaps. Other programs' files have a key `network` too, with an access's password below it.
    package static func mayQuote(_ text: String) -> Bool {
        let blank = Set(" \t\"'\u{FEFF}".utf8)
        let breaks = Set("\n\r".utf8)
        let isFlow = text.utf8.first { !blank.contains($0) && !breaks.contains($0) } == UInt8(ascii: "{")
        let names = Set(LessonForms.lessons.flatMap { $0.form.keys.map(\.name) })
        var words: Set<String> = []
        var isEmpty = true
        for line in text.utf8.lazy.split(whereSeparator: { breaks.contains($0) }) {
            if line.contains(where: { !blank.contains($0) }) { isEmpty = false }
            let isIndented = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            if !isFlow, !isIndented, !mayBegin(word(line), with: names) { return false }
            for piece in line.split(whereSeparator: { "{,".utf8.contains($0) }) {
                let start = piece.drop { blank.contains($0) || $0 == UInt8(ascii: "-") }
                if let end = start.firstIndex(of: UInt8(ascii: ":")), start[..<end].count < 64 { words.insert(word(start[..<end])) }
            }
        }
        return isEmpty
            || LessonForms.lessons.contains { subject, _ in
                let needed = needed(beside: subject).sorted()
                return words.contains(subject) && words.contains { $0.count < 20 && needed.nearest(to: $0) != nil }
            }
    }

    private static func needed(beside subject: String) -> Set<String> {
        switch subject {
        case "network":
            Set((LessonForms.networkLesson.keys + LessonForms.network.keys).filter { $0.presence == .required }.map(\.name)).subtracting([
                subject
            ])
        case "experiment": ["kind"]
        default: [subject]
        }
    }

    private static func mayBegin(_ word: String, with names: Set<String>) -> Bool {
        // Ends of lists and maps, comments, marks of documents.
        guard let first = word.unicodeScalars.first, !"]}#".unicodeScalars.contains(first), word != "---", word != "..." else {
            return true
        }
        return names.contains(word) || names.sorted().nearest(to: word) != nil
    }

    /// A line's first word, without quotation marks.
    private static func word(_ line: some Sequence<UInt8>) -> String {
        let ends = Set(" \t:\"'".utf8)
        let start = line.drop { "\"'\u{FEFF} \t".utf8.contains($0) }
        return String(decoding: start.prefix { !ends.contains($0) }, as: UTF8.self)
    }

    /// The first error without a word of what the file holds.
    package var withoutQuotes: String {
        guard let first = errors.first else { return "" }
        let subjects = LessonForms.lessons.map(\.key).listed()
        var bare = first
        bare.what = "this is no lesson"
        bare.expected = "a map with \(subjects), and no keys beside it but a lesson's"
        return first.sourceLine.isEmpty ? first.headline : bare.headline
    }
}
