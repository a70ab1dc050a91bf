import Drawing

/// A lesson in SVG's metadata element. Where the source holds what XML can't, it is written in base 64.
enum LessonInSVG {
    static let namespace = "urn:backstep:lesson"

    static func metadata(of picture: Picture, digest: String) -> String {
        var digest = "digest=\"\(digest)\""
        if let settings = picture.settings { digest += " settings=\"\(settings.escapedForXML)\"" }
        let element = "<metadata><backstep:lesson xmlns:backstep=\"\(namespace)\" \(digest)"
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

    /// Undoes what we escape, and what an XML writer that went over the file may have.
    private static func unescaped(_ text: String) -> String {
        text.replacing(#/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/#) { match in
            switch match.output.3 {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            case "apos": return "'"
            default: break
            }
            let number = match.output.1.flatMap { UInt32($0) } ?? match.output.2.flatMap { UInt32($0, radix: 16) }
            return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(match.output.0)
        }
    }
}
