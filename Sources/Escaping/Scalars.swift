// Text is escaped scalar by scalar, never by Character. A Character is a grapheme cluster: a quotation mark followed by a combining mark is
// a different Character, so that a comparison misses it, but the program that reads the file still sees the quotation mark.

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

    /// Whether Unicode reserves it as no character: U+FFFE and the like.
    package var isNoncharacter: Bool { value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value) }

    /// Whether text may contain it: everything but noncharacters and controls other than white space, which some of the formats can't hold.
    package var isText: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x85: true
        default: !isControl && !isNoncharacter
        }
    }

    /// Whether it changes the direction of writing, which would affect the text around the words that contain it too.
    package var turnsDirection: Bool {
        switch value {
        case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether any program begins a new line after it.
    package var breaksLine: Bool {
        switch value {
        case 0xA...0xD, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    package var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

    package var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    /// The usual notation with at least four digits: U+202E.
    package var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    package init(scalars: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }

    /// The text that `write` makes, which is called with each scalar and the text so far.
    func writing(_ write: (Unicode.Scalar, inout String) -> Void) -> String {
        var result = ""
        result.reserveCapacity(utf8.count + utf8.count / 8)
        for scalar in unicodeScalars { write(scalar, &result) }
        return result
    }

    /// On one line: a run of line breaks and tabs becomes one space, and is dropped at the ends and beside a space.
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

    /// Without scalars that change the direction of writing.
    package var withoutDirections: String { String(scalars: unicodeScalars.lazy.filter { !$0.turnsDirection }) }

    /// With � for scalars that text may not contain. For the metadata of pictures, where C would take NUL for the end.
    package var withoutControls: String { writing { scalar, text in text.unicodeScalars.append(scalar.isText ? scalar : "\u{FFFD}") } }
}

extension String {
    mutating func append(_ scalar: Unicode.Scalar) { unicodeScalars.append(scalar) }
}

extension Unicode.Scalar {
    /// Whether it is safe in a file name: letters with their marks, digits, and - _ .
    package var isFileNamePart: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: properties.isAlphabetic || properties.numericType != nil || self == "-" || self == "_" || self == "."
        }
    }
}
