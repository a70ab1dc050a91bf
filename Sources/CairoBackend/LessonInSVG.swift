import Drawing
import Escaping
import Foundation

/// Embeds a lesson in an SVG, in its metadata element. A source with characters that XML can't hold is written in base 64.
enum LessonInSVG {
    static let namespace = "urn:backstep:lesson"

    static func metadata(of picture: Picture, digest: String) -> String {
        let seal = EmbeddedLesson(source: picture.source, settings: picture.settings, digest: digest).seal
        var digest = "digest=\"\(digest)\" seal=\"\(seal)\" checksum=\"\(FileChecksum.unknown)\""
        if let settings = picture.settings { digest += " settings=\"\(settings.escapedForXML)\"" }
        let element = "<metadata><backstep:lesson xmlns:backstep=\"\(namespace)\" \(digest)"
        guard let source = picture.source else { return "\(element)/></metadata>" }
        if source.unicodeScalars.allSatisfy(\.isXML) {
            return "\(element)>\(source.escapedForXML)</backstep:lesson></metadata>"
        }
        return "\(element) encoding=\"base64\">\(Data(source.utf8).base64EncodedString())</backstep:lesson></metadata>"
    }

    /// Texts that occur in every SVG with an embedded lesson and in no other.
    private static let marks = ["<backstep:lesson ", "</backstep:lesson>", "urn:backstep:lesson"]

    /// The position of the checksum's digits.
    static func checksumPlace(in file: [UInt8]) -> Range<Int>? {
        let attribute = " checksum=\""
        guard let start = file.firstPlace(of: "<backstep:lesson "),
            let tagEnd = file[start...].firstIndex(of: UInt8(ascii: ">")),
            let place = Array(file[start..<tagEnd]).firstPlace(of: attribute)
        else { return nil }
        let digits = start + place + attribute.utf8.count..<start + place + attribute.utf8.count + FileChecksum.unknown.utf8.count
        return digits.upperBound < tagEnd && file[digits.upperBound] == UInt8(ascii: "\"") ? digits : nil
    }

    static func read(_ bytes: [UInt8]) throws(DamagedFigure) -> EmbeddedLesson? {
        guard let start = bytes.firstPlace(of: "<backstep:lesson "),
            let tagEnd = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
        else {
            guard marks.allSatisfy({ bytes.firstPlace(of: $0) == nil }) else {
                throw DamagedFigure("it is damaged: the element with the lesson is incomplete")
            }
            return nil
        }
        guard bytes.firstPlace(of: "<backstep:lesson ", from: start + 1) == nil else { throw .severalLessons }
        let tag = String(decoding: bytes[start..<tagEnd], as: UTF8.self)
        guard let digest = tag.firstMatch(of: #/ digest="([0-9a-f]{16})"/#).map({ String($0.1) }) else {
            throw DamagedFigure("it is damaged: its lesson has no digest")
        }
        let settings = tag.firstMatch(of: #/ settings="([^"]*)"/#).map { unescaped(String($0.1)) }
        let seal = tag.firstMatch(of: #/ seal="([^"]*)"/#).map { String($0.1) }
        var source: String?
        if bytes[tagEnd - 1] != UInt8(ascii: "/") {
            guard let end = bytes.firstPlace(of: "</backstep:lesson>", from: tagEnd) else {
                throw DamagedFigure("it is damaged: the element with the lesson does not end")
            }
            let body = bytes[(tagEnd + 1)..<end]
            if tag.contains("encoding=\"base64\"") {
                source = try EmbeddedLesson.source(base64: body)
            } else {
                source = unescaped(String(decoding: body, as: UTF8.self))
            }
        }
        return try EmbeddedLesson(source: source, settings: settings, digest: digest, sealedBy: seal)
    }

    /// Replaces our character references, and those of other XML writers that may have rewritten the file. It takes one pass, since a file
    /// may consist of references.
    private static func unescaped(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += rest[..<start]
            rest = rest[start...]
            // The longest reference is &#x10FFFF;.
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

    /// The scalar for a reference, given without & and ;.
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
