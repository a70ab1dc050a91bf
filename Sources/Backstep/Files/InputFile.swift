import Foundation

/// Reads what a command is given, up to a size, so that a device or a mistaken file does not fill the memory.
package enum InputFile {
    /// A file, or the standard input (`-`): no more than `most` bytes, and one, by which the reader sees that it is too large.
    /// - Throws: `BackstepError.noInput`.
    package static func bytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        if path == "-" { return try bytes(of: .standardInput, "the standard input", most: most) }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw BackstepError(.noInput, "\(path) is a folder; expected a file")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw BackstepError(.noInput, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { try? handle.close() }
        return try bytes(of: handle, path, most: most)
    }

    private static func bytes(of handle: FileHandle, _ name: String, most: Int) throws(BackstepError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= most {
            let count = read(handle.fileDescriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BackstepError(.noInput, "cannot read \(name): \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return bytes
    }
}
