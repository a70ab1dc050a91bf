import Foundation
import Testing

@Suite("No file is read or quoted that nobody asked for", .waiting)
struct ReadingTests {
    private static let secret = "root:x:0:0:password-5f3a\nsecret-7b1c: here\n"
    private static let lesson = "title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n"

    /// A page's folder, with files in it, below it and beside it, and links to them.
    private func scene() throws -> Scratch {
        let scratch = try Scratch()
        for folder in ["course/lessons", "other"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        for name in ["course/in", "course/lessons/below", "other/far"] { _ = try scratch.write(Self.lesson, to: "\(name).backstep.yaml") }
        for name in ["course/secret", "other/secret"] { _ = try scratch.write(Self.secret, to: "\(name).backstep.yaml") }
        for (link, target) in [
            ("near", "lessons/below.backstep.yaml"), ("out", "../other/far.backstep.yaml"),
            ("secret-link", "../other/secret.backstep.yaml"),
            ("device", "/dev/zero"), ("dangling", "../other/none"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.url("course/\(link).backstep.yaml").path, withDestinationPath: target)
        }
        try FileManager.default.createSymbolicLink(atPath: scratch.url("course/folder").path, withDestinationPath: "../other")
        return scratch
    }

    static let far = [
        "../other/far.backstep.yaml", "out.backstep.yaml", "folder/far.backstep.yaml", "lessons/../../other/far.backstep.yaml",
        "/etc/passwd",
        "../../../../../../../../../../etc/passwd", "../other/secret.backstep.yaml", "secret-link.backstep.yaml", "device.backstep.yaml",
        "/dev/zero", "../other/none.backstep.yaml", "dangling.backstep.yaml", "%2e%2e/other/far.backstep.yaml",
    ]

    @Test("A page's lessons lie in its folder or below, links followed", arguments: far)
    func outside(file: String) throws {
        let scratch = try scene()
        for page in [
            "```backstep {file=\(file)}\n```\n", "```backstep\nfile: \(file)\n```\n", "![](\(file)#.backstep.yaml)\n", "![](\(file))\n",
        ] {
            guard !page.hasPrefix("!") || file.hasSuffix(".yaml") || page.contains("#") else { continue }
            let page = page.replacing("#.backstep.yaml", with: file.hasSuffix(".backstep.yaml") ? "" : "%00.backstep.yaml")
            _ = try scratch.write(page, to: "course/page.md")
            let run = try Run(["notes", "course/page.md", "-o", "built/page.md", "--strict"], in: scratch.folder)
            #expect(run.status == 65 || run.status == 66, "\(page)\(run.errors)")
            #expect(run.errors.contains("course/page.md:1:1: error: "), "\(run.errors)")
            #expect(
                run.errors.contains("is outside the folder course") || run.errors.contains("zero byte")
                    || run.errors.contains("cannot read"),
                "\(run.errors)")
            #expect(!run.errors.contains("root:") && !run.errors.contains("7b1c"), "\(run.errors)")
            #expect(try !scratch.files.contains { $0.hasPrefix("built") })
        }
    }

    @Test(
        "Another program's file with a lesson's key is told, not quoted; a lesson with a misspelt key is quoted",
        arguments: [
            ("network:\n  version: 2\n  wifis:\n    wlan0: {access-points: {home: {password: secret-7b1c}}}\n", false),
            ("{\"network\": {\"version\": 2, \"password\": \"secret-7b1c\"}}", false),
            ("secret-7b1c: a\nexpression: f = x\n", false), ("secret-7b1c\nnetwork:\n  input: 2\n", false),
            ("experiment:\n  token: secret-7b1c\n", false),
            ("titel: secret-7b1c\nexpression: f = x\nat: {x: 1}\n", true), ("title: a\nexpression: f = secret-7b1c +\n", true),
            ("network:\n  input: secret-7b1c\n  layers: [relu]\n", true),
        ])
    func otherFiles(text: String, isQuoted: Bool) throws {
        let scratch = try Scratch()
        _ = try scratch.write(text, to: "a.backstep.yaml")
        let run = try Run(["check", "a.backstep.yaml"], in: scratch.folder)
        #expect(run.status == 65 && run.errors.contains("secret-7b1c") == isQuoted, "\(run.errors)")
    }

