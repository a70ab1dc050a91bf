import Foundation
import Lessons

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

    /// A regular file's bytes. What is none is refused, not waited for: opening a FIFO waits for a writer, and a device may never end.
    /// - Throws: `BackstepError.noInput`, whose words are about "it".
    static func regularBytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else {
            var status = stat()
            let isLink = errno == ENOENT && lstat(path, &status) == 0
            throw BackstepError(
                .noInput, isLink ? "it is a link to a file that does not exist" : "it cannot be read: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw BackstepError(.noInput, "it is no regular file")
        }
        guard status.st_size <= most else {
            throw BackstepError(.noInput, "it has \(Int(status.st_size).grouped) bytes; expected at most \(most.grouped)")
        }
        let bytes = try Self.bytes(of: handle, path, most: most)
        guard bytes.count <= most else { throw BackstepError(.noInput, "it grew past \(most.grouped) bytes") }
        return bytes
    }

    /// Whether a path leads to a regular file.
    static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
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
