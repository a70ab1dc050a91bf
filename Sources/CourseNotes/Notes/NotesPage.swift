/// A page of notes in Markdown, split into text that stays and parts that become pictures.
///
/// Fenced blocks whose info string begins with `backstep`, and images whose target ends in `.backstep.yaml`, become pictures, also in lists,
/// definitions, quotations, admonitions, tabs and fences of MyST's directives. They are ignored in other fences, indented code, code spans, HTML comments,
/// elements such as `<pre>`, and the page's front matter.
struct NotesPage {
    enum Piece {
        /// Text that stays as it is.
        case text(String)
        case block(Block)
        case image(Image)
        case reference(Reference)
    }

    struct Block {
        /// The line of the opening fence, from 1.
        var line: Int
        /// The text before the fence: white space, list markers and the marks of a quotation.
        var prefix: String
        var attributes: NoteAttributes
        /// The lines between the fences, without the fence's indentation.
        var body: String
        /// The number of columns removed from the start of each line of the body.
        var indentation: Int
        /// The text from the line of the opening fence to that of the closing one.
        var verbatim: String
        var isClosed: Bool
        /// The line ending: "\n" or "\r\n".
        var ending: String
        /// Whether tags of HTML are before it without a blank line between them, so that Markdown in its place would be shown as it is.
        var isInHTML = false

        /// The backticks or tildes that begin the block.
        var fence: Substring {
            let rest = verbatim.dropFirst(prefix.count)
            return rest.prefix { $0 == rest.first }
        }
    }

    struct Image {
        var line: Int
        /// The alternative text as written; nil in a link reference definition.
        var alternative: String?
        var target: String
        var attributes = NoteAttributes()
        /// The text from `![` to the end of the attributes; of a definition, the target.
        var verbatim: String
        /// The text from the end of the target to the parenthesis, with the title; empty in a definition.
        var closing = ""
        /// What a definition defines; nil for others.
        var label: String?
    }

    /// A reference to a figure by its number: `{numref}`fig-a``, or `[](#fig-a)`, a link without words; or an image `![][a]` without an
    /// alternative text, whose target is defined elsewhere.
    struct Reference {
        var id: String
        /// The words, with %s in the place of the number; nil if there are none.
        var words: String?
        var verbatim: String

        var isImage: Bool { verbatim.hasPrefix("!") }
    }

    /// A block that stays code although it looks like a lesson's.
    struct Stray {
        var line: Int
        var reason: String
    }

    private(set) var pieces: [Piece] = []
    private(set) var strays: [Stray] = []

    /// - Parameter hasFrontMatter: whether lines between `---` at the start are data about the page.
    init(_ text: String, hasFrontMatter: Bool = true) {
        var scanner = NotesScanner(text, hasFrontMatter: hasFrontMatter)
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
        strays = scanner.strays
    }
}
