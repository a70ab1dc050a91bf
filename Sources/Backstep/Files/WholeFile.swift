import Foundation

/// Writes files that appear whole or not at all: beside the target, flushed, then renamed over it.
package enum WholeFile {
    /// Makes the folders on the way.
    /// - Throws: `BackstepError.cannotWrite`; an older file then stays as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(BackstepError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty { try makeFolder(folder) }
        let draft = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, rename(draft, path) == 0 else {
            let reason = isWritten ? errno : reason
            unlink(draft)
            throw failure(path, reason)
        }
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

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
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
