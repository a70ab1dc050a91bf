import Forms
import Foundation
package import Lessons

/// A lesson that was read, with the name for its figures' files.
///
/// ```swift
/// let lesson = try LessonFile(contentsOf: URL(filePath: "neuron.yaml"))
/// try lesson.figures()[0].write(to: URL(filePath: "neuron.svg"))
/// ```
public struct LessonFile: Sendable {
    package let lesson: Lesson
    /// The file's name without folder and extension, from which the names of pictures are made.
    package let name: String
    /// The file's name without folder; nil if the lesson was not a file of its own.
    package let fileName: String?

    /// Reads a file, the standard input (`-`), or a bundled lesson by its name. A file has precedence over a bundled lesson.
    /// - Parameter bounds: the folder to which reading is restricted; nil: none. A lesson from the standard input is read as if it were in it.
    /// - Throws: `BackstepError` of the kind `noInput` or `badLesson`.
    package init(_ argument: String, within bounds: FolderBounds? = nil) throws(BackstepError) {
        guard !argument.utf8.contains(0) else {
            throw BackstepError(.noInput, "cannot read \(InputFile.withoutZeros(argument)): a file's name has no zero byte")
        }
        if argument == "-" {
            self = try Self.parsed(
                try InputFile.bytes("-", most: Limits.fileBytes), file: "-", name: "lesson",
                home: bounds?.home ?? .nowhere("a lesson from the standard input has no folder"))
            return
        }
        let name = URL(fileURLWithPath: argument).deletingPathExtension().lastPathComponent
        if let bounds, !bounds.contain(argument) {
            // Always throws, whether or not the file exists.
            self = try Self.parsed(
                try bounds.bytes(argument, most: Limits.fileBytes), file: argument, name: name,
                home: .folder(of: argument, within: bounds))
            return
        }
        let isFolder = argument.isFolderPath
        // A folder may have the name of a bundled lesson, as that of its worksheets.
        if FileManager.default.fileExists(atPath: argument), !isFolder || BundledLessons.entry(named: argument) == nil {
            guard !isFolder else {
                throw BackstepError(.noInput, "\(argument) is a folder; expected a lesson: a YAML file")
            }
            let bytes =
                if let bounds { try bounds.bytes(argument, most: Limits.fileBytes) } else {
                    try InputFile.bytes(argument, most: Limits.fileBytes)
                }
            self = try Self.parsed(bytes, file: argument, name: name, home: .folder(of: argument, within: bounds))
            return
        }
        guard let bundled = BundledLessons.entry(named: argument) else {
            let near = BundledLessons.all.map(\.name).nearest(to: argument)
            throw BackstepError(
                .noInput,
                "no file and no bundled lesson \"\(argument)\"" + (near.map { "; did you mean \($0)?" } ?? "")
                    + "; `backstep list` shows the bundled lessons")
        }
        self = try LessonFile(bundled)
    }

    /// Reads a lesson from a text.
    /// - Parameters:
    ///   - file: the file's name for messages.
    ///   - name: the name for its figures' files.
    ///   - place: the number of lines and columns before the lesson in the file, for the positions in messages.
    ///   - home: where the files are that the lesson names.
    package init(
        source: String, file: String, name: String, place: (lines: Int, columns: Int) = (0, 0),
        home: LessonHome = .nowhere("a lesson that is given as text has no folder")
    ) throws(BackstepError) {
        do {
            let lesson = try LessonReader.read(bytes: Array(source.utf8), file: file, numbers: home.numbers)
            self.init(
                lesson: lesson.moved(lines: place.lines, columns: place.columns),
                name: name,
                // If the lesson is only part of the file, a figure must not refer to the file as its lesson.
                fileName: place.lines > 0 ? nil : (file as NSString).lastPathComponent)
        } catch {
            let moved = error.moved(lines: place.lines, columns: place.columns)
            // A lesson inside a page may always be quoted: whoever sees the message has the page.
            let isShown = place.lines > 0 || LessonErrors.mayQuote(source)
            throw BackstepError(.badLesson, isShown ? moved.description : moved.withoutQuotes)
        }
    }

    package init(_ bundled: BundledLessons.Entry) throws(BackstepError) {
        self = try Self.parsed(bundled.bytes, file: "\(bundled.name).yaml", name: bundled.name, home: .bundled)
    }

    private init(lesson: Lesson, name: String, fileName: String?) {
        self.lesson = lesson
        self.name = name
        self.fileName = fileName
    }

    private static func parsed(_ bytes: [UInt8], file: String, name: String, home: LessonHome) throws(BackstepError) -> LessonFile {
        do {
            let fileName = (file as NSString).lastPathComponent
            return LessonFile(
                lesson: try LessonReader.read(bytes: bytes, file: file, numbers: home.numbers), name: name,
                fileName: file == "-" ? nil : fileName)
        } catch {
            let isShown = LessonErrors.mayQuote(String(decoding: bytes, as: UTF8.self))
            throw BackstepError(.badLesson, isShown ? error.description : error.withoutQuotes)
        }
    }
}

extension LessonFile {
    /// What the names of lessons' files end in, without a dot.
    package static let endings = ["yaml", "yml"]

    /// Whether a path has the file name extension of a lesson.
    package static func isLesson(_ path: String) -> Bool { endings.contains { path.hasSuffix(".\($0)") } }

    /// The paths of the files of numbers that a lesson's file names, as far as it can be read.
    package static func numberFiles(of path: String) -> [String] {
        guard let bytes = try? InputFile.bytes(path, most: Limits.fileBytes) else { return [] }
        return LessonReader.namedFiles(in: bytes).map { LessonHome.path(of: $0, in: path.folderOfPath) }
    }

    /// The paths of the lessons in a folder, sorted.
    package static func paths(inFolder folder: String) throws(BackstepError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { throw BackstepError(.noInput, "there is no folder \(folder)") }
        guard folder.isFolderPath else { throw BackstepError(.noInput, "\(folder) is a file; expected a folder of lessons") }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw BackstepError(.noInput, "cannot read \(folder): \(error.localizedDescription)")
        }
        let lessons = names.filter(isLesson).sorted()
        guard !lessons.isEmpty else { throw BackstepError(.noInput, "the folder \(folder) has no lessons: no *.yaml files") }
        return lessons.map(folder.path(of:))
    }
}
