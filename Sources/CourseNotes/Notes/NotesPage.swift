/// A page of notes in Markdown, cut into what stays and what becomes pictures.
///
/// Pictures come from fenced blocks whose info string begins with `backstep`, and from images whose target ends in `.backstep.yaml`. Nothing is taken
/// for either inside other fences, indented code, code spans, quoted blocks of code, HTML comments, `<pre>` and the like, or the page's front matter.
struct NotesPage {
    enum Piece {
        /// As it stands.
        case text(String)
        case block(Block)
        case image(Image)
    }

    struct Block {
        /// Of the opening fence, from 1.
        var line: Int
        /// What stands before the fence: white space, or a list's marker.
        var prefix: String
        var attributes: NoteAttributes
        /// Without the fence's indentation.
        var body: String
        /// What each line of the body has lost at its start, in characters.
        var indentation: Int
        /// From the opening fence's line to the closing one's.
        var verbatim: String
        var isClosed: Bool
        /// Of its lines: "\n" or "\r\n".
        var ending: String
    }

    struct Image {
        var line: Int
        /// As it is written; nil in the definition of a link.
        var alternative: String?
        var target: String
        var attributes: NoteAttributes
        /// From `![` to the target's end.
        var verbatim: String
    }

    private(set) var pieces: [Piece] = []

    init(_ text: String) {
        var scanner = NotesScanner(text)
        var plain = ""
        while let piece = scanner.next() {
            if case .text(let more) = piece {
                plain += more
                continue
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(piece)
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
    }
}
