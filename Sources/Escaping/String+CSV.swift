extension String {
    /// A text as a cell of comma-separated values (RFC 4180) that no spreadsheet takes for a formula.
    ///
    /// Where a line of the text begins with = + - @ or a tab, an apostrophe goes before: spreadsheets then take it for text, also where a
    /// reader without quoting begins a new row at the line.
    package var csvCell: String {
        // Names, numbers and addresses, which are almost all there is.
        if let first = utf8.first, first != UInt8(ascii: "-"), utf8.allSatisfy(\.isPlainInCSV) { return self }
        var text = ""
        var needsQuotes = false
        var isLineStart = true
        for scalar in unicodeScalars {
            let shown = scalar.isText || scalar.breaksLine && scalar.value > 0x1F ? scalar : "\u{FFFD}"
            if isLineStart, shown.startsFormula { text += "'" }
            // What shows nothing may be dropped by whoever reads the cell: what comes after it then is its beginning.
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
    /// The wide forms are formulas to spreadsheets of East Asia.
    fileprivate var startsFormula: Bool {
        switch self {
        case "=", "+", "-", "@", "\t", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    /// Semicolons and tabs are commas to spreadsheets of some countries.
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
