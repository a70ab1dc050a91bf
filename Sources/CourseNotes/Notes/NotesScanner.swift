/// Reads a page line by line, following CommonMark's rules for blocks as far as they decide which text is code.
struct NotesScanner {
    private let lines: [Line]
    private var index = 0
    private var pending: ArraySlice<NotesPage.Piece> = []
    /// The columns at which the contents of the open list items begin.
    private var lists: [Int] = []
    private var followsBlank = true
    private var isInCode = false
    /// Whether an earlier line of the paragraph begins with a tag of HTML. What follows it is HTML for CommonMark, up to the next blank line.
    private var isInHTML = false
    private var quotedFence: Fence?
    /// The open fences of directives whose contents are Markdown, each with the number of lists around it.
    private var directives: [(fence: Fence, lists: Int)] = []
    /// Fences of lessons that stay code although their author probably meant a picture.
    private(set) var strays: [NotesPage.Stray] = []
    private var images = ImageScanner()
    /// A property, so that it is made only once per page: making it takes as long as reading hundreds of characters.
    private let raw = #/<(pre|script|style|textarea)(?=[\s>]|$)/#.ignoresCase()
    /// The first line of an admonition, a block of details or a tab of Python-Markdown, whose contents are indented by four columns.
    private let admonition = #/(!!!|\?\?\?\+?|===[!+]?) +\S/#
    /// The end of the current paragraph (the lines up to the next blank one), and the last of its lines on which a comment ends.
    private var paragraph: (end: Int, lastCommentEnd: Int?) = (0, nil)

    init(_ text: String, hasFrontMatter: Bool) {
        lines = Line.split(text)
        if hasFrontMatter { skipFrontMatter() }
    }

    struct Line {
        /// The line without its ending.
        var text: String
        /// "\n", "\r\n", "\r", or "" at the end of the page.
        var ending: String

        var whole: String { text + ending }
        var isBlank: Bool { text.allSatisfy { $0 == " " || $0 == "\t" } }

        static func split(_ text: String) -> [Line] {
            var lines: [Line] = []
            var line = ""
            for character in text {
                switch character {
                case "\n", "\r\n", "\r":
                    lines.append(Line(text: line, ending: String(character)))
                    line = ""
                default: line.append(character)
                }
            }
            if !line.isEmpty { lines.append(Line(text: line, ending: "")) }
            return lines
        }
    }

    struct Fence {
        var character: Character
        var count: Int
        var info: String

        /// - Parameter text: a line without its indentation.
        init?(_ text: some StringProtocol) {
            guard let character = text.first, character == "`" || character == "~" else { return nil }
            count = text.prefix { $0 == character }.count
            guard count >= 3 else { return nil }
            self.character = character
            info = text.dropFirst(count).trimmingSpaces
            if character == "`", info.contains("`") { return nil }
        }

        func isClosed(by text: some StringProtocol) -> Bool {
            let run = text.prefix { $0 == character }.count
            return run >= count && text.dropFirst(run).allSatisfy { $0 == " " || $0 == "\t" }
        }

        enum Contents { case code, markdown, unknown }

        /// What a fence holds. Markdown is in fences of directives, as in MyST: ```` ```{note} ````.
        var contents: Contents {
            guard info.hasPrefix("{"), let end = info.firstIndex(of: "}") else { return .code }
            let name = info[info.index(after: info.startIndex)..<end]
            if Self.markdownDirectives.contains(name.split(separator: ":").last ?? name) { return .markdown }
            return name.hasPrefix(".") || Self.codeDirectives.contains(String(name)) ? .code : .unknown
        }

        private static let markdownDirectives: Set<Substring> = [
            "admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip", "warning", "todo",
            "dropdown", "details", "tab-set", "tab-item", "tabs", "tab", "group-tab", "card", "card-carousel", "grid", "grid-item",
            "grid-item-card", "margin", "sidebar", "topic", "aside", "div", "container", "epigraph", "pull-quote", "highlights", "compound",
            "figure-md", "exercise", "solution", "proof", "theorem", "lemma", "corollary", "definition", "example", "remark", "algorithm",
            "versionadded", "versionchanged", "deprecated", "only",
        ]
        private static let codeDirectives: Set<String> = [
            "code", "code-block", "code-cell", "sourcecode", "literalinclude", "parsed-literal", "raw", "math", "mermaid", "eval-rst",
            "csv-table", "toctree", "image", "figure", "include", "python", "r", "julia", "ojs", "dot", "bash", "sh", "js", "sql",
        ]

        /// The attributes of a lesson's block: `backstep`, `backstep {#id …}`, `{.backstep #id …}` or `{backstep}`.
        var lesson: NoteAttributes? {
            if info.hasPrefix("{") {
                let attributes = NoteAttributes(info)
                return attributes.classes.first == "backstep" || attributes.values.first?.key == "backstep" ? attributes : nil
            }
            let word = info.prefix { !$0.isWhitespace && $0 != "{" }
            return word == "backstep" ? NoteAttributes(info.dropFirst(word.count)) : nil
        }
    }

