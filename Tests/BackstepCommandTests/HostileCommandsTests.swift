import Foundation
import HostileInputs
import Testing

@testable import BackstepCommand

/// The commands and their options are those that the program itself tells of: a new one is tried with no further work.
@Suite("No argument ends a command in a trap", .waiting)
struct HostileCommandsTests {
    @Test("Every command with every option takes numbers, words and paths that nobody means, or refuses them")
    func commands() async throws {
        let commands = try Self.commands().filter { !Self.endless.contains($0.commandName) }
        var scratch = try Scratch()
        var inputs = try Self.inputs(in: scratch)
        for (index, seed) in HostileSeeds.asked(otherwise: 30).enumerated() {
            if index > 0, index % 200 == 0 {
                // What runs write is not to pile up, nor to stand in place of the inputs for long.
                scratch = try Scratch()
                inputs = try Self.inputs(in: scratch)
            }
            var draw = FormLesson(seed: seed)
            let command = commands[Int(seed % UInt64(commands.count))]
            let arguments = [command.commandName] + command.arguments(&draw, inputs: inputs)
            if HostileSeeds.areMany {
                let status = await Self.status(of: arguments, in: scratch)
                #expect([0, 1, 64, 65, 66, 73].contains(status), "\(arguments): \(status)")
            } else {
                let run = try Run(arguments, input: Self.lesson, in: scratch.folder)
                #expect(!run.wasKilled && [0, 1, 64, 65, 66, 73].contains(run.status), "\(arguments): \(run.status) \(run.errors)")
            }
        }
    }

    /// Of a command line that is run in this process, whose streams and folder it has meanwhile: to start a process takes many times as long, and a
    /// trap here is told by who waits for the tests.
    private static func status(of arguments: [String], in scratch: Scratch) async -> Int32 {
        let streams: [Int32] = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        let before = streams.map { dup($0) }
        let home = FileManager.default.currentDirectoryPath
        defer {
            for (stream, old) in zip(streams, before) {
                dup2(old, stream)
                close(old)
            }
            _ = FileManager.default.changeCurrentDirectoryPath(home)
        }
        fflush(nil)
        for (stream, path) in zip(streams, [scratch.url("lessons/a.yaml").path, "/dev/null", "/dev/null"]) {
            let file = open(path, stream == STDIN_FILENO ? O_RDONLY : O_WRONLY)
            dup2(file, stream)
            close(file)
        }
        _ = FileManager.default.changeCurrentDirectoryPath(scratch.folder.path)
        return await BackstepCommand.status(of: arguments)
    }

