import Foundation
import MatrixKernels

/// What the program arranges with the system before it does anything.
enum ProcessHabits {
    static func arrange() {
        keep_freed_memory()
        endCleanlyWhenInterrupted()
        // A reader who has seen enough ends the program without a word.
        signal(SIGPIPE, SIG_DFL)
    }

    private static func endCleanlyWhenInterrupted() {
        signal(SIGINT) { _ in
            // Only what a signal handler may call.
            if isatty(STDERR_FILENO) == 1 { write(STDERR_FILENO, "\r\u{1B}[K", 4) }
            _exit(130)
        }
    }
}
