extension String {
    /// Escaped for running LaTeX text, on one line. pdflatex prints it unchanged in any of its usual encodings and with any babel
    /// shorthands. A character that it has no letter for is written as its code point, [U+4E2D], so that a reader can look it up.
    package var escapedForLaTeX: String {
        let scalars = Array(unicodeScalars)
        var text = ""
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            index += 1
            if scalar.isASCIILetter, let next, let accent = LaTeXMathematics.accent(next) {
                text += #"\ensuremath{\#(accent){\#(scalar)}}"#
                index += 1
            } else if scalar == "\r", next == "\n" {
                continue
            } else {
                text += scalar.inLaTeX
                // Keeps apart neighbours that a font would join into another sign: -- into a dash, ,, into a quotation mark.
                if let next, scalar.joins(next) { text += "{}" }
            }
        }
        return text
    }

    /// This path as the argument of `\includegraphics`; nil if it has a character that TeX accepts in no file name.
    package var latexFileName: String? {
        // Some engines take a name that begins with a bar for a command, or one that begins with a dash for an option: "./" prevents both.
        let first = unicodeScalars.first
        var text = first == "/" || first == "." || first.map { $0.isASCIILetter || $0.isASCIIDigit } == true ? "" : "./"
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            switch scalar {
            // kpathsea, which finds files for TeX, expands a dollar sign as an environment variable.
            case "\\", "{", "}", "\"", "`", "|", "$": return nil
            case "%": text += #"\csname @percentchar\endcsname "#
            case "#": text += #"\csname c_hash_str\endcsname "#
            case "&", "^", "_", "~": text += #"\string\#(scalar)"#
            case " " where previous == " ": text += #"\space "#
            case _ where !scalar.isText || scalar.breaksLine || scalar == "\t" || scalar.turnsDirection: return nil
            default: text.append(scalar)
            }
            previous = scalar
        }
        // Without braces LaTeX would take everything after the first dot for the file's extension.
        return unicodeScalars.contains(".") ? "{\(text)}" : text
    }
}

extension Unicode.Scalar {
    fileprivate var inLaTeX: String {
        switch self {
        case "\\": return #"\textbackslash{}"#
        case "{", "}", "$", "&", "#", "%", "_": return "\\\(self)"
        case "~": return #"\textasciitilde{}"#
        case "^": return #"\textasciicircum{}"#
        case "<": return #"\textless{}"#
        case ">": return #"\textgreater{}"#
        case "|": return #"\textbar{}"#
        // By its number: only some encodings have \textquotedbl, and babel takes the bare sign for a shorthand in many languages.
        case "\"": return #"\symbol{34}"#
        case "\u{A0}", "\u{202F}": return "~"
        case "\u{2009}": return #"\,"#
        case "\n", "\t",
            _ where breaksLine:
            return " "
        default: break
        }
        if let command = LaTeXMathematics.inWords(self) { return #"\ensuremath{\#(command)}"# }
        if let name = Self.outsideOfOT1[self] { return #"\UseTextSymbol{T1}{\\#(name)}"# }
        switch value {
        case 0x20...0x7E,
            0xA1...0xFF where value != 0xAD && value != 0xA4:
            return String(self)
        // The signs that TeX's fonts of every encoding have, for engines that don't translate these two.
        case 0x2018: return "`"
        case 0x2019: return "'"
        case 0x2013, 0x2014, 0x201C, 0x201D, 0x2026: return String(self)
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xAD, 0x61C, 0..<0x20: return ""
        default: return "[\(codePoint)]"
        }
    }

    /// Latin-1 letters and quotation marks that are missing from OT1, LaTeX's oldest encoding. \UseTextSymbol takes them from T1 only where
    /// the document's own encoding lacks them.
    private static let outsideOfOT1: [Unicode.Scalar: String] = [
        "«": "guillemotleft", "»": "guillemotright", "‹": "guilsinglleft", "›": "guilsinglright", "„": "quotedblbase",
        "‚": "quotesinglbase",
        "Ð": "DH", "ð": "dh", "Þ": "TH", "þ": "th",
    ]

    fileprivate func joins(_ next: Unicode.Scalar) -> Bool {
        switch self {
        case "-", ",": next == self
        case "'", "’": next == "'" || next == "’"
        case "`", "‘": next == "`" || next == "‘"
        case "?", "!": next == "`" || next == "‘"
        default: false
        }
    }
}
