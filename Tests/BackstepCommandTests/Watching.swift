import Foundation
import Testing

/// A command that draws again when a file is saved, while it runs.
final class Watching {
    private let process = Process()

    convenience init(_ lesson: String, drawing figure: URL, words: URL? = nil) throws {
        try self.init(["watch", lesson, "-o", figure.path], words: words)
    }

    /// - Parameter words: the file for what it says; nil: nobody reads that.
    init(_ arguments: [String], words: URL? = nil) throws {
        process.executableURL = URL(fileURLWithPath: Run.program)
        process.arguments = arguments
        process.standardError = try words.map(FileHandle.init(forWritingTo:)) ?? FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Whether a condition comes true within a minute.
    func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<6_000 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }

    /// Ends it as Control-C does.
    /// - Returns: its exit code.
    func interrupted() -> Int32 {
        process.interrupt()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
