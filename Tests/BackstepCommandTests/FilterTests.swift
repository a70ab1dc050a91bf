import Foundation
import Testing

@Suite("pandoc draws the lessons of a document", .waiting)
struct FilterTests {
    static let page = """
        ---
        title: Notes on backpropagation
        ---

        # Chain rule

        ``` {.backstep #fig-product caption="A *product* with $x \\cdot y$." width=60%}
        title: Product & <friends>
        expression: f = x * y
        at: {x: 2, y: 3}
        ```

        See [the product](#fig-product).

        ![A sum, from a file.](sum.backstep.yaml){#fig-sum width=50%}

        ``` backstep
        file: sum.backstep.yaml
        ```

        ``` {.backstep #fig-net caption="A network" alt="by hand" theme=print}
        network:
          input: 2
          layers:
            - dense: {units: 1, name: output, weight: [[0.15, 0.20]], bias: [0.35]}
            - sigmoid
        data: {inputs: [[0.05, 0.10]], targets: [[0.01]]}
        loss: half-squared-error
        ```

        """

    /// pandoc on the path, and the one that the package pypandoc_binary carries.
    static func pandocs(in folder: URL) throws -> [String] {
        var found: [String] = []
        if try Tool.exists("pandoc") { found.append("pandoc") }
        let carried = try Tool(["python3", "-c", "import pypandoc; print(pypandoc.get_pandoc_path())"], in: folder)
        let path = carried.text.trimmingCharacters(in: .whitespacesAndNewlines)
        if carried.status == 0, path.hasPrefix("/") { found.append(path) }
        if found.isEmpty { print("skipped: pandoc") }
        return found
    }

    private func notes() throws -> Scratch {
        let scratch = try Scratch()
        _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.backstep.yaml")
        _ = try scratch.write(Self.page, to: "page.md")
        _ = try scratch.write(try Run("filter", "pandoc").text, to: "backstep.lua")
        return scratch
    }

    private func convert(_ pandoc: String, to output: String, _ scratch: Scratch, _ more: String...) throws -> Tool {
        try Tool(
            ["env", "BACKSTEP_PROGRAM=\(Run.program)", pandoc, "--lua-filter", "backstep.lua", "page.md", "-s", "-o", output] + more,
            in: scratch.folder)
    }

    @Test("The filter has fewer than three hundred lines, of which half serve writers without alternative texts of their own")
    func short() throws { #expect(try Run("filter", "pandoc").text.split(separator: "\n", omittingEmptySubsequences: false).count < 300) }

    /// The words of a document: the XML inside a package, or the file itself.
    private func text(of document: String, in scratch: Scratch) throws -> String {
        let script = """
            import sys, zipfile, html
            for name in (z := zipfile.ZipFile(sys.argv[1])).namelist():
                if name.endswith('.xml'): print(html.unescape(z.read(name).decode()))
            """
        guard ["docx", "odt", "pptx"].contains((document as NSString).pathExtension) else {
            return try String(contentsOf: scratch.url(document), encoding: .utf8)
        }
        return try Tool(["python3", "-c", script, document], in: scratch.folder).text
    }

    @Test(
        "Every document has each picture's alternative text, and captions are no such texts",
        arguments: ["docx", "odt", "pptx", "rst", "typ", "html"])
    func alternatives(format: String) throws {
        let scratch = try notes()
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let isNew = try Tool([pandoc, "--version"], in: scratch.folder).text.contains(#/pandoc(\.exe)? [3-9]/#)
            guard format != "typ" || isNew else { continue }
            let run = try convert(pandoc, to: "page.\(format)", scratch)
            #expect(run.status == 0, "\(pandoc): \(run.text)")
            let text = try text(of: "page.\(format)", in: scratch)
            let (open, close): (String, Character) =
                switch format {
                case "docx", "pptx": ("descr=\"", "\"")
                case "odt": ("<svg:desc>", "<")
                case "rst": (":alt: ", "\n")
                case "typ": ("alt: \"", "\"")
                default: ("alt=\"", "\"")
                }
            let texts = text.components(separatedBy: open).dropFirst().map { String($0.prefix { $0 != close }) }
            for words in ["∂f/∂x = y = 3, ∂f/∂y = x = 2.", "∂f/∂x = ∂f/∂y = 1.", "by hand"] {
                #expect(texts.contains { $0.contains(words) }, "\(pandoc): \(words) in \(texts)")
            }
            #expect(!texts.contains { $0.contains("A sum, from a file") } && text.contains("A sum, from a file."), "\(pandoc): \(texts)")
        }
    }

    @Test("Words in a line are the alternative text of a picture there, and of what it is alone, its caption")
    func inLine() throws {
        let scratch = try notes()
        _ = try scratch.write("In line ![by *me*](sum.backstep.yaml).\n\n![A caption](sum.backstep.yaml)\n", to: "page.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            #expect(try convert(pandoc, to: "page.html", scratch).status == 0)
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8).replacingOccurrences(of: "\n", with: " ")
            #expect(html.contains("alt=\"by me\"") && html.contains("A caption</figcaption>"), "\(html.suffix(1500))")
            #expect(!html.contains("alt=\"A caption\"") && html.contains("∂f/∂y = 1.\""), "\(html.suffix(1500))")
        }
    }

