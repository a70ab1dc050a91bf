import Foundation
import MatrixKernels

/// Settings of the process that the program makes at the start.
enum ProcessHabits {
    static func arrange() {
        keep_freed_memory()
        fillClosedStreams()
        endCleanlyWhenInterrupted()
        // If the reader of a pipe closes it, as `head` does, the program ends without a message.
        signal(SIGPIPE, SIG_DFL)
        // If a file exceeds the size limit, writing fails with an error, as on a full disk, instead of a signal.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Opens /dev/null in place of standard streams that were closed before the start. Otherwise a file opened later would get such a
    /// stream's number, and then its output. It is opened for reading only, so that writing fails.
    private static func fillClosedStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    }

    private static func endCleanlyWhenInterrupted() {
        signal(SIGINT) { _ in
            // Only calls that are allowed in a signal handler.
            if isatty(STDERR_FILENO) == 1 { write(STDERR_FILENO, "\r\u{1B}[K", 4) }
            _exit(130)
        }
    }
}
