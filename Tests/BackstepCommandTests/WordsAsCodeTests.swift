import Foundation
import Testing

/// Words that are code to some reader of a file, with what hides their signs from whoever looks at Characters.
enum HostileWords {
    /// A mark, joiners, a key's outline, and letters and signs that take the next sign into their Character.
    static let joiners = ["\u{301}", "\u{200D}", "\u{600}", "\u{FE0F}", "\u{20E3}", "\u{D4E}"]

    static let codes = [
        "\"><img src=x onerror=window.ran=1><script>window.ran=1</script>", "x\" onerror=window.ran=1 onload=window.ran=1 y=\"",
        "' onload='window.ran=1", "</title></desc></style></textarea><svg onload=window.ran=1>", "--> ]]>",
        "{{window.ran=1}} {process.exit(1)} {% raw %} {# a #} ${window.ran=1}",
        "![a](x){onerror=window.ran=1} [a](javascript:window.ran=1)",
        "`<script>window.ran=1</script>` *b* _c_ ~~d~~ | e | ^f^ <https://example.com>", "#\"}) {.x} :::",
        "&lt;b&gt; &#60;img src=x onerror=window.ran=1&#62;",
        "\\input{canary} \\immediate\\write18{touch ran-by-tex} \\openout3=ran $x_1$ %",
        "^^5cinput{canary} \\end{document} \" « » ð ?` ,, --",
        "=HYPERLINK(1) a\",\"=1+1; \t=2",
    ]

    /// All of them: bare, and with each joiner on both sides of every sign.
    static let all: String = ([""] + joiners).map { joiner in codes.map { glued($0, joiner) }.joined(separator: " ") }.joined(
        separator: " ")

    /// Each of them with one of the joiners: what a caption of LaTeX has room for.
    static let some: String = codes.enumerated().map { glued($1, joiners[$0 % joiners.count]) }.joined(separator: " ")

    /// Lines that begin formulas and modules.
    static let lines = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "export const x = 1", "import x", "1. a", "    code", "# a", "---", "%{a}"]
        .joined(separator: "\n")

    static func glued(_ text: String, _ joiner: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isSign = scalar.isASCII && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil && scalar != " "
            result += isSign ? "\(joiner)\(scalar)\(joiner)" : "\(scalar)"
        }
        return result
    }

    /// As YAML has it between quotation marks.
    static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                let code = String(scalar.value, radix: 16)
                return scalar.properties.isAlphabetic && scalar.isASCII
                    ? String(scalar) : "\\U" + String(repeating: "0", count: 8 - code.count) + code
            }.joined() + "\""
    }
}

@Suite("Words of a lesson, a page and a file are code to no program", .waiting)
struct WordsAsCodeTests {
    /// A file's name cannot have a slash, and is short.
    private static let fileName =
        "a\"\u{301} onerror=window.ran=1 x='\u{200D} <\u{D4E}img\u{D4E}> {\u{600}{b} )(\u{FE0F} ]\u{20E3} %41#&`*_"
    /// What TeX takes in a name.
    private static let texName = "a %\u{301} #\u{200D} ~ _&^  input(canary)"

