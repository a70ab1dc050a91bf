import ArgumentParser
import Backstep
import Foundation

@main
struct BackstepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backstep",
        abstract: "Traces backpropagation through small networks and draws it.",
        discussion: """
            A lesson is a YAML file, the name of a bundled example (see `backstep list`), or - for the standard input.
            Data goes to the standard output, messages to the standard error. Exit codes: 0 done, 1 a check failed, \
            64 wrong usage, 65 bad lesson, 66 no input, 70 our bug, 73 can't write.
            """,
        version: Version.current,
        subcommands: [
            Render.self, Steps.self, Trace.self, Paths.self, Mistakes.self, Diagnose.self, WorksheetCommand.self, DataCommand.self,
            Describe.self, Extract.self, Notes.self,
            SnippetCommand.self,
            Filter.self, Python.self, Check.self, Gallery.self, List.self, New.self, Schema.self,
            Watch.self, Doctor.self, Man.self,
        ])

    static func main() async {
        ProcessHabits.arrange()
        Foundation.exit(await status(of: Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs a command line.
    /// - Returns: the exit code.
    static func status(of arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            try (command as? any CommandWithOutput)?.checkOutput()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitCode.success.rawValue
        } catch {
            // Help, the version and completions go to the standard output, from which they can be redirected to a file.
            let message = fullMessage(for: error)
            let code = exitCode(for: error)
            if code == .success { return printed(message).rawValue }
            if !message.isEmpty { Terminal.say(message) }
            return code.rawValue
        }
    }

    private static func printed(_ text: String) -> ExitCode {
        do throws(BackstepError) {
            try Terminal.print(text + "\n")
            return .success
        } catch {
            Terminal.say(error)
            return ExitCode(error.kind.rawValue)
        }
    }
}
