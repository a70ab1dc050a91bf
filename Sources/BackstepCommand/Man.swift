import ArgumentParser
import Backstep
import Foundation

struct Man: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the manual page.", discussion: "backstep man > backstep.1, then man ./backstep.1")

    func run() async throws { try await reportingErrors { try Terminal.print(ManualPage(of: try ToolInfo.ofBackstep()).text) } }
}

/// What `_dumpHelp` says of the program, as far as a manual page needs it.
private struct ToolInfo: Decodable {
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable {
            var kind: String
            var name: String

            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
        var discussion: String?
    }

    var command: Command

    static func ofBackstep() throws(BackstepError) -> ToolInfo {
        do {
            return try JSONDecoder().decode(Self.self, from: Data(BackstepCommand._dumpHelp().utf8))
        } catch {
            throw BackstepError(.internalFault, "the commands can't be described: \(error)")
        }
    }
}

/// A page for `man`, in the macros of man(7).
private struct ManualPage {
    private(set) var text = ""

    init(of tool: ToolInfo) {
        let root = tool.command
        add(".TH BACKSTEP 1 \"\" \"Backstep \(Version.current)\" \"User Commands\"")
        section("NAME", "backstep \\- " + Self.escaped(root.abstract ?? ""))
        section("SYNOPSIS", ".B backstep\n.I command\n[\\fIarguments\\fR]\n.br\n.B backstep\n.RB { \\-\\-help | \\-\\-version }")
        section("DESCRIPTION", Self.escaped(root.discussion ?? ""))
        add(".SH COMMANDS")
        for command in root.subcommands ?? [] where command.commandName != "help" { add(command) }
        add(".SH EXIT STATUS")
        for (code, meaning) in [
            ("0", "Done."), ("1", "A check failed."), ("64", "The command is wrong."), ("65", "A lesson has an error."),
            ("66", "An input does not exist or can't be read."), ("70", "A fault of Backstep or of this machine."),
            ("73", "A file can't be written."), ("130", "Interrupted, as watch is by Control-C."),
        ] {
            item(".B \(code)", meaning)
        }
        add(".SH ENVIRONMENT")
        item(".B SOURCE_DATE_EPOCH", "The creation date of PDFs, in seconds since 1970; 0 if it is not set.")
        item(".B NO_COLOR", "Messages have no colours.")
        item(
            ".BR BACKSTEP_PROGRAM \", \" BACKSTEP_ROOT",
            "For the filter of pandoc: the program (for the Python module too), and the folder outside which no lesson is read.")
        section(
            "FILES",
            "A lesson is a YAML file. \\fBbackstep schema\\fR prints its JSON Schema, and \\fBbackstep new\\fR writes one to start from.")
        section(
            "COMPLETIONS",
            "\\fBbackstep \\-\\-generate\\-completion\\-script\\fR \\fIshell\\fR prints completions for bash, zsh or fish.")
        add(".SH EXAMPLES")
        for (example, meaning) in [
            ("backstep render two-by-two -o figures/", "Draws a bundled lesson as SVG, PDF and PNG."),
            ("backstep render neuron.yaml -f pdf -o fig --width neurips", "Draws fig.pdf, as wide as the text of a page."),
            ("backstep steps neuron.yaml -o neuron", "Writes a step-through: a page for the browser, a PDF, slides and frames."),
            ("backstep notes page.md -o built/ --strict", "Draws the lessons in a page of Markdown."),
        ] {
            item(".B " + Self.escaped(example), meaning)
        }
        section("SEE ALSO", ".BR pandoc (1)")
    }

    private mutating func add(_ lines: String) { text += lines + "\n" }

    private mutating func section(_ title: String, _ body: String) { add(".SH \(title)\n\(body)") }

    private mutating func item(_ head: String, _ body: String) { add(".TP\n\(head)\n\(Self.escaped(body))") }

    private mutating func add(_ command: ToolInfo.Command) {
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        add(".SS \(Self.escaped(command.commandName))\n.B backstep \(Self.escaped(command.commandName))")
        for argument in arguments where argument.kind == .positional {
            let name = "\\fI\(Self.escaped(argument.valueName ?? "value"))\\fR" + (argument.isRepeating ? " ..." : "")
            add(argument.isOptional ? "[\(name)]" : name)
        }
        if arguments.contains(where: { $0.kind != .positional }) { add("[\\fIoptions\\fR]") }
        for paragraph in [command.abstract, command.discussion] {
            if let paragraph, !paragraph.isEmpty { add(".PP\n" + Self.escaped(paragraph)) }
        }
        for argument in arguments { add(argument) }
    }

    private mutating func add(_ argument: ToolInfo.Argument) {
        let value = "\\fI\(Self.escaped(argument.valueName ?? "value"))\\fR"
        let names = (argument.names ?? []).map { "\\fB\(Self.escaped($0.text))\\fR" }.joined(separator: ", ")
        var words = [argument.abstract, argument.discussion].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
        if let value = argument.defaultValue, argument.kind != .flag { words += " (default: \(value))" }
        switch argument.kind {
        case .positional: add(".TP\n\(value)")
        case .option: add(".TP\n\(names) \(value)")
        case .flag: add(".TP\n\(names)")
        }
        add(Self.escaped(words.trimmingCharacters(in: .whitespaces)))
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Text escaped for roff, a sentence that begins a line included.
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
