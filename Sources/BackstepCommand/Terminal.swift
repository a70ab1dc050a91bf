import ArgumentParser
import Backstep
import Escaping
import Foundation

/// Prints messages on the standard error, and data and texts on the standard output.
enum Terminal {
    /// Prints a message. If that fails, nothing can be reported.
    static func say(_ text: String) {
        ProgressLine.shared.interrupted { _ = WholeFile.writeAll(Array((Printable.lines(text) + "\n").utf8), to: STDERR_FILENO) }
    }

    /// Prints an error. One without a position in a lesson gets the program's name in front.
    static func say(_ error: BackstepError) {
        say(error.description.contains(": error: ") ? error.description : "backstep: error: \(error.description)")
    }

    /// Prints text for people, with control characters made visible.
    static func print(_ text: String) throws(BackstepError) { try write(Array(Printable.lines(text).utf8)) }

    /// Prints data byte for byte, but on a terminal as text for people.
    static func print(data: String) throws(BackstepError) {
        if isatty(STDOUT_FILENO) == 1 { try print(data) } else { try write(Array(data.utf8)) }
    }

    /// Prints a file; on a terminal only if it is text.
    static func print(file bytes: [UInt8]) throws(BackstepError) {
        guard isatty(STDOUT_FILENO) == 1 else { return try write(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy(\.isText) else {
            throw BackstepError(.usage, "the file is not text; expected a file or a pipe as the standard output")
        }
        try print(text)
    }

    private static func write(_ bytes: [UInt8]) throws(BackstepError) {
        guard WholeFile.writeAll(bytes, to: STDOUT_FILENO) else {
            throw BackstepError(.cannotWrite, "cannot write to the standard output: \(String(cString: strerror(errno)))")
        }
    }

    /// Prints a long output that is made in small parts, of which many are collected at a time.
    /// - Parameter isData: whether it is data, printed byte for byte unless on a terminal, rather than text for people.
    static func stream(
        isData: Bool = true, _ write: (_ put: (String) throws(BackstepError) -> Void) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        var held = ""
        func flush() throws(BackstepError) {
            if isData { try print(data: held) } else { try print(held) }
            held = ""
        }
        try write { (text) throws(BackstepError) in
            held += text
            if held.utf8.count >= 1 << 16 { try flush() }
        }
        try flush()
    }

    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Replaces the current line of the terminal.
    static func redraw(_ text: String) { _ = WholeFile.writeAll(Array("\r\u{1B}[K\(Printable.text(text))".utf8), to: STDERR_FILENO) }
}

/// Runs a command's work; prints its errors and turns them into exit codes.
/// - Parameter quiet: whether the progress of long experiments is hidden, which otherwise is shown on a terminal.
func reportingErrors(quiet: Bool = false, _ work: () async throws -> Void) async throws {
    let told = quiet || !Terminal.showsProgress ? nil : LessonProgress { ProgressLine.shared.show($0, done: $1, of: $2) }
    do {
        try await LessonProgress.$told.withValue(told) { try await work() }
    } catch let error as BackstepError {
        Terminal.say(error)
        throw ExitCode(error.kind.rawValue)
    }
}

extension LessonFile {
    /// Reads a lesson and prints its warnings.
    static func read(_ argument: String, within bounds: FolderBounds? = nil) throws(BackstepError) -> LessonFile {
        let file = try LessonFile(argument, within: bounds)
        for warning in file.warnings { Terminal.say(warning) }
        return file
    }
}
