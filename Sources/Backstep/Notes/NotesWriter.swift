import Foundation

/// Writes pictures into a page, in Markdown that GitHub, Docusaurus, mdBook and MyST read alike: an image, after an anchor where it has an id and
/// before its caption where it has one; as an HTML image where it is to be shown at a width.
struct NotesWriter {
    /// The way from the page to the pictures' folder.
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
        for picture in drawn {
            let id = use.id.map { id in picture.name.map { "\(id)-\($0)" } ?? id }
            if let id { paragraphs.append("<a id=\"\(Self.attribute(id))\"></a>") }
            let alternative = use.alternative ?? picture.alternative
            if let width = use.shownWidth {
                paragraphs.append(
                    "<img src=\"\(Self.attribute(path(picture.file)))\" alt=\"\(Self.attribute(alternative))\" width=\"\(width)\" />")
            } else {
                paragraphs.append("![\(Self.escaped(alternative))](\(path(picture.file)))")
            }
        }
        if let caption = use.caption, !caption.isEmpty { paragraphs.append("*\(caption)*") }
        let rest = Self.blank(block.prefix)
        return block.prefix + paragraphs.joined(separator: ending + ending + rest) + ending
    }

    /// Everything but the target stays; an alternative text comes where there is none.
    func text(_ image: NotesPage.Image, _ shown: Result<[DrawnPictures.Picture], BackstepError>?) -> String {
        switch shown {
        case .success(let drawn)? where drawn.count == 1:
            guard let alternative = image.alternative else { return path(drawn[0].file) }
            return "![\(alternative.isEmpty ? Self.escaped(drawn[0].alternative) : alternative)](\(path(drawn[0].file))"
        case .success(let drawn)?:
            // One image has one place; the lesson's others follow it.
            let all = drawn.map { "![\(Self.escaped($0.alternative))](\(path($0.file))" }
            return image.alternative == nil ? path(drawn.first?.file ?? "") : all.joined(separator: ") ")
        case .failure(let error)?:
            let line = error.description.split(separator: "\n").first.map(String.init) ?? ""
            return image.alternative == nil ? image.verbatim : "**Not drawn:** \(Self.code(line)) \(image.verbatim)"
        case nil: return image.verbatim
        }
    }

    private func note(_ reason: String, indent: String, ending: String) -> String {
        let lines = reason.split(separator: "\n").map(String.init)
        var text = "\(ending)\(indent)> **Not drawn.**\(ending)\(indent)>\(ending)"
        for line in lines { text += "\(indent)>     \(line)\(ending)" }
        return text
    }

    private func path(_ file: String) -> String {
        let path = pictures == "." ? file : "\(pictures)/\(file)"
        return path.addingPercentEncoding(withAllowedCharacters: .init(charactersIn: Self.pathCharacters)) ?? path
    }

    private static let pathCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"

    private static func blank(_ prefix: String) -> String { String(prefix.map { $0 == "\t" ? "\t" : " " }) }

    /// Text that no Markdown changes, MDX included.
    static func escaped(_ text: String) -> String {
        text.map { character in
            if character.isNewline { return " " }
            return "\\`*_{}[]<>$|~".contains(character) ? "\\\(character)" : String(character)
        }.joined()
    }

    static func attribute(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "{": "&#123;"
            case "}": "&#125;"
            case _ where character.isNewline: " "
            default: String(character)
            }
        }.joined()
    }

    private static func code(_ text: String) -> String {
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence) \(text) \(fence)"
    }
}