    @Test("Every option of every command is refused or taken with each extreme value")
    func options() throws {
        let extremes = [
            "-9223372036854775808", "9223372036854775808", "0", "-1", "1e300", "5e-324", "1e15", "nan", "-inf", "", "0.5,", "1e400pt",
            "0mm",
        ]
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "a.yaml")
        var names: Set<String> = []
        var turn = 0
        for command in try Self.commands() where !Self.endless.contains(command.commandName) {
            for argument in command.arguments ?? [] where argument.kind == .option {
                guard let name = argument.long else { continue }
                names.insert(name)
                let needed = command.arguments?.first { $0.kind == .option && $0.isOptional == false && $0.long != name }?.long
                for value in [extremes[turn % extremes.count], extremes[(turn + 5) % extremes.count]] {
                    let arguments = [command.commandName, lesson, "--\(name)=\(value)"] + (needed.map { ["--\($0)", "out"] } ?? [])
                    let run = try Run(arguments, input: Self.lesson, in: scratch.folder)
                    #expect(!run.wasKilled && [0, 1, 64, 65, 66, 73].contains(run.status), "\(arguments): \(run.status) \(run.errors)")
                }
                turn += 1
            }
        }
        // What the program can be told is what the tests know of.
        #expect(names.isSuperset(of: ["sample", "width", "top", "of", "jobs", "only", "by", "theme", "formats"]))
    }

    @Test(
        "A path of one character is a file, a folder or refused, to every command that writes",
        arguments: ["a", ".", "a/", "./", "", "é"])
    func shortPaths(path: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "lessons.yaml")
        _ = try scratch.write("```backstep\nexpression: f = x\nat: {x: 1}\n```\n", to: "p")
        #expect(try Run(["render", lesson, "-o", "f.svg"], in: scratch.folder).status == 0)
        for arguments in [
            ["extract", "f.svg", "-o"], ["notes", "p", "-o"], ["new", "expression", "-o"], ["render", lesson, "-o"],
            ["notes", "p", "-o", "q", "--figures"],
        ] {
            let run = try Run(arguments + [path], in: scratch.folder)
            #expect(!run.wasKilled && [0, 64, 66, 73].contains(run.status), "\(arguments) \(path): \(run.status) \(run.errors)")
        }
    }

    /// These wait for somebody.
    private static let endless = ["watch", "help"]

    private static let lesson =
        "network: {input: 2, layers: [{dense: {units: 2, name: hidden}}, sigmoid, {dense: 1}]}\n"
        + "data: {inputs: [[1, 2], [3, 4]], targets: [[1], [0]]}\nloss: half-squared-error\n"

    private static func inputs(in scratch: Scratch) throws -> [String] {
        let folder = scratch.url("lessons")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lesson = try scratch.write(lesson, to: "lessons/a.yaml")
        let page = try scratch.write(
            "# A\n\n```backstep\nexpression: f = x\nat: {x: 1}\n```\n\n![a](lessons/a.backstep.yaml)\n", to: "p.md")
        let picture = scratch.url("a.svg").path
        try Run("render", lesson, "-o", picture)
        return [lesson, lesson, lesson, page, picture, folder.path, "-", scratch.url("none.yaml").path, "a\u{0}b", ""]
    }

    // MARK: What the program says of itself

    private struct Help: Decodable {
        let command: Command
    }

    struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?

        func arguments(_ draw: inout FormLesson, inputs: [String]) -> [String] {
            (arguments ?? []).flatMap { argument -> [String] in
                let value = argument.value(&draw, inputs: inputs)
                switch argument.kind {
                case .positional: return [draw.chance(0.9) ? inputs[draw.upTo(inputs.count - 1)] : value]
                case .option:
                    guard let name = argument.long, argument.isOptional == true ? draw.chance(0.3) : draw.chance(0.9) else { return [] }
                    return ["--\(name)", value]
                case .flag: return argument.long.map { draw.chance(0.15) && !["help", "version"].contains($0) ? ["--\($0)"] : [] } ?? []
                }
            }
        }
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: Kind
        let names: [Name]?
        let isOptional: Bool?
        let allValues: [String]?
        let defaultValue: String?

        var long: String? { names?.first { $0.kind == "long" }?.name }

        func value(_ draw: inout FormLesson, inputs: [String]) -> String {
            if let allValues, draw.chance(0.7) { return draw.word(allValues) }
            if long == "output", draw.chance(0.8) { return draw.word(["out", "out/", "out/a.svg", "o.png", "-", "a.svg/b"]) }
            if let defaultValue, draw.chance(0.2) { return defaultValue }
            if draw.chance(0.4) {
                return draw.word([
                    "hidden[0,0]", "hidden.weight[0,0]", "hidden[9223372036854775807]", "hidden[-1]", "x", "mean", "svg,png", "pdf", "a4",
                    "240pt",
                    "1e300mm", "0pt", "nan", "999999in", "120.000001pt", "inf", "0.1cm", "é", "../x", "\u{1B}[31m",
                ])
            }
            return draw.chance(0.5) ? "\(draw.upTo(4))" : draw.anyNumber()
        }
    }

    private static func commands() throws -> [Command] {
        let run = try Run("--experimental-dump-help")
        return try JSONDecoder().decode(Help.self, from: run.output).command.subcommands ?? []
    }
}
