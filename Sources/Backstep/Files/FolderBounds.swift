import Foundation

/// A folder out of which nothing is read, wherever the dots and links of a path lead.
package struct FolderBounds: Sendable {
    /// As it was given, for messages.
    private let name: String
    /// Without links and dots.
    private let root: String

    /// - Parameter folder: "" is the working folder.
    package init(_ folder: String) {
        name = folder.isEmpty ? "." : folder
        root = Self.resolved(name) ?? name
    }

    /// - Throws: `BackstepError.noInput` where there is no such folder.
    package init(existing folder: String) throws(BackstepError) {
        self.init(folder)
        var status = stat()
        guard !folder.utf8.contains(0), stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw BackstepError(.noInput, "there is no folder \(InputFile.withoutZeros(folder))")
        }
    }

    /// Whether a path, its links followed, stays in the folder or below.
    package func contain(_ path: String) -> Bool {
        guard let path = Self.resolved(path) else { return false }
        return path == root || path.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
    }

    /// The bytes of a regular file in the folder, one more than `most` at most.
    /// - Throws: `BackstepError.noInput`. What lies outside is not looked at: whether it exists isn't told either.
    package func bytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        guard !path.utf8.contains(0) else {
            throw BackstepError(.noInput, "cannot read \(InputFile.withoutZeros(path)): a file's name has no zero byte")
        }
        guard contain(path) else {
            throw BackstepError(
                .noInput, "\(path) lies outside of the folder \(name); expected a file in it or below (--root names another)")
        }
        return try InputFile.regularBytes(path, most: most)
    }

    /// An absolute path without links and dots, as far as its folders exist; the rest as it is written. Nil where it is longer than systems allow.
    static func resolved(_ path: String) -> String? {
        // By bytes, as the system has it: a slash and a combining mark are one Character.
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

    /// From one folder to a file or folder, by their resolved paths.
    package static func path(fromFolder home: String, to path: String) -> String {
        let from = (resolved(home.isEmpty ? "." : home) ?? home).split(separator: "/")
        let to = (resolved(path.isEmpty ? "." : path) ?? path).split(separator: "/")
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// Whether two paths lead to one file, through links or by letters that the disk takes for the same.
    static func areSame(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard !first.utf8.contains(0), !second.utf8.contains(0), stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
