import Drawing
import Foundation

/// What a figure carries: the lesson and the settings that draw it again, and the digest of what was drawn.
package struct EmbeddedLesson: Hashable, Sendable {
    /// As it was written; nil where it was left out.
    package var source: String?
    /// `Picture.settings`; of a document, its first page's.
    package var settings: String?
    /// `Picture.digest`; of a document, its first page's.
    package var digest: String

    init(source: String?, settings: String?, digest: String) {
        self.source = source
        self.settings = settings
        self.digest = digest
    }

    /// Reads a PNG, SVG or PDF; nil where Backstep did not draw it. Any bytes may be given.
    /// - Throws: where what it carries is not what was put into it.
    package init?(in file: [UInt8]) throws(DamagedFigure) {
        let found =
            try file.starts(with: LessonInPNG.signature)
            ? LessonInPNG.read(file)
            : file.starts(with: Array("%PDF-".utf8)) ? LessonInPDF.read(file) : LessonInSVG.read(file)
        guard let found else { return nil }
        self = found
    }

    /// What was read, if its seal is that of its parts.
    init(source: String?, settings: String?, digest: String, sealedBy seal: String?) throws(DamagedFigure) {
        self.init(source: source, settings: settings, digest: digest)
        guard let seal else { throw DamagedFigure("what it carries has no seal: it is damaged, or an older Backstep drew it") }
        guard seal == self.seal else { throw DamagedFigure("it is damaged: what it carries does not match its seal") }
    }

    /// A lesson's text in base 64 (RFC 4648, section 4), on one line or several.
    static func source(base64 code: some Sequence<UInt8>) throws(DamagedFigure) -> String {
        let digits = code.filter { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        guard let decoded = Data(base64Encoded: Data(digits)) else { throw DamagedFigure("it is damaged: its lesson is no base 64") }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// 16 hexadecimal digits that change when any byte of what is carried does: a damaged lesson is still text, and would be believed.
    var seal: String {
        var hash = Fingerprint()
        hash.mix(2)  // the version of this encoding
        for part in [source, settings, digest] {
            hash.mix(part == nil ? 0 : 1)
            hash.mix(part ?? "")
        }
        return hash.hexadecimal
    }

    /// Whether a file bears the mark of what Backstep draws, even one that was damaged or edited since.
    package static func isMarked(_ file: [UInt8]) -> Bool {
        if file.starts(with: LessonInPNG.signature) { return file.firstPlace(of: LessonInPNG.digestKeyword) != nil }
        if file.starts(with: "%PDF-".utf8) { return file.lastPlace(of: LessonInPDF.digestMark) != nil }
        return file.firstPlace(of: LessonInSVG.namespace) != nil
    }

    /// The source alone, of a whole figure that has one.
    package static func extract(from bytes: [UInt8]) -> String? { (try? EmbeddedLesson(in: bytes))?.source }
}

/// Why what a figure carries is not believed.
package struct DamagedFigure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence about "it", the figure.
    package let description: String

    init(_ description: String) { self.description = description }

    /// Which of them was drawn cannot be told, and other readers may take another.
    static let severalLessons = DamagedFigure("it is damaged: it carries more than one lesson")
}

extension [UInt8] {
    /// Where `word` stands, at or after `start`.
    func firstPlace(of word: String, from start: Int = 0) -> Int? {
        let word = Array(word.utf8)
        guard let first = word.first, start >= 0 else { return nil }
        var index = start
        while index + word.count <= count {
            if self[index] == first, self[index..<(index + word.count)].elementsEqual(word) { return index }
            index += 1
        }
        return nil
    }

    func lastPlace(of word: String) -> Int? {
        let word = Array(word.utf8)
        var index = count - word.count
        while index >= 0 {
            if self[index..<(index + word.count)].elementsEqual(word) { return index }
            index -= 1
        }
        return nil
    }
}
