import CCairo
import Drawing

/// A lesson in iTXt chunks. The keywords Title, Description and Source are the specification's own.
enum LessonInPNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    static let lessonKeyword = "Backstep lesson"
    static let digestKeyword = "Backstep digest"
    static let settingsKeyword = "Backstep settings"

    static func read(_ bytes: [UInt8]) -> EmbeddedLesson? {
        var texts: [String: String] = [:]
        var index = signature.count
        while index + 12 <= bytes.count {
            let length = bytes[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
            let body = index + 8
            guard length <= bytes.count - body - 4 else { break }
            if bytes[(index + 4)..<body].elementsEqual("iTXt".utf8),
                let (keyword, text) = international(bytes[body..<(body + length)])
            {
                texts[keyword] = text
            }
            index = body + length + 4
        }
        return texts[digestKeyword].map {
            EmbeddedLesson(source: texts[lessonKeyword], settings: texts[settingsKeyword], digest: $0)
        }
    }

    /// Keyword 0 flag method language 0 translated-keyword 0 text. We never compress.
    private static func international(_ body: ArraySlice<UInt8>) -> (String, String)? {
        guard let keywordEnd = body.firstIndex(of: 0), keywordEnd + 3 <= body.endIndex, body[keywordEnd + 1] == 0 else { return nil }
        guard let languageEnd = body[(keywordEnd + 3)...].firstIndex(of: 0),
            let translationEnd = body[(languageEnd + 1)...].firstIndex(of: 0)
        else { return nil }
        let text = body[(translationEnd + 1)...]
        return (String(decoding: body[..<keywordEnd], as: UTF8.self), String(decoding: text, as: UTF8.self))
    }
}

extension Picture {
    var pngTexts: [(keyword: String, text: String)] {
        var texts = [("Title", title), ("Description", longDescription)].filter { !$0.1.isEmpty }
        texts += [("Software", "Backstep"), (LessonInPNG.digestKeyword, digest)]
        if let settings { texts.append((LessonInPNG.settingsKeyword, settings)) }
        if let source { texts.append((LessonInPNG.lessonKeyword, source)) }
        return texts.map { (keyword: $0.0, text: $0.1) }
    }
}
