extension String {
    /// Words in HTML, as text or as an attribute's value between quotation marks.
    ///
    /// Braces are written by their numbers too: a page may be a template of Vue, JSX or Liquid, to which they mean code; and backticks, whose code a
    /// page of knitr runs wherever it stands.
    package var escapedForHTML: String {
        writing { scalar, text in
            if let reference = scalar.reference {
                text += reference
            } else if scalar == "`" {
                text += "&#96;"
            } else {
                text.append(scalar.isText ? scalar : "\u{FFFD}")
            }
        }
    }

    /// Words in XML, as text or as an attribute's value between quotation marks. What XML can't hold becomes �.
    package var escapedForXML: String {
        writing { scalar, text in
            if let reference = scalar.reference {
                text += reference
            } else if scalar.isXML {
                // Controls of C1 are legal by their numbers; bare, some readers refuse them.
                if (0x7F...0x9F).contains(scalar.value) { text += "&#\(scalar.value);" } else { text.append(scalar) }
            } else {
                text.append("\u{FFFD}")
            }
        }
    }

    /// An attribute's value between quotation marks in a tag that stands in Markdown, which ends a block of HTML at an empty line.
    package var escapedForTagInMarkdown: String { withoutDirections.onOneLine.escapedForHTML }
}

extension Unicode.Scalar {
    /// What means something in markup, by name or number.
    fileprivate var reference: String? {
        switch self {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'", "{", "}", "\r": "&#\(value);"
        default: nil
        }
    }
}
