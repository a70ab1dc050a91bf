import Drawing
import Foundation
import NumberFiles

/// Writes files atomically: to a draft in the same folder, which is flushed and then renamed.
package enum WholeFile {
    /// Writes a file and creates missing folders. A file that is replaced keeps its permissions.
    /// - Throws: `BackstepError.cannotWrite`; an existing file is then unchanged.
    package static func write(_ bytes: [UInt8], to path: String) throws(BackstepError) {
        try write(to: path) { (descriptor) in writeAll(bytes, to: descriptor) }
    }

    /// Copies a regular file, of any size.
    /// - Parameter bounds: the folder outside which nothing is read.
    package static func copy(_ source: String, within bounds: FolderBounds, to path: String) throws(BackstepError) {
        // From the start at each attempt.
        try write(to: path) { (descriptor) throws(BackstepError) in
            let pieces = try bounds.pieces(source)
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
            defer { memory.deallocate() }
            while true {
                let count: Int
                do throws(NumberFileError) {
                    count = try pieces.next(into: memory)
                } catch {
                    throw BackstepError(.noInput, "cannot read \(source): it \(error.what)")
                }
                if count == 0 { return true }
                guard writeAll(Array(memory[..<count]), to: descriptor) else { return false }
            }
        }
    }

    /// Whether there is a regular file with these bytes.
    package static func isAlready(_ bytes: [UInt8], at path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == bytes.count else { return false }
        return (try? InputFile.regularBytes(path, most: bytes.count)) == bytes
    }

    /// - Parameter contents: writes the file's bytes; false if that fails, with the reason in `errno`.
    private static func write(
        to path: String, _ contents: (_ descriptor: Int32) throws(BackstepError) -> Bool
    ) throws(BackstepError) {
        guard !path.utf8.contains(0) else {
            throw BackstepError(.cannotWrite, "cannot write \(InputFile.withoutZeros(path)): a file's name has no zero byte")
        }
        let folder = path.folderOfPath
        if !folder.isEmpty { try makeFolder(folder) }
        sweepOnce(folder)
        // Another run may sweep the draft away before it is locked; then a new one is made.
        for attempt in 1... {
            let draft = (folder.isEmpty ? "" : folder == "/" ? "/" : "\(folder)/") + Draft.newName()
            let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw failure(path) }
            flock(descriptor, LOCK_EX | LOCK_NB)
            let isWritten: Bool
            do throws(BackstepError) {
                isWritten = try contents(descriptor) && fsync(descriptor) == 0
            } catch {
                close(descriptor)
                unlink(draft)
                throw error
            }
            var reason = errno
            if isWritten { takePermissions(of: path, descriptor) }
            let isMoved = isWritten && rename(draft, path) == 0
            if isWritten, !isMoved { reason = errno }
            let isClosed = close(descriptor) == 0
            if isMoved, isClosed { return }
            unlink(draft)
            guard isWritten, !isMoved, reason == ENOENT, attempt < 3 else { throw failure(path, isMoved ? errno : reason) }
        }
    }

    /// Copies the permissions of the existing file, and the owner if the process may change it. Errors are ignored: some disks have none.
    private static func takePermissions(of path: String, _ descriptor: Int32) {
        var old = stat()
        // A link is replaced by the new file, so that the permissions of its target do not matter.
        guard lstat(path, &old) == 0, old.st_mode & S_IFMT == S_IFREG else { return }
        _ = fchown(descriptor, old.st_uid, old.st_gid)
        _ = fchmod(descriptor, old.st_mode & 0o777)
    }

    private static let swept = Guarded<Set<String>>([])

    private static func sweepOnce(_ folder: String) {
        let folder = folder.isEmpty ? "." : folder
        guard swept.withLock({ $0.insert(folder).inserted }) else { return }
        Draft.sweep(folder)
    }

    package static func makeFolder(_ folder: String) throws(BackstepError) {
        guard mkdir(folder, 0o777) != 0 else { return }
        let reason = errno
        if folder.isFolderPath { return }
        if FileManager.default.fileExists(atPath: folder) {
            throw BackstepError(.cannotWrite, "cannot write into \(folder): it is a file, not a folder")
        }
        let parent = folder.folderOfPath
        guard reason == ENOENT, !parent.isEmpty, parent != folder else {
            throw BackstepError(.cannotWrite, "cannot make the folder \(folder): \(String(cString: strerror(reason)))")
        }
        try makeFolder(parent)
        // Another run may have made the folder in the meantime.
        guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
            throw BackstepError(.cannotWrite, "cannot make the folder \(folder): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether all bytes could be written; if not, `errno` has the reason.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    // A terminal or pipe may have been set to non-blocking; then wait until it accepts more.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    if errno == EAGAIN, poll(&ready, 1, -1) > 0 { continue }
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func failure(_ path: String, _ reason: Int32 = errno) -> BackstepError {
        BackstepError(.cannotWrite, "cannot write \(path): \(String(cString: strerror(reason)))")
    }
}
