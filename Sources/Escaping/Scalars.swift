// Text goes into a format scalar by scalar, never by Character: a Character is a grapheme cluster, and a mark, a joiner or a prepended sign beside
// a quotation mark, a backslash or a brace makes another Character of it, which no comparison finds, while whatever reads the file finds the sign.

extension Unicode.Scalar {
    /// Whether XML 1.0 can hold it.
    package var isXML: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// C0, DEL and C1.
    package var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    /// Never a character of any text: U+FFFE and the like.
    package var isNoncharacter: Bool { value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value) }

    /// Whether text may have it: all but controls (white space aside) and noncharacters, which no file of ours could pass on.
    package var isText: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x85: true
        default: !isControl && !isNoncharacter
        }
    }

    /// Whether it turns the direction of the text around it, which would reach past the words that it stands in.
    package var turnsDirection: Bool {
        switch value {
        case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether any reader of text begins a new line after it.
    package var breaksLine: Bool {
        switch value {
        case 0xA...0xD, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    package var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

    package var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    /// U+202E as it is written: with at least four digits.
    package var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// Made of scalars, of which neighbours may form one Character.
    package init(scalars: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }

    /// Each scalar written as `write` says.
    func writing(_ write: (Unicode.Scalar, inout String) -> Void) -> String {
        var result = ""
        result.reserveCapacity(utf8.count + utf8.count / 8)
        for scalar in unicodeScalars { write(scalar, &result) }
        return result
    }

    /// On one line: runs of white space with a line break or a tab in them become a space; at the ends, nothing.
    package var onOneLine: String {
        var result = UnicodeScalarView()
        var isBroken = false
        for scalar in unicodeScalars {
            if scalar.breaksLine || scalar == "\t" {
                isBroken = true
                continue
            }
            if isBroken, !result.isEmpty, result.last != " ", scalar != " " { result.append(" ") }
            isBroken = false
            result.append(scalar)
        }
        return String(result)
    }

    /// Without the marks that turn the direction of the text around them.
    package var withoutDirections: String { String(scalars: unicodeScalars.lazy.filter { !$0.turnsDirection }) }

    /// With � for what no text has, as for metadata of pictures: C would take NUL for the end.
    package var withoutControls: String { writing { scalar, text in text.unicodeScalars.append(scalar.isText ? scalar : "\u{FFFD}") } }
}

extension String {
    mutating func append(_ scalar: Unicode.Scalar) { unicodeScalars.append(scalar) }
}

extension Unicode.Scalar {
    /// Letters with their marks, digits, and what stands between them in a file's name without harm.
    package var isFileNamePart: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: properties.isAlphabetic || properties.numericType != nil || self == "-" || self == "_" || self == "."
        }
    }
}
