import Backstep
import CairoBackend
import Drawing
import Foundation
import Lessons

/// The list of a page's pictures, with which the next run draws only what has changed. It is stored as JSON beside the pictures.
struct DrawnPictures: Codable, Sendable {
    struct Picture: Codable, Sendable {
        /// The figure's name if the lesson has several.
        var name: String?
        /// The file's name in the folder of the pictures.
        var file: String
        /// A hash of the file's bytes.
        var fingerprint: String
        var title: String
        var alternative: String
    }

    /// `PictureNames.page`; nil in lists of older releases.
    var page: String?
    /// The pictures by a hash of everything they depend on: lesson, settings, format and version.
    var drawn: [String: [Picture]] = [:]
    /// Other files of the page, which it no longer shows or does not show yet.
    var others: [Picture]?

    var pictures: [Picture] { drawn.sorted { $0.key < $1.key }.flatMap(\.value) + (others ?? []) }

    static func key(lesson: LessonFile, settings: String, format: String) -> String {
        var hash = Fingerprint()
        let parts = [Version.current] + lesson.lesson.source.dependencies + [lesson.fileName ?? "", settings, format]
        for part in parts { hash.mix(part) }
        return hash.hexadecimal
    }

    static func fingerprint(_ bytes: [UInt8]) -> String {
        var hash = Fingerprint()
        for byte in bytes { hash.mix(byte: byte) }
        return hash.hexadecimal
    }

    init(page: String) { self.page = page }

    private static let mostBytes = 64 << 20

    /// Reads the list of a page; it is empty if there is no file.
    /// - Throws: `BackstepError.cannotWrite` if the file is something else or belongs to another page, and so must not be overwritten.
    init(of names: PictureNames, in folder: String) throws(BackstepError) {
        self.init(page: names.page)
        let path = "\(folder)/\(names.list)"
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, let read = Self.read(path) else {
            throw BackstepError(.cannotWrite, "\(path) is not a list of pictures that Backstep wrote; it is left as it is")
        }
        guard read.page ?? names.page == names.page else {
            throw BackstepError(.cannotWrite, "\(path) is the list of another page's pictures, \(read.page ?? ""); it is left as it is")
        }
        drawn = read.drawn
        others = read.others
    }

    private static func read(_ path: String) -> DrawnPictures? {
        guard let bytes = try? InputFile.regularBytes(path, most: mostBytes) else { return nil }
        return try? JSONDecoder().decode(Self.self, from: Data(bytes))
    }

    /// The names of pictures in the lists of other pages in the folder, in lower case, since some disks ignore case.
    /// - Parameter list: the name of the page's own list.
    static func filesOfOthers(than list: String, in folder: String) -> Set<String> {
        let lists = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(PictureNames.listEnding) && $0 != list
        }
        return Set(lists.flatMap { read("\(folder)/\($0)")?.pictures ?? [] }.map { $0.file.lowercased() })
    }

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return [UInt8]((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}

extension DrawnPictures.Picture {
    /// Whether the file is unchanged since it was drawn.
    func isIntact(in folder: String) -> Bool {
        guard let bytes = regularFile(in: folder) else { return false }
        return DrawnPictures.fingerprint(bytes) == fingerprint
    }

    /// Deletes the file if it is an unchanged picture of Backstep. The list alone is not trusted, since anybody may have written it.
    func delete(from folder: String) {
        guard let bytes = regularFile(in: folder), DrawnPictures.fingerprint(bytes) == fingerprint,
            case .some = try? EmbeddedLesson(in: bytes)
        else { return }
        unlink("\(folder)/\(file)")
    }

    private func regularFile(in folder: String) -> [UInt8]? {
        var status = stat()
        let path = "\(folder)/\(file)"
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return try? InputFile.regularBytes(path, most: 64 << 20)
    }
}
