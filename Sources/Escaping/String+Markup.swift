extension String {
    /// Escaped for HTML, as text or as a quoted attribute value.
    ///
    /// Braces become numbered references too, since in a Vue, JSX or Liquid template they mean code. So do backticks, since knitr runs
    /// inline code anywhere in its page.
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

    /// Escaped for XML, as text or as a quoted attribute value. Scalars that XML can't hold become �.
    package var escapedForXML: String {
        writing { scalar, text in
            if let reference = scalar.reference {
                text += reference
            } else if scalar.isXML {
                // C1 controls are legal, but some readers accept them only as numbered references.
                if (0x7F...0x9F).contains(scalar.value) { text += "&#\(scalar.value);" } else { text.append(scalar) }
            } else {
                text.append("\u{FFFD}")
            }
        }
    }

    /// Escaped for a quoted attribute value of a tag inside Markdown. It is on one line, since an empty line would end the block of HTML.
    package var escapedForTagInMarkdown: String { withoutDirections.onOneLine.escapedForHTML }
}

extension Unicode.Scalar {
    /// The named or numbered reference for a scalar that has a meaning in markup; nil for any other.
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
