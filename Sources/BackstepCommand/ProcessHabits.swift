import Foundation
import MatrixKernels

/// What the program arranges with the system before it does anything.
enum ProcessHabits {
    static func arrange() {
        keep_freed_memory()
        fillClosedStreams()
        endCleanlyWhenInterrupted()
        // A reader who has seen enough ends the program without a word.
        signal(SIGPIPE, SIG_DFL)
        // A file that may not grow as long as it must is told as a full disk is.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// A file that is opened later must not take the number of a stream that was closed before the start, and get its words. Writing fails here.
    private static func fillClosedStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    }

    private static func endCleanlyWhenInterrupted() {
        signal(SIGINT) { _ in
            // Only what a signal handler may call.
            if isatty(STDERR_FILENO) == 1 { write(STDERR_FILENO, "\r\u{1B}[K", 4) }
            _exit(130)
        }
    }
}