    mutating func next() -> NotesPage.Piece? {
        while pending.isEmpty, index < lines.count { scanLine() }
        return pending.popFirst()
    }

    private mutating func take(through last: Int) {
        while index <= min(last, lines.count - 1) {
            pending.append(.text(lines[index].whole))
            index += 1
        }
    }

    private mutating func skipFrontMatter() {
        guard let first = lines.first?.text, first == "---" || first == "\u{FEFF}---" else { return }
        guard let end = lines.indices.dropFirst().first(where: { ["---", "..."].contains(lines[$0].text.trimmingSpaces) }) else { return }
        take(through: end)
    }

    private mutating func scanLine() {
        let line = lines[index]
        guard !line.isBlank else {
            followsBlank = true
            isInHTML = false
            quotedFence = nil
            take(through: index)
            return
        }
        defer { followsBlank = false }
        var indent = Self.columns(line.text)
        while let offset = lists.last, indent < offset { lists.removeLast() }
        while let open = directives.last, open.lists > lists.count { directives.removeLast() }
        var base = lists.last ?? 0
        if indent - base >= 4, followsBlank || isInCode {
            isInCode = true
            note(line.text.drop { $0 == " " || $0 == "\t" }, "it is indented as code", "at most three spaces")
            take(through: index)
            return
        }
        isInCode = false
        var content = line.text.drop { $0 == " " || $0 == "\t" }
        while lists.count < Self.mostNested, indent - base < 4, let marker = Self.listMarker(content) {
            indent += marker
            base = indent
            lists.append(indent)
            content = content.dropFirst(marker)
        }
        if !content.hasPrefix(">") { quotedFence = nil }
        if content.first == "<", content.dropFirst().first.map({ $0.isLetter || $0 == "/" }) ?? false { isInHTML = true }
        if let open = directives.last, open.fence.isClosed(by: content) {
            directives.removeLast()
            take(through: index)
        } else if "!?=".contains(content.first ?? " "), lists.count < Self.mostNested, content.prefixMatch(of: admonition) != nil {
            lists.append(indent + 4)
            scanImages()
        } else if let fence = Fence(content) {
            scanFence(fence, prefix: String(line.text.dropLast(content.count)), base: base, indent: indent)
        } else if let end = rawEnd(content) {
            let last = lines.indices[index...].first { position in
                let text = position == index ? content.dropFirst(4) : Substring(lines[position].text)
                return text.lowercased().contains(end)
            }
            take(through: last ?? lines.count - 1)
        } else if content.hasPrefix(">") {
            scanQuote(content)
        } else {
            scanImages()
        }
    }

    /// In a block quotation, fences of other code hide the text between them.
    private mutating func scanQuote(_ content: Substring) {
        var inside = content.drop { $0 == ">" || $0 == " " || $0 == "\t" }
        if let open = quotedFence {
            if open.isClosed(by: inside) { quotedFence = nil }
            take(through: index)
            return
        }
        let quotes = content.dropLast(inside.count).count { $0 == ">" }
        while let marker = Self.listMarker(inside) { inside = inside.dropFirst(marker) }
        guard let fence = Fence(inside) else { return scanImages() }
        guard let attributes = fence.lesson else {
            quotedFence = fence
            take(through: index)
            return
        }
        let prefix = String(lines[index].text.dropLast(inside.count))
        var body: [Line] = []
        var end = index + 1
        var isClosed = false
        while end < lines.count, !isClosed, let text = Self.unquoted(lines[end].text, quotes) {
            isClosed = fence.isClosed(by: text.drop { $0 == " " || $0 == "\t" })
            if !isClosed { body.append(Line(text: String(text), ending: lines[end].ending)) }
            end += 1
        }
        append(attributes, body, prefix: prefix, indent: 0, moved: prefix.count, through: end - 1, isClosed: isClosed)
    }

    /// A line without the marks of a quotation and a space after each; nil if it has fewer.
    private static func unquoted(_ line: String, _ quotes: Int) -> Substring? {
        var rest = Substring(line)
        for _ in 0..<quotes {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.popFirst() == ">" else { return nil }
            if rest.first == " " { rest = rest.dropFirst() }
        }
        return rest
    }

    private mutating func scanImages() {
        if index >= paragraph.end {
            let rest = lines[index...].prefix { !$0.isBlank }
            paragraph = (rest.endIndex, rest.lastIndex { $0.text.contains("-->") })
        }
        let endsLater = paragraph.lastCommentEnd.map { $0 > index } ?? false
        pending += images.pieces(of: lines[index].text, commentEndsLater: endsLater, number: index + 1)
        if images.hasTag {
            let reason = "this picture is not drawn: it is a tag of HTML; expected ![](lesson.backstep.yaml)"
            strays.append(NotesPage.Stray(line: index + 1, reason: reason))
        }
        pending.append(.text(lines[index].ending))
        index += 1
        if index < lines.count, lines[index].isBlank { images.endParagraph() }
    }

