/// A source line made fit to be shown, with a caret under one of its columns.
///
/// Long lines are cut around the caret, tabs stay tabs in both lines so that they stay aligned on any terminal, and what a
/// terminal would obey rather than show becomes a visible stand-in.
struct SourceExcerpt {
    static let width = 96

    var text: String
    var caret: String

    /// - Parameter column: from 1, in Unicode scalars; one past the end is allowed.
    init(line: String, column: Int) {
        let scalars = Array(line.unicodeScalars)
        let target = min(max(column - 1, 0), scalars.count)
        var first = 0
        var last = scalars.count
        if scalars.count > Self.width {
            first = max(0, min(target - Self.width * 2 / 3, scalars.count - Self.width))
            last = min(scalars.count, first + Self.width)
        }
        var shown = first > 0 ? "…" : ""
        var blank = first > 0 ? " " : ""
        for index in first..<last {
            shown.unicodeScalars.append(Printable.scalar(scalars[index]))
            guard index < target else { continue }
            blank += scalars[index] == "\t" ? "\t" : String(repeating: " ", count: Printable.columns(of: scalars[index]))
        }
        text = shown + (last < scalars.count ? "…" : "")
        caret = blank + "^"
    }
}

/// Text from a file as it may safely stand in a message.
enum Printable {
    /// A stand-in for what moves the cursor or turns the direction of writing.
    static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09: scalar
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
        default: scalar
        }
    }

    static func text(_ text: String) -> String {
        var result = ""
        for each in text.unicodeScalars { result.unicodeScalars.append(each == "\t" ? "\u{2409}" : scalar(each)) }
        return result
    }

    /// In quotes, on one line, and no longer than a glance.
    static func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

    /// On one line, and no longer than a glance.
    static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 40 else { return Self.text(text) }
        return Self.text(String(String.UnicodeScalarView(scalars.prefix(39)))) + "…"
    }

    /// How many cells a terminal gives a scalar: none for combining marks, two for East Asian wide ones.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
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
