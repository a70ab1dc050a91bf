extension String {
    /// This text as a cell of comma-separated values (RFC 4180) that no spreadsheet takes for a formula.
    ///
    /// A line that begins with = + - @ or a tab gets an apostrophe in front, so that spreadsheets take it for text. That holds for every
    /// line of the cell, since a reader that ignores quotes begins a new row at each.
    package var csvCell: String {
        // Almost all cells are names, numbers and addresses, which need no escaping.
        if let first = utf8.first, first != UInt8(ascii: "-"), utf8.allSatisfy(\.isPlainInCSV) { return self }
        var text = ""
        var needsQuotes = false
        var isLineStart = true
        for scalar in unicodeScalars {
            let shown = scalar.isText || scalar.breaksLine && scalar.value > 0x1F ? scalar : "\u{FFFD}"
            if isLineStart, shown.startsFormula { text += "'" }
            // A reader may drop invisible characters, and then the next character begins the line.
            isLineStart = shown.breaksLine || isLineStart && shown.isInvisible && shown != "\t"
            if shown == "\"" { text += "\"" }
            text.append(shown)
            needsQuotes = needsQuotes || shown.breaksLine || shown.separatesCells
        }
        return needsQuotes || unicodeScalars.first == " " || unicodeScalars.last == " " ? "\"\(text)\"" : text
    }
}

extension UInt8 {
    fileprivate var isPlainInCSV: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Includes the full-width forms, which begin a formula in East Asian spreadsheets.
    fileprivate var startsFormula: Bool {
        switch self {
        case "=", "+", "-", "@", "\t", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    /// Includes semicolons and tabs, which separate cells in the spreadsheets of some countries.
    fileprivate var separatesCells: Bool {
        switch self {
        case ",", ";", "\t", "\"": true
        default: false
        }
    }

    fileprivate var isInvisible: Bool {
        properties.isWhitespace || properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }
}
