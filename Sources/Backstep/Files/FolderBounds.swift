import Foundation
import NumberFiles

/// Restricts reading to a folder: files outside it are refused, even if a path gets there by ".." or links.
package struct FolderBounds: Sendable {
    /// The folder as it was given, for messages.
    private let name: String
    /// The folder's path without links and dots.
    private let root: String

    /// - Parameter folder: "" for the working folder.
    package init(_ folder: String) {
        name = folder.isEmpty ? "." : folder
        root = Self.resolved(name) ?? name
    }

    /// - Throws: `BackstepError.noInput` if there is no such folder.
    package init(existing folder: String) throws(BackstepError) {
        self.init(folder)
        var status = stat()
        guard !folder.utf8.contains(0), stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw BackstepError(.noInput, "there is no folder \(InputFile.withoutZeros(folder))")
        }
    }

    /// The home of lessons in the folder itself.
    var home: LessonHome { .folder(name, within: self) }

    /// Whether a path, after following its links, is the folder or inside it.
    package func contain(_ path: String) -> Bool {
        guard let path = Self.resolved(path) else { return false }
        return path == root || path.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
    }

    /// The bytes of a regular file in the folder, at most `most` and some more, so that the caller can tell if it is too large.
    /// - Throws: `BackstepError.noInput`. For a file outside the folder, the error does not reveal whether it exists.
    package func bytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        try check(path)
        return try InputFile.regularBytes(path, most: most)
    }

    /// The same for a file of any size.
    func pieces(_ path: String) throws(BackstepError) -> FilePieces {
        try check(path)
        return try InputFile.regularPieces(path)
    }

    private func check(_ path: String) throws(BackstepError) {
        guard !path.utf8.contains(0) else {
            throw BackstepError(.noInput, "cannot read \(InputFile.withoutZeros(path)): a file's name has no zero byte")
        }
        guard contain(path) else {
            throw BackstepError(
                .noInput, "\(path) is outside the folder \(name); expected a file in it or below (--root names another)")
        }
    }

    /// The absolute path without links and dots. The part that does not exist stays as written. Nil if the path is too long.
    package static func resolved(_ path: String) -> String? {
        // By bytes, as the system does: a slash followed by a combining mark would be a single Character.
        let slash = UInt8(ascii: "/")
        let path = path.utf8.first == slash ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        guard path.utf8.count <= 1 << 12, !path.utf8.contains(0) else { return nil }
        if let whole = realpath(path, nil) {
            defer { free(whole) }
            return String(cString: whole)
        }
        var bytes = Array(path.utf8)[...]
        while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
        guard let end = bytes.lastIndex(of: slash), bytes.count > 1 else { return path }
        guard let parent = resolved(end == bytes.startIndex ? "/" : String(decoding: bytes[..<end], as: UTF8.self)) else { return nil }
        switch String(decoding: bytes[(end + 1)...], as: UTF8.self) {
        case ".": return parent
        case "..": return parent.folderOfPath
        case let last: return parent == "/" ? "/\(last)" : "\(parent)/\(last)"
        }
    }

    /// The relative path from one folder to a file or folder, computed from their resolved paths.
    package static func path(fromFolder home: String, to path: String) -> String {
        let from = (resolved(home.isEmpty ? "." : home) ?? home).split(separator: "/")
        let to = (resolved(path.isEmpty ? "." : path) ?? path).split(separator: "/")
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// Whether two paths lead to the same file, by links or because the disk ignores the case of letters.
    static func areSame(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard !first.utf8.contains(0), !second.utf8.contains(0), stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
