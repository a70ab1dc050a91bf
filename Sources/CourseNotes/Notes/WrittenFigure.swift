import Backstep
import Escaping

/// The pictures of one lesson as a figure of a page.
struct WrittenFigure {
    let use: LessonUse
    let drawn: [DrawnPictures.Picture]
    let dialect: NotesDialect
    /// The figure's number, if the page counts its figures and this has a caption.
    let number: Int?
    /// The folder of the pictures, relative to the page.
    let folder: String

    /// Whether the figure has a caption and so, where figures have numbers, a number.
    static func isCaptioned(_ use: LessonUse, in dialect: NotesDialect) -> Bool {
        use.caption.map { !$0.isEmpty } ?? false || use.id != nil && dialect.captionsEveryTarget
    }

    /// The figure's paragraphs, of one or more lines.
    /// - Parameters:
    ///   - fence: the marks around the block that it replaces. A fence inside others must be no longer than it.
    ///   - isNested: whether it is in a list, a quotation or the like.
    func paragraphs(fence: String, isNested: Bool) -> [String] {
        switch dialect {
        case .markdown, .github: plain
        // Python-Markdown reads Markdown inside of HTML only where nothing is around it.
        case .mkdocs: isNested ? plain : framed(attributes: " markdown=\"1\"")
        case .hugo, .html: framed(attributes: "")
        case .myst: drawn.indices.map { directive($0, fence) }
        }
    }

    /// Anchors, images, and the caption as a line of emphasis.
    private var plain: [String] {
        drawn.indices.flatMap { [anchor($0), image(drawn[$0])].compactMap(\.self) } + (caption.map { ["*\($0)*"] } ?? [])
    }

    /// An element of HTML. What is in it is Markdown, since empty lines are around it.
    private func framed(attributes: String) -> [String] {
        guard let caption else { return plain }
        let id = id(0).map { " id=\"\($0.escapedForTagInMarkdown)\"" } ?? ""
        let images = drawn.indices.flatMap { [$0 > 0 ? anchor($0) : nil, image(drawn[$0])].compactMap(\.self) }
        return ["<figure\(id)\(attributes)>"] + images + ["<figcaption\(attributes)>", caption, "</figcaption>\n</figure>"]
    }

    /// A directive of MyST, which takes one picture.
    private func directive(_ index: Int, _ fence: String) -> String {
        var lines = ["\(fence){figure} \(path(drawn[index]).asDirectivePath)"]
        if let id = id(index) { lines.append(":name: \(id.quotedForYAML)") }
        lines.append(":alt: \(alternative(drawn[index]).quotedForYAML)")
        if let width = use.shownWidth { lines.append(":width: \(width)\(width.hasSuffix("%") ? "" : "px")") }
        if let caption { lines += ["", caption] }
        return (lines + [fence]).joined(separator: "\n")
    }

    private func image(_ picture: DrawnPictures.Picture) -> String {
        let source = path(picture).percentEncodedPath
        let markdown = "![\(alternative(picture).escaped(forMarkdown: .alternative))](\(source))"
        guard let width = use.shownWidth else { return markdown }
        // MkDocs corrects the addresses of images in Markdown alone.
        if dialect == .mkdocs { return "\(markdown){ width=\"\(width)\" }" }
        return
            "<img src=\"\(source)\" alt=\"\(alternative(picture).escapedForTagInMarkdown)\" width=\"\(width.escapedForTagInMarkdown)\" />"
    }

    private func anchor(_ index: Int) -> String? { id(index).map { "<a id=\"\($0.escapedForTagInMarkdown)\"></a>" } }

    /// Links to the block's id lead to its first picture.
    private func id(_ index: Int) -> String? { use.id.map { index > 0 ? "\($0)-\(drawn[index].name ?? "")" : $0 } }

    private func alternative(_ picture: DrawnPictures.Picture) -> String { use.alternative ?? picture.alternative }

    private func path(_ picture: DrawnPictures.Picture) -> String { folder == "." ? picture.file : "\(folder)/\(picture.file)" }

    private var caption: String? {
        guard Self.isCaptioned(use, in: dialect), let first = drawn.first else { return nil }
        let written = use.caption.flatMap { $0.isEmpty ? nil : $0 }
        // A picture's own title is its headline, which it shows already.
        let title = use.lesson.title ?? first.title
        if let number { return "Figure \(number). " + (written?.asMarkdownWithoutCode ?? title.escaped(forMarkdown: .inLine)) }
        if dialect == .myst { return written?.asMarkdownParagraph ?? title.escaped(forMarkdown: .lineStart) }
        return written?.asMarkdownWithoutCode
    }
}

extension String {
    /// This path as the argument of a directive of MyST, which is no address.
    var asDirectivePath: String {
        let escaped = flatMap { $0 == " " || $0 == "\\" ? "\\\($0)" : "\($0)" }
        return String(escaped).onOneLine
    }
}
