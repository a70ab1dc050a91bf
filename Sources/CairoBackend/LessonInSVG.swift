import Drawing

/// A lesson in SVG's metadata element. Where the source holds what XML can't, it is written in base 64.
enum LessonInSVG {
    static func metadata(of picture: Picture, digest: String) -> String {
        var digest = "digest=\"\(digest)\""
        if let settings = picture.settings { digest += " settings=\"\(settings.escapedForXML)\"" }
        let element = "<metadata><backstep:lesson xmlns:backstep=\"urn:backstep:lesson\" \(digest)"
        guard let source = picture.source else { return "\(element)/></metadata>" }
        if source.unicodeScalars.allSatisfy(\.isXML) {
            return "\(element)>\(source.escapedForXML)</backstep:lesson></metadata>"
        }
        return "\(element) encoding=\"base64\">\(Base64.encode(Array(source.utf8)))</backstep:lesson></metadata>"
    }

    static func read(_ bytes: [UInt8]) -> EmbeddedLesson? {
        guard let start = bytes.firstPlace(of: "<backstep:lesson "),
            let tagEnd = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let tag = String(decoding: bytes[start..<tagEnd], as: UTF8.self)
        guard let digest = tag.firstMatch(of: #/digest="([0-9a-f]{16})"/#).map({ String($0.1) }) else { return nil }
        let settings = tag.firstMatch(of: #/settings="([^"]*)"/#).map { unescaped(String($0.1)) }
        var lesson = EmbeddedLesson(source: nil, settings: settings, digest: digest)
        guard bytes[tagEnd - 1] != UInt8(ascii: "/"), let end = bytes.firstPlace(of: "</backstep:lesson>", from: tagEnd) else {
            return lesson
        }
        let body = bytes[(tagEnd + 1)..<end]
        lesson.source =
            tag.contains("encoding=\"base64\"")
            ? Base64.decode(body).map { String(decoding: $0, as: UTF8.self) } : unescaped(String(decoding: body, as: UTF8.self))
        return lesson
    }

    /// Undoes what we escape, and what an XML writer that went over the file may have. In one pass: a file may be full of references.
    private static func unescaped(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += rest[..<start]
            rest = rest[start...]
            // No reference is longer than &#x10FFFF; is.
            if let end = rest.prefix(10).firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(named: String(decoding: rest[(start + 1)..<end], as: UTF8.self))
            {
                result += String(Character(scalar)).utf8
                rest = rest[(end + 1)...]
            } else {
                result.append(rest.removeFirst())
            }
        }
        return String(decoding: result + rest, as: UTF8.self)
    }

    /// What a reference stands for, without its & and ;.
    private static func scalar(named name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
            guard name.hasPrefix("#"), digits.first?.isHexDigit == true else { return nil }
            return UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10).flatMap(Unicode.Scalar.init)
        }
    }
}
