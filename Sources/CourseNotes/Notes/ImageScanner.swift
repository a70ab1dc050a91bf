/// Finds the images in a line whose targets are lessons.
struct ImageScanner {
    /// Whether the position is inside a comment, which may have begun on an earlier line.
    private var isInComment = false
    /// Whether the last line has a tag `<img>` whose source is a lesson, which stays a tag.
    private(set) var hasTag = false

    static let ending = ".backstep.yaml"
    /// A property, so that it is made only once per page.
    private let reference = #/ {0,3}\[([^\]]+)\]:\s*(?:<([^<>]+)>|(\S+))/#

    /// A comment inside a paragraph ends at the end of the paragraph.
    mutating func endParagraph() { isInComment = false }

    /// - Parameters:
    ///   - commentEndsLater: whether a comment ends on a later line of the paragraph.
    ///   - number: the number of the line, from 1.
    mutating func pieces(of line: String, commentEndsLater: Bool, number: Int) -> [NotesPage.Piece] {
        if !isInComment, line.drop(while: { $0 == " " }).first == "[", let match = line.prefixMatch(of: reference) {
            let target = String(match.2 ?? match.3 ?? "")
            if target.hasSuffix(Self.ending), let range = line.range(of: target, from: match.1.endIndex) {
                return [
                    .text(String(line[..<range.lowerBound])),
                    .image(.init(line: number, alternative: nil, target: target, verbatim: target, label: String(match.1))),
                    .text(String(line[range.upperBound...])),
                ]
            }
        }
        hasTag = false
        var pieces: [NotesPage.Piece] = []
        var rest = Substring(line)
        var ends = LineEnds(line)
        var start = rest.startIndex
        func flush(to end: String.Index) { if start < end { pieces.append(.text(String(line[start..<end]))) } }
        while let first = rest.first {
            if isInComment {
                guard let end = ends.afterComment(from: rest.startIndex) else { break }
                rest = rest[end...]
                isInComment = false
            } else if first == "\\" {
                rest = rest.dropFirst(2)
            } else if first == "`" {
                let run = rest.prefix { $0 == "`" }
                rest = rest[(ends.afterCode(from: run.endIndex, run: run.count) ?? run.endIndex)...]
            } else if rest.hasPrefix("<!--"),
                commentEndsLater || ends.afterComment(from: rest.index(rest.startIndex, offsetBy: 4)) != nil
            {
                isInComment = true
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("<img"), let end = ends.next(.angle, from: rest.startIndex) {
                if Self.isLesson(tag: rest[..<end]) { hasTag = true }
                rest = rest[end...]
            } else if rest.hasPrefix("!["), let image = Self.image(rest, number, &ends) {
                flush(to: rest.startIndex)
                pieces.append(.image(image))
                rest = rest.dropFirst(image.verbatim.count)
                start = rest.startIndex
            } else if let reference = Self.reference(rest) {
                flush(to: rest.startIndex)
                pieces.append(.reference(reference))
                rest = rest.dropFirst(reference.verbatim.count)
                start = rest.startIndex
            } else {
                rest = rest.dropFirst()
            }
        }
        flush(to: line.endIndex)
        return pieces
    }

    /// Whether the source of a tag is a lesson. Nobody's tag or path is longer.
    private static func isLesson(tag: Substring) -> Bool {
        let tag = tag.prefix(2_000)
        return tag.contains(ending) && tag.firstMatch(of: #/\bsrc\s*=\s*["']?[^"'\s]{0,300}\.backstep\.yaml(?=["'\s\/]|$)/#) != nil
    }

    /// No id or text of a reference is longer.
    private static let mostOfReference = 200

    private static func reference(_ text: Substring) -> NotesPage.Reference? {
        let (opening, end): (String, Character) =
            switch text.first {
            case "{": ("{numref}`", "`")
            case "[": ("[](#", ")")
            case "!": ("![][", "]")
            default: ("", " ")
            }
        guard !opening.isEmpty, text.hasPrefix(opening) else { return nil }
        let inside = text.dropFirst(opening.count).prefix(mostOfReference).prefix { $0 != end }
        guard !inside.isEmpty, inside.endIndex < text.endIndex, text[inside.endIndex] == end else { return nil }
        let verbatim = text[...inside.endIndex]
        guard end == "`", inside.last == ">", let start = inside.firstIndex(of: "<") else {
            return NotesPage.Reference(id: String(inside), words: nil, verbatim: String(verbatim))
        }
        let words = inside[..<start].trimmingSpaces
        return NotesPage.Reference(id: String(inside[start...].dropFirst().dropLast()), words: words, verbatim: String(verbatim))
    }

    private static func image(_ text: Substring, _ number: Int, _ ends: inout LineEnds) -> NotesPage.Image? {
        var rest = text.dropFirst(2)
        let alternativeStart = rest.startIndex
        var depth = 1
        while depth > 0 {
            // Nobody nests brackets deeper than 32. The limit keeps many opening brackets without an end from taking quadratic time.
            guard depth <= 32, let character = rest.popFirst() else { return nil }
            switch character {
            case "\\": rest = rest.dropFirst()
            case "[": depth += 1
            case "]": depth -= 1
            default: break
            }
        }
        let alternative = text[alternativeStart..<text.index(before: rest.startIndex)]
        guard rest.popFirst() == "(" else { return nil }
        rest = rest.drop(while: \.isWhitespace)
        let target: Substring
        if rest.first == "<" {
            rest = rest.dropFirst()
            guard let end = ends.next(.angle, from: rest.startIndex) else { return nil }
            target = rest[..<end]
            rest = rest[rest.index(after: end)...]
        } else {
            guard let end = ends.next(.target, from: rest.startIndex) else { return nil }
            target = rest[..<end]
            rest = rest[end...]
        }
        guard target.hasSuffix(ending), let close = ends.next(.parenthesis, from: rest.startIndex) else { return nil }
        let after = rest[rest.index(after: close)...]
        var image = NotesPage.Image(
            line: number, alternative: String(alternative), target: String(target), verbatim: String(text[...close]),
            closing: String(rest[...close]))
        if after.hasPrefix("{"), let end = ends.next(.brace, from: after.startIndex) {
            image.attributes = NoteAttributes(after[...end])
            image.verbatim = String(text[...end])
        }
        return image
    }
}

/// Finds the ends of comments, code and parts of images in a line that is read from left to right. Results are kept, so that many
/// beginnings with the same end take linear time: a line may be as long as a page.
private struct LineEnds {
    enum Kind: CaseIterable {
        /// The end of a target in angle brackets, of a target without them, of an image's parenthesis, and of attributes.
        case angle, target, parenthesis, brace

        func isEnd(_ character: Character) -> Bool {
            switch self {
            case .angle: character == ">"
            case .target: character.isWhitespace || character == ")"
            case .parenthesis: character == ")"
            case .brace: character == "}"
            }
        }
    }

    private let line: String
    /// The position from which each kind was last searched, and the end found; the line's end if there is none.
    private var found: [Kind: (from: String.Index, end: String.Index)] = [:]
    private var comment: (from: String.Index, end: String.Index?)?
    /// The beginnings of runs of backticks by the length of the run, the last first; nil until they are needed.
    private var runs: [Int: [String.Index]]?

    init(_ line: String) { self.line = line }

    mutating func next(_ kind: Kind, from start: String.Index) -> String.Index? {
        if let known = found[kind], known.from <= start, start <= known.end { return known.end == line.endIndex ? nil : known.end }
        let end = line[start...].firstIndex(where: kind.isEnd) ?? line.endIndex
        found[kind] = (start, end)
        return end == line.endIndex ? nil : end
    }

    /// The position after the next end of a comment.
    mutating func afterComment(from start: String.Index) -> String.Index? {
        if let known = comment, known.from <= start {
            guard let end = known.end else { return nil }
            // The known end is still ahead, with all three characters of "-->".
            if start <= end, line.index(start, offsetBy: 3, limitedBy: end) != nil { return end }
        }
        let end = line[start...].firstRange(of: "-->")?.upperBound
        comment = (start, end)
        return end
    }

    /// The position after the code span that a run of backticks before `start` begins; nil if it has no end.
    mutating func afterCode(from start: String.Index, run count: Int) -> String.Index? {
        // Taken out of the property, so that changing it makes no copy.
        var places = runs.take() ?? Self.runs(of: line)
        while let next = places[count]?.last, next < start { places[count]?.removeLast() }
        runs = places
        return places[count]?.last.map { line.index($0, offsetBy: count) }
    }

    private static func runs(of line: String) -> [Int: [String.Index]] {
        var runs: [Int: [String.Index]] = [:]
        var rest = Substring(line)
        while let next = rest.firstIndex(of: "`") {
            let run = rest[next...].prefix { $0 == "`" }
            runs[run.count, default: []].append(next)
            rest = rest[run.endIndex...]
        }
        return runs.mapValues { $0.reversed() }
    }
}

extension String {
    /// The first occurrence of `word` at or after a position.
    fileprivate func range(of word: String, from start: Index) -> Range<Index>? { self[start...].firstRange(of: word) }
}
