import Backstep
import Escaping

/// Writes pictures into a page, in Markdown that GitHub, Docusaurus, mdBook and MyST all understand: an anchor if there is an id, an image,
/// and a caption if there is one. An image with a width is written in HTML.
struct NotesWriter {
    /// The relative path from the page to the folder of the pictures.
    let pictures: String

    func text(
        _ block: NotesPage.Block, _ use: LessonUse?, _ shown: Result<[DrawnPictures.Picture], BackstepError>?
    ) -> String {
        let ending = block.ending
        guard case .success(let drawn)? = shown, let use else {
            var reason = ""
            if case .failure(let error)? = shown { reason = error.description }
            return block.verbatim + (block.verbatim.hasSuffix("\n") || block.verbatim.hasSuffix("\r\n") ? "" : ending)
                + note(reason, indent: Self.blank(block.prefix), ending: ending)
        }
        var paragraphs: [String] = []
        for (index, picture) in drawn.enumerated() {
            // Links to the block's id lead to its first figure.
            let id = use.id.map { id in index > 0 ? "\(id)-\(picture.name ?? "")" : id }
            if let id { paragraphs.append("<a id=\"\(id.escapedForTagInMarkdown)\"></a>") }
            let alternative = use.alternative ?? picture.alternative
            if let width = use.shownWidth {
                paragraphs.append(
                    "<img src=\"\(path(picture.file))\" alt=\"\(alternative.escapedForTagInMarkdown)\" width=\"\(width.escapedForTagInMarkdown)\" />"
                )
            } else {
                paragraphs.append("![\(alternative.escaped(forMarkdown: .alternative))](\(path(picture.file)))")
            }
        }
        if let caption = use.caption, !caption.isEmpty { paragraphs.append("*\(caption.asMarkdownWithoutCode)*") }
        let rest = Self.blank(block.prefix)
        return block.prefix + paragraphs.joined(separator: ending + Self.empty(rest) + ending + rest) + ending
    }

    /// Replaces the target of an image, and adds an alternative text if there is none. Everything else stays.
    func text(_ image: NotesPage.Image, _ shown: Result<[DrawnPictures.Picture], BackstepError>?) -> String {
        switch shown {
        case .success(let drawn)? where drawn.count == 1:
            guard let alternative = image.alternative else { return path(drawn[0].file) }
            return
                "![\(alternative.isEmpty ? drawn[0].alternative.escaped(forMarkdown: .alternative) : alternative)](\(path(drawn[0].file))"
        case .success(let drawn)?:
            // The lesson's other figures follow the first.
            let all = drawn.map { "![\($0.alternative.escaped(forMarkdown: .alternative))](\(path($0.file))" }
            return image.alternative == nil ? path(drawn.first?.file ?? "") : all.joined(separator: ") ")
        case .failure(let error)?:
            let line = error.description.split(separator: "\n").first.map(String.init) ?? ""
            return image.alternative == nil ? image.verbatim : "**Not drawn:** \(line.asCodeInMarkdown) \(image.verbatim)"
        case nil: return image.verbatim
        }
    }

    private func note(_ reason: String, indent: String, ending: String) -> String {
        let lines = reason.split(separator: "\n").map(String.init)
        var text = "\(Self.empty(indent))\(ending)\(indent)> **Not drawn.**\(ending)\(indent)>\(ending)"
        for (index, line) in lines.enumerated() {
            text += "\(indent)> \(line.asCodeInMarkdown)\(index + 1 < lines.count ? "<br />" : "")\(ending)"
        }
        return text
    }

    private func path(_ file: String) -> String {
        let path = pictures == "." ? file : "\(pictures)/\(file)"
        return path.percentEncodedPath
    }

    /// What stands before the block's other lines: the prefix with list markers as spaces.
    private static func blank(_ prefix: String) -> String { String(prefix.map { $0 == "\t" || $0 == ">" ? $0 : " " }) }

    /// An empty line with this indentation, which in a quotation has its mark.
    private static func empty(_ indent: String) -> String { indent.contains(">") ? indent.trimmingSpaces : "" }
}
