import Drawing

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
    package init?(in file: [UInt8]) {
        let found =
            file.starts(with: LessonInPNG.signature)
            ? LessonInPNG.read(file)
            : file.starts(with: Array("%PDF-".utf8)) ? LessonInPDF.read(file) : LessonInSVG.read(file)
        guard let found else { return nil }
        self = found
    }

    /// Whether a file bears the mark of what Backstep draws, even one that was damaged or edited since.
    package static func isMarked(_ file: [UInt8]) -> Bool {
        if file.starts(with: LessonInPNG.signature) { return file.firstPlace(of: LessonInPNG.digestKeyword) != nil }
        if file.starts(with: "%PDF-".utf8) { return file.lastPlace(of: LessonInPDF.digestMark) != nil }
        return file.firstPlace(of: LessonInSVG.namespace) != nil
    }

    /// The source alone.
    package static func extract(from bytes: [UInt8]) -> String? { EmbeddedLesson(in: bytes)?.source }
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
