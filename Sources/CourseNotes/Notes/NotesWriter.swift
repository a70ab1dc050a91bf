import Backstep
import Escaping

/// Writes pictures, and references to them, into a page.
struct NotesWriter {
    /// The relative path from the page to the folder of the pictures.
    let pictures: String
    let dialect: NotesDialect
    /// The numbers of figures by their ids, for references to them.
    let numbers: [String: Int]
    /// The alternative texts of the pictures that definitions name, by the labels in lower case.
    var alternatives: [String: String] = [:]

    /// - Parameter number: the figure's number, if the page counts its figures and this has a caption.
    func text(
        _ block: NotesPage.Block, _ use: LessonUse?, _ shown: Result<[DrawnPictures.Picture], BackstepError>?, number: Int?
    ) -> String {
        let ending = block.ending
        guard case .success(let drawn)? = shown, let use else {
            var reason = ""
            if case .failure(let error)? = shown { reason = error.description }
            return block.verbatim + (block.verbatim.hasSuffix("\n") || block.verbatim.hasSuffix("\r\n") ? "" : ending)
                + note(reason, indent: Self.blank(block.prefix), ending: ending)
        }
        let figure = WrittenFigure(use: use, drawn: drawn, dialect: dialect, number: number, folder: pictures)
        let parts = figure.paragraphs(fence: String(block.fence), isNested: !block.prefix.isEmpty)
        let rest = Self.blank(block.prefix)
        let between = ending + Self.empty(rest) + ending + rest
        let before = block.isInHTML ? Self.empty(rest) + ending : ""
        return before + block.prefix + parts.map { $0.replacing("\n", with: ending + rest) }.joined(separator: between) + ending
    }

    /// Replaces an image, or the target of a definition.
    func text(_ image: NotesPage.Image, _ use: LessonUse?, _ shown: Result<[DrawnPictures.Picture], BackstepError>?) -> String {
        switch shown {
        case .success(let drawn)?:
            guard let use else { return image.verbatim }
            return WrittenImage(image: image, use: use, drawn: drawn, dialect: dialect, folder: pictures).text
        case .failure(let error)?:
            let line = error.description.split(separator: "\n").first.map(String.init) ?? ""
            return image.alternative == nil ? image.verbatim : "**Not drawn:** \(line.asCodeInMarkdown) \(image.verbatim)"
        case nil: return image.verbatim
        }
    }

    /// A link with the figure's number, if the page has a figure with this id; otherwise the reference may be to something else.
    func text(_ reference: NotesPage.Reference) -> String {
        if reference.isImage {
            let words = alternatives[reference.id.lowercased()]?.escaped(forMarkdown: .alternative)
            return words.map { "![\($0)][\(reference.id)]" } ?? reference.verbatim
        }
        guard let number = numbers[reference.id] else { return reference.verbatim }
        let words = (reference.words ?? "Figure %s").replacing("%s", with: "\(number)").replacing("{number}", with: "\(number)")
        return "[\(words)](#\(reference.id.percentEncodedPath))"
    }

    private func note(_ reason: String, indent: String, ending: String) -> String {
        let lines = reason.split(separator: "\n").map(String.init)
        var text = "\(Self.empty(indent))\(ending)\(indent)> **Not drawn.**\(ending)\(indent)>\(ending)"
        for (index, line) in lines.enumerated() {
            text += "\(indent)> \(line.asCodeInMarkdown)\(index + 1 < lines.count ? "<br />" : "")\(ending)"
        }
        return text
    }

    /// What stands before the block's other lines: the prefix with list markers as spaces.
    private static func blank(_ prefix: String) -> String { String(prefix.map { $0 == "\t" || $0 == ">" ? $0 : " " }) }

    /// An empty line with this indentation, which in a quotation has its mark.
    private static func empty(_ indent: String) -> String { indent.contains(">") ? indent.trimmingSpaces : "" }
}
