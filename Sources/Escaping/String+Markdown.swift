// A page of Markdown is read by many programs: as CommonMark, by pandoc, by Python-Markdown, as MDX (where braces hold JavaScript, and a paragraph
// that begins with import or export is a module's line), as a template of Vue (where {{…}} in what the page becomes is code) or of Liquid (where {{…}}
// and {%…%} in what the page is are code). What all know are named and numbered references; a backslash only where all know it.

/// Where words come to stand in a page of Markdown.
package enum MarkdownPlace: Sendable {
    /// At the start of a line, where numbers, dashes and the words of modules would mean more than words.
    case lineStart
    case inLine
    /// In the brackets of an image, whose text becomes an attribute, without tags.
    case alternative
}

extension String {
    /// Words that all readers show as they are, on one line.
    package func escaped(forMarkdown place: MarkdownPlace) -> String {
        let scalars = Array(withoutDirections.spacedOut.unicodeScalars.drop { place == .lineStart && $0 == " " })
        var text = ""
        // Whether nothing but digits stands before, as before the dot of a list's number.
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
            // Two of them stay code in what the page becomes, whatever they are written as; a tag without a meaning parts them.
            case "{": text += (previous == "{" && place != .alternative ? "<span></span>" : "") + scalar.numbered
            case "\\", "*", "_", "[", "]", "#": text += "\\\(scalar)"
            // knitr runs what stands between a backtick with an r and the next backtick, whatever stands before them.
            case "}", "`", "$", "~", "^", "|", "@": text += scalar.numbered
            case ":": text += isFirst || next.map { $0 != " " } == true ? scalar.numbered : ":"
            case "-", "=", "+", "%": text += isFirst || isRun ? scalar.numbered : "\(scalar)"
            case ".", ")":
                // GitHub makes a link of what begins with www and a dot.
                let isAddress = scalar == "." && index > 2 && scalars[index - 3..<index].allSatisfy { $0 == "w" || $0 == "W" }
                text += isAddress || isAfterNumber && index > 0 ? scalar.numbered : "\(scalar)"
            case "e", "i": text += isFirst && scalars.beginsModule ? scalar.numbered : "\(scalar)"
            default: text.append(scalar.isText ? scalar : "\u{FFFD}")
            }
            isAfterNumber = isAfterNumber && scalar.isASCIIDigit
        }
        return text
    }

    /// Words in the type of code, such as a message with its places: a span of code would leave braces to templates. Spaces stay as many.
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

    /// Markdown that a page's author wrote for one line, with its emphasis, links and mathematics, but without tags, code of templates, commands of TeX
    /// and links that are programs. What may not be mathematics (`WrittenMathematics`) or a link stays as words.
    package var asMarkdownWithoutCode: String {
        let scalars = Array(withoutDirections.onOneLine.unicodeScalars)
        var text = ""
        // Whether a dollar sign is left that could end mathematics is looked for once.
        let ends = scalars.indices.filter { scalars[$0] == "$" && ($0 == 0 || scalars[$0 - 1] != "\\") }
        var sign = 0
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isRun = index > 0 && scalars[index - 1] == "{"
            switch scalar {
            case "<": text += "&lt;"
            // A reference would write a brace or a dollar sign past this.
            case "&": text += "&amp;"
            case "{": text += (isRun ? "<span></span>" : "") + scalar.numbered
            case "}": text += scalar.numbered
            case "\\":
                // Before a letter it is itself to Markdown, and a command to TeX; before brackets mathematics to some.
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

    /// LaTeX's mathematics as it may stand between dollar signs: a space, which means nothing there, parts braces that a template would take for its own.
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

    /// An attribute's value between quotation marks as pandoc and Quarto read `{key="value"}`: references, and backslashes before signs.
    package var escapedForPandocAttribute: String {
        escapedForTagInMarkdown.writing { scalar, text in if scalar == "\\" { text += scalar.numbered } else { text.append(scalar) } }
    }

    /// With a space for each line break and tab.
    private var spacedOut: String { writing { scalar, text in text.append(scalar.breaksLine || scalar == "\t" ? " " : scalar) } }
}

extension Unicode.Scalar {
    fileprivate var numbered: String { "&#\(value);" }
}

extension [Unicode.Scalar] {
    /// Whether MDX would take a line that begins so for JavaScript's.
    fileprivate var beginsModule: Bool {
        ["import", "export"].contains { word in
            starts(with: word.unicodeScalars)
                && (count == 6 || !(self[6].properties.isAlphabetic || self[6].isASCIIDigit || self[6] == "_"))
        }
    }
}
