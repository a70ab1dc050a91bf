import Drawing
import Foundation

/// Writes files that appear whole or not at all: beside the target, flushed, then renamed over it.
package enum WholeFile {
    /// Makes the folders on the way.
    /// - Throws: `BackstepError.cannotWrite`; an older file then stays as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(BackstepError) {
        let folder = (path as NSString).deletingLastPathComponent
        // The draft's own ending must find room where the file's name takes all that a disk allows.
        let stem = folder.isEmpty ? path : String(path.dropFirst(folder == "/" ? 1 : folder.count + 1))
        let draftStem = (folder.isEmpty ? "" : "\(folder)/") + stem.prefixOfBytes(atMost: 200)
        if !folder.isEmpty { try makeFolder(folder) }
        sweepOnce(folder)
        // A run that sweeps meanwhile can take a draft away in the moment before it is locked.
        for attempt in 1... {
            let draft = "\(draftStem).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
            let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw failure(path) }
            flock(descriptor, LOCK_EX | LOCK_NB)
            let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
            var reason = errno
            let isMoved = isWritten && rename(draft, path) == 0
            if isWritten, !isMoved { reason = errno }
            let isClosed = close(descriptor) == 0
            if isMoved, isClosed { return }
            unlink(draft)
            guard isWritten, !isMoved, reason == ENOENT, attempt < 3 else { throw failure(path, isMoved ? errno : reason) }
        }
    }

    private static let swept = Guarded<Set<String>>([])

    /// Removes the drafts that killed runs left in a folder: those that no process holds locked.
    private static func sweepOnce(_ folder: String) {
        let folder = folder.isEmpty ? "." : folder
        guard swept.withLock({ $0.insert(folder).inserted }) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where isDraft(name) {
            let draft = "\(folder)/\(name)"
            let descriptor = open(draft, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(draft) }
            close(descriptor)
        }
    }

    /// `figure.svg.1234-567890.part`.
    private static func isDraft(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count >= 3, parts.last == "part" else { return false }
        let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    }

    package static func makeFolder(_ folder: String) throws(BackstepError) {
        guard mkdir(folder, 0o777) != 0 else { return }
        let reason = errno
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
            if isFolder.boolValue { return }
            throw BackstepError(.cannotWrite, "cannot write into \(folder): it is a file, not a folder")
        }
        let parent = (folder as NSString).deletingLastPathComponent
        guard reason == ENOENT, !parent.isEmpty, parent != folder else {
            throw BackstepError(.cannotWrite, "cannot make the folder \(folder): \(String(cString: strerror(reason)))")
        }
        try makeFolder(parent)
        // Another run may have made it meanwhile.
        guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
            throw BackstepError(.cannotWrite, "cannot make the folder \(folder): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether all could be written; if not, `errno` says why.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    // A terminal or pipe that somebody has set not to block takes more in a moment.
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

extension String {
    /// The longest beginning of whole characters that has no more bytes.
    func prefixOfBytes(atMost most: Int) -> String {
        var count = 0
        return String(
            prefix { character in
                count += character.utf8.count
                return count <= most
            })
    }
}
