import Escaping
import Mustache

// How values that are inserted into a template are escaped, by the type of text that the template makes.

/// For HTML, as text or in an attribute.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForHTML }
}

/// For running text of LaTeX.
struct LaTeXText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForLaTeX }
}

/// For a line of Markdown. The alternative text of an image is escaped differently and so is a separate value.
struct MarkdownText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escaped(forMarkdown: .lineStart) }
}
