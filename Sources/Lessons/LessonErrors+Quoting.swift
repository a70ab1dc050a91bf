package import Forms

// By mistake or by intent, a path may lead to a file that is not a lesson, such as a list of passwords or a key. Its lines must not be
// printed.

extension LessonErrors {
    /// Whether a text may be quoted: it is blank, or it has a key that makes a lesson and another one that such a lesson requires, and each
    /// line without indent begins with a lesson's key, perhaps misspelt. Other programs' files also have a key `network`, with a password
    /// below it.
    package static func mayQuote(_ text: String) -> Bool {
        let blank = Set(" \t\"'\u{FEFF}".utf8)
        let breaks = Set("\n\r".utf8)
        let isFlow = text.utf8.first { !blank.contains($0) && !breaks.contains($0) } == UInt8(ascii: "{")
        let names = Set(LessonKind.allCases.flatMap { $0.form.keys.map(\.name) })
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
            || LessonKind.allCases.contains { kind in
                let needed = kind.neededKeys.sorted()
                return words.contains(kind.key) && words.contains { $0.count < 20 && needed.nearest(to: $0) != nil }
            }
    }

    private static func mayBegin(_ word: String, with names: Set<String>) -> Bool {
        // Closing brackets, comments and document markers.
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

    /// The first error, without any text from the file.
    package var withoutQuotes: String {
        guard let first = errors.first else { return "" }
        let subjects = LessonKind.allCases.map(\.key).listed()
        var bare = first
        bare.what = "this is no lesson"
        bare.expected = "a map with \(subjects), and no keys beside it but a lesson's"
        return first.sourceLine.isEmpty ? first.headline : bare.headline
    }
}

extension LessonKind {
    /// Keys of which a lesson of this kind has at least one: others than its own, if it requires any.
    fileprivate var neededKeys: Set<String> {
        switch self {
        case .network:
            Set((form.keys + LessonForms.network.keys).filter { $0.presence == .required }.map(\.name)).subtracting([key])
        case .experiment: ["kind", "variants"]
        case .expression, .recording: [key]
        }
    }
}
