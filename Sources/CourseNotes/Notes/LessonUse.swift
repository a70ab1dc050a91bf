import Backstep
import CairoBackend
import Drawing
import Escaping
import Forms
import Foundation
import Lessons

/// A place of a page where a lesson is shown: which lesson, and how.
struct LessonUse {
    let lesson: LessonFile
    let options: PictureOptions
    /// What its files are called, where nothing else has that name.
    let base: String
    var id: String?
    var caption: String?
    var alternative: String?
    /// As HTML has it: "50%", "300".
    var shownWidth: String?
    /// The lesson's file; nil where the page holds the lesson.
    private(set) var path: String?

    static let keys = ["file", "caption", "alt", "id"] + PictureOptions.all.map(\.word)

    /// Where a page's lessons are looked for.
    struct Place {
        /// What messages call the page.
        let page: String
        /// What the paths of lessons begin in.
        let folder: String
        /// Where lessons may lie.
        let bounds: FolderBounds
    }

    /// - Parameters:
    ///   - standard: what the whole page is drawn with.
    ///   - number: of the block among those that hold their lesson.
    init(_ block: NotesPage.Block, of place: Place, standard: PictureOptions, number: Int) throws(BackstepError) {
        let page = place.page
        guard block.isClosed else {
            throw Self.fault(page, block.line, "the block of this fence has no end; expected a closing fence")
        }
        var values = block.attributes
        var path = values["file"]
        if path == nil, let written = try Self.reference(block, page: page) {
            path = written["file"]
            values.values += written.values
            values.id = values.id ?? written["id"]
        }
        let lesson: LessonFile
        var file: String?
        if let path {
            (lesson, file) = try Self.lesson(at: path, of: place, line: block.line)
        } else {
            let id = values.id ?? values["id"]
            lesson = try LessonFile(
                source: block.body, file: page, name: id ?? "lesson-\(number)", place: (block.line, block.indentation))
        }
        try self.init(lesson, values, base: lesson.name, page: page, line: block.line, standard: standard, isStrict: true)
        self.path = file
    }

    /// An image's attributes may mean something to whoever reads the page; those that mean nothing here are left alone.
    init(_ image: NotesPage.Image, of place: Place, standard: PictureOptions) throws(BackstepError) {
        let (lesson, file) = try Self.lesson(at: image.target, of: place, line: image.line)
        try self.init(lesson, image.attributes, base: lesson.name, page: place.page, line: image.line, standard: standard, isStrict: false)
        path = file
    }

    private init(
        _ lesson: LessonFile, _ values: NoteAttributes, base: String, page: String, line: Int, standard: PictureOptions, isStrict: Bool
    ) throws(BackstepError) {
        self.lesson = lesson
        id = values.id ?? values["id"]
        caption = values["caption"]
        alternative = values["alt"]
        var options = standard
        for (key, value) in values.values {
            if key == "width", TextWidth(value) == nil, value.wholeMatch(of: #/\d{1,5}(\.\d+)?(px|%)?/#) != nil {
                shownWidth = value.hasSuffix("px") ? String(value.dropLast(2)) : value
                continue
            }
            if let option = PictureOptions.all.first(where: { $0.word == key }) {
                guard option.read(value, &options) || !isStrict else {
                    let shown = key == "width" ? ", or how wide a reader shows it, as 50% or 300px" : ""
                    throw Self.fault(page, line, "\(key) is \"\(value)\"; expected \(option.expected)\(shown)")
                }
                continue
            }
            switch key {
            case "file", "caption", "alt", "id", "backstep": break
            default:
                guard isStrict else { continue }
                let near = Self.keys.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
                throw Self.fault(page, line, "unknown option \"\(key)\"; expected one of \(Self.keys.joined(separator: ", "))\(near)")
            }
        }
        self.options = options
        self.base = Self.safe(id ?? base)
    }

    static func fault(_ page: String, _ line: Int, _ what: String) -> BackstepError {
        BackstepError(.badLesson, "\(page):\(line):1: error: \(what)")
    }

    /// The options of a block that names a file instead of holding a lesson: lines `key: value`, one of them `file`.
    private static func reference(_ block: NotesPage.Block, page: String) throws(BackstepError) -> NoteAttributes? {
        let lines = block.body.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmingSpaces)
        guard lines.contains(where: { $0.hasPrefix("file:") }) else { return nil }
        var attributes = NoteAttributes()
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            guard let match = line.wholeMatch(of: #/([A-Za-z-]+):\s+(.*)/#), keys.contains(String(match.1)) else {
                throw fault(
                    page, block.line + 1 + index,
                    "\"\(line.prefix(40))\" beside file; expected lines of \(keys.joined(separator: ", ")), or a lesson")
            }
            var value = String(match.2)
            for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
                value = String(value.dropFirst().dropLast())
            }
            attributes.values.append((String(match.1), value))
        }
        return attributes
    }

    private static func lesson(
        at target: String, of place: Place, line: Int
    ) throws(BackstepError) -> (lesson: LessonFile, file: String) {
        let path = target.removingPercentEncoding ?? target
        let full = path.utf8.first == UInt8(ascii: "/") || place.folder.isEmpty ? path : "\(place.folder)/\(path)"
        do {
            let bytes = try place.bounds.bytes(full, most: Limits.fileBytes)
            var name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            if name.hasSuffix(".backstep") { name = String(name.dropLast(9)) }
            return (try LessonFile(source: String(decoding: bytes, as: UTF8.self), file: full, name: name), full)
        } catch {
            // A fault inside the lesson's file names its own line; the page's goes before it.
            guard error.kind == .badLesson else { throw fault(place.page, line, error.description) }
            throw BackstepError(.badLesson, "\(place.page):\(line):1: error: in \(target):\n\(error.description)")
        }
    }

    /// Letters, digits, and what stands between them without harm.
    static func safe(_ name: String) -> String {
        let kept = String(scalars: name.unicodeScalars.map { $0.isFileNamePart ? $0 : "-" })
        let trimmed = kept.drop { $0 == "." || $0 == "-" }
        let short = String(trimmed.prefix(80)).prefixOfBytes(atMost: 160)
        return short.isEmpty ? "figure" : short
    }
}

extension String {
    /// The longest beginning of whole characters that has no more bytes.
    fileprivate func prefixOfBytes(atMost most: Int) -> String {
        var count = 0
        return String(
            prefix { character in
                count += character.utf8.count
                return count <= most
            })
    }
}
