import Mustache
import Notation

/// Words of a lesson in a page of HTML, as text or in an attribute.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.isForbidden: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Words of a lesson in LaTeX text.
struct LaTeXText: MustacheContentType {
    func escapeText(_ text: String) -> String { Formula.words(text.withoutDirections).runningLatex }
}

/// Words of a lesson in Markdown, on one line.
struct MarkdownText: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var result = ""
        for scalar in text.withoutDirections.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": result += " "
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "+", "-", "!", "|", "$", "~", "^", ":", "@", "=":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.isForbidden: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether HTML and XML have no place for it.
    var isForbidden: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: false
        default: true
        }
    }
}

extension String {
    /// Without directions, and with a space for a tab and whatever else steers a terminal.
    var forTerminal: String {
        var result = ""
        for scalar in withoutDirections.unicodeScalars {
            result.unicodeScalars.append(scalar.isForbidden || scalar == "\t" ? " " : scalar)
        }
        return result
    }

    /// Without the marks that turn the direction of the text around them, which would reach past the words they stand in.
    var withoutDirections: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
