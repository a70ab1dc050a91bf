// Many programs read a page of Markdown: CommonMark readers, pandoc, Python-Markdown, MDX (where braces hold JavaScript, and a paragraph
// that begins with import or export is code of a module), Vue templates (where {{…}} in the finished page is code) and Liquid templates
// (where {{…}} and {%…%} in the source are code). All of them understand named and numbered references; a backslash is used only before
// signs where all understand it.

/// A position in a page of Markdown, which decides what must be escaped.
package enum MarkdownPlace: Sendable {
    /// The start of a line, where a number, a dash or the word import can have a meaning.
    case lineStart
    case inLine
    /// The alternative text of an image, which becomes an attribute and so can't hold tags.
    case alternative
}

extension String {
    /// Escaped, on one line, so that all of those programs show it unchanged.
    package func escaped(forMarkdown place: MarkdownPlace) -> String {
        let scalars = Array(withoutDirections.spacedOut.unicodeScalars.drop { place == .lineStart && $0 == " " })
        var text = ""
        // Whether only digits came before, so that a dot here would begin a numbered list.
        var isAfterNumber = place == .lineStart
        for (index, scalar) in scalars.enumerated() {
            let previous = index > 0 ? scalars[index - 1] : nil
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isFirst = index == 0 && place == .lineStart
            let isRun = previous == scalar || next == scalar
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            // In the finished page {{ is code to Vue, even if it was written as references; an empty tag keeps the two braces apart.
            case "{": text += (previous == "{" && place != .alternative ? "<span></span>" : "") + scalar.numbered
            case "\\", "*", "_", "[", "]", "#": text += "\\\(scalar)"
            // knitr runs the text from "`r " to the next backtick as code, even if a backslash precedes it: so a reference.
            case "}", "`", "$", "~", "^", "|", "@": text += scalar.numbered
            case ":": text += isFirst || next.map { $0 != " " } == true ? scalar.numbered : ":"
            case "-", "=", "+", "%": text += isFirst || isRun ? scalar.numbered : "\(scalar)"
            case ".", ")":
                // GitHub turns words that begin with "www." into a link.
                let isAddress = scalar == "." && index > 2 && scalars[index - 3..<index].allSatisfy { $0 == "w" || $0 == "W" }
                text += isAddress || isAfterNumber && index > 0 ? scalar.numbered : "\(scalar)"
            case "e", "i": text += isFirst && scalars.beginsModule ? scalar.numbered : "\(scalar)"
            default: text.append(scalar.isText ? scalar : "\u{FFFD}")
            }
            isAfterNumber = isAfterNumber && scalar.isASCIIDigit
        }
        return text
    }

    /// Escaped and in a `code` element, with every space kept. Backticks would not do, since templates run the braces inside them.
    package var asCodeInMarkdown: String {
        var text = ""
        var isAfterSpace = true
        for piece in spacedOut.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false) {
            if piece.startIndex > unicodeScalars.startIndex {
                text += isAfterSpace ? "&nbsp;" : " "
                isAfterSpace = true
            }
            if !piece.isEmpty { isAfterSpace = false }
            text += String(scalars: piece).escaped(forMarkdown: .inLine)
        }
        return "<code>\(text)</code>"
    }

    /// One line of Markdown that a page's author wrote, with its emphasis, links and mathematics, but without tags, template code, TeX
    /// commands and links that run programs. Mathematics (`WrittenMathematics`) and links that are refused stay as words.
    package var asMarkdownWithoutCode: String {
        let scalars = Array(withoutDirections.onOneLine.unicodeScalars)
        var text = ""
        // The positions of all dollar signs that could end mathematics, found once so that many of them do not make this quadratic.
        let ends = scalars.indices.filter { scalars[$0] == "$" && ($0 == 0 || scalars[$0 - 1] != "\\") }
        var sign = 0
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isRun = index > 0 && scalars[index - 1] == "{"
            switch scalar {
            case "<": text += "&lt;"
            // A character reference could write a brace or a dollar sign without this code seeing it.
            case "&": text += "&amp;"
            case "{": text += (isRun ? "<span></span>" : "") + scalar.numbered
            case "}": text += scalar.numbered
            case "\\":
                // Before a letter TeX takes it for a command, and before a bracket some programs take it for mathematics.
                guard let next, !next.isASCIILetter else {
                    text += #"\\"#
                    break
                }
                text += "()[]{}<>&$".unicodeScalars.contains(next) ? next.numbered : next.isText ? "\\\(next)" : "\u{FFFD}"
                index += 1
            case "$":
                while sign < ends.count, ends[sign] < index { sign += 1 }
                guard sign + 1 < ends.count, ends[sign] == index,
                    let formula = WrittenMathematics.forMarkdown(scalars[index + 1..<ends[sign + 1]]),
                    !scalars[(ends[sign + 1] + 1)...].prefix(1).contains(where: { $0.isASCIIDigit || $0 == "$" })
                else {
                    text += scalar.numbered
                    break
                }
                text += "$\(formula)$"
                index = ends[sign + 1]
            case "]": text += WrittenLink.isHarmless(scalars[(index + 1)...].prefix(4_096)) ? "]" : scalar.numbered
            default: text.append(scalar.isText ? scalar : "\u{FFFD}")
            }
            index += 1
        }
        return text
    }

    /// The same for a line of its own, which stays a paragraph whatever sign it begins with.
    package var asMarkdownParagraph: String {
        let text = asMarkdownWithoutCode
        guard let first = text.unicodeScalars.first, first.isASCII, !first.isASCIILetter, first != "&", first != "$", first != "\\" else {
            return text
        }
        let rest = text.unicodeScalars.dropFirst()
        switch first {
        // Emphasis begins with these too, if a word follows; a line of them alone is a rule.
        case "*", "_": if let next = rest.first(where: { $0 != first }), next != " ", rest.first != " " { return text }
        // A definition of a link is no paragraph.
        case "[": if !text.contains("]:") { return text }
        default: break
        }
        return first.numbered + String(scalars: rest)
    }

    /// LaTeX mathematics to put between dollar signs. A space, which math mode ignores, splits {{, {% and {#, which templates would run.
    package var mathematicsInMarkdown: String {
        var text = ""
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            if previous == "{", scalar == "{" || scalar == "%" || scalar == "#" { text += " " }
            text.append(scalar)
            previous = scalar
        }
        return text
    }

    /// Escaped for a value in `{key="value"}`, in which pandoc and Quarto read character references and backslash escapes.
    package var escapedForPandocAttribute: String {
        escapedForTagInMarkdown.writing { scalar, text in if scalar == "\\" { text += scalar.numbered } else { text.append(scalar) } }
    }

    /// With each line break and tab replaced by a space.
    private var spacedOut: String { writing { scalar, text in text.append(scalar.breaksLine || scalar == "\t" ? " " : scalar) } }
}

extension Unicode.Scalar {
    fileprivate var numbered: String { "&#\(value);" }
}

extension [Unicode.Scalar] {
    /// Whether MDX would take a line that begins with these scalars for an import or export of JavaScript.
    fileprivate var beginsModule: Bool {
        ["import", "export"].contains { word in
            starts(with: word.unicodeScalars)
                && (count == 6 || !(self[6].properties.isAlphabetic || self[6].isASCIIDigit || self[6] == "_"))
        }
    }
}
