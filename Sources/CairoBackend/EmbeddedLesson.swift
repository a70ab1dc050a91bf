import Drawing
import Foundation

/// The data inside a figure's file: the lesson and the settings with which it can be drawn again, and the digest of the drawing.
package struct EmbeddedLesson: Hashable, Sendable {
    /// The lesson's text; nil if it was left out.
    package var source: String?
    /// `Picture.settings`, for a document those of its first page.
    package var settings: String?
    /// `Picture.digest`, for a document that of its first page.
    package var digest: String

    init(source: String?, settings: String?, digest: String) {
        self.source = source
        self.settings = settings
        self.digest = digest
    }

    /// Reads a PNG, SVG or PDF; nil if Backstep did not draw it. Any bytes are allowed.
    /// - Throws: if the data are damaged.
    package init?(in file: [UInt8]) throws(DamagedFigure) {
        let found =
            try file.starts(with: LessonInPNG.signature)
            ? LessonInPNG.read(file)
            : file.starts(with: Array("%PDF-".utf8)) ? LessonInPDF.read(file) : LessonInSVG.read(file)
        guard let found else { return nil }
        self = found
    }

    /// The data that were read, if their seal is right.
    init(source: String?, settings: String?, digest: String, sealedBy seal: String?) throws(DamagedFigure) {
        self.init(source: source, settings: settings, digest: digest)
        guard let seal else { throw DamagedFigure("its lesson has no seal: it is damaged, or an older Backstep drew it") }
        guard seal == self.seal else { throw DamagedFigure("it is damaged: its lesson does not match its seal") }
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

    /// Whether Backstep drew a file, even if it was damaged or edited later.
    package static func isMarked(_ file: [UInt8]) -> Bool {
        if file.starts(with: LessonInPNG.signature) { return file.firstPlace(of: LessonInPNG.digestKeyword) != nil }
        if file.starts(with: "%PDF-".utf8) {
            return file.lastPlace(of: LessonInPDF.digestMark) != nil || file.firstPlace(of: "/\(LessonInPDF.digestKey)") != nil
        }
        return file.firstPlace(of: LessonInSVG.namespace) != nil
    }
}

/// Why the data inside a figure are not trusted.
package struct DamagedFigure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence whose subject is "it", the figure.
    package let description: String

    init(_ description: String) { self.description = description }

    /// It is unknown which of the lessons was drawn, and different programs may read different ones.
    static let severalLessons = DamagedFigure("it is damaged: it contains more than one lesson")
}

extension [UInt8] {
    /// The index of the first occurrence of `word` at or after `start`.
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
