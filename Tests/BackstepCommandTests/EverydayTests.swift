import Foundation
import Testing

@Suite("Everyday commands", .waiting)
struct EverydayTests {
    @Test("--version prints the release")
    func version() throws {
        let run = try Run("--version")
        #expect(run.status == 0)
        #expect(run.text.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil)
    }

    @Test("doctor names cairo, the fonts and their files")
    func doctor() throws {
        let run = try Run("doctor")
        #expect(run.status == 0)
        #expect(run.text.contains(#/\ncairo +\d+\.\d+/#))
        #expect(run.text.contains("words regular") && run.text.contains("mathematics regular italic"))
        for match in run.text.matches(of: #/ (\/\S+\.(?:otf|ttf|ttc|pfb))/#) {
            #expect(FileManager.default.fileExists(atPath: String(match.1)))
        }
    }

    @Test("doctor says which fonts are missing, and how to have them")
    func missingFonts() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(at: scratch.url("fonts"), withIntermediateDirectories: true)
        let words = try Run("doctor").text.matches(of: #/ (\/\S+\.(?:otf|ttf|ttc|pfb))/#).map { String($0.1) }
        let other = try Tool(["fc-match", "-f", "%{file}", "DejaVu Sans"], in: scratch.folder)
        guard other.status == 0, other.text.contains("DejaVu"), words.contains(where: { $0.contains("Inter") || $0.contains("STIX") })
        else {
            print("skipped: fonts")
            return
        }
        try FileManager.default.copyItem(atPath: other.text, toPath: scratch.url("fonts/other.ttf").path)
        let settings = try scratch.write(
            "<fontconfig><dir>\(scratch.url("fonts").path)</dir><cachedir>\(scratch.url("cache").path)</cachedir></fontconfig>",
            to: "fonts.conf")
        let run = try Run(["doctor"], environment: ["FONTCONFIG_FILE": settings])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.text.contains("apt-get install fonts-inter") && run.text.contains("apt-get install fonts-stix"), "\(run.text)")
        let figure = scratch.url("fig.svg")
        #expect(try Run(["render", "fork", "-o", figure.path], environment: ["FONTCONFIG_FILE": settings]).status == 0)
    }

    @Test("On a terminal the gallery says how far it is; in a pipe it does not")
    func progress() throws {
        let scratch = try Scratch()
        let lesson = try Run("extract", try drawn("fork", in: scratch)).text
        for name in ["a", "b"] { _ = try scratch.write(lesson, to: "\(name).yaml") }
        let arguments = ["gallery", ".", "-o", "out", "-f", "svg"]
        let piped = try Run(arguments, in: scratch.folder)
        #expect(piped.status == 0 && !piped.errors.contains("\r"))
        guard try Tool.exists("script") else {
            print("skipped: script")
            return
        }
        let command = ([Run.program] + arguments).joined(separator: " ")
        let shown = try Tool(["script", "-qec", command, "/dev/null"], in: scratch.folder)
        #expect(shown.status == 0)
        #expect(shown.text.contains("\r\u{1B}[K") && shown.text.contains(" 1 of 2 "), "\(shown.text)")
    }

    private func drawn(_ lesson: String, in scratch: Scratch) throws -> String {
        let figure = scratch.url("\(lesson).svg").path
        _ = try Run("render", lesson, "-o", figure)
        return figure
    }

    @Test("The manual names every command, and man reads it without a complaint")
    func manual() throws {
        let scratch = try Scratch()
        let page = try Run("man").text
        let help = try Run("--help").text
        let commands = help.components(separatedBy: "SUBCOMMANDS:").last?.matches(of: #/\n  ([a-z]+)  /#).map { String($0.1) } ?? []
        #expect(commands.count > 12)
        for command in commands { #expect(page.contains(".SS \(command)\n")) }
        for part in [".SH EXIT STATUS", ".TP\n\\fB\\-\\-theme\\fR \\fItheme\\fR\n", ".TP\n\\fIlessons\\fR\n"] {
            #expect(page.contains(part))
        }
        guard try Tool.exists("groff") else {
            print("skipped: groff")
            return
        }
        _ = try scratch.write(page, to: "backstep.1")
        let run = try Tool(["groff", "-man", "-Tutf8", "-ww", "-z", "backstep.1"], in: scratch.folder)
        #expect(run.status == 0 && run.text.isEmpty, "\(run.text)")
    }

    @Test("Shells complete lessons, files, kinds, widths and themes", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        guard try Tool.exists(shell) else {
            print("skipped: \(shell)")
            return
        }
        let scratch = try Scratch()
        for folder in ["bin", "figures"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(atPath: scratch.url("bin/backstep").path, withDestinationPath: Run.program)
        _ = try scratch.write(try Run("--generate-completion-script", shell).text, to: "script")
        _ = try scratch.write("expression: f = x\nat: {x: 1}\n", to: "unlike.yaml")
        let lines = [
            ("render 45", "45-saddle-points"), ("render two-by-two-", "two-by-two-relu"), ("check unl", "unlike.yaml"),
            ("render x.yaml --theme da", "--theme dark"), ("new covar", "covariate-shift"), ("watch x --width nature-", "nature-wide"),
            ("snippet x --for quar", "quarto"), ("gallery fig", "figures/"),
            // Of one character, where Foundation's way to find a path's folder traps.
            ("render u", "unlike.yaml"),
        ]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let run = try Tool(
            [
                "env", "HOME=\(scratch.folder.path)", "PATH=\(scratch.url("bin").path):\(path)", "python3",
                URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("completions.py").path, shell,
                "./script",
            ] + lines.flatMap { ["backstep \($0.0)", $0.1] }, in: scratch.folder)
        #expect(run.status == 0 && run.text.isEmpty, "\(run.text)")
    }

    @Test("new writes starters that check passes, and leaves a file that exists alone")
    func starters() throws {
        let scratch = try Scratch()
        let kinds = try Run("new", "--list").text.split(separator: "\n").map(String.init)
        #expect(kinds.contains("network") && kinds.contains("gradient-decay"))
        for kind in kinds {
            let path = scratch.url("\(kind).yaml").path
            #expect(try Run("new", kind, "-o", path).status == 0)
            let check = try Run("check", path)
            #expect(check.status == 0, "\(kind): \(check.errors)")
            #expect(check.errors.isEmpty, "\(kind): \(check.errors)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix("# yaml-language-server: $schema=") && text.components(separatedBy: "#").count > 3)
        }
        let again = try Run("new", "network", "-o", scratch.url("network.yaml").path)
        #expect(again.status == 73 && again.errors.contains("exists"))
        #expect(try Run("new", "netwrok").errors.contains("did you mean network?"))
    }

    @Test("watch draws on every save, tells what is wrong meanwhile, and ends with 130")
    func watch() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write("expression: f = x * y\nat: {x: 2, y: 3}\n", to: "lesson.yaml")
        let figure = scratch.url("fig.svg")
        let words = scratch.url("words")
        #expect(FileManager.default.createFile(atPath: words.path, contents: nil))
        let watching = try Watching(lesson, drawing: figure, words: words)
        func said(_ text: String) -> Bool { (try? String(contentsOf: words, encoding: .utf8))?.contains(text) == true }
        #expect(watching.eventually { said("drawn in") })
        let first = try Data(contentsOf: figure)
        try "expression: f = x *\n".write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(watching.eventually { said("error: ") })
        #expect(try Data(contentsOf: figure) == first)
        try "expression: f = x + y\nat: {x: 2, y: 3}\n".write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(watching.eventually { (try? Data(contentsOf: figure)) != first })
        // A file of numbers that the lesson names is watched too.
        _ = try scratch.write("x,y\n1,2\n", to: "data.csv")
        let network = "network: {input: 1, layers: [dense: 1]}\ndata: {file: data.csv, inputs: [x], targets: [y]}\nloss: squared-error\n"
        let sum = try Data(contentsOf: figure)
        try network.write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(watching.eventually { (try? Data(contentsOf: figure)) != sum })
        let before = try Data(contentsOf: figure)
        _ = try scratch.write("x,y\n1,7\n", to: "data.csv")
        #expect(watching.eventually { (try? Data(contentsOf: figure)) != before })
        #expect(watching.interrupted() == 130)
    }
}
