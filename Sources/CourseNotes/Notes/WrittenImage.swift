import Backstep
import Escaping

/// The pictures of one lesson in the place of an image in a line. Its options are gone from the page, since only Backstep knows them.
struct WrittenImage {
    let image: NotesPage.Image
    let use: LessonUse
    let drawn: [DrawnPictures.Picture]
    let dialect: NotesDialect
    /// The folder of the pictures, relative to the page.
    let folder: String

    /// The lesson's other figures follow the first.
    var text: String {
        // The target alone is replaced in a definition.
        guard image.alternative != nil else { return drawn.first.map(path) ?? "" }
        return drawn.indices.map(written).joined(separator: " ")
    }

    private func written(_ index: Int) -> String {
        let picture = drawn[index]
        let others = dialect.takesAttributes ? attributes(index) : []
        let anchor = index == 0 && !dialect.takesAttributes ? use.id.map { "<a id=\"\($0.escapedForTagInMarkdown)\"></a>" } ?? "" : ""
        if let width = use.shownWidth, dialect.takesElements, others.isEmpty {
            let title = self.title.map { " title=\"\($0.escapedForTagInMarkdown)\"" } ?? ""
            return anchor + "<img src=\"\(path(picture))\" alt=\"\(words(picture).escapedForTagInMarkdown)\""
                + " width=\"\(width.escapedForTagInMarkdown)\"\(title) />"
        }
        let width = dialect.takesAttributes ? use.shownWidth.map { ["width=\"\($0)\""] } ?? [] : []
        let all = (others + width).joined(separator: " ")
        let braces = all.isEmpty ? "" : dialect == .mkdocs ? "{ \(all) }" : "{\(all)}"
        return anchor + "![\(alternative(picture))](\(path(picture))\(image.closing)\(braces)"
    }

    private func path(_ picture: DrawnPictures.Picture) -> String {
        (folder == "." ? picture.file : "\(folder)/\(picture.file)").percentEncodedPath
    }

    /// What stands in the brackets of the only picture, which is all that the author says of it in Markdown.
    private var bracketed: String? { drawn.count == 1 ? image.alternative.flatMap { $0.isEmpty ? nil : $0 } : nil }

    private func alternative(_ picture: DrawnPictures.Picture) -> String {
        bracketed ?? (use.alternative ?? picture.alternative).escaped(forMarkdown: .alternative)
    }

    /// The alternative text as words rather than Markdown.
    private func words(_ picture: DrawnPictures.Picture) -> String {
        bracketed?.withoutBackslashes ?? use.alternative ?? picture.alternative
    }

    /// The title between quotation marks.
    private var title: String? {
        let inside = image.closing.dropLast().trimmingSpaces
        guard inside.count > 1, let first = inside.first, first == "\"" || first == "'", inside.last == first else { return nil }
        return String(inside.dropFirst().dropLast()).withoutBackslashes
    }

    /// The attributes that are not for Backstep, as they are written in braces. Only one picture can have the id.
    private func attributes(_ index: Int) -> [String] {
        let words = ["alt", "fig-alt"]
        var kept: [String] = []
        if index == 0, let id = image.attributes.id { kept.append("#\(id)") }
        for name in image.attributes.classes { kept.append(".\(name)") }
        for (key, value) in image.attributes.values {
            guard words.contains(key) ? bracketed != nil : !LessonUse.isOption(key, value) else { continue }
            kept.append(value.isEmpty ? key : "\(key)=\"\(value.escapedForPandocAttribute)\"")
        }
        return kept
    }
}

extension String {
    /// Without the backslashes that keep signs of Markdown from their meaning.
    fileprivate var withoutBackslashes: String {
        var (text, isEscaped) = ("", false)
        for character in self {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if isEscaped, character.isLetter || character.isNumber || character.isWhitespace { text += "\\" }
            text.append(character)
            isEscaped = false
        }
        return isEscaped ? text + "\\" : text
    }
}