    @Test("Files of the folder, below it and by links inside are read; with --root those of that folder too")
    func inside() throws {
        let scratch = try scene()
        for file in ["in", "lessons/below", "near", "./in", "lessons/../in"] {
            _ = try scratch.write("![](\(file).backstep.yaml)\n", to: "course/page.md")
            let run = try Run(["notes", "course/page.md", "-o", "built/page.md", "--strict"], in: scratch.folder)
            #expect(run.status == 0, "\(file): \(run.errors)")
        }
        for file in ["in", "out", "folder/far", "../other/far"] {
            _ = try scratch.write("![](\(file).backstep.yaml)\n", to: "course/page.md")
            let run = try Run(["notes", "course/page.md", "-o", "built/page.md", "--strict", "--root", "."], in: scratch.folder)
            #expect(run.status == 0, "\(file): \(run.errors)")
            #expect(
                try Run(["notes", "page.md", "-o", "../built/page.md", "--strict", "--root", ".."], in: scratch.url("course")).status == 0)
        }
        _ = try scratch.write("![](in.backstep.yaml)\n", to: "course/page.md")
        let narrow = try Run(["notes", "course/page.md", "--strict", "--root", "course/lessons"], in: scratch.folder)
        #expect(narrow.errors.contains("is outside the folder course/lessons"), "\(narrow.errors)")
        #expect(try Run(["notes", "course/page.md", "--root", "none"], in: scratch.folder).status == 66)
        // A page from the standard input has the working folder.
        let piped = try Run(["notes", "-", "--strict"], input: "![](../other/far.backstep.yaml)\n", in: scratch.url("course"))
        #expect(piped.errors.contains("is outside the folder ."), "\(piped.errors)")
        #expect(try Run(["notes", "-", "--strict"], input: "![](in.backstep.yaml)\n", in: scratch.url("course")).status == 0)
    }

    @Test("A pipe in a page's folder is not waited for")
    func pipe() throws {
        let scratch = try scene()
        #expect(mkfifo(scratch.url("course/pipe.backstep.yaml").path, 0o600) == 0)
        _ = try scratch.write("![](pipe.backstep.yaml)\n", to: "course/page.md")
        let run = try Tool(["timeout", "60", Run.program, "notes", "course/page.md", "--strict"], in: scratch.folder)
        #expect(run.text.contains("is not a regular file"), "\(run.status) \(run.text)")
    }

    @Test("render --root reads no file elsewhere")
    func render() throws {
        let scratch = try scene()
        for file in ["../other/far.backstep.yaml", "out.backstep.yaml", "/etc/passwd", "device.backstep.yaml", "../other/none.yaml"] {
            let run = try Run(["render", "--root", ".", "-o", "fig.svg", "--", file], in: scratch.url("course"))
            #expect(run.status == 66 && run.errors.contains("is outside the folder ."), "\(run.errors)")
        }
        for file in ["in.backstep.yaml", "near.backstep.yaml", "fork"] {
            let run = try Run(["render", "--root", ".", "-o", "fig.svg", "--", file], in: scratch.url("course"))
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test(
        "A file that is no lesson is told without a word of it",
        arguments: [
            secret, "password-5f3a", "- password-5f3a\n- x\n", "password-5f3a: [\n", "a: !!password-5f3a x\n", "key: \"password-5f3a\n",
            "networks:\n  password-5f3a: {\n", "password-5f3a: 1\npassword-5f3a: 2\n", "x: *password-5f3a\n", "{\"password-5f3a\": 1}",
            "\tpassword-5f3a\n", "\u{1}password-5f3a\n", "password-5f3a \u{7F}", "title: password-5f3a\n",
            "the network: password-5f3a: x\n",
        ])
    func quoted(text: String) throws {
        let scratch = try scene()
        _ = try scratch.write(text, to: "course/in.backstep.yaml")
        _ = try scratch.write("![](in.backstep.yaml)\n", to: "course/page.md")
        for arguments in [
            ["notes", "course/page.md", "--strict"], ["check", "course/in.backstep.yaml"], ["render", "course/in.backstep.yaml"],
        ] {
            let run = try Run(arguments, in: scratch.folder)
            #expect(run.status == 65, "\(run.errors)")
            #expect(
                run.errors.contains("in.backstep.yaml")
                    && run.errors.contains("expected a map with network, expression, experiment or recording"),
                "\(run.errors)")
            #expect(!run.errors.contains("5f3a") && !run.errors.contains("7b1c") && !run.errors.contains("root:"), "\(run.errors)")
        }
        let page = try Run(["notes", "course/page.md"], in: scratch.folder)
        #expect(page.status == 0 && !page.text.contains("5f3a") && !page.text.contains("7b1c"), "\(page.text)")
    }

    @Test(
        "A lesson that is wrong is quoted with its line",
        arguments: [
            ("expression: f = x *\n", "expression: f = x *"), ("title: A\nexpression: [\n", "expression: ["),
            ("{\"title\": \"A\", \"network\": {\"inputs\": 1}}", "\"inputs\": 1"), ("loss: a\nnetwork: 5f3a\n", "network: 5f3a"),
            ("\u{FEFF}experiment:\n  kind: none-such\n", "kind: none-such"), ("# x\n\n  expression : f = y +\n", "expression : f = y +"),
        ])
    func lessons(text: String, says: String) throws {
        let scratch = try scene()
        _ = try scratch.write(text, to: "course/in.backstep.yaml")
        _ = try scratch.write("![](in.backstep.yaml)\n", to: "course/page.md")
        for arguments in [["notes", "course/page.md", "--strict"], ["check", "course/in.backstep.yaml"]] {
            let run = try Run(arguments, in: scratch.folder)
            #expect(run.status == 65 && run.errors.contains(says), "\(run.errors)")
        }
    }

    @Test("A block of the page is quoted, whatever it holds")
    func block() throws {
        let scratch = try Scratch()
        _ = try scratch.write("```backstep\nexpresion: f = x\n```\n", to: "page.md")
        let run = try Run(["notes", "page.md", "--strict"], in: scratch.folder)
        #expect(run.errors.contains("expresion: f = x\n") && run.errors.contains("did you mean \"expression\"?"), "\(run.errors)")
        _ = try scratch.write("expresion: f = x\n", to: "a.yaml")
        #expect(try Run(["check", "a.yaml"], in: scratch.folder).errors.contains("did you mean \"expression\"?"))
    }

    @Test("A name with a zero byte is refused")
    func zeros() throws {
        let scratch = try scene()
        for page in [
            "![](in.backstep.yaml%00.backstep.yaml)\n", "```backstep {file=in.backstep.yaml%00}\n```\n",
            "```backstep\nfile: in.backstep.yaml\0x\n```\n",
        ] {
            _ = try scratch.write(page, to: "course/page.md")
            let run = try Run(["notes", "course/page.md", "--strict"], in: scratch.folder)
            #expect(run.status == 65 && run.errors.contains("zero byte"), "\(run.errors)")
            #expect(!run.errors.contains("\0"))
        }
    }

    @Test("A lesson that a figure names is not followed by a link out of the folder that is checked")
    func linkedLesson() throws {
        let scratch = try Scratch()
        for folder in ["fig", "other"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        let lesson = try scratch.write(Self.lesson, to: "link.yaml")
        _ = try scratch.write(Self.secret, to: "other/secret.yaml")
        #expect(try Run(["render", lesson, "-o", "fig/fig.svg"], in: scratch.folder).status == 0)
        try FileManager.default.createSymbolicLink(atPath: scratch.url("fig/link.yaml").path, withDestinationPath: "../other/secret.yaml")
        let run = try Run(["check", "--figures", "fig"], in: scratch.folder)
        #expect(run.text.hasPrefix("fresh"), "\(run.text)\(run.errors)")
        let described = try Run(["describe", "fig/fig.svg"], in: scratch.folder)
        #expect(try described.status == 0 && described.text == Run("describe", lesson).text, "\(described.errors)")
        #expect(try Run(["extract", "fig/fig.svg"], in: scratch.folder).text == Self.lesson)
        for said in [run.text, run.errors, described.text, described.errors] { #expect(!said.contains("root:") && !said.contains("7b1c")) }
    }

    @Test(
        "A figure whose lesson's name was changed is refused, and leads nowhere",
        arguments: ["../other/far.yaml", "../other/secret.yaml", "/etc/passwd", "../fig/link.yaml", "..", ".", "", "a%00b"])
    func changedName(name: String) throws {
        let scratch = try Scratch()
        for folder in ["fig", "other"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        let lesson = try scratch.write(Self.lesson, to: "fig.yaml")
        _ = try scratch.write(Self.lesson.replacing("x + y", with: "x - y"), to: "other/far.yaml")
        _ = try scratch.write(Self.secret, to: "other/secret.yaml")
        #expect(try Run(["render", lesson, "-o", "fig/fig.svg"], in: scratch.folder).status == 0)
        let text = try String(contentsOf: scratch.url("fig/fig.svg"), encoding: .utf8)
        #expect(text.contains("lesson=fig.yaml"))
        _ = try scratch.write(text.replacing("lesson=fig.yaml", with: "lesson=\(name.replacing("/", with: "%2F"))"), to: "fig/fig.svg")
        for (arguments, status) in [
            (["check", "--figures", "fig"], 1), (["describe", "fig/fig.svg"], 65), (["extract", "fig/fig.svg"], 65),
        ] as [([String], Int32)] {
            let run = try Run(arguments, in: scratch.folder)
            #expect(run.status == status, "\(run.text)\(run.errors)")
            #expect(!(run.text + run.errors).contains("root:") && !(run.text + run.errors).contains("7b1c"))
        }
    }

    @Test("Of a long PDF no more is read than its end; a longer SVG or PNG than any is refused unread")
    func longFigures() throws {
        let scratch = try Scratch()
        #expect(try Run(["steps", "chain-rule", "-o", "steps"], in: scratch.folder).status == 0)
        let document = try Data(contentsOf: scratch.url("steps/steps.pdf"))
        let short = try Run(["snippet", "steps/steps", "--for", "beamer"], in: scratch.folder).text
        #expect(short.contains("page=6,"))
        let handle = try FileHandle(forWritingTo: scratch.url("steps/steps.pdf"))
        // A hole of 40 GB before what a PDF has at its end.
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: document.prefix(1_000))
        try handle.seek(toOffset: 40_000_000_000)
        try handle.write(contentsOf: document.dropFirst(1_000))
        try handle.close()
        for (arguments, says) in [
            (["snippet", "steps/steps", "--for", "beamer"], short), (["extract", "steps/steps.pdf"], ""),
            (["describe", "steps/steps.pdf"], ""),
        ] {
            let run = try Tool(
                ["sh", "-c", "ulimit -v 4000000; exec timeout 60 '\(Run.program)' \"$@\"", "sh"] + arguments, in: scratch.folder)
            #expect(run.status == 0 && (says.isEmpty || run.text == says), "\(run.text)")
        }
        for ending in ["svg", "png"] {
            #expect(FileManager.default.createFile(atPath: scratch.url("long.\(ending)").path, contents: nil))
            let long = try FileHandle(forWritingTo: scratch.url("long.\(ending)"))
            try long.truncate(atOffset: 40_000_000_000)
            try long.close()
            for command in ["snippet", "extract", "describe"] {
                let run = try Tool(
                    ["sh", "-c", "ulimit -v 4000000; exec timeout 60 '\(Run.program)' \"$@\"", "sh", command, "long.\(ending)"],
                    in: scratch.folder)
                #expect(run.status == 66 && run.text.contains("has more than 64 MiB"), "\(run.text)")
            }
        }
    }

    @Test("A document that says it has millions of pages gets no snippet that long")
    func pages() throws {
        let scratch = try Scratch()
        #expect(try Run(["steps", "chain-rule", "-o", "."], in: scratch.folder).status == 0)
        var document = try Data(contentsOf: scratch.url("steps.pdf"))
        let count = try #require(document.range(of: Data("/Count 6".utf8)))
        document.replaceSubrange(count, with: Data("/Count 9223372036854775807".utf8))
        try document.write(to: scratch.url("steps.pdf"))
        let run = try Run(["snippet", "steps", "--for", "beamer"], in: scratch.folder)
        #expect(run.status == 0 && run.output.count < 1 << 20)
    }

    @Test("pandoc's filter reads lessons of the working folder and below, or of BACKSTEP_ROOT, which no page sets")
    func filter() throws {
        let scratch = try scene()
        _ = try scratch.write(try Run("filter", "pandoc").text, to: "course/backstep.lua")
        func convert(_ pandoc: String, _ page: String, root: String? = nil) throws -> (status: Int32, html: String, said: String) {
            _ = try scratch.write(page, to: "course/page.md")
            let environment = ["env"] + (root.map { ["BACKSTEP_ROOT=\($0)"] } ?? [])
            let run = try Tool(
                environment + [
                    "PATH=\((Run.program as NSString).deletingLastPathComponent):/usr/bin:/bin:/usr/local/bin", pandoc, "--lua-filter",
                    "backstep.lua",
                    "page.md", "-o", "page.html",
                ], in: scratch.url("course"))
            return (run.status, (try? String(contentsOf: scratch.url("course/page.html"), encoding: .utf8)) ?? "", run.text)
        }
        for pandoc in try FilterTests.pandocs(in: scratch.folder) {
            for file in Self.far where !file.contains("%") {
                let made = try convert(pandoc, "``` backstep\nfile: \(file)\n```\n")
                #expect(made.status == 0 && !made.html.contains("<img"), "\(file): \(made.html)")
                #expect(
                    made.said.contains("outside the folder .") || file.contains("dangling") && made.said.contains("no file"),
                    "\(file): \(made.said)")
                #expect(!made.said.contains("root:") && !made.said.contains("7b1c"))
            }
            for file in ["in", "near", "lessons/below"] {
                #expect(try convert(pandoc, "``` backstep\nfile: \(file).backstep.yaml\n```\n").html.contains("<img"))
            }
            let page = "---\nbackstep-root: ..\nBACKSTEP_ROOT: ..\n---\n\n![a](../other/far.backstep.yaml)\n"
            #expect(try !convert(pandoc, page).html.contains("backstep-figures"))
            #expect(try convert(pandoc, page, root: "..").html.contains("backstep-figures"))
            // A name is a name and no option.
            let option = try convert(pandoc, "``` backstep\nfile: -ofig.svg\n```\n")
            #expect(option.html.contains("Not drawn"), "\(option.html)")
            #expect(!FileManager.default.fileExists(atPath: scratch.url("course/fig.svg").path))
        }
    }
}
