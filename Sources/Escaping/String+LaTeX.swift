extension String {
    /// Words in LaTeX text that pdflatex sets as they are, in any of its usual encodings and beside any shorthands of babel; what it has no letter for
    /// is written by its number, which a reader can look up. On one line.
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
                // Neighbours that a font would join to another sign: -- to a dash, ,, to a quotation mark.
                if let next, scalar.joins(next) { text += "{}" }
            }
        }
        return text
    }

    /// A file's path in the argument of `\includegraphics`; nil where it has what TeX takes in no file's name.
    package var latexFileName: String? {
        // A name that begins with a bar is a command to some engines, with a dash an option to others.
        let first = unicodeScalars.first
        var text = first == "/" || first == "." || first.map { $0.isASCIILetter || $0.isASCIIDigit } == true ? "" : "./"
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            switch scalar {
            // A dollar sign is a variable of the environment to the program that looks for files.
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
        // LaTeX looks for an ending behind the first dot, unless all of the name stands in braces.
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
        // By its place in the font: \textquotedbl is only in some encodings, and the bare sign begins a shorthand of babel in many languages.
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
        case 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026: return String(self)
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xAD, 0x61C, 0..<0x20: return ""
        default: return "[\(codePoint)]"
        }
    }

    /// Letters of Latin-1 and quotation marks that LaTeX's oldest encoding lacks; a document in another has them in its own font.
    private static let outsideOfOT1: [Unicode.Scalar: String] = [
        "«": "guillemotleft", "»": "guillemotright", "‹": "guilsinglleft", "›": "guilsinglright", "„": "quotedblbase",
        "‚": "quotesinglbase",
        "Ð": "DH", "ð": "dh", "Þ": "TH", "þ": "th",
    ]

    fileprivate func joins(_ next: Unicode.Scalar) -> Bool {
        switch self {
        case "-", ",", "'", "`": next == self
        case "?", "!": next == "`"
        default: false
        }
    }
}