    /// A folder with all kinds of files whose every word is `word`, and the names of those in it that are held against those of plain words.
    private func made(
        _ scratch: Scratch, title: String, description: String, variant: String, file: String, tex: String, attribute: String, id: String
    )
        throws -> [String]
    {
        let folder = scratch.folder
        var files: [String] = []
        func run(_ arguments: String..., to file: String? = nil) throws {
            let run = try Run(arguments, in: folder)
            try #require(run.status == 0, "\(arguments): \(run.errors)")
            guard let file else { return }
            try run.output.write(to: scratch.url(file))
            files.append(file)
        }
        // The braces of a headline hold addresses; of a caption with all words TeX cannot measure the width.
        let some = title.unicodeScalars.filter { $0 != "{" }.prefix(300)
        let headline = HostileWords.quoted(String(String.UnicodeScalarView(some)))
        let (title, description, variant) = (HostileWords.quoted(title), HostileWords.quoted(description), HostileWords.quoted(variant))
        let expression = "title: \(title)\nheadline: \(headline)\ndescription: \(description)\nexpression: f = x * y\nat: {x: 2, y: 3}\n"
        let experiment =
            "title: \(title)\nheadline: \(headline)\ndescription: \(description)\nexperiment:\n  kind: gradient-decay\n  depth: 2\n  width: 2\n  batch: 2\n  seeds: 2\n"
            + "  variants:\n    - {name: \(variant), activation: relu}\n"
        for name in [file, tex, "lesson"] { _ = try scratch.write(expression, to: "\(name).yaml") }
        _ = try scratch.write(experiment, to: "experiment.yaml")
        // A step-through.
        try run("steps", "lesson.yaml", "-o", "told", "-f", "svg", "-q", "--by", "layer")
        files += [
            "index.html", "steps.md", "values.csv", "products.csv", "slides/marp.md", "slides/slidev.md", "slides/quarto.qmd",
            "slides/reveal.html", "frames/001.svg",
        ]
        .map { "told/\($0)" }
        // Tables.
        try run("data", "experiment.yaml", "-f", "csv", to: "data.csv")
        try run("describe", "experiment.yaml", "--csv", to: "described.csv")
        // Snippets.
        try run("render", "experiment.yaml", "-o", "\(file).svg")
        for dialect in ["markdown", "quarto", "html", "revealjs"] {
            try run("snippet", "\(file).svg", "--for", dialect, to: "\(dialect).\(["markdown": "md", "quarto": "qmd"][dialect] ?? "html")")
        }
        try run("render", "experiment.yaml", "-o", "\(tex).pdf")
        for dialect in ["latex", "beamer"] { try run("snippet", "\(tex).pdf", "--for", dialect, to: "a.\(dialect).tex") }
        // Pages.
        _ = try scratch.write(
            """
            # Page

            ```backstep {#\(id) alt='\(attribute)' caption='\(attribute)' width=50%}
            file: \(file.replacing("%", with: "%25")).yaml
            ```

            ```backstep {theme=dark}
            \(experiment)
            ```

            ```backstep {caption='\(attribute)' \(attribute)=1}
            \(expression)
            ```

            ```backstep
            expression: "\(title.dropFirst().dropLast())"
            ```

            """, to: "page.md")
        try run("notes", "page.md", to: "built.md")
        try FileManager.default.createDirectory(at: scratch.url("lessons"), withIntermediateDirectories: true)
        _ = try scratch.write(expression, to: "lessons/\(file).yaml")
        try run("gallery", "lessons", "-o", "gallery", "-f", "svg", "-q")
        files.append("gallery/README.md")
        return files
    }

    @Test("html5lib, Chromium, pdflatex, readers of Markdown, CSV and XML find what they find with plain words")
    func files() throws {
        guard try Tool.exists("python3") else {
            print("skipped: python3")
            return
        }
        let (hostile, plain) = (try Scratch(), try Scratch())
        let words = HostileWords.all + " \n" + HostileWords.lines
        let attribute = HostileWords.joiners.map {
            HostileWords.glued("\"><img src=x onerror=window.ran=1>{{a}}{%b%}", $0).replacing(" ", with: "")
        }.joined()
        let files = try made(
            hostile, title: words, description: HostileWords.lines + "\n" + words, variant: "a\n=1 \(HostileWords.some)",
            file: Self.fileName, tex: Self.texName,
            attribute: attribute, id: HostileWords.joiners.map { HostileWords.glued("\"><b>{{a}}{%b", $0) }.joined())
        let others = try made(
            plain, title: "plain", description: "plain", variant: "plain", file: "plain", tex: "tex", attribute: "plain", id: "plain")
        _ = try hostile.write(zip(files, others).map { "\($0)\t\($1)\n" }.joined(), to: "pairs.txt")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("words-as-code.py").path
        let run = try Tool(["python3", script, hostile.folder.path, plain.folder.path], in: hostile.folder)
        for line in run.text.split(separator: "\n") where line.hasPrefix("skipped: ") { print(line) }
        let faults = run.text.split(separator: "\n").filter { !$0.hasPrefix("skipped: ") }.joined(separator: "\n")
        #expect(run.status == 0 && faults.isEmpty, "\(faults.prefix(4_000))")
    }

    @Test("A figure whose path TeX cannot take is told, not written")
    func paths() throws {
        let scratch = try Scratch()
        for name in ["a\\input{canary}", "a`b", "a|b", "a{b", "a$HOME"] {
            let figure = "\(name).svg"
            #expect(try Run(["render", "fork", "-o", figure], in: scratch.folder).status == 0)
            let run = try Run(["snippet", figure, "--for", "latex"], in: scratch.folder)
            #expect(run.status == 64 && run.errors.contains("LaTeX takes no file called") && run.text.isEmpty, "\(run.errors)")
        }
    }

