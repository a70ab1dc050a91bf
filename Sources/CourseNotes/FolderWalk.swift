import Foundation

/// The contents of a folder, at any depth. Links to folders are not followed. Folders that can't be read are reported.
struct FolderWalk {
    /// The paths of all files and folders, sorted.
    private(set) var paths: [String] = []
    /// Folders that can't be read, and wanted files whose names are not UTF-8, each with the reason.
    private(set) var closed: [(path: String, reason: String)] = []

    init(_ root: String, isWanted: (String) -> Bool) {
        var waiting = [root]
        while let folder = waiting.popLast() {
            guard let stream = opendir(folder) else {
                closed.append((folder, "the folder cannot be read: \(String(cString: strerror(errno)))"))
                continue
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                var status = stat()
                // By the bytes of the name and relative to the folder, which works even if the path is too long or the name is not UTF-8.
                let (bytes, isKnown) = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                    let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                    let isKnown = start.map { fstatat(dirfd(stream), $0, &status, AT_SYMLINK_NOFOLLOW) == 0 } ?? false
                    return (Array(buffer.prefix { $0 != 0 }), isKnown)
                }
                let name = String(decoding: bytes, as: UTF8.self)
                if name == "." || name == ".." { continue }
                let path = "\(folder)/\(name)"
                let isFolder = isKnown && status.st_mode & S_IFMT == S_IFDIR
                guard name.utf8.elementsEqual(bytes) else {
                    if isFolder || isWanted(path) {
                        closed.append((path, "\(isFolder ? "the folder" : "it") cannot be read: its name is not UTF-8 text"))
                    }
                    continue
                }
                paths.append(path)
                if isFolder { waiting.append(path) }
            }
        }
        paths.sort()
    }
}
