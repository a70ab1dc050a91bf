import Drawing
import Foundation
import Lessons

/// What was drawn for a page, so that the next run draws only what has changed. It lies beside the pictures as JSON.
struct DrawnPictures: Codable {
    struct Picture: Codable {
        /// Of a lesson that has several.
        var name: String?
        /// In the pictures' folder.
        var file: String
        /// Of the file's bytes.
        var fingerprint: String
        var title: String
        var alternative: String
    }

    /// Pictures by what they depend on: lesson, settings, format, version.
    var drawn: [String: [Picture]] = [:]

    static func key(lesson: LessonFile, settings: String, format: String) -> String {
        var hash = Fingerprint()
        for part in [Version.current, lesson.lesson.source.text, lesson.fileName ?? "", settings, format] { hash.mix(part) }
        return hash.hexadecimal
    }

    static func fingerprint(_ bytes: [UInt8]) -> String {
        var hash = Fingerprint()
        for byte in bytes { hash.mix(byte: byte) }
        return hash.hexadecimal
    }

    /// Nothing where there is no such file, or another program's.
    init(contentsOf path: String) {
        if let data = FileManager.default.contents(atPath: path), let read = try? JSONDecoder().decode(Self.self, from: data) {
            self = read
        }
    }

    init() {}

    func write(to path: String) throws(BackstepError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return }
        try WholeFile.write([UInt8](data) + [UInt8(ascii: "\n")], to: path)
    }

    /// The pictures of a key, where all their files are still as they were drawn, under these names.
    func kept(_ key: String, base: String, in folder: String) -> [Picture]? {
        guard let pictures = drawn[key], !pictures.isEmpty else { return nil }
        for picture in pictures {
            let stem = picture.name.map { "\(base)-\($0)" } ?? base
            guard (picture.file as NSString).deletingPathExtension == stem,
                let data = FileManager.default.contents(atPath: "\(folder)/\(picture.file)"),
                Self.fingerprint([UInt8](data)) == picture.fingerprint
            else { return nil }
        }
        return pictures
    }
}
