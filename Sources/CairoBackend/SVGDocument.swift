import Drawing

/// Cairo's SVG made fit to stand beside others in one page and to be read aloud.
///
/// Cairo numbers surfaces through the whole process, and glyphs and clips from 0 in every file. Here every id is given anew: a prefix from the
/// picture's content, and its place among the ids of the file.
struct SVGDocument {
    /// From `<svg` to `</svg>`.
    let element: String

    var document: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element + "\n" }

    init(drawn bytes: [UInt8], of picture: Picture) {
        let prefix = picture.idPrefix
        let drawn = String(decoding: Self.renamingIDs(in: bytes, prefix: prefix), as: UTF8.self)
        guard let start = drawn.range(of: "<svg "), let close = drawn[start.upperBound...].firstIndex(of: ">") else {
            element = drawn
            return
        }
        let (title, description) = ("\(prefix)title", "\(prefix)desc")
        var text = "<svg role=\"img\" aria-labelledby=\"\(title)\" aria-describedby=\"\(description)\" "
        text += drawn[start.upperBound...close]
        text += "\n<title id=\"\(title)\">\(picture.title.escapedForXML)</title>"
        text += "\n<desc id=\"\(description)\">\(picture.longDescription.escapedForXML)</desc>"
        text += "\n\(LessonInSVG.metadata(of: picture))"
        text += drawn[drawn.index(after: close)...]
        while text.last?.isWhitespace == true { text.removeLast() }
        element = text
    }

    /// The forms in which an id is given or used; each begins an attribute or its value.
    private static let forms: [[UInt8]] = [" id=\"", " xlink:href=\"#", " href=\"#", "url(#"].map { Array($0.utf8) }

    static func renamingIDs(in bytes: [UInt8], prefix: String) -> [UInt8] {
        var names: [ArraySlice<UInt8>: [UInt8]] = [:]
        var renamed: [UInt8] = []
        renamed.reserveCapacity(bytes.count + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "u"),
                let form = forms.first(where: { bytes[index...].starts(with: $0) })
            else {
                renamed.append(byte)
                index += 1
                continue
            }
            renamed += form
            index += form.count
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: ")") { index += 1 }
            let old = bytes[start..<index]
            let new = names[old] ?? Array("\(prefix)\(names.count)".utf8)
            names[old] = new
            renamed += new
        }
        return renamed
    }
}

extension Picture {
    /// A letter, ten digits of what is drawn and said, and a dash: "b3f09…-".
    var idPrefix: String {
        var hash = Fingerprint()
        hash.mix(digest)
        hash.mix(title)
        hash.mix(alternative)
        hash.mix(description)
        hash.mix(source ?? "")
        return "b\(hash.hexadecimal.prefix(10))-"
    }

    /// The short account, then the long one.
    var longDescription: String { [alternative, description].filter { !$0.isEmpty }.joined(separator: "\n\n") }
}

extension String {
    /// As text or as an attribute's value in XML. Characters that XML can't hold become �.
    var escapedForXML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\r": text += "&#13;"
            case _ where !scalar.isXML: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    fileprivate func range(of word: String) -> Range<Index>? { firstRange(of: word) }
}

extension Unicode.Scalar {
    /// Whether XML 1.0 can hold it.
    var isXML: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
