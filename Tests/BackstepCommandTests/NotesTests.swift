import Foundation
import Testing

@Suite("Pages of notes get their pictures", .waiting)
struct NotesTests {
    static let page = """
        ---
        title: Notes
        ---

        # Chain rule

        ```backstep {#fig-product caption="A *product*."}
        expression: f = x * y
        at: {x: 2, y: 3}
        ```

        ![](sum.backstep.yaml) and ![by hand](sum.backstep.yaml){width=50%}

        1. In a list:

           ```backstep {width=300px alt="a < b"}
           expression: f = x - y
           at: {x: 2, y: 3}
           ```

        ~~~backstep
        file: sum.backstep.yaml
        caption: "From a file."
        ~~~

        """

    private func notes() throws -> Scratch {
        let scratch = try Scratch()
        _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.backstep.yaml")
        _ = try scratch.write(Self.page, to: "page.md")
        return scratch
    }

    @discardableResult
    private func build(_ scratch: Scratch, _ more: String...) throws -> Run {
        try Run(["notes", scratch.url("page.md").path, "-o", scratch.url("built/page.md").path] + more)
    }

    @Test("Pictures for MyST have names of ASCII, since Sphinx finds no others")
    func mystNames() throws {
        let scratch = try Scratch()
        for name in ["é", "è"] { _ = try scratch.write("expression: f = x\nat: {x: 1}\ntitle: \(name)\n", to: "\(name).backstep.yaml") }
        _ = try scratch.write("![](é.backstep.yaml) ![](è.backstep.yaml)\n", to: "ü.md")
        let run = try Run("notes", scratch.url("ü.md").path, "-o", scratch.url("built/ü.md").path, "--for", "myst")
        #expect(run.status == 0, "\(run.errors)")
        let pictures = try scratch.files.filter { $0.hasSuffix(".svg") }
        #expect(pictures.count == 2 && pictures.allSatisfy { $0.unicodeScalars.allSatisfy(\.isASCII) }, "\(pictures)")
        let again = try Run("notes", scratch.url("ü.md").path, "-o", scratch.url("built/ü.md").path, "--for", "myst")
        #expect(again.errors.hasSuffix(": 0 drawn, 2 kept\n"), "\(again.errors)")
    }

