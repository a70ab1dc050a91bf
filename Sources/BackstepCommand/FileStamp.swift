import Foundation

/// Changes when a file is saved.
struct FileStamp: Equatable {
    let seconds, nanoseconds, size, inode: Int

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #else
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #endif
        (size, inode) = (Int(status.st_size), Int(truncatingIfNeeded: status.st_ino))
    }
}
