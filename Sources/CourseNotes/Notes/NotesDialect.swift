/// The program that is going to read a page.
package enum NotesDialect: String, CaseIterable, Sendable {
    /// What GitHub, Docusaurus, mdBook and MyST all understand: an anchor if there is an id, an image, and a line of emphasis if there is a
    /// caption. An image with a width is written in HTML.
    case markdown
    case github, mkdocs, hugo, html, myst

    /// Whether the page itself numbers its figures, and names the numbers where it refers to them.
    var numbersFigures: Bool {
        switch self {
        case .github, .mkdocs, .hugo, .html: true
        // MyST counts them itself, over all pages.
        case .markdown, .myst: false
        }
    }

    /// Whether an image may be followed by attributes in braces. Where readers differ, it has them if the author wrote some that are not for
    /// Backstep.
    var takesAttributes: Bool {
        switch self {
        case .markdown, .mkdocs: true
        case .github, .hugo, .html, .myst: false
        }
    }

    /// Whether an image in a line may be an element of HTML. MyST's readers look for the files of images in Markdown alone.
    var takesElements: Bool {
        switch self {
        case .markdown, .github, .hugo, .html: true
        case .mkdocs, .myst: false
        }
    }

    /// Whether a figure with an id but without a caption gets its title as one, since a figure without a caption has no number.
    var captionsEveryTarget: Bool {
        switch self {
        case .github, .mkdocs, .hugo, .html, .myst: true
        case .markdown: false
        }
    }
}