    @Test("Blocks and images become pictures and keep caption, id, width and alternative text")
    func build() throws {
        let scratch = try notes()
        let run = try build(scratch, "--strict")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors == "\(scratch.url("page.md").path): 3 drawn, 0 kept\n")
        let built = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        #expect(built.hasPrefix("---\ntitle: Notes\n---\n\n# Chain rule\n\n<a id=\"fig-product\"></a>\n\n!["), "\(built)")
        #expect(built.contains("](figures/page.fig-product.svg)\n\n*A *product*.*\n"))
        #expect(built.contains("](figures/page.sum.svg) and <img src=\"figures/page.sum.svg\" alt=\"by hand\" width=\"50%\" />"))
        #expect(!built.contains("![]("))
        #expect(built.contains("\n   <img src=\"figures/page.lesson-2.svg\" alt=\"a &lt; b\" width=\"300\" />\n"))
        #expect(built.contains("](figures/page.sum.svg)\n\n*From a file.*\n"))
        #expect(!built.contains("backstep"))
        #expect(
            try scratch.files.filter { $0.hasPrefix("built/figures/") && $0.hasSuffix(".svg") }
                == ["fig-product", "lesson-2", "sum"].map { "built/figures/page.\($0).svg" }.sorted())
    }

    @Test("Blocks in quotations, admonitions, tabs and fences of directives become pictures where they are")
    func nested() throws {
        let scratch = try Scratch()
        let lesson = ["expression: f = x * y", "at: {x: 2, y: 3}"]
        let quoted = "> ```backstep {caption=\"C.\"}\n> \(lesson[0])\n> \(lesson[1])\n> ```\n> end\n"
        let tab = "=== \"A\"\n\n    ```backstep\n    \(lesson[0])\n    \(lesson[1])\n    ```\n"
        let note = "````{note}\n```backstep\n\(lesson[0])\n\(lesson[1])\n```\n````\n"
        _ = try scratch.write("\(quoted)\n\(tab)\n\(note)", to: "page.md")
        let run = try build(scratch, "--strict")
        #expect(run.status == 0, "\(run.errors)")
        let built = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        #expect(built.contains(#/^> !\[[^\n]+\]\(figures\/page.lesson-1.svg\)\n>\n> \*C\.\*\n> end\n/#), "\(built)")
        #expect(built.contains(#/=== "A"\n\n    !\[[^\n]+\)\n\n````\{note\}\n!\[[^\n]+\)\n````\n$/#), "\(built)")
        _ = try scratch.write("> ```backstep\n> expression: f = x * z\n> at: {x: 2}\n> ```\n", to: "page.md")
        #expect(try build(scratch).errors.contains("page.md:2:23: error: "))
        let wrong = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        #expect(wrong.contains("> ```\n>\n> > **Not drawn.**\n> >\n"), "\(wrong)")
    }

    @Test("A block that stays code is told with its line, and is an error if the page is strict")
    func strays() throws {
        let scratch = try Scratch()
        _ = try scratch.write("# Page\n\n    ```backstep\n    expression: f = x\n    ```\n", to: "page.md")
        let run = try build(scratch)
        #expect(
            run.status == 0 && run.errors.contains("page.md:3:1: error: this block is not drawn: it is indented as code; "), "\(run.errors)"
        )
        #expect(try build(scratch, "--strict").status == 65)
    }

    @Test("Front matter sets options for all figures, which the command and each block override")
    func defaults() throws {
        let scratch = try Scratch()
        let block = "```backstep\nfile: chain-rule\n```\n\n```backstep {#own theme=print draw-width=400pt}\nfile: chain-rule\n```\n"
        func page(_ defaults: String) throws { _ = try scratch.write("---\ntitle: T\n\(defaults)---\n\n\(block)", to: "page.md") }
        func settings(_ folder: String) throws -> Set<String> {
            Set(
                try scratch.files.filter { $0.hasPrefix("built/\(folder)/") && $0.hasSuffix(".svg") }.map {
                    let text = try String(contentsOf: scratch.url($0), encoding: .utf8)
                    return (text.contains("theme=dark") ? "dark" : text.contains("theme=print") ? "print" : "light")
                        + (text.firstMatch(of: #/ width="(\d+)pt"/#).map { " \($0.1)" } ?? "")
                })
        }
        try page("backstep:\n  theme: dark\n  width: 360pt\n  folder: drawn\n")
        #expect(try build(scratch, "--strict").status == 0)
        #expect(try settings("drawn") == ["dark 360", "print 400"])
        try page("backstep: {theme: dark, width: 50%}\n")
        #expect(try build(scratch, "--theme", "auto").status == 0)
        #expect(try settings("figures").contains { $0.hasPrefix("light") })
        #expect(try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8).contains("width=\"50%\""))
        for (defaults, message) in [
            ("backstep:\n  theme: drak\n", "page.md:4:1: error: theme is \"drak\"; expected light, dark, print or auto"),
            ("backstep: {colour: red}\n", "page.md:3:1: error: unknown option \"colour\""),
            ("backstep: {folder: ../up}\n", "page.md:3:1: error: folder is \"../up\"; expected a folder below"),
        ] {
            try page(defaults)
            let run = try build(scratch)
            #expect(run.status == 65 && run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test("An output that is a folder gets a page of the same name")
    func folder() throws {
        let scratch = try notes()
        for folder in ["made/", "made"] {
            let run = try Run("notes", scratch.url("page.md").path, "-o", "\(scratch.folder.path)/\(folder)")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try scratch.files.contains("made/page.md") && scratch.files.contains("made/figures/page.sum.svg"))
        }
        let run = try Run("notes", "-", "-o", scratch.url("made").path, input: "x\n")
        #expect(run.status == 64 && run.errors.contains("is a folder; expected a file"), "\(run.errors)")
    }

    @Test("Of several figures the first has the block's id, so that links reach it")
    func ids() throws {
        let scratch = try Scratch()
        _ = try scratch.write("```backstep {#fig-a}\nfile: signal-spread\n```\n", to: "page.md")
        #expect(try build(scratch, "--strict").status == 0)
        let built = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        let ids = built.matches(of: #/<a id="([^"]+)">/#).map { String($0.1) }
        #expect(ids.first == "fig-a" && ids.allSatisfy { $0.hasPrefix("fig-a") } && Set(ids).count == ids.count, "\(ids)")
    }

    @Test("Only what changed is drawn again")
    func incremental() throws {
        let scratch = try notes()
        try build(scratch)
        let first = try Data(contentsOf: scratch.url("built/page.md"))
        #expect(try build(scratch).errors.hasSuffix(": 0 drawn, 3 kept\n"))
        #expect(try Data(contentsOf: scratch.url("built/page.md")) == first)
        #expect(try build(scratch, "--theme", "dark").errors.hasSuffix(": 3 drawn, 0 kept\n"))
        #expect(try build(scratch, "--theme", "dark").errors.hasSuffix(": 0 drawn, 3 kept\n"))
        // A lesson in the page, a file, a picture that was deleted, one that was damaged.
        _ = try scratch.write(Self.page.replacingOccurrences(of: "x - y", with: "y - x"), to: "page.md")
        #expect(try build(scratch, "--theme", "dark").errors.hasSuffix(": 1 drawn, 2 kept\n"))
        _ = try scratch.write("title: New\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.backstep.yaml")
        #expect(try build(scratch, "--theme", "dark").errors.hasSuffix(": 1 drawn, 2 kept\n"))
        try FileManager.default.removeItem(at: scratch.url("built/figures/page.sum.svg"))
        _ = try scratch.write("<svg/>", to: "built/figures/page.lesson-2.svg")
        #expect(try build(scratch, "--theme", "dark").errors.hasSuffix(": 2 drawn, 1 kept\n"))
        #expect(try build(scratch, "--theme", "dark", "--redraw").errors.hasSuffix(": 3 drawn, 0 kept\n"))
        // What the page shows no more goes; what others put there stays.
        _ = try scratch.write("mine", to: "built/figures/page.mine.svg")
        _ = try scratch.write("# Nothing left\n", to: "page.md")
        #expect(try build(scratch).status == 0)
        #expect(
            try scratch.files.filter { $0.hasPrefix("built/figures/") } == ["built/figures/page.drawn.json", "built/figures/page.mine.svg"])
    }

    @Test("A lesson that is wrong is told with the page's line and column, and its block stays with a note")
    func wrong() throws {
        let scratch = try Scratch()
        let page =
            "# One\n\n- x\n\n  ```backstep\n  expression: f = x * z\n  at: {x: 2}\n  ```\n\n![a](none.backstep.yaml)\n\n```backstep {colour=red}\nexpression: f = x\nat: {x: 1}\n```\n"
        let path = try scratch.write(page, to: "page.md")
        let run = try build(scratch)
        #expect(run.status == 0)
        #expect(run.errors.contains("\(path):6:23: error: "), "\(run.errors)")
        #expect(run.errors.contains("  expression: f = x * z\n                      ^\n"), "\(run.errors)")
        #expect(run.errors.contains("\(path):10:1: error: cannot read"), "\(run.errors)")
        #expect(run.errors.contains("\(path):12:1: error: unknown option \"colour\""), "\(run.errors)")
        let built = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        #expect(
            built.hasPrefix("# One\n\n- x\n\n  ```backstep\n  expression: f = x * z\n  at: {x: 2}\n  ```\n\n  > **Not drawn.**\n"),
            "\(built)")
        #expect(built.contains("**Not drawn:** <code>") && built.contains("&#58;10&#58;1: error: cannot read"), "\(built)")
        let before = try scratch.files
        let strict = try build(scratch, "--strict")
        #expect(strict.status == 65)
        #expect(strict.errors.contains(":6:23: error: ") && strict.errors.contains(":12:1: error: "), "\(strict.errors)")
        #expect(try scratch.files == before)
    }

    @Test(
        "What a block asks for in vain is told with what may be asked",
        arguments: [
            ("{width=wide}", "width is \"wide\"; expected "), ("{theme=drak}", "theme is \"drak\"; expected light, dark, print or auto"),
            ("{sample=first}", "sample is \"first\"; expected a number from 0, or mean"),
            ("{sample=-1}", "sample is \"-1\""), ("{figure=plot}", "figure is \"plot\"; expected network, graph, cell, layer or steps"),
            ("{transparent=perhaps}", "transparent is \"perhaps\"; expected true or false"),
            ("{captoin=A}", "unknown option \"captoin\"; expected one of "),
        ])
    func options(attributes: String, says: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write("```backstep \(attributes)\nexpression: f = x\nat: {x: 1}\n```\n", to: "page.md")
        let run = try build(scratch, "--strict")
        #expect(run.status == 65)
        #expect(run.errors.contains("page.md:1:1: error: \(says)"), "\(run.errors)")
    }

    @Test(
        "A block's options are those of render",
        arguments: [
            ("width=neurips theme=print", ["--width", "neurips", "--theme", "print"]), ("theme=dark", ["--theme", "dark"]),
            ("width=100mm sample=1", ["--width", "100mm", "--sample", "1"]), ("sample=mean", ["--sample", "mean"]),
            ("products=true transparent=true", ["--products", "--transparent"]), ("products= transparent=false", ["--products"]),
            ("figure=graph sample=0", ["--figure", "graph", "--sample", "0"]),
        ])
    func sameAsRender(attributes: String, options: [String]) throws {
        let scratch = try Scratch()
        let lesson = """
            network: {input: 1, layers: [dense: {units: 1, weight: [[0.5]], bias: [0]}, tanh]}
            data: {inputs: [[1], [2]], targets: [[0], [1]]}
            loss: half-squared-error

            """
        let path = try scratch.write(lesson, to: "lesson.backstep.yaml")
        _ = try scratch.write("```backstep {\(attributes)}\n\(lesson)```\n\n![](lesson.backstep.yaml){\(attributes)}\n", to: "page.md")
        let run = try build(scratch, "--strict")
        #expect(run.status == 0, "\(run.errors)")
        let figure = scratch.url("fig.svg")
        #expect(try Run(["render", path, "-o", figure.path] + options).status == 0)
        func drawn(_ file: URL) throws -> Substring? {
            try String(contentsOf: file, encoding: .utf8).firstMatch(of: #/digest="([0-9a-f]+)"/#)?.1
        }
        let expected = try #require(try drawn(figure))
        let pictures = try scratch.files.filter { $0.hasPrefix("built/figures/") && $0.hasSuffix(".svg") }
        #expect(pictures.count == 2)
        for picture in pictures { #expect(try drawn(scratch.url(picture)) == expected, "\(picture)") }
    }

    @Test("Lessons of one name have pictures of their own, and an image of a lesson with two figures becomes two")
    func names() throws {
        let scratch = try Scratch()
        for (folder, title) in [("a", "First"), ("b", "Second")] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
            _ = try scratch.write(
                "title: \(title)\nnetwork: {input: 1, layers: [dense: 1]}\ndata: {inputs: [[1]], targets: [[2]]}\nloss: half-squared-error\n"
                    + "figures: [network, graph]\n", to: "\(folder)/lesson.backstep.yaml")
        }
        _ = try scratch.write("![](a/lesson.backstep.yaml)\n\n![](b/lesson.backstep.yaml)\n", to: "page.md")
        let run = try build(scratch, "--strict")
        #expect(run.status == 0, "\(run.errors)")
        let built = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        let targets = built.matches(of: #/!\[[^\]]+\]\(([^)]+)\)/#).map { String($0.1) }
        #expect(
            targets
                == ["page.lesson-network", "page.lesson-graph", "page.lesson-2-network", "page.lesson-2-graph"].map { "figures/\($0).svg" },
            "\(built)")
        for (target, title) in zip(targets, ["First", "First", "Second", "Second"]) {
            #expect(try String(contentsOf: scratch.url("built/\(target)"), encoding: .utf8).contains(title))
        }
    }

    @Test(
        "A block that has no end, or more than names beside its file, is told with its line",
        arguments: [
            ("a\n\n```backstep\nexpression: f = x\n", "page.md:3:1: error: the block of this fence has no end; expected a closing fence"),
            ("```backstep\nfile: a.yaml\nhello\n```\n", "page.md:3:1: error: \"hello\" beside file; expected lines of "),
        ])
    func blocks(page: String, says: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(page, to: "page.md")
        let run = try build(scratch, "--strict")
        #expect(run.status == 65)
        #expect(run.errors.contains(says), "\(run.errors)")
    }

    @Test("A page goes from the standard input to the standard output, and keeps its line ends")
    func pipe() throws {
        let scratch = try Scratch()
        let page = "a\r\n\r\n```backstep\r\nexpression: f = x\r\nat: {x: 1}\r\n```\r\nb\r\n"
        let run = try Run(["notes", "-", "-f", "png", "--figures", "pictures"], input: page, in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.text.hasPrefix("a\r\n\r\n!["))
        let match = try #require(run.text.firstMatch(of: #/\]\((pictures\/lesson-1-[0-9a-f]{16}\.png)\)\r\nb\r\n$/#), "\(run.text)")
        #expect(try scratch.files.contains(String(match.1)))
    }

    @Test("A page that isn't there, is no text, or can't be written is told")
    func faults() throws {
        let scratch = try notes()
        #expect(try Run("notes", "/nowhere.md").status == 66)
        try Data([0xFF, 0xFE, 0x00]).write(to: scratch.url("binary.md"))
        #expect(try Run("notes", scratch.url("binary.md").path).status == 66)
        #expect(try Run("notes", scratch.url("page.md").path, "-o", "/dev/null/x.md").status == 73)
    }
}