    private mutating func scanFence(_ fence: Fence, prefix: String, base: Int, indent: Int) {
        let outer = directives.last?.fence
        if fence.contents == .markdown, fence.lesson == nil, directives.count < Self.mostNested {
            directives.append((fence, lists.count))
            take(through: index)
            return
        }
        if let outer, outer.character == fence.character, outer.count <= fence.count {
            note(lines[index].text.drop { $0 == " " || $0 == "\t" }, "the fence around it is as short", "a longer outer fence")
            take(through: index)
            return
        }
        var end = index + 1
        var isClosed = false
        while end < lines.count {
            let line = lines[end]
            let columns = Self.columns(line.text)
            if !line.isBlank {
                // Text to the left of a list item's contents ends the item and with it the fence.
                let content = line.text.drop { $0 == " " || $0 == "\t" }
                if columns < base || outer?.isClosed(by: content) == true { break }
                if columns - base < 4, fence.isClosed(by: content) {
                    isClosed = true
                    break
                }
            }
            end += 1
        }
        let last = isClosed ? end : end - 1
        guard let attributes = fence.lesson else {
            for inner in (index + 1)..<max(end, index + 1) where fence.contents == .unknown {
                note(
                    lines[inner].text.trimmingSpaces[...], "it is in a fence of \(fence.info)", "a fence of Markdown, as {note}", at: inner)
            }
            take(through: last)
            return
        }
        append(attributes, Array(lines[(index + 1)..<end]), prefix: prefix, indent: indent, moved: 0, through: last, isClosed: isClosed)
    }

    /// Adds a lesson's block and moves behind its last line.
    /// - Parameters:
    ///   - indent: the columns of white space before the fence, which are removed from the lines of the body.
    ///   - moved: the columns that were already removed from them.
    private mutating func append(
        _ attributes: NoteAttributes, _ body: [Line], prefix: String, indent: Int, moved: Int, through last: Int, isClosed: Bool
    ) {
        let columns = body.filter { !$0.isBlank }.map { Self.columns($0.text) }
        let cut = moved > 0 ? columns.min() ?? 0 : columns.reduce(indent, min)
        pending.append(
            .block(
                NotesPage.Block(
                    line: index + 1, prefix: prefix, attributes: attributes,
                    body: body.map { Self.unindented($0.text, by: cut) + "\n" }.joined(), indentation: moved > 0 ? moved : cut,
                    verbatim: lines[index...last].map(\.whole).joined(), isClosed: isClosed,
                    ending: lines[index].ending.isEmpty ? "\n" : lines[index].ending, isInHTML: isInHTML)))
        // A blank line is put before the picture.
        isInHTML = false
        index = last + 1
    }

    /// Notes the fence of a lesson that stays code.
    private mutating func note(_ text: Substring, _ reason: String, _ expected: String, at line: Int? = nil) {
        guard Fence(text)?.lesson != nil else { return }
        strays.append(NotesPage.Stray(line: (line ?? index) + 1, reason: "this block is not drawn: \(reason); expected \(expected)"))
    }

    /// The indentation of a text in columns; a tab goes to the next multiple of 4.
    static func columns(_ text: some StringProtocol) -> Int {
        var columns = 0
        for character in text {
            switch character {
            case " ": columns += 1
            case "\t": columns += 4 - columns % 4
            default: return columns
            }
        }
        return columns
    }

    private static func unindented(_ text: String, by columns: Int) -> String {
        var rest = Substring(text)
        var count = 0
        while count < columns, let first = rest.first, first == " " || first == "\t" {
            count += first == " " ? 1 : 4 - count % 4
            rest.removeFirst()
        }
        return String(repeating: " ", count: max(0, count - columns)) + rest
    }

    /// The deepest nesting of lists that is recognized.
    private static let mostNested = 100

    /// The number of characters of a list marker with the spaces after it; nil if there is none.
    private static func listMarker(_ text: Substring) -> Int? {
        var index = text.startIndex
        var count = 1
        guard let first = text.first else { return nil }
        // A colon begins the definition of a term.
        if !["-", "+", "*", ":"].contains(first) {
            while index < text.endIndex, ("0"..."9").contains(text[index]) {
                guard count <= 9 else { return nil }
                count += 1
                index = text.index(after: index)
            }
            guard count > 1, index < text.endIndex, text[index] == "." || text[index] == ")" else { return nil }
        }
        index = text.index(after: index)
        // After more than four spaces the contents are indented code, which begins one space after the marker.
        let rest = text[index...]
        let spaces = rest.prefix(5).prefix { $0 == " " }.count
        guard spaces > 0, let next = rest.drop(while: { $0 == " " }).first, !next.isWhitespace else { return nil }
        return spaces > 4 ? count + 1 : count + spaces
    }

    /// The text that ends a block of raw HTML, in which Markdown is ignored; nil if no such block begins here.
    private func rawEnd(_ text: Substring) -> String? {
        guard text.first == "<" else { return nil }
        if text.hasPrefix("<!--") { return "-->" }
        guard let match = text.prefixMatch(of: raw) else { return nil }
        return "</\(match.1.lowercased())>"
    }
}
