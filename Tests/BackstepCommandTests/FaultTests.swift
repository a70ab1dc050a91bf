import Foundation
import Testing

/// What a disk, a terminal or another run may do to a run. `Tests/Faults/run` does the same at two hundred moments.
@Suite("Faults", .waiting)
struct FaultTests {
    private static let lesson = "expression: [p = a * b, f = p + a]\nat: {a: 2, b: 3}\n"

    /// Runs a line of shell in a folder; `$backstep` is the program.
    private func shell(_ line: String, in scratch: Scratch) throws -> Tool {
        try Tool(["env", "backstep=\(Run.program)", "SWIFT_BACKTRACE=enable=no", "sh", "-c", line], in: scratch.folder)
    }

    @Test(
        "A full disk or a closed stream behind the standard output ends with 73, and is told",
        arguments: [
            "\"$backstep\" trace two-by-two > /dev/full", "\"$backstep\" render fork -f svg -o - > /dev/full",
            "\"$backstep\" list > /dev/full",
            "\"$backstep\" man > /dev/full", "\"$backstep\" schema > /dev/full", "\"$backstep\" check fork > /dev/full",
            "\"$backstep\" --help > /dev/full", "\"$backstep\" steps --help > /dev/full", "\"$backstep\" --version > /dev/full",
            "\"$backstep\" trace two-by-two >&-",
        ])
    func standardOutput(line: String) throws {
        let run = try shell(line, in: try Scratch())
        #expect(run.status == 73, "\(run.text)")
        #expect(run.text.hasPrefix("backstep: error: cannot write to the standard output: "), "\(run.text)")
    }

    @Test("What cannot be said on a closed standard error is left unsaid, and gets into no file")
    func standardError() throws {
        let scratch = try Scratch()
        #expect(try shell("\"$backstep\" trace nowhere 2>&-", in: scratch).status == 66)
        #expect(try shell("\"$backstep\" render two-by-two -o . --width 60mm 2>&- >&- <&-", in: scratch).status == 0)
        let whole = try Scratch()
        #expect(try Run("render", "two-by-two", "-o", whole.folder.path, "--width", "60mm").status == 0)
        #expect(try scratch.files == whole.files)
        for file in try whole.files { #expect(try Data(contentsOf: scratch.url(file)) == Data(contentsOf: whole.url(file)), "\(file)") }
    }

    // Under the thread sanitizer no process starts that may not write a long file: there its memory lies.
    @Test(
        "Where files may not grow that long, the old ones stay, and nothing beside them",
        .enabled(if: ProcessInfo.processInfo.environment["BACKSTEP_UNDER_SANITIZER"] != "thread"), arguments: ["svg", "png", "pdf"])
    func fileLimit(format: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write("old", to: "fig.\(format)")
        let run = try shell("ulimit -f 2; \"$backstep\" render two-by-two -o fig.\(format)", in: scratch)
        #expect(run.status == 73, "\(run.text)")
        #expect(run.text.contains("cannot write fig.\(format): File too large"), "\(run.text)")
        #expect(try scratch.files == ["fig.\(format)"])
        #expect(try String(contentsOf: scratch.url("fig.\(format)"), encoding: .utf8) == "old")
    }

    @Test("A folder that one may not write into is told")
    func permission() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            at: scratch.url("closed"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
        // Root may write anywhere; the system's own files have no folder that it may.
        let folder = geteuid() == 0 ? "/proc/self/fd" : "closed"
        let run = try Run(["render", "fork", "-o", "\(folder)/fig.svg"], in: scratch.folder)
        #expect(run.status == 73)
        #expect(run.errors.contains("cannot write \(folder)/fig.svg: "), "\(run.errors)")
    }

    @Test("A link in place of a file is replaced; what it leads to stays as it was")
    func links() throws {
        let scratch = try Scratch()
        let outside = try scratch.write("outside", to: "outside")
        for (name, target) in [("fork.svg", outside), ("fork.png", scratch.url("nowhere").path)] {
            try FileManager.default.createDirectory(at: scratch.url("out"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: scratch.url("out/\(name)").path, withDestinationPath: target)
        }
        let lesson = try scratch.write(Self.lesson, to: "fork.yaml")
        #expect(try Run("render", lesson, "-o", scratch.url("out").path).status == 0)
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "outside")
        #expect(!FileManager.default.fileExists(atPath: scratch.url("nowhere").path))
        let kind = try FileManager.default.attributesOfItem(atPath: scratch.url("out/fork.svg").path)[.type] as? FileAttributeType
        #expect(kind == .typeRegular)
    }

    @Test("A link in place of the folder leads into it")
    func linkedFolder() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(at: scratch.url("real"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: scratch.url("out"), withDestinationURL: scratch.url("real"))
        #expect(try Run("render", "fork", "-f", "svg", "-o", scratch.url("out").path).status == 0)
        #expect(FileManager.default.fileExists(atPath: scratch.url("real/02-fork.svg").path))
    }

    static let fileNames = [
        "CON", "con.aux", "a b", "-o", "..x", "\u{202E}gpj", "שלום", "tab\tline\n", "a\u{7}\u{1B}[31m", "'\"$(touch x)`", "%2e%2e",
        String(repeating: "n", count: 250),
        String(repeating: "é", count: 120),
    ]

    @Test("A lesson's file may have any name; its figures have it too, and a draft's name fits where theirs does", arguments: fileNames)
    func anyName(name: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.lesson, to: "\(name).yaml")
        let run = try Run(["render", "./\(name).yaml", "-o", "out/", "-f", "svg"], in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url("out").path) == ["\(name).svg"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == ["\(name).yaml", "out"].sorted())
    }

