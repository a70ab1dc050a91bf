import Backstep
import CairoBackend
import Drawing
import Escaping
import Forms
import Foundation
import Lessons

/// A lesson that a page shows at one position, with its options.
struct LessonUse {
    let lesson: LessonFile
    let options: PictureOptions
    /// The name for its files, unless it is taken.
    let base: String
    var id: String?
    var caption: String?
    var alternative: String?
    /// The width at which the page shows the picture, as in HTML: "50%", "300".
    var shownWidth: String?
    /// The lesson's file; nil if the lesson is in the page itself.
    private(set) var path: String?
    /// Whether a block shows it rather than an image.
    private(set) var isBlock = false

    static let keys = ["file", "caption", "alt", "id"] + drawnSizes.keys.sorted() + PictureOptions.all.map(\.word)

    /// The size at which a figure is drawn, where `width` says at which it is shown.
    static let drawnSizes = ["draw-width": "width", "draw-height": "height"]

    /// The width at which a page shows a picture, without a unit for pixels; nil if the value is a width at which it is drawn.
    static func shownWidth(_ value: String) -> String? {
        guard TextWidth(value) == nil, value.wholeMatch(of: #/\d{1,5}(\.\d+)?(px|%)?/#) != nil else { return nil }
        return value.hasSuffix("px") ? String(value.dropLast(2)) : value
    }

    /// Where the lessons of a page are found.
    struct Place {
        /// The page's name for messages.
        let page: String
        /// The folder to which the paths of lessons are relative.
        let folder: String
        /// The folder outside which no lesson is read.
        let bounds: FolderBounds
    }

    /// - Parameters:
    ///   - standard: the options for the whole page.
    ///   - number: the number of the block in the page, from 1, which names a lesson without an id.
    init(_ block: NotesPage.Block, of place: Place, standard: PageDefaults, number: Int) throws(BackstepError) {
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
                source: block.body, file: page, name: id ?? "lesson-\(number)", place: (block.line, block.indentation),
                home: .folder(place.folder, within: place.bounds))
        }
        try self.init(lesson, values, base: lesson.name, page: page, line: block.line, standard: standard, isStrict: true)
        self.path = file
        isBlock = true
    }

    /// Unknown attributes of an image are ignored, since they may have a meaning for other programs.
    init(_ image: NotesPage.Image, of place: Place, standard: PageDefaults) throws(BackstepError) {
        let (lesson, file) = try Self.lesson(at: image.target, of: place, line: image.line)
        try self.init(lesson, of: image, page: place.page, standard: standard)
        path = file
    }

    init(_ lesson: LessonFile, of image: NotesPage.Image, page: String, standard: PageDefaults) throws(BackstepError) {
        try self.init(lesson, image.attributes, base: lesson.name, page: page, line: image.line, standard: standard, isStrict: false)
    }

    private init(
        _ lesson: LessonFile, _ values: NoteAttributes, base: String, page: String, line: Int, standard: PageDefaults, isStrict: Bool
    ) throws(BackstepError) {
        self.lesson = lesson
        id = values.id ?? values["id"]
        caption = values["caption"] ?? values["fig-cap"]
        alternative = values["alt"] ?? values["fig-alt"]
        shownWidth = standard.shownWidth
        var options = standard.options
        for (key, value) in values.values {
            if key == "width", let width = Self.shownWidth(value) {
                shownWidth = width
                continue
            }
            if let option = PictureOptions.all.first(where: { $0.word == Self.drawnSizes[key] ?? key }) {
                guard option.read(value, &options) || !isStrict else {
                    let shown = key == "width" ? ", or how wide a reader shows it, as 50% or 300px" : ""
                    throw Self.fault(page, line, "\(key) is \"\(value)\"; expected \(option.expected)\(shown)")
                }
                if key == "width" { shownWidth = nil }
                continue
            }
            switch key {
            case "file", "caption", "alt", "id", "backstep", "fig-cap", "fig-alt": break
            default:
                guard isStrict else { continue }
                let near = Self.keys.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
                throw Self.fault(page, line, "unknown option \"\(key)\"; expected one of \(Self.keys.joined(separator: ", "))\(near)")
            }
        }
        self.options = options
        self.base = Self.safe(id ?? base)
    }

    /// Whether an attribute of an image is an option of Backstep with a value that it takes.
    static func isOption(_ key: String, _ value: String) -> Bool {
        if key == "width", shownWidth(value) != nil { return true }
        var options = PictureOptions()
        return PictureOptions.all.first { $0.word == drawnSizes[key] ?? key }?.read(value, &options) ?? false
    }

    static func fault(_ page: String, _ line: Int, _ what: String) -> BackstepError {
        BackstepError(.badLesson, "\(page):\(line):1: error: \(what)")
    }

    /// The options of a block that refers to a file: lines `key: value`, one with the key `file`. Nil if it contains a lesson.
    private static func reference(_ block: NotesPage.Block, page: String) throws(BackstepError) -> NoteAttributes? {
        let lines = block.body.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmingSpaces)
        guard lines.contains(where: { $0.hasPrefix("file:") }) else { return nil }
        var attributes = NoteAttributes()
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            guard let pair = NoteAttributes.pair(line), keys.contains(pair.key) else {
                throw fault(
                    page, block.line + 1 + index,
                    "\"\(line.prefix(40))\" beside file; expected lines of \(keys.joined(separator: ", ")), or a lesson")
            }
            attributes.values.append(pair)
        }
        return attributes
    }

    private static func lesson(
        at target: String, of place: Place, line: Int
    ) throws(BackstepError) -> (lesson: LessonFile, file: String?) {
        let path = target.removingPercentEncoding ?? target
        let full = path.utf8.first == UInt8(ascii: "/") || place.folder.isEmpty ? path : "\(place.folder)/\(path)"
        do {
            // A file has precedence over a bundled lesson.
            if !FileManager.default.fileExists(atPath: full), let bundled = BundledLessons.entry(named: path) {
                return (try LessonFile(bundled), nil)
            }
            let bytes = try place.bounds.bytes(full, most: Limits.fileBytes)
            var name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            if name.hasSuffix(".backstep") { name = String(name.dropLast(9)) }
            let source = String(decoding: bytes, as: UTF8.self)
            return (try LessonFile(source: source, file: full, name: name, home: .folder(of: full, within: place.bounds)), full)
        } catch {
            // An error inside the lesson's file has its own position; the page's position is put before it.
            guard error.kind == .badLesson else { throw fault(place.page, line, error.description) }
            throw BackstepError(.badLesson, "\(place.page):\(line):1: error: in \(target):\n\(error.description)")
        }
    }

    /// The name with everything but letters, digits and - _ . replaced by dashes, shortened for file systems.
    static func safe(_ name: String) -> String {
        let kept = String(scalars: name.unicodeScalars.map { $0.isFileNamePart ? $0 : "-" })
        let trimmed = kept.drop { $0 == "." || $0 == "-" }
        let short = String(trimmed.prefix(80)).prefixOfBytes(atMost: 160)
        return short.isEmpty ? "figure" : short
    }
}

extension String {
    /// The longest prefix of whole characters with at most `most` bytes.
    fileprivate func prefixOfBytes(atMost most: Int) -> String {
        var count = 0
        return String(
            prefix { character in
                count += character.utf8.count
                return count <= most
            })
    }
}
