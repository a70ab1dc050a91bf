import Foundation
import Lessons
import NumberFiles

/// Reads the input of commands up to a size, so that a device or a mistaken file does not fill the memory.
package enum InputFile {
    /// The bytes of a file or of the standard input (`-`), at most `most` and some more, so that the caller can tell if it is too large.
    /// - Throws: `BackstepError.noInput`.
    package static func bytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        if path == "-" { return try bytes(of: STDIN_FILENO, "the standard input", most: most) }
        let (descriptor, status) = try opened(path, flags: 0)
        defer { close(descriptor) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw BackstepError(.noInput, "\(path) is a folder; expected a file") }
        return try bytes(of: descriptor, path, most: most)
    }

    /// The same for a regular file only. Devices and pipes, which may never end, are refused without reading.
    /// - Throws: `BackstepError.noInput`.
    package static func regularBytes(_ path: String, most: Int) throws(BackstepError) -> [UInt8] {
        let (descriptor, status) = try opened(path, flags: O_NONBLOCK)
        defer { close(descriptor) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BackstepError(.noInput, "\(path) is not a regular file; expected one") }
        return try bytes(of: descriptor, path, most: most)
    }

    /// A regular file, to be read a piece at a time.
    /// - Throws: `BackstepError.noInput`.
    static func regularPieces(_ path: String) throws(BackstepError) -> FilePieces {
        let (descriptor, status) = try opened(path, flags: O_NONBLOCK)
        let file = OpenFile(descriptor)
        guard status.st_mode & S_IFMT == S_IFREG else { throw BackstepError(.noInput, "\(path) is not a regular file; expected one") }
        return FilePieces { memory in
            while true {
                let count = read(file.descriptor, memory.baseAddress, memory.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else {
                    return .failure(NumberFileError("can't be read: \(String(cString: strerror(errno)))", expected: nil))
                }
                return .success(count)
            }
        }
    }

    /// Closes its file when nobody reads it any more.
    private final class OpenFile {
        let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    /// The bytes of a figure's file. For a long PDF, whose embedded data are at the end, only the beginning and the last `tail` bytes.
    /// - Parameter isRegular: whether anything but a regular file is refused, because opening a FIFO waits for a writer and a device may
    ///   never end. Errors are then sentences about "it".
    /// - Throws: `BackstepError.noInput`, also if the file is longer than `most`.
    package static func figure(_ path: String, most: Int, tail: Int, isRegular: Bool = false) throws(BackstepError) -> [UInt8] {
        let name = isRegular ? "it" : path
        let (descriptor, status) = try opened(path, flags: isRegular ? O_NONBLOCK | O_NOCTTY : 0, called: isRegular ? name : nil)
        defer { close(descriptor) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw BackstepError(.noInput, "\(name) is a folder; expected a file") }
        guard !isRegular || status.st_mode & S_IFMT == S_IFREG else { throw BackstepError(.noInput, "it is not a regular file") }
        let size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
        if size > tail {
            var start = [UInt8](repeating: 0, count: 8)
            if pread(descriptor, &start, start.count, 0) == start.count, start.starts(with: "%PDF-".utf8) {
                lseek(descriptor, off_t(size - tail), SEEK_SET)
                return start + (try bytes(of: descriptor, path, most: tail))
            }
        }
        let bytes = size > most ? nil : try bytes(of: descriptor, path, most: most)
        guard let bytes, bytes.count <= most else {
            throw BackstepError(.noInput, "\(name) has more than \(most >> 20) MiB; expected a figure, and none is that large")
        }
        return bytes
    }

    /// How many bytes a file says that it has; 0 where there is none. Of a device or a pipe it says nothing of use.
    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether a path leads to a regular file.
    package static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// - Parameter name: how errors, then complete sentences, refer to the file; nil: by its path.
    private static func opened(_ path: String, flags: Int32, called name: String? = nil) throws(BackstepError) -> (
        descriptor: Int32, status: stat
    ) {
        guard !path.utf8.contains(0) else {
            throw BackstepError(.noInput, "cannot read \(withoutZeros(path)): a file's name has no zero byte")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            guard let name else { throw BackstepError(.noInput, "cannot read \(path): \(reason)") }
            let isLink = errno == ENOENT && lstat(path, &status) == 0
            throw BackstepError(.noInput, isLink ? "\(name) is a link to a file that does not exist" : "\(name) cannot be read: \(reason)")
        }
        return (descriptor, status)
    }

    /// The name for a message, with zero bytes made visible.
    static func withoutZeros(_ name: String) -> String { name.replacing("\0", with: "\u{2400}") }

    private static func bytes(of descriptor: Int32, _ name: String, most: Int) throws(BackstepError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= most {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BackstepError(.noInput, "cannot read \(name): \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return bytes
    }
}