    @Test("The filter runs no program that a page names, takes no lesson for an option, and keeps its pictures below the page")
    func filter() throws {
        let scratch = try Scratch()
        _ = try scratch.write("#!/bin/sh\ntouch ran\n", to: "evil")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url("evil").path)
        _ = try scratch.write(try Run("filter", "pandoc").text, to: "backstep.lua")
        try FileManager.default.createDirectory(at: scratch.url("notes"), withIntermediateDirectories: true)
        let attribute = HostileWords.joiners.map { HostileWords.glued("><img src=x onerror=window.ran=1>'", $0) }.joined()
        _ = try scratch.write("---\nbackstep-folder: ../escaped\n---\n\n![](fork.backstep.yaml)\n", to: "notes/outside.md")
        _ = try scratch.write(
            """
            ---
            backstep-program: ../evil
            ---

            ``` {.backstep alt="\(attribute)" caption="<img src=x onerror=window.ran=1> \\input{canary} `\\input{canary}`{=latex}"}
            title: "\(HostileWords.quoted(HostileWords.some).dropFirst().dropLast())"
            expression: f = x * y
            at: {x: 2, y: 3}
            ```

            ![](--output=../escaped.backstep.yaml)

            """, to: "notes/page.md")
        for pandoc in try FilterTests.pandocs(in: scratch.folder) {
            func made(_ page: String, _ output: String) throws -> Tool {
                try Tool(
                    ["env", "BACKSTEP_PROGRAM=\(Run.program)", pandoc, "--lua-filter", "../backstep.lua", page, "-s", "-o", output],
                    in: scratch.url("notes"))
            }
            let outside = try made("outside.md", "outside.html")
            #expect(outside.status != 0 && outside.text.contains("expected a folder below"), "\(outside.text)")
            for output in ["page.html", "page.tex"] {
                let run = try made("page.md", output)
                #expect(run.status == 0, "\(run.text)")
                let text = try String(contentsOf: scratch.url("notes/\(output)"), encoding: .utf8)
                #expect(output == "page.tex" ? !text.contains("\\input{canary}") : !text.contains("<img src=\"x\""), "\(text)")
                #expect(text.contains("backstep-figures/"), "\(text)")
            }
        }
        let files = try scratch.files
        #expect(!files.contains { $0.hasSuffix("ran") || $0.contains("escaped") }, "\(files)")
    }

    static let captions: [(caption: String, latex: String, html: String)] = [
        ("[x]{onclick=alert(1)}", "hypertarget", " onclick"), ("<span onclick=alert(1)>x</span>", "hypertarget", "<span onclick"),
        ("$\\\\input{canary}$", "\\input", "math inline"), ("$\\\\input canary $", "\\input", "math inline"),
        ("$\\\\def\\\\a{1}$", "\\def", "math inline"), ("$^^5cinput{canary}$", "^^5c", "math inline"),
        ("$$\\\\write18{a}$$", "\\write", "math display"),
        ("`\\\\input{canary}`{=latex}", "\\input", "<input"), ("[go](javascript:alert(1))", "javascript", "javascript"),
        ("[go](java&#115;cript:alert(1))", "javascript", "javascript"), ("![x](/etc/passwd)", "passwd", "passwd"),
        ("::: {onclick=a}", "onclick=a\"", " onclick=\""),
    ]

    @Test(
        "The filter's captions have no attribute, no raw part, no command of TeX but mathematics', no link that is a program",
        arguments: captions)
    func filterCaptions(caption: String, latex: String, html: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(try Run("filter", "pandoc").text, to: "backstep.lua")
        _ = try scratch.write("``` {.backstep caption=\"\(caption)\"}\nexpression: f = x\nat: {x: 2}\n```\n", to: "page.md")
        for pandoc in try FilterTests.pandocs(in: scratch.folder) {
            for (format, code) in [("latex", latex), ("html", html)] {
                let run = try Tool(
                    ["env", "BACKSTEP_PROGRAM=\(Run.program)", pandoc, "--lua-filter", "backstep.lua", "page.md", "-t", format],
                    in: scratch.folder)
                #expect(run.status == 0 && !run.text.contains(code) && run.text.contains("backstep-figures/"), "\(run.text)")
            }
        }
    }

    @Test("The filter waits for no pipe")
    func filterPipe() throws {
        let scratch = try Scratch()
        _ = try scratch.write(try Run("filter", "pandoc").text, to: "backstep.lua")
        _ = try Tool(["mkfifo", "pipe.backstep.yaml"], in: scratch.folder)
        _ = try scratch.write("``` {.backstep file=pipe.backstep.yaml}\n```\n\n![](pipe.backstep.yaml)\n", to: "page.md")
        for pandoc in try FilterTests.pandocs(in: scratch.folder) {
            let run = try Tool(
                [
                    "timeout", "20", "env", "BACKSTEP_PROGRAM=\(Run.program)", pandoc, "--lua-filter", "backstep.lua", "page.md", "-t",
                    "plain",
                ],
                in: scratch.folder)
            #expect(run.status == 0 && run.text.contains("Not drawn"), "\(run.status) \(run.text)")
        }
    }

    /// Escape, delete, a control of C1, a bell, marks that turn the direction, a line's end.
    private static let controls = "a\u{1B}[2J\u{7}\u{7F}\u{9B}31m\u{202E}b\u{2066}\r"

    @Test("No control character of a file's name, an argument, a lesson or a figure reaches a terminal")
    func terminal() throws {
        let scratch = try Scratch()
        let name = Self.controls
        _ = try scratch.write("title: \"\\u202e\\ta\\nb\"\nexpression: f = x\nat: {x: 1}\n", to: "\(name).yaml")
        _ = try scratch.write("title: \(name)字\n", to: "bad.yaml")
        _ = try scratch.write(
            "title: 字e\u{301}\u{200D}\u{600} \u{202E}x\nexpression: f = 字e\u{301}\u{600}\u{202E}\u{200D} + \u{1F600}\n", to: "caret.yaml")
        try FileManager.default.createDirectory(at: scratch.url("figures"), withIntermediateDirectories: true)
        #expect(try Run(["render", "fork", "-o", "figures/\(name).svg"], in: scratch.folder).status == 0)
        let runs: [[String]] = [
            ["check", "\(name).yaml"], ["check", "bad.yaml"], ["check", "caret.yaml"], ["describe", "\(name).yaml"],
            ["trace", "\(name).yaml"], ["check", name],
            ["check", "--figures", "figures"], ["render", "--\(name)"], ["render", "fork", "-f", name], ["paths", "fork", "--of", name],
            ["steps", "fork", "-o", "told", "--only", name], ["new", name], ["watch", name], ["notes", name],
            ["render", "fork", "-o", "/dev/null/\(name)"], ["snippet", name], ["describe", "figures/\(name).svg"], [name],
        ]
        for arguments in runs {
            let run = try Run(arguments, in: scratch.folder)
            for scalar in (run.text + run.errors).unicodeScalars {
                let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
                let turns = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                if isControl || turns {
                    Issue.record("\(arguments): U+\(String(scalar.value, radix: 16)) in \(run.text + run.errors)")
                    break
                }
            }
        }
        // Data stays as it is in a pipe, and is shown on a terminal.
        _ = try scratch.write("title: \u{202E}\nexpression: f = x\nat: {x: 1}\n", to: "data.yaml")
        #expect(try Run(["render", "data.yaml", "-o", "data.svg"], in: scratch.folder).status == 0)
        #expect(try Run(["extract", "data.svg"], in: scratch.folder).text.contains("\u{202E}"))
        guard try Tool.exists("script") else {
            print("skipped: script")
            return
        }
        for (arguments, status) in [
            ("extract data.svg", Int32(0)), ("render fork -f svg -o -", 0), ("render fork -f png -o -", 64), ("trace data.yaml --json", 0),
        ] {
            let shown = try Tool(["script", "-qec", "\(Run.program) \(arguments)", "/dev/null"], in: scratch.folder)
            #expect(shown.status == status && !shown.text.unicodeScalars.contains("\u{202E}"), "\(arguments): \(shown.text.prefix(200))")
        }
    }

    @Test(
        "A character that no file can pass on is the lesson's fault, at its place, to every command",
        arguments: ["\\uFFFE", "\\e"])
    func noText(escape: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write("title: \"a\(escape)\"\nexpression: f = x\nat: {x: 1}\n", to: "lesson.yaml")
        for arguments in [["render", "lesson.yaml"], ["steps", "lesson.yaml", "-o", "told"], ["check", "lesson.yaml"]] {
            let run = try Run(arguments, in: scratch.folder)
            #expect(
                run.status == 65 && run.errors.hasPrefix("lesson.yaml:1:8: error: the character U+"),
                "\(arguments): \(run.status) \(run.errors)")
        }
    }
}
