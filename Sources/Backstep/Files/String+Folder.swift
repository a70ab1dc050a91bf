import Foundation

extension String {
    /// The path without its last part: "a" for "a/b", "/" for "/a" and for "/"; empty if there is only one part.
    ///
    /// On Linux, Foundation's `deletingLastPathComponent` traps for a path of one character, such as "a" or "./".
    package var folderOfPath: String {
        var rest = Substring(self)
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") { rest = rest[..<rest.utf8.index(before: rest.endIndex)] }
        guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        var folder = rest[..<slash]
        while folder.utf8.last == UInt8(ascii: "/") { folder = folder[..<folder.utf8.index(before: folder.endIndex)] }
        return folder.isEmpty ? "/" : String(folder)
    }

    /// Whether there is a folder at the path, links followed.
    package var isFolderPath: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: self, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The path of a folder without the "/" at its end; "/" stays.
    package var withoutLastSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }

    /// The path of a file in the folder of this path, which may end in "/".
    package func path(of file: String) -> String { hasSuffix("/") ? self + file : "\(self)/\(file)" }
}
