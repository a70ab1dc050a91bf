import Foundation

/// All that lies in a folder, at any depth. Links to folders are not followed, and a folder that cannot be read does not hide the others.
struct FolderWalk {
    /// Of everything in it, folders too.
    private(set) var paths: [String] = []
    /// Folders that cannot be walked, and files that `isWanted` whose names no text has, each with the reason.
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
                // By its bytes and from its folder: neither a path that is too long nor a name that is no text hides what it is.
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
                        closed.append((path, "\(isFolder ? "the folder" : "it") cannot be read: its name is no text in UTF-8"))
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
