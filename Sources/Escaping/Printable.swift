/// Makes text from a file safe to show on a terminal.
package enum Printable {
    /// The scalar itself, or a visible replacement if it would move the cursor or change the direction of writing.
    package static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09: scalar
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFF9...0xFFFB: "\u{FFFD}"
        default: scalar.turnsDirection || scalar.isNoncharacter ? "\u{FFFD}" : scalar
        }
    }

    /// The text on one line: tabs and line breaks become visible signs.
    package static func text(_ text: String) -> String {
        text.writing { each, text in text.append(each == "\t" ? "\u{2409}" : scalar(each)) }
    }

    /// The text with its line breaks kept; CR LF becomes LF.
    package static func lines(_ text: String) -> String {
        var rest = text.unicodeScalars.makeIterator()
        var result = ""
        var next = rest.next()
        while let each = next {
            next = rest.next()
            if each == "\r", next == "\n" { continue }
            result.append(each == "\n" ? each : scalar(each))
        }
        return result
    }

    /// The text in quotes, on one line, and cut to 40 scalars.
    package static func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

    /// The text on one line, cut to 40 scalars.
    package static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 40 else { return Self.text(text) }
        return Self.text(String(scalars: scalars.prefix(39))) + "…"
    }

    /// How many terminal cells a scalar takes: none for combining marks and joiners, two for wide East Asian characters.
    package static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        // Format characters that do take a cell: the soft hyphen and signs that precede digits.
        case 0xAD, 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: return 1
        // Hangul vowels and final consonants share the cell of the syllable's first letter.
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
