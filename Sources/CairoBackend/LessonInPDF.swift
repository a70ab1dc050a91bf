import Foundation

/// A lesson in a PDF, as an attached file and as comment lines before its last `startxref`. Cairo before 1.18 takes no metadata of one's own, and an appended object would need
/// the cross-reference form that the release at hand writes; a comment is legal there for both, and moves no object. Programs that write the PDF
/// anew drop the comments and keep the attached file (`PDFCompletion`), which then is read.
enum LessonInPDF {
    private static let lessonMark = "%backstep-lesson "
    static let digestMark = "%backstep-digest "
    private static let settingsMark = "%backstep-settings "
    private static let sealMark = "%backstep-seal "
    private static let checksumMark = "%backstep-checksum "

    /// The entries of the attached file's dictionary.
    static func entries(of lesson: EmbeddedLesson) -> [(key: String, value: String)] {
        var entries = [(digestKey, lesson.digest), (sealKey, lesson.seal)]
        if let settings = lesson.settings { entries.append((settingsKey, settings)) }
        return entries
    }

    static let digestKey = "BackstepDigest"
    private static let sealKey = "BackstepSeal"
    private static let settingsKey = "BackstepSettings"

    /// Where the word stands that begins a stream: behind a dictionary, whose texts may have it too.
    private static func streamPlace(in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while let end = bytes.firstPlace(of: ">>", from: place) {
            let word = bytes[(end + 2)...].firstIndex { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } ?? bytes.endIndex
            if bytes[word...].starts(with: "stream".utf8) { return word }
            place = end + 1
        }
        return nil
    }

    /// The attached file, for a document without comments. Nil if it has none.
    static func attached(in bytes: [UInt8]) throws(DamagedFigure) -> EmbeddedLesson? {
        guard let mark = bytes.firstPlace(of: "/\(digestKey)") else { return nil }
        guard let start = Array(bytes[..<mark]).lastPlace(of: " obj"), let body = streamPlace(in: bytes, from: mark),
            let end = bytes.firstPlace(of: "endstream", from: body)
        else { throw DamagedFigure("it is damaged: its attached lesson has no end") }
        guard bytes.firstPlace(of: "/\(digestKey)", from: end) == nil else { throw .severalLessons }
        let head = String(decoding: bytes[start..<body], as: UTF8.self)
        guard bytes.firstPlace(of: "/Encrypt ") == nil else { throw DamagedFigure("it is encrypted, and so is its lesson") }
        func value(_ key: String) -> String? {
            guard let place = head.firstRange(of: "/\(key)")?.upperBound, let from = head[place...].firstIndex(of: "("),
                let to = head[from...].firstIndex(of: ")")
            else { return nil }
            return String(head[head.index(after: from)..<to])
        }
        var contents = bytes[(body + 6)..<end]
        if contents.first == 0x0D { contents = contents.dropFirst() }
        if contents.first == 0x0A { contents = contents.dropFirst() }
        let isPacked = head.contains("/FlateDecode")
        let length = head.firstMatch(of: #/\/Length (\d+)(?! \d+ R)/#).flatMap { Int($0.1) } ?? contents.count
        guard length <= contents.count, let source = isPacked ? Deflate.unpacked(contents) : Array(contents.prefix(length)) else {
            throw DamagedFigure("it is damaged: its attached lesson can't be unpacked")
        }
        return try EmbeddedLesson(
            source: String(decoding: source, as: UTF8.self), settings: value(settingsKey), digest: value(digestKey) ?? "",
            sealedBy: value(sealKey))
    }

    static func carrying(_ lesson: EmbeddedLesson, in document: [UInt8]) -> [UInt8] {
        guard let place = document.lastPlace(of: "startxref") else { return document }
        var lesson = lesson
        // A comment is one line, so that settings with a line break can't be embedded.
        if let settings = lesson.settings, settings.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) { lesson.settings = nil }
        var comment = "\(digestMark)\(lesson.digest)\n\(sealMark)\(lesson.seal)\n\(checksumMark)\(FileChecksum.unknown)\n"
        if let settings = lesson.settings { comment += "\(settingsMark)\(settings)\n" }
        if let source = lesson.source {
            let code = Array(Data(source.utf8).base64EncodedData())
            for start in stride(from: 0, to: max(1, code.count), by: 76) {
                comment += lessonMark + String(decoding: code[start..<min(start + 76, code.count)], as: UTF8.self) + "\n"
            }
        }
        let file = Array(document[..<place]) + Array(comment.utf8) + Array(document[place...])
        return FileChecksum.written(into: file, at: checksumPlace(in: file))
    }

    /// The position of the checksum's digits.
    static func checksumPlace(in file: [UInt8]) -> Range<Int>? {
        guard let start = file.lastPlace(of: checksumMark) else { return nil }
        let digits = start + checksumMark.utf8.count..<start + checksumMark.utf8.count + FileChecksum.unknown.utf8.count
        return digits.upperBound <= file.count ? digits : nil
    }

    /// Whether a file ends like a PDF, with the position of its cross-references and %%EOF.
    static func isEnded(_ file: [UInt8]) -> Bool {
        String(decoding: file.suffix(64), as: UTF8.self).contains(#/startxref\s+\d+\s+%%EOF\s*$/#)
    }

    /// Whether a program wrote the document anew, without comments.
    static func isRewritten(_ bytes: [UInt8]) -> Bool {
        [digestMark, lessonMark, settingsMark, sealMark, checksumMark].allSatisfy { bytes.lastPlace(of: $0) == nil }
    }

    static func read(_ bytes: [UInt8]) throws(DamagedFigure) -> EmbeddedLesson? {
        var code: [UInt8] = []
        var digest: String?
        var settings: String?
        var seal: String?
        var hasLesson = false
        // Our lines are together near the end, the digest first.
        guard let first = bytes.lastPlace(of: digestMark) else {
            guard isRewritten(bytes) else { throw DamagedFigure("it is damaged: its lesson has no digest") }
            return try attached(in: bytes)
        }
        var next = first
        while next < bytes.count {
            let end = bytes[next...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[next..<end]
            func value(after mark: String, unless known: String?) throws(DamagedFigure) -> String {
                guard known == nil else { throw .severalLessons }
                return String(decoding: line.dropFirst(mark.utf8.count), as: UTF8.self)
            }
            if line.starts(with: digestMark.utf8) {
                digest = try value(after: digestMark, unless: digest)
            } else if line.starts(with: sealMark.utf8) {
                seal = try value(after: sealMark, unless: seal)
            } else if line.starts(with: settingsMark.utf8) {
                settings = try value(after: settingsMark, unless: settings)
            } else if line.starts(with: lessonMark.utf8) {
                code += line.dropFirst(lessonMark.utf8.count)
                hasLesson = true
            } else if !line.starts(with: checksumMark.utf8) {
                break
            }
            next = min(end + 1, bytes.count)
        }
        // Such a line anywhere else belongs to another lesson. It can't be part of a string, since Cairo escapes line breaks in strings.
        let mark = "\n%backstep-"
        if let other = bytes.firstPlace(of: mark), other + 1 < first { throw .severalLessons }
        guard bytes.firstPlace(of: mark, from: max(first, next - 1)) == nil else { throw .severalLessons }
        let source = try hasLesson ? EmbeddedLesson.source(base64: code) : nil
        return try EmbeddedLesson(source: source, settings: settings, digest: digest ?? "", sealedBy: seal)
    }
}
