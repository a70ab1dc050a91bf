import Foundation
import Testing

@Suite("A figure carries its lesson", .waiting)
struct CarriedLessonTests {
    static let lesson = "# Two of them.\ntitle: A & B < C\nexpression: f = x * y\nat: {x: 2, y: 3}\n"

    @Test("extract gives the lesson back as it was written, from each format", arguments: ["svg", "pdf", "png"])
    func extract(format: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run("render", lesson, "-o", scratch.url("fig.\(format)").path).status == 0)
        #expect(try Run("extract", scratch.url("fig.\(format)").path).text == Self.lesson)
        #expect(try Run("extract", scratch.url("fig.\(format)").path, "-o", scratch.url("back.yaml").path).status == 0)
        #expect(try String(contentsOf: scratch.url("back.yaml"), encoding: .utf8) == Self.lesson)
    }

    @Test(
        "A PDF that another program wrote anew still has its lesson",
        arguments: [
            ["qpdf"], ["qpdf", "--object-streams=generate", "--linearize"], ["mutool", "clean"], ["mutool", "clean", "-ggggz"],
            ["mutool", "clean", "-d"],
        ])
    func rewritten(command: [String]) throws {
        let scratch = try Scratch()
        guard try Tool.exists(command[0]) else {
            print("skipped: \(command[0])")
            return
        }
        _ = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run(["render", "product.yaml", "-o", "fig.pdf"], in: scratch.folder).status == 0)
        if command[0] == "qpdf" { #expect(try Tool(["qpdf", "--check", "fig.pdf"], in: scratch.folder).status == 0) }
        let run = try Tool(command + ["fig.pdf", "notes.pdf"], in: scratch.folder)
        #expect(run.status == 0, "\(run.text)")
        #expect(try Run(["extract", "notes.pdf"], in: scratch.folder).text == Self.lesson)
        let check = try Run(["check", "--figures", "."], in: scratch.folder)
        #expect(
            check.status == 0 && (check.text.contains("fresh   ./notes.pdf") || check.text.contains("fresh   notes.pdf")),
            "\(check.text)\(check.errors)")
    }

    @Test("An encrypted PDF is said to be one")
    func encrypted() throws {
        let scratch = try Scratch()
        guard try Tool.exists("qpdf") else {
            print("skipped: qpdf")
            return
        }
        #expect(try Run(["render", "chain-rule", "-o", "fig.pdf"], in: scratch.folder).status == 0)
        #expect(try Tool(["qpdf", "--encrypt", "", "x", "256", "--", "fig.pdf", "locked.pdf"], in: scratch.folder).status == 0)
        let run = try Run(["extract", "locked.pdf"], in: scratch.folder)
        #expect(run.status == 65 && run.errors.contains("it is encrypted, and so is its lesson"), "\(run.errors)")
    }

    @Test("With --no-source there is nothing to extract", arguments: ["svg", "pdf", "png"])
    func noSource(format: String) throws {
        let scratch = try Scratch()
        let figure = scratch.url("fig.\(format)")
        #expect(try Run("render", "fork", "--no-source", "-o", figure.path).status == 0)
        let run = try Run("extract", figure.path)
        #expect(run.status == 65)
        #expect(run.errors.contains("--no-source"))
        #expect(!String(decoding: try Data(contentsOf: figure), as: UTF8.self).contains("expression"))
    }

    @Test("A file of somebody else carries none, and a missing one is told")
    func others() throws {
        let scratch = try Scratch()
        let other = try scratch.write("<svg xmlns='http://www.w3.org/2000/svg'/>", to: "logo.svg")
        #expect(try Run("extract", other).status == 65)
        #expect(try Run("extract", "/nowhere.svg").status == 66)
        #expect(try Run("describe", other).status == 65)
    }

    @Test("describe tells the same of a lesson and of its figure, whatever it was drawn with")
    func describe() throws {
        let scratch = try Scratch()
        for options in [[], ["--theme", "dark", "--width", "a4"]] as [[String]] {
            let figure = scratch.url("fig.png").path
            #expect(try Run(["render", "two-by-two", "-o", figure] + options).status == 0)
            let told = try Run("describe", "two-by-two")
            #expect(told.status == 0)
            #expect(try Run("describe", figure).text == told.text)
            #expect(told.text.contains("0.2984"), "\(told.text)")
        }
        let alternative = try Run("describe", "gradient-decay", "--alt").text
        #expect(alternative.hasSuffix("\n") && alternative.split(separator: "\n").count == 1)
        let table = try Run("describe", "fork", "--csv").text
        #expect(table.hasPrefix("scalar,value,gradient"))
        #expect(table.contains("a,-2.0,-3.0"), "\(table)")
    }

    @Test("check tells fresh figures from stale and foreign ones, and ends with 1 where one is stale")
    func check() throws {
        let scratch = try Scratch()
        let notes = scratch.url("notes")
        try FileManager.default.createDirectory(at: notes, withIntermediateDirectories: true)
        let lesson = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run("render", lesson, "-o", notes.path, "--theme", "dark", "--width", "89mm").status == 0)
        #expect(
            try Run("render", "two-by-two", "-f", "svg", "-o", notes.appendingPathComponent("wide").path, "--products", "--transparent")
                .status == 0)
        _ = try scratch.write("<svg xmlns='http://www.w3.org/2000/svg'/>", to: "notes/logo.svg")
        let fresh = try Run("check", "--figures", notes.path)
        #expect(fresh.status == 0, "\(fresh.text)\(fresh.errors)")
        #expect(fresh.text.split(separator: "\n").map { $0.prefix(7) } == ["foreign", "fresh  ", "fresh  ", "fresh  ", "fresh  "])

        // The title is drawn, so the figures are stale; a comment is not.
        try (Self.lesson + "# changed\n").write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(try Run("check", "--figures", notes.path, lesson).status == 0)
        try Self.lesson.replacingOccurrences(of: "A &", with: "D &").write(toFile: lesson, atomically: true, encoding: .utf8)
        let stale = try Run("check", "--figures", notes.path, scratch.folder.path)
        #expect(stale.status == 1)
        #expect(stale.text.components(separatedBy: "stale ").count == 4, "\(stale.text)")
        #expect(stale.errors.contains("3 figures are stale"))
        // The one that it carries has not changed.
        #expect(try Run("check", "--figures", notes.path).status == 0)
        try FileManager.default.copyItem(atPath: lesson, toPath: notes.appendingPathComponent("product.yaml").path)
        #expect(try Run("check", "--figures", notes.path).status == 1)
        try "expression: f = x *\n".write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(try Run("check", "--figures", notes.path, lesson).text.contains("refused"))
    }

    @Test("A figure without its lesson is foreign, one whose lesson has it no more is stale")
    func withoutFigure() throws {
        let scratch = try Scratch()
        func network(inputs: String, _ targets: String, figures: String) throws {
            _ = try scratch.write(
                "network: {input: 1, layers: [dense: 1]}\ndata: {inputs: \(inputs), targets: \(targets)}\nloss: half-squared-error\n"
                    + "figures: [\(figures)]\n", to: "lesson.yaml")
        }
        try network(inputs: "[[1], [2]]", "[[1], [3]]", figures: "network, graph")
        let lesson = scratch.url("lesson.yaml").path
        for (name, more) in [("bare", ["--no-source"]), ("second", ["--sample", "1"])] {
            #expect(try Run(["render", lesson, "-f", "svg", "-o", scratch.url("notes/\(name)").path] + more).status == 0)
        }
        func verdicts(_ more: String...) throws -> [String] {
            try Run(["check", "--figures", scratch.url("notes").path] + more).text.split(separator: "\n").map(String.init)
        }
        let alone = try verdicts()
        #expect(alone.count == 4)
        #expect(alone.filter { $0.contains("foreign") && $0.contains("it contains no lesson, and none of that name was found") }.count == 2)
        try network(inputs: "[[1], [2]]", "[[1], [3]]", figures: "graph")
        #expect(try verdicts(lesson).contains { $0.contains("stale") && $0.contains("lesson no longer has such a figure") })
        try network(inputs: "[[1]]", "[[1]]", figures: "network, graph")
        #expect(try verdicts(lesson).contains { $0.contains("stale") && $0.contains("sample 1 is outside the batch") })

        // Settings that it was not drawn with.
        let figure = scratch.url("notes/second-graph.svg")
        let tampered = try String(contentsOf: figure, encoding: .utf8).replacing("figure=graph", with: "figure=cell")
        try tampered.write(to: figure, atomically: true, encoding: .utf8)
        let run = try Run("describe", figure.path)
        #expect(run.status == 65 && run.errors.contains("its lesson does not match its seal"), "\(run.errors)")
    }

    @Test("A damaged figure is refused by extract, describe and check, in words", arguments: ["svg", "pdf", "png"])
    func damaged(format: String) throws {
        let scratch = try Scratch()
        let figure = scratch.url("notes/fig.\(format)")
        #expect(try Run("render", try scratch.write(Self.lesson, to: "product.yaml"), "-o", figure.path).status == 0)
        var bytes = [UInt8](try Data(contentsOf: figure))
        // A bit of the lesson: in the PDF of its base 64.
        let word = Array((format == "pdf" ? "%backstep-lesson I" : "expression: f = x").utf8)
        let place = try #require((0...bytes.count - word.count).first { bytes[$0..<$0 + word.count].elementsEqual(word) })
        bytes[place + word.count - 1] ^= 2
        try Data(bytes).write(to: figure)
        for command in [["extract"], ["describe"], ["describe", "--csv"]] {
            let run = try Run(command + [figure.path])
            #expect(run.status == 65 && run.output.isEmpty, "\(run.errors)")
            #expect(run.errors.contains("fig.\(format): error: it is damaged"), "\(run.errors)")
        }
        let check = try Run("check", "--figures", scratch.url("notes").path)
        #expect(check.status == 1 && check.errors.contains("1 figure is damaged"), "\(check.errors)")
        #expect(check.text.hasPrefix("damaged ") && check.text.contains(": it is damaged: "), "\(check.text)")
    }

    @Test("check gives a verdict on everything that has a figure's name, whatever it is, and waits for nothing")
    func whateverItIs() throws {
        let scratch = try Scratch()
        let notes = scratch.url("notes").path
        let lesson = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run("render", lesson, "-o", "\(notes)/z.svg").status == 0)
        let files = FileManager.default
        try files.createSymbolicLink(atPath: "\(notes)/a-dangling.png", withDestinationPath: "nowhere.png")
        try files.createSymbolicLink(atPath: "\(notes)/b-loop.png", withDestinationPath: "b-loop.png")
        try files.createDirectory(atPath: "\(notes)/c-folder.pdf/inner", withIntermediateDirectories: true)
        try files.copyItem(atPath: "\(notes)/z.svg", toPath: "\(notes)/c-folder.pdf/inner/y.svg")
        #expect(mkfifo("\(notes)/d-fifo.png", 0o644) == 0 && mkfifo("\(notes)/product.yaml", 0o644) == 0)
        try files.createSymbolicLink(atPath: "\(notes)/e-device.svg", withDestinationPath: "/dev/zero")
        try files.createSymbolicLink(atPath: "\(notes)/f-link.svg", withDestinationPath: "z.svg")
        _ = files.createFile(atPath: "\(notes)/g-huge.pdf", contents: nil)
        #expect(truncate("\(notes)/g-huge.pdf", 1 << 33) == 0)
        _ = files.createFile(atPath: "\(notes)/h-empty.svg", contents: nil)
        // Who is root reads everything.
        let isRoot = geteuid() == 0
        try files.copyItem(atPath: "\(notes)/z.svg", toPath: "\(notes)/i-closed.svg")
        try files.createDirectory(atPath: "\(notes)/j-closed", withIntermediateDirectories: true)
        try files.setAttributes([.posixPermissions: 0], ofItemAtPath: "\(notes)/i-closed.svg")
        try files.setAttributes([.posixPermissions: 0], ofItemAtPath: "\(notes)/j-closed")
        defer { try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(notes)/j-closed") }
        let run = try Run("check", "--figures", notes, lesson)
        #expect(run.status == 1)
        #expect(run.errors.contains(isRoot ? "5 figures could not be read" : "7 figures could not be read"), "\(run.errors)")
        let verdicts = run.text.split(separator: "\n").map { String($0.replacing(notes + "/", with: "")) }
        let expected =
            [
                "unread  a-dangling.png: it is a link to a file that does not exist", "unread  b-loop.png: it cannot be read: ",
                "foreign c-folder.pdf: it is a folder", "fresh   c-folder.pdf/inner/y.svg", "unread  d-fifo.png: it is not a regular file",
                "unread  e-device.svg: it is not a regular file", "fresh   f-link.svg",
                "unread  g-huge.pdf: it has more than 64 MiB", "foreign h-empty.svg: Backstep did not draw it",
            ]
            + (isRoot
                ? ["fresh   i-closed.svg"] : ["unread  i-closed.svg: it cannot be read", "unread  j-closed: the folder cannot be read"])
            + ["fresh   z.svg"]
        #expect(verdicts.count == expected.count && zip(verdicts, expected).allSatisfy { $0.hasPrefix($1) }, "\(run.text)")
    }

    @Test("A figure that was cut off or changed is damaged to check, and extract still has its lesson", arguments: ["svg", "pdf"])
    func cutOff(format: String) throws {
        let scratch = try Scratch()
        let figure = scratch.url("notes/fig.\(format)")
        #expect(try Run("render", try scratch.write(Self.lesson, to: "product.yaml"), "-o", figure.path).status == 0)
        let whole = try Data(contentsOf: figure)
        for changed in [whole.dropLast(8), whole + Data("\n".utf8)] {
            try changed.write(to: figure)
            let check = try Run("check", "--figures", scratch.url("notes").path)
            #expect(check.status == 1 && check.text.hasPrefix("damaged "), "\(check.text)")
            #expect(check.text.contains("it was changed since Backstep drew it"), "\(check.text)")
            #expect(try Run("extract", figure.path).text == Self.lesson)
        }
    }

    @Test("A folder too deep to be walked and names that are no text get a verdict, with the reason")
    func unreachable() throws {
        let scratch = try Scratch()
        let notes = scratch.url("notes").path
        try FileManager.default.createDirectory(atPath: notes, withIntermediateDirectories: true)
        // From folder to folder, since no path is that long.
        let name = String(repeating: "d", count: 200)
        var folder = open(notes, O_RDONLY | O_DIRECTORY)
        for _ in 0..<25 {
            #expect(mkdirat(folder, name, 0o755) == 0)
            let inner = openat(folder, name, O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = inner
        }
        close(folder)
        defer { _ = try? Tool(["rm", "-rf", notes], in: scratch.folder) }
        let made = try Tool(["bash", "-c", "touch $'a\\xff.svg' $'b\\xff.txt'; mkdir $'c\\xff'"], in: URL(fileURLWithPath: notes))
        #expect(made.status == 0, "\(made.text)")
        let run = try Run("check", "--figures", notes)
        #expect(run.status == 1)
        let verdicts = run.text.split(separator: "\n").map { $0.replacing(notes + "/", with: "") }
        #expect(verdicts.count == 3, "\(run.text)")
        let expected = [
            ("unread  a", ": it cannot be read: its name is not UTF-8 text"),
            ("unread  c", ": the folder cannot be read: its name is not UTF-8 text"), ("unread  ddd", ": the folder cannot be read: "),
        ]
        for (start, reason) in expected {
            #expect(verdicts.contains { $0.hasPrefix(start) && $0.contains(reason) }, "\(run.text)")
        }
    }

    @Test("The frames of a step-through are held against their lesson too")
    func frames() throws {
        let scratch = try Scratch()
        #expect(try Run("steps", "chain-rule", "-o", scratch.folder.path, "--by", "layer").status == 0)
        let run = try Run("check", "--figures", scratch.url("frames").path)
        #expect(run.status == 0, "\(run.text)")
        #expect(!run.text.contains("foreign"), "\(run.text)")
    }
}
