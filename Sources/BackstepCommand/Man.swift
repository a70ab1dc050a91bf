import ArgumentParser
import Backstep

struct Man: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the manual page.", discussion: "backstep man > backstep.1, then man ./backstep.1")

    func run() async throws { try await reportingErrors { try Terminal.print(Self.page) } }

    private static var page: String {
        let root = BackstepCommand.configuration
        var page = ".TH BACKSTEP 1 \"\" \"Backstep \(Version.current)\" \"User commands\"\n"
        page += ".SH NAME\nbackstep \\- \(Self.escaped(root.abstract))\n"
        page += ".SH SYNOPSIS\n.B backstep\n.I command\n[\\fIarguments\\fR]\n"
        page += ".SH DESCRIPTION\n\(Self.escaped(root.discussion))\n.SH COMMANDS\n"
        for command in root.subcommands {
            page += ".SS \(Self.escaped(command._commandName))\n.nf\n"
            page += Self.escaped(BackstepCommand.helpMessage(for: command, columns: 72)) + "\n.fi\n"
        }
        page += """
            .SH FILES
            A lesson is a YAML file; \\fBbackstep schema\\fR prints its JSON Schema, \\fBbackstep new\\fR writes one to start from.
            .SH ENVIRONMENT
            .B SOURCE_DATE_EPOCH
            is the creation date of PDFs, in seconds since 1970; 0 if it is not set.
            .SH COMPLETIONS
            \\fBbackstep \\-\\-generate\\-completion\\-script\\fR \\fIshell\\fR prints completions for bash, zsh or fish.

            """
        return page
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Text escaped for roff.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var line = String(line).replacing("\\", with: "\\e").replacing("-", with: "\\-")
            // Older programs don't read UTF-8.
            line = line.unicodeScalars.map { scalar in
                scalar.isASCII ? String(scalar) : "\\[u\(Self.hexadecimal(scalar.value))]"
            }.joined()
            return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
        }.joined(separator: "\n")
    }
}
