import Foundation

/// All that lies in a folder, at any depth. Links to folders are not followed, and a folder that cannot be read does not hide the others.
struct FolderWalk {
    /// Of everything in it, folders too.
    private(set) var paths: [String] = []
    private(set) var closed: [(path: String, reason: String)] = []

    init(_ root: String) {
        var waiting = [root]
        while let folder = waiting.popLast() {
            guard let stream = opendir(folder) else {
                closed.append((folder, "the folder cannot be read: \(String(cString: strerror(errno)))"))
                continue
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name == "." || name == ".." { continue }
                let path = "\(folder)/\(name)"
                paths.append(path)
                var status = stat()
                if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { waiting.append(path) }
            }
        }
        paths.sort()
    }
}
