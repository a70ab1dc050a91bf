import ArgumentParser
import Backstep
import Escaping
import Foundation

/// Words for the one at the terminal: on the standard error, so that data on the standard output stays data.
enum Terminal {
    /// Where words can't be written, nobody is there to be told so.
    static func say(_ text: String) {
        ProgressLine.shared.interrupted { _ = WholeFile.writeAll(Array((Printable.lines(text) + "\n").utf8), to: STDERR_FILENO) }
    }

    /// An error that has no place in a lesson is the program's word.
    static func say(_ error: BackstepError) {
        say(error.description.contains(": error: ") ? error.description : "backstep: error: \(error.description)")
    }

    /// Words for people: what a terminal would obey rather than show is shown.
    static func print(_ text: String) throws(BackstepError) { try write(Array(Printable.lines(text).utf8)) }

    /// Data, byte for byte; on a terminal as words for people.
    static func print(data: String) throws(BackstepError) {
        if isatty(STDOUT_FILENO) == 1 { try print(data) } else { try write(Array(data.utf8)) }
    }

    /// A file. A terminal gets it only if it is text.
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

    /// Prints what comes part by part, many parts at a time.
    /// - Parameter isData: whether it stays as it is, byte for byte, where no terminal shows it.
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

    /// Writes the line of `ProgressLine` anew.
    static func redraw(_ text: String) { _ = WholeFile.writeAll(Array("\r\u{1B}[K\(Printable.text(text))".utf8), to: STDERR_FILENO) }
}

/// Runs a command's work and turns its errors into words and exit codes.
/// - Parameter quiet: whether nobody is told how far a long experiment is; elsewhere a terminal is.
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
    /// Reads a lesson and says its warnings.
    static func read(_ argument: String, within bounds: FolderBounds? = nil) throws(BackstepError) -> LessonFile {
        let file = try LessonFile(argument, within: bounds)
        for warning in file.warnings { Terminal.say(warning) }
        return file
    }
}
