/// A lesson in a PDF, as comment lines before its last `startxref`. Cairo before 1.18 takes no metadata of one's own, and an appended object would need
/// the cross-reference form that the release at hand writes; a comment is legal there for both, and moves no object. Programs that write the PDF
/// anew drop it.
enum LessonInPDF {
    private static let lessonMark = "%backstep-lesson "
    static let digestMark = "%backstep-digest "
    private static let settingsMark = "%backstep-settings "
    private static let sealMark = "%backstep-seal "

    static func carrying(_ lesson: EmbeddedLesson, in document: [UInt8]) -> [UInt8] {
        guard let place = document.lastPlace(of: "startxref") else { return document }
        var lesson = lesson
        // A comment has one line.
        if let settings = lesson.settings, settings.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) { lesson.settings = nil }
        var comment = "\(digestMark)\(lesson.digest)\n\(sealMark)\(lesson.seal)\n"
        if let settings = lesson.settings { comment += "\(settingsMark)\(settings)\n" }
        if let source = lesson.source {
            let code = Array(Base64.encode(Array(source.utf8)).utf8)
            for start in stride(from: 0, to: max(1, code.count), by: 76) {
                comment += lessonMark + String(decoding: code[start..<min(start + 76, code.count)], as: UTF8.self) + "\n"
            }
        }
        return Array(document[..<place]) + Array(comment.utf8) + Array(document[place...])
    }

    static func read(_ bytes: [UInt8]) throws(DamagedFigure) -> EmbeddedLesson? {
        var code: [UInt8] = []
        var digest: String?
        var settings: String?
        var seal: String?
        var hasLesson = false
        // Our lines stand together near the end, the digest first.
        var index = bytes.lastPlace(of: digestMark)
        if index == nil {
            guard [lessonMark, settingsMark, sealMark].allSatisfy({ bytes.lastPlace(of: $0) == nil }) else {
                throw DamagedFigure("it is damaged: what it carries has no digest")
            }
            return nil
        }
        while let start = index {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[start..<end]
            if line.starts(with: digestMark.utf8) {
                digest = String(decoding: line.dropFirst(digestMark.utf8.count), as: UTF8.self)
            } else if line.starts(with: sealMark.utf8) {
                seal = String(decoding: line.dropFirst(sealMark.utf8.count), as: UTF8.self)
            } else if line.starts(with: settingsMark.utf8) {
                settings = String(decoding: line.dropFirst(settingsMark.utf8.count), as: UTF8.self)
            } else if line.starts(with: lessonMark.utf8) {
                code += line.dropFirst(lessonMark.utf8.count)
                hasLesson = true
            } else {
                break
            }
            index = end + 1 < bytes.count ? end + 1 : nil
        }
        var source: String?
        if hasLesson {
            guard let decoded = Base64.decode(code[...]) else { throw DamagedFigure("it is damaged: its lesson is no base 64") }
            source = String(decoding: decoded, as: UTF8.self)
        }
        return try EmbeddedLesson(source: source, settings: settings, digest: digest ?? "", sealedBy: seal)
    }
}