    @Test("A name longer than a disk allows is told")
    func longName() throws {
        let scratch = try Scratch()
        let run = try Run(["render", "fork", "-o", String(repeating: "n", count: 300) + ".svg"], in: scratch.folder)
        #expect(run.status == 73 && run.errors.contains("File name too long"), "\(run.errors)")
        #expect(try Run(["trace", String(repeating: "n", count: 1 << 16)], in: scratch.folder).status == 66)
        #expect(try scratch.files.isEmpty)
    }

    @Test("A list of earlier pictures that names other files removes none of them", arguments: ["..", ".", "../page.md", ""])
    func tamperedList(file: String) throws {
        let scratch = try Scratch()
        let page = try scratch.write("# Nothing\n", to: "page.md")
        try FileManager.default.createDirectory(at: scratch.url("out/figures"), withIntermediateDirectories: true)
        _ = try scratch.write("kept", to: "out/figures/kept.svg")
        let picture = "{\"file\": \"\(file)\", \"fingerprint\": \"\", \"title\": \"\", \"alternative\": \"\"}"
        _ = try scratch.write("{\"drawn\": {\"a\": [\(picture)]}}", to: "out/figures/page.drawn.json")
        #expect(try Run("notes", page, "-o", scratch.url("out/page.md").path).status == 0)
        let left = ["out/figures/kept.svg", "out/figures/page.drawn.json", "out/page.md", "page.md"]
        #expect(Set(left).isSubset(of: try scratch.files))
    }

    @Test("Two runs into one folder at a time leave what one leaves")
    func together() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(at: scratch.url("lessons"), withIntermediateDirectories: true)
        for number in 1...4 { _ = try scratch.write(Self.lesson, to: "lessons/\(number).yaml") }
        let once = try shell("\"$backstep\" gallery lessons -q -f svg,png -o once", in: scratch)
        let twice = try shell(
            "\"$backstep\" gallery lessons -q -f svg,png -o twice & \"$backstep\" gallery lessons -q -f svg,png -o twice && wait $!",
            in: scratch)
        #expect(once.status == 0 && twice.status == 0, "\(once.text)\(twice.text)")
        let files = try scratch.files
        #expect(files.count(where: { $0.hasPrefix("once/") }) > 8)
        #expect(
            files.filter { $0.hasPrefix("once/") }.map { $0.dropFirst(4) }
                == files.filter { $0.hasPrefix("twice/") }.map { $0.dropFirst(5) })
        for file in files where file.hasPrefix("once/") {
            #expect(try Data(contentsOf: scratch.url(file)) == Data(contentsOf: scratch.url("twice" + file.dropFirst(4))), "\(file)")
        }
    }

    @Test("A run that is killed leaves each file old or new, and the next one mends the rest", arguments: [1, 3, 6, 12, 25, 50])
    func killed(milliseconds: Int) throws {
        let scratch = try Scratch()
        func write(_ title: String) throws {
            for number in 1...4 { _ = try scratch.write("title: \(title)\n\(Self.lesson)", to: "lessons/\(number).yaml") }
        }
        func files() throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url("out").path)
            return Dictionary(uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: scratch.url("out/\($0)"))) })
        }
        try FileManager.default.createDirectory(at: scratch.url("lessons"), withIntermediateDirectories: true)
        let arguments = ["gallery", "lessons", "-q", "-f", "svg", "-o", "out"]
        try write("old")
        #expect(try Run(arguments, in: scratch.folder).status == 0)
        let old = try files()
        try write("new")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Run.program)
        process.arguments = arguments
        process.currentDirectoryURL = scratch.folder
        try process.run()
        usleep(UInt32(milliseconds * 4_000))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let between = try files()
        #expect(try Run(arguments, in: scratch.folder).status == 0)
        let new = try files()
        #expect(new.keys.sorted() == old.keys.sorted())
        for (name, bytes) in between where !name.hasSuffix(".part") { #expect(bytes == old[name] || bytes == new[name], "\(name)") }
        #expect(old.keys.allSatisfy { between[$0] != nil })
        #expect(new["1.svg"] != old["1.svg"])
    }
}
