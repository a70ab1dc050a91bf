import ArgumentParser
import Backstep
import Foundation

/// Words for the one at the terminal: on the standard error, so that data on the standard output stays data.
enum Terminal {
    /// Where words can't be written, nobody is there to be told so.
    static func say(_ text: String) { _ = WholeFile.writeAll(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// An error that has no place in a lesson is the program's word.
    static func say(_ error: BackstepError) {
        say(error.description.contains(": error: ") ? error.description : "backstep: error: \(error.description)")
    }

    static func print(_ text: String) throws(BackstepError) { try print(bytes: Array(text.utf8)) }

    static func print(bytes: [UInt8]) throws(BackstepError) {
        guard WholeFile.writeAll(bytes, to: STDOUT_FILENO) else {
            throw BackstepError(.cannotWrite, "cannot write to the standard output: \(String(cString: strerror(errno)))")
        }
    }

    /// Prints what comes part by part, many parts at a time; what was put before an error is printed too.
    static func stream(
        _ write: (_ put: (String) throws(BackstepError) -> Void) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        var held: [UInt8] = []
        try write { (text) throws(BackstepError) in
            held += text.utf8
            guard held.count >= 1 << 16 else { return }
            try print(bytes: held)
            held.removeAll(keepingCapacity: true)
        }
        try print(bytes: held)
    }

    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Redraws one line.
    static func progress(_ text: String) { _ = WholeFile.writeAll(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO) }
}

/// Runs a command's work and turns its errors into words and exit codes.
func reportingErrors(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let error as BackstepError {
        Terminal.say(error)
        throw ExitCode(error.kind.rawValue)
    }
}

extension LessonFile {
    /// Reads a lesson and says its warnings.
    static func read(_ argument: String) throws(BackstepError) -> LessonFile {
        let file = try LessonFile(argument)
        for warning in file.warnings { Terminal.say(warning) }
        return file
    }
}

extension Terminal {
    static func endProgress() { if showsProgress { progress("") } }
}
