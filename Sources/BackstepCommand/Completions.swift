import ArgumentParser
import Backstep
import CairoBackend
import CourseNotes
import Foundation

extension CompletionKind {
    /// Files of lessons, folders, and the names of bundled lessons.
    static let lessons = CompletionKind.custom { _, _, prefix in lessonNames(prefix) + paths(prefix, endings: LessonFile.endings) }

    /// Files of figures and of lessons, folders, and the names of bundled lessons.
    static let lessonsAndFigures = CompletionKind.custom { _, _, prefix in
        lessonNames(prefix) + paths(prefix, endings: LessonFile.endings + PictureFormat.endings)
    }

    /// What `backstep new` takes.
    static let kinds = CompletionKind.custom { _, _, prefix in
        ((try? Starter.all()) ?? []).map(\.kind).filter { $0.hasPrefix(prefix) }
    }

    static let figures = CompletionKind.file(extensions: PictureFormat.endings)
    static let pages = CompletionKind.file(extensions: NotesSite.pageEndings)
    /// Formats of pictures and their usual combination.
    static let formats = CompletionKind.list(PictureFormat.endings + [PictureFormat.endings.joined(separator: ",")])

    /// The values of an option of pictures.
    static func values(of word: String) -> CompletionKind {
        .list(PictureOptions.all.first { $0.word == word }?.words ?? [])
    }

    /// The bundled lessons that begin with a prefix, with their numbers or without.
    private static func lessonNames(_ prefix: String) -> [String] {
        let names = BundledLessons.all.map(\.name)
        if prefix.isEmpty || prefix.first?.isNumber == true { return names.filter { $0.hasPrefix(prefix) } }
        return names.map { String($0.drop { $0.isNumber || $0 == "-" }) }.filter { $0.hasPrefix(prefix) }
    }

    /// The files with one of these endings, and the folders, that begin with a prefix.
    private static func paths(_ prefix: String, endings: [String]) -> [String] {
        let folder = prefix.folderOfPath
        let home = prefix.hasSuffix("/") ? prefix : folder.isEmpty ? "" : folder == "/" ? "/" : folder + "/"
        let start = prefix.hasSuffix("/") ? "" : (prefix as NSString).lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home.isEmpty ? "." : home)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
            if (home + name).isFolderPath { return "\(home)\(name)/" }
            guard FileManager.default.fileExists(atPath: home + name) else { return nil }
            return endings.contains((name as NSString).pathExtension.lowercased()) ? home + name : nil
        }
    }
}
