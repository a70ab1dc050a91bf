import Drawing
import Escaping

/// Embeds a lesson in a PNG, as iTXt chunks. The keywords Title, Description and Software are predefined by the PNG specification.
enum LessonInPNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    static let lessonKeyword = "Backstep lesson"
    static let digestKeyword = "Backstep digest"
    static let settingsKeyword = "Backstep settings"
    static let sealKeyword = "Backstep seal"
    static let checksumKeyword = "Backstep checksum"

    /// - Throws: if the checksum of any chunk is wrong or the file is incomplete. All are checked, since a keyword may be damaged.
    static func read(_ bytes: [UInt8]) throws(DamagedFigure) -> EmbeddedLesson? {
        var texts: [String: String] = [:]
        var index = signature.count
        while true {
            guard index + 12 <= bytes.count else { throw DamagedFigure("it is damaged: the file ends before the picture does") }
            let length = bytes[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
            let body = index + 8
            guard length <= bytes.count - body - 4 else { throw DamagedFigure("it is damaged: the file ends before the picture does") }
            let end = body + length
            let check = bytes[end..<(end + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard PNGChunk.check(of: bytes[(index + 4)..<end]) == check else {
                throw DamagedFigure("it is damaged: the checksum of a PNG chunk is wrong")
            }
            let name = bytes[(index + 4)..<body]
            if name.elementsEqual("IEND".utf8) { break }
            if name.elementsEqual("iTXt".utf8), let (keyword, text) = international(bytes[body..<end]) {
                let isOurs = [lessonKeyword, digestKeyword, settingsKeyword, sealKeyword, checksumKeyword].contains(keyword)
                guard texts.updateValue(text, forKey: keyword) == nil || !isOurs else { throw .severalLessons }
            }
            index = end + 4
        }
        guard let digest = texts[digestKeyword] else {
            guard [lessonKeyword, settingsKeyword, sealKeyword].allSatisfy({ texts[$0] == nil }) else {
                throw DamagedFigure("it is damaged: its lesson has no digest")
            }
            return nil
        }
        return try EmbeddedLesson(
            source: texts[lessonKeyword], settings: texts[settingsKeyword], digest: digest, sealedBy: texts[sealKeyword])
    }

    /// The position of the chunk with the file's checksum, whose digits are at its end, before the chunk's own checksum.
    static func checksumPlace(in file: [UInt8]) -> Range<Int>? {
        var index = signature.count
        while index + 12 <= file.count {
            let length = file[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= file.count - index - 12 else { return nil }
            let body = file[(index + 8)..<(index + 8 + length)]
            let isText = file[(index + 4)..<(index + 8)].elementsEqual("iTXt".utf8)
            if isText, let (keyword, text) = international(body), keyword == checksumKeyword {
                return text.utf8.count == FileChecksum.unknown.utf8.count ? index..<(index + 12 + length) : nil
            }
            index += 12 + length
        }
        return nil
    }

    /// The keyword and the text of an iTXt chunk: keyword 0 flag method language 0 translated-keyword 0 text. Nil if the text can't be
    /// unpacked.
    private static func international(_ body: ArraySlice<UInt8>) -> (String, String)? {
        guard let keywordEnd = body.firstIndex(of: 0), keywordEnd + 3 <= body.endIndex, body[keywordEnd + 1] <= 1 else { return nil }
        guard let languageEnd = body[(keywordEnd + 3)...].firstIndex(of: 0),
            let translationEnd = body[(languageEnd + 1)...].firstIndex(of: 0)
        else { return nil }
        let written = body[(translationEnd + 1)...]
        let keyword = String(decoding: body[..<keywordEnd], as: UTF8.self)
        if body[keywordEnd + 1] == 0 { return (keyword, String(decoding: written, as: UTF8.self)) }
        // Only a lesson is packed: of a file with many packed texts, none takes time.
        guard keyword == lessonKeyword, let text = Deflate.unpacked(written) else { return nil }
        return (keyword, String(decoding: text, as: UTF8.self))
    }
}

extension Picture {
    var pngTexts: [(keyword: String, text: String)] {
        var texts = [("Title", title), ("Description", longDescription)].filter { !$0.1.isEmpty }
        // The text of a chunk can't contain NUL.
        let carried = EmbeddedLesson(source: source?.withoutNUL, settings: settings?.withoutNUL, digest: digest)
        texts += [("Software", "Backstep"), (LessonInPNG.digestKeyword, digest), (LessonInPNG.sealKeyword, carried.seal)]
        if let settings = carried.settings { texts.append((LessonInPNG.settingsKeyword, settings)) }
        if let source = carried.source { texts.append((LessonInPNG.lessonKeyword, source)) }
        return texts.map { (keyword: $0.0, text: $0.1) }
    }
}

extension String {
    /// With � instead of NUL, which would end the text.
    fileprivate var withoutNUL: String { String(scalars: unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }) }
}
