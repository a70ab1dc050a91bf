/// Finds the images of a line that are lessons.
struct ImageScanner {
    /// Whether a comment has begun on an earlier line.
    private var isInComment = false

    static let ending = ".backstep.yaml"

    /// A comment inside a paragraph ends with it.
    mutating func endParagraph() { isInComment = false }

    /// - Parameters:
    ///   - commentEndsLater: whether a later line of the paragraph ends a comment.
    ///   - number: the line's, from 1.
    mutating func pieces(of line: String, commentEndsLater: Bool, number: Int) -> [NotesPage.Piece] {
        if let match = line.firstMatch(of: #/^ {0,3}\[[^\]]+\]:\s*(?:<([^<>]+)>|(\S+))/#), !isInComment {
            let target = String(match.1 ?? match.2 ?? "")
            if target.hasSuffix(Self.ending), let range = line.range(of: target, from: match.range.lowerBound) {
                return [
                    .text(String(line[..<range.lowerBound])),
                    .image(.init(line: number, alternative: nil, target: target, attributes: NoteAttributes(), verbatim: target)),
                    .text(String(line[range.upperBound...])),
                ]
            }
        }
        var pieces: [NotesPage.Piece] = []
        var rest = Substring(line)
        var start = rest.startIndex
        func flush(to end: String.Index) { if start < end { pieces.append(.text(String(line[start..<end]))) } }
        while let first = rest.first {
            if isInComment {
                guard let end = rest.firstRange(of: "-->") else { break }
                rest = rest[end.upperBound...]
                isInComment = false
            } else if first == "\\" {
                rest = rest.dropFirst(2)
            } else if first == "`" {
                let run = rest.prefix { $0 == "`" }
                rest = Self.afterCode(rest.dropFirst(run.count), run: run.count)
            } else if rest.hasPrefix("<!--"), commentEndsLater || rest.dropFirst(4).contains("-->") {
                isInComment = true
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("!["), let image = Self.image(rest, number) {
                flush(to: rest.startIndex)
                pieces.append(.image(image))
                rest = rest.dropFirst(image.verbatim.count)
                start = rest.startIndex
            } else {
                rest = rest.dropFirst()
            }
        }
        flush(to: line.endIndex)
        return pieces
    }

    /// Past the code span; where it has no end, its backticks are letters.
    private static func afterCode(_ text: Substring, run count: Int) -> Substring {
        var rest = text
        while let next = rest.firstIndex(of: "`") {
            let run = rest[next...].prefix { $0 == "`" }
            if run.count == count { return rest[run.endIndex...] }
            rest = rest[run.endIndex...]
        }
        return text
    }

    private static func image(_ text: Substring, _ number: Int) -> NotesPage.Image? {
        var rest = text.dropFirst(2)
        let alternativeStart = rest.startIndex
        var depth = 1
        while depth > 0 {
            // Deeper than anybody writes: many openings without an end must not be looked through from each.
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
            target = rest.prefix { $0 != ">" }
            rest = rest.dropFirst(target.count + 1)
        } else {
            target = rest.prefix { !$0.isWhitespace && $0 != ")" }
            rest = rest.dropFirst(target.count)
        }
        guard target.hasSuffix(ending), let close = rest.firstIndex(of: ")") else { return nil }
        var attributes = NoteAttributes()
        let after = rest[rest.index(after: close)...]
        if after.hasPrefix("{"), let end = after.firstIndex(of: "}") { attributes = NoteAttributes(after[...end]) }
        return NotesPage.Image(
            line: number, alternative: String(alternative), target: String(target), attributes: attributes,
            verbatim: String(text[..<rest.startIndex]))
    }
}

extension String {
    /// Where `word` stands at or after a place.
    fileprivate func range(of word: String, from start: Index) -> Range<Index>? { self[start...].firstRange(of: word) }
}