    @Test("The author's own alternative text and title stay, beside a caption and without one")
    func ownWords() throws {
        let scratch = try notes()
        _ = try scratch.write(
            """
            ![A *caption*](sum.backstep.yaml){#fig-own alt="My words"}

            ![Another](sum.backstep.yaml "A title")

            In line ![by me](sum.backstep.yaml "In line").

            """, to: "page.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            #expect(try convert(pandoc, to: "page.html", scratch).status == 0)
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8).replacingOccurrences(of: "\n", with: " ")
            for words in [
                "alt=\"My words\"", "<em>caption</em></figcaption>", "Another</figcaption>", "title=\"A title\"", "title=\"In line\"",
            ] {
                #expect(html.contains(words), "\(pandoc): \(words) in \(html.suffix(1500))")
            }
            #expect(html.components(separatedBy: "∂f/∂y = 1.\"").count == 2, "\(pandoc): \(html.suffix(1500))")
        }
    }

    @Test("A tag of HTML whose source is a lesson is told, and ends a strict page")
    func tags() throws {
        let scratch = try notes()
        for pandoc in try Self.pandocs(in: scratch.folder) {
            for (head, status) in [("", false), ("---\nbackstep: {strict: true}\n---\n\n", true)] {
                _ = try scratch.write("\(head)a <img src=\"sum.backstep.yaml\"> b\n\n<img alt='' src='sum.backstep.yaml'>\n", to: "page.md")
                let run = try convert(pandoc, to: "page.html", scratch)
                #expect((run.status != 0) == status, "\(run.text)")
                let says = "the tag <img> of sum.backstep.yaml is not drawn; expected ![](sum.backstep.yaml)"
                #expect(run.text.contains(says), "\(run.text)")
            }
        }
    }

    @Test("Metadata hold for all figures, and strict ends pandoc at a lesson that is wrong")
    func metadata() throws {
        let scratch = try notes()
        _ = try scratch.write(
            "---\nbackstep: {theme: dark, strict: true, folder: drawn, width: 300pt}\n---\n\n``` backstep\nfile: sum.backstep.yaml\n```\n",
            to: "page.md")
        _ = try scratch.write("---\nbackstep: {strict: true}\n---\n\n``` backstep\nexpression: f = x *\n```\n", to: "wrong.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.html", scratch)
            #expect(run.status == 0, "\(run.text)")
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8)
            let path = try #require(html.firstMatch(of: #/src="(drawn\/[^"]+)"/#)?.1)
            let svg = try String(contentsOf: scratch.url(String(path)), encoding: .utf8)
            #expect(svg.contains("width=\"300pt\"") && svg.contains("theme=dark"), "\(svg.prefix(400))")
            let wrong = try Tool(
                ["env", "BACKSTEP_PROGRAM=\(Run.program)", pandoc, "--lua-filter", "backstep.lua", "wrong.md", "-o", "wrong.html"],
                in: scratch.folder)
            #expect(wrong.status != 0 && wrong.text.contains("error: "), "\(wrong.text)")
            let lost = try Tool(
                ["env", "BACKSTEP_PROGRAM=./nowhere", pandoc, "--lua-filter", "backstep.lua", "page.md", "-o", "lost.html"],
                in: scratch.folder)
            #expect(
                lost.status != 0 && lost.text.contains("pandoc finds no program ./nowhere; name its path in BACKSTEP_PROGRAM"),
                "\(lost.text)")
        }
    }

    @Test("The front matter and a block's options are those of notes: misspelt ones are errors, and folders may have any letters")
    func dialect() throws {
        let scratch = try notes()
        func page(_ head: String, _ block: String = "file: sum.backstep.yaml") throws {
            _ = try scratch.write("---\nbackstep: \(head)\n---\n\n``` {.backstep #fig-a}\n\(block)\n```\n", to: "page.md")
        }
        for pandoc in try Self.pandocs(in: scratch.folder) {
            try page("{height: 500pt, draw-width: 400pt, folder: ./bildér}", "file: sum.backstep.yaml\ncaption: A\nid: fig-b")
            let run = try convert(pandoc, to: "page.html", scratch)
            #expect(run.status == 0, "\(run.text)")
            let svg = try #require(try scratch.files.first { $0.hasPrefix("bildér/") && $0.hasSuffix(".svg") })
            #expect(try String(contentsOf: scratch.url(svg), encoding: .utf8).contains("viewBox=\"0 0 400 500\""))
            #expect(try Run("notes", scratch.url("page.md").path, "-o", scratch.url("built/page.md").path).status == 0)
            for (head, says) in [
                ("{them: dark}", "unknown option \"them\""), ("{nonsense: 3}", "unknown option \"nonsense\""), ("theme", "is no map"),
                ("{folder: ../up}", "folder is \"../up\"; expected a folder below"),
            ] {
                try page(head)
                let run = try convert(pandoc, to: "page.html", scratch)
                #expect(run.status != 0 && run.text.contains(says), "\(head): \(run.text)")
                let notes = try Run("notes", scratch.url("page.md").path, "-o", scratch.url("built/page.md").path)
                #expect(notes.status == 65 && notes.errors.contains(says), "\(head): \(notes.errors)")
            }
            try page("{}", "file: sum.backstep.yaml\nthem: dark")
            #expect(try convert(pandoc, to: "page.html", scratch).text.contains("unknown option \"them\""))
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8).replacingOccurrences(of: "\n", with: " ")
            #expect(html.contains("Not drawn:</strong> unknown option"), "\(html.suffix(1500))")
        }
    }

    @Test("What is not drawn has the first line of the reason in its place")
    func reasons() throws {
        let scratch = try notes()
        _ = try scratch.write(
            "``` {.backstep theme=drak}\nfile: sum.backstep.yaml\n```\n\n![A](none.backstep.yaml)\n\n``` backstep\nexpression: f = x *\n```\n",
            to: "page.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.html", scratch)
            #expect(run.status == 0, "\(run.text)")
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8).replacingOccurrences(of: "\n", with: " ")
            for reason in [
                "--theme takes light, dark, print or auto", "no file and no bundled lesson", "the block:1:20: error: expression: ",
            ] {
                #expect(html.contains("Not drawn:</strong> \(reason)"), "\(reason) in \(html.suffix(1500))")
            }
        }
    }

    @Test("A figure for LaTeX is drawn as wide as the page's text, so that nothing is set smaller")
    func textWidth() throws {
        let scratch = try notes()
        _ = try scratch.write(
            "``` backstep\nfile: sum.backstep.yaml\n```\n\n``` {.backstep width=60%}\nfile: sum.backstep.yaml\n```\n", to: "page.md")
        for (format, widths) in [("latex", ["343.71", "206.22"]), ("beamer", ["306.14", "183.68"])] {
            try? FileManager.default.removeItem(at: scratch.url("backstep-figures"))
            let run = try Tool(
                ["env", "BACKSTEP_PROGRAM=\(Run.program)", "pandoc", "--lua-filter", "backstep.lua", "page.md", "-t", format],
                in: scratch.folder)
            #expect(run.status == 0, "\(run.text)")
            let boxes = try scratch.files.filter { $0.hasSuffix(".pdf") }.map { file in
                try String(decoding: Data(contentsOf: scratch.url(file)), as: UTF8.self).firstMatch(of: #/MediaBox \[ 0 0 ([\d.]+)/#)
                    .map { String($0.1.prefix(6)) } ?? ""
            }
            #expect(Set(boxes) == Set(widths), "\(format): \(boxes)")
        }
    }

    @Test("A lesson that needs more than the page's width is drawn as narrow as it can be, with a warning")
    func tooNarrow() throws {
        let scratch = try notes()
        _ = try scratch.write("``` backstep\nfile: 13-lstm-cell\n```\n", to: "page.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            try? FileManager.default.removeItem(at: scratch.url("backstep-figures"))
            let run = try convert(pandoc, to: "page.tex", scratch)
            #expect(run.status == 0 && run.text.contains(#/warning: it needs \d+ pt .*scaled to \d\d %/#), "\(run.text)")
            #expect(!run.text.contains("error"), "\(run.text)")
            for file in try scratch.files.filter({ $0.hasSuffix(".pdf") }) {
                let box = try String(decoding: Data(contentsOf: scratch.url(file)), as: UTF8.self)
                    .firstMatch(of: #/MediaBox \[ 0 0 ([\d.]+)/#)
                let width = try #require(box.flatMap { Double($0.1) })
                #expect(width < 400, "\(file): \(width)")
            }
        }
    }

    @Test("HTML has four figures with captions, ids, widths and alternative texts")
    func html() throws {
        let scratch = try notes()
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.html", scratch)
            #expect(run.status == 0, "\(pandoc): \(run.text)")
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8)
            #expect(html.components(separatedBy: "<img").count == 5, "\(html)")
            for text in [
                "id=\"fig-product\"", "id=\"fig-sum\"", "id=\"fig-net\"", "<em>product</em>", "A sum, from a file.",
                "A network</figcaption>", "alt=\"by hand\"", "∂f/∂x = y = 3", "width:60.0%",
            ] {
                #expect(html.contains(text), "\(pandoc): \(text) in \(html)")
            }
            #expect(!html.contains("class=\"backstep\"") && !html.contains(".backstep.yaml"))
            for match in html.matches(of: #/src="([^"]+)"/#) {
                #expect(FileManager.default.fileExists(atPath: scratch.url(String(match.1)).path), "\(match.1)")
            }
            // As a browser shows it: every picture has a size.
            let probe = html.replacingOccurrences(
                of: "</body>",
                with:
                    "<script>onload = () => { document.title = [...document.images].map(i => i.naturalWidth > 100 ? 'drawn' : 'missing').join() }</script></body>"
            )
            _ = try scratch.write(probe, to: "probe.html")
            guard try Tool.exists("chromium") else {
                print("skipped: chromium")
                continue
            }
            let dump = try Tool(
                [
                    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(scratch.folder.path)/profile",
                    "--virtual-time-budget=5000", "--dump-dom", scratch.url("probe.html").absoluteString,
                ],
                in: scratch.folder)
            #expect(dump.text.contains("<title>drawn,drawn,drawn,drawn</title>"), "\(dump.text.suffix(2000))")
        }
    }

    @Test(
        "What has been drawn of a block is not drawn again, until its lesson or a setting changes; files the program alone reads, each time"
    )
    func keeps() throws {
        let scratch = try notes()
        /// The program, noting each time that it is to draw.
        _ = try scratch.write(
            "#!/bin/sh\n[ \"$1\" = render ] && echo drawn >> '\(scratch.url("log").path)'\nexec '\(Run.program)' \"$@\"\n", to: "counted")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url("counted").path)
        func drawn(by pandoc: String) throws -> Int {
            try? FileManager.default.removeItem(at: scratch.url("log"))
            let run = try Tool(
                ["env", "BACKSTEP_PROGRAM=./counted", pandoc, "--lua-filter", "backstep.lua", "page.md", "-s", "-o", "page.html"],
                in: scratch.folder)
            #expect(run.status == 0, "\(run.text)")
            return ((try? String(contentsOf: scratch.url("log"), encoding: .utf8)) ?? "").split(separator: "\n").count
        }
        for pandoc in try Self.pandocs(in: scratch.folder) {
            try? FileManager.default.removeItem(at: scratch.url("backstep-figures"))
            _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.backstep.yaml")
            #expect(try drawn(by: pandoc) == 4)
            let first = try Data(contentsOf: scratch.url("page.html"))
            #expect(try drawn(by: pandoc) == 2)
            #expect(try Data(contentsOf: scratch.url("page.html")) == first)
            _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 4}\n", to: "sum.backstep.yaml")
            #expect(try drawn(by: pandoc) == 2)
        }
    }

    @Test("Pictures that a document no longer shows are deleted, unless another shows them, somebody changed them, or it has an error")
    func clears() throws {
        let scratch = try notes()
        func write(_ lessons: [String]) throws {
            _ = try scratch.write(lessons.map { "``` backstep\n\($0)\n```\n" }.joined(separator: "\n"), to: "page.md")
        }
        func pictures() throws -> Int { try scratch.files.count { $0.hasPrefix("backstep-figures/") && $0.hasSuffix(".svg") } }
        let (one, two, three) = ("expression: f = x\nat: {x: 1}", "expression: f = y\nat: {y: 1}", "expression: f = z\nat: {z: 1}")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            try? FileManager.default.removeItem(at: scratch.url("backstep-figures"))
            try write([one, two])
            for output in ["page.html", "other.html"] { #expect(try convert(pandoc, to: output, scratch).status == 0) }
            #expect(try pictures() == 2)
            try write([one, three])
            #expect(try convert(pandoc, to: "page.html", scratch).status == 0)
            #expect(try pictures() == 3)
            _ = try scratch.write("mine", to: "backstep-figures/0123456789abcdef.svg")
            #expect(try convert(pandoc, to: "other.html", scratch).status == 0)
            #expect(try pictures() == 3)
            // Of the block that is gone no note of its pictures is left.
            #expect(try scratch.files.count { $0.hasPrefix("backstep-figures/") && $0.hasSuffix(".txt") } == 2)
            try write([one, "expression: f = x *"])
            for output in ["page.html", "other.html"] { #expect(try convert(pandoc, to: output, scratch).status == 0) }
            #expect(try pictures() == 3)
            try write([])
            for output in ["page.html", "other.html"] { #expect(try convert(pandoc, to: output, scratch).status == 0) }
            #expect(try scratch.files.filter { $0.hasSuffix(".svg") } == ["backstep-figures/0123456789abcdef.svg"])
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8)
            #expect(!html.contains("backstep-figures"))
        }
    }

    @Test("LaTeX names PDFs and labels, and compiles")
    func latex() throws {
        let scratch = try notes()
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.tex", scratch)
            #expect(run.status == 0, "\(pandoc): \(run.text)")
            let text = try String(contentsOf: scratch.url("page.tex"), encoding: .utf8)
            #expect(text.components(separatedBy: "\\includegraphics").count >= 5)
            #expect(text.contains("\\label{fig-product}") && text.contains("\\label{fig-net}"), "\(text)")
            guard try Tool.exists("pdflatex") else {
                print("skipped: pdflatex")
                continue
            }
            let compiled = try convert(pandoc, to: "page.pdf", scratch, "--pdf-engine=pdflatex")
            #expect(compiled.status == 0, "\(pandoc): \(compiled.text)")
        }
    }

    @Test("Word documents and electronic books hold the pictures", arguments: ["docx", "epub"])
    func packages(format: String) throws {
        let scratch = try notes()
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.\(format)", scratch)
            #expect(run.status == 0, "\(pandoc): \(run.text)")
            let list = try Tool(["python3", "-m", "zipfile", "-l", "page.\(format)"], in: scratch.folder)
            let pictures = list.text.split(separator: "\n").filter {
                $0.contains("media/") && $0.contains(format == "docx" ? ".png" : ".svg")
            }
            #expect(pictures.count >= 3, "\(list.text)")
        }
    }

    @Test("A lesson that is wrong stays, with a note")
    func wrong() throws {
        let scratch = try notes()
        _ = try scratch.write("``` backstep\nexpression: f = x *\n```\n", to: "page.md")
        for pandoc in try Self.pandocs(in: scratch.folder) {
            let run = try convert(pandoc, to: "page.html", scratch)
            #expect(run.status == 0)
            #expect(run.text.contains("error: "), "\(run.text)")
            let html = try String(contentsOf: scratch.url("page.html"), encoding: .utf8)
            #expect(html.contains("Not drawn:") && html.contains("f = x *"), "\(html)")
        }
    }
}
