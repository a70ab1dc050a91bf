import Drawing

/// The lesson that a figure carries, so that the figure can be drawn again, and the digest of what was drawn.
package struct EmbeddedLesson: Hashable, Sendable {
    /// As it was written.
    package var source: String
    /// `Picture.digest`; of a document, its first page's.
    package var digest: String?

    /// Reads a PNG, SVG or PDF; nil where it carries no lesson. Any bytes may be given.
    package init?(in file: [UInt8]) {
        let found =
            file.starts(with: LessonInPNG.signature) ? LessonInPNG.read(file)
            : file.starts(with: Array("%PDF-".utf8)) ? LessonInPDF.read(file) : LessonInSVG.read(file)
        guard let found else { return nil }
        source = found.source
        digest = found.digest
    }

    /// The source alone.
    package static func extract(from bytes: [UInt8]) -> String? { EmbeddedLesson(in: bytes)?.source }
}

/// What the three readers give.
typealias CarriedLesson = (source: String, digest: String?)

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
