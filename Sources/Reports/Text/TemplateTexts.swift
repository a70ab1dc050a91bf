import Escaping
import Mustache

// How what is filled into a template is escaped, by the kind of text that the template makes.

/// Words in a page of HTML, as text or in an attribute.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForHTML }
}

/// Words in LaTeX text.
struct LaTeXText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForLaTeX }
}

/// Words in Markdown, on one line. What stands in an image's brackets has a template value of its own.
struct MarkdownText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escaped(forMarkdown: .lineStart) }
}
