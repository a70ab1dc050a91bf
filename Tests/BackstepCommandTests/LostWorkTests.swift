import Foundation
import Testing

@Suite("No run deletes or overwrites what it did not make", .waiting)
struct LostWorkTests {
    private static func lesson(_ title: String) -> String { "title: \(title)\nexpression: f = x * y\nat: {x: 2, y: 3}\n" }

    private static func page(_ title: String) -> String { "```backstep {#fig-a}\n\(lesson(title))```\n" }

    private func folder(_ name: String, in scratch: Scratch) throws {
        try FileManager.default.createDirectory(at: scratch.url(name), withIntermediateDirectories: true)
    }

    /// The texts of the pictures that a page shows.
    private func pictures(of page: String, in scratch: Scratch) throws -> [String] {
        let text = try String(contentsOf: scratch.url(page), encoding: .utf8)
        return try text.matches(of: #/!\[[^\]]*\]\(([^)]+)\)/#).map { match in
            let target = try #require(String(match.1).removingPercentEncoding)
            return String(
                decoding: try Data(contentsOf: scratch.url(page).deletingLastPathComponent().appendingPathComponent(target)), as: UTF8.self)
        }
    }

    struct TwoPages: CustomTestStringConvertible {
        let testDescription: String
        /// What the two runs are given, and what is read from the standard input where they are given `-`.
        let first: [String]
        let second: [String]
        var outputs = ("site/one.md", "site/two.md")
        /// What each page's picture says.
        var says = ("First", "Second")
    }

    static let twoPages = [
        TwoPages(
            testDescription: "index.md of two folders",
            first: ["a/index.md", "-o", "site/a/index.md", "--figures", "site/figures"],
            second: ["b/index.md", "-o", "site/b/index.md", "--figures", "site/figures"], outputs: ("site/a/index.md", "site/b/index.md")),
        TwoPages(
            testDescription: "page.md and page.qmd", first: ["a/index.md", "-o", "site/page.md"],
            second: ["b/index.md", "-o", "site/page.qmd"],
            outputs: ("site/page.md", "site/page.qmd")),
        TwoPages(
            testDescription: "a light and a dark version", first: ["a/index.md", "-o", "site/one.md"],
            second: ["a/index.md", "-o", "site/two.md", "--theme", "dark"], says: ("First", "theme=dark")),
        TwoPages(
            testDescription: "two pages from the standard input", first: ["-", "-o", "site/one.md"], second: ["-", "-o", "site/two.md"]),
        TwoPages(
            testDescription: "pages whose names and ids run together", first: ["a/index.md", "-o", "site/chain.md"],
            second: ["c/index.md", "-o", "site/chain-fig.md"], outputs: ("site/chain.md", "site/chain-fig.md"), says: ("First", "Third")),
        TwoPages(
            testDescription: "one page above the folder of the pictures and one in it",
            first: ["a/index.md", "-o", "site/page.md", "--figures", "site/figures"],
            second: ["b/index.md", "-o", "site/figures/page.md", "--figures", "site/figures"],
            outputs: ("site/page.md", "site/figures/page.md")),
        TwoPages(
            testDescription: "paths that differ by a slash and a hyphen",
            first: ["a/index.md", "-o", "site/x/y.md", "--figures", "site/figures"],
            second: ["b/index.md", "-o", "site/x-y.md", "--figures", "site/figures"], outputs: ("site/x/y.md", "site/x-y.md")),
    ]

    @Test("Pages that share a folder of pictures keep their own, in either order and when one is made again", arguments: twoPages)
    func own(_ pages: TwoPages) throws {
        for isTurned in [false, true] {
            let scratch = try Scratch()
            for (name, title) in [("a", "First"), ("b", "Second")] {
                try folder(name, in: scratch)
                _ = try scratch.write(Self.page(title), to: "\(name)/index.md")
            }
            try folder("c", in: scratch)
            _ = try scratch.write("```backstep {#a}\n\(Self.lesson("Third"))```\n", to: "c/index.md")
            func make(_ arguments: [String], _ title: String) throws {
                let run = try Run(["notes"] + arguments, input: Self.page(title), in: scratch.folder)
                #expect(run.status == 0, "\(run.errors)")
            }
            if isTurned { try make(pages.second, "Second") }
            try make(pages.first, "First")
            try make(pages.second, "Second")
            for (output, says) in [(pages.outputs.0, pages.says.0), (pages.outputs.1, pages.says.1)] {
                let shown = try pictures(of: output, in: scratch)
                #expect(shown.count == 1)
                #expect(shown.allSatisfy { $0.uppercased().contains(says.uppercased()) }, "\(output): \(says)")
            }
            // A page that shows nothing any more takes nothing of the other's along.
            _ = try scratch.write("# Nothing\n", to: "a/index.md")
            let run = try Run(["notes"] + pages.first, input: "# Nothing\n", in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try pictures(of: pages.outputs.1, in: scratch).count == 1)
        }
    }

    @Test("Pages that go to the standard output keep their pictures, whatever comes after them")
    func standardOutput() throws {
        let scratch = try Scratch()
        let runs = [
            (Self.page("First"), ["-"]), (Self.page("Second"), ["-"]), (Self.page("First"), ["-", "--theme", "dark"]),
            (Self.page("First"), ["-", "-f", "pdf"]), ("# Nothing\n", ["-"]),
        ]
        for (index, run) in runs.enumerated() {
            let made = try Run(["notes"] + run.1, input: run.0, in: scratch.folder)
            #expect(made.status == 0, "\(made.errors)")
            _ = try scratch.write(made.text, to: "\(index).md")
        }
        #expect(try pictures(of: "0.md", in: scratch).allSatisfy { $0.contains("First") && !$0.contains("theme=dark") })
        #expect(try pictures(of: "1.md", in: scratch).allSatisfy { $0.contains("Second") })
        #expect(try pictures(of: "2.md", in: scratch).allSatisfy { $0.contains("First") && $0.contains("theme=dark") })
        #expect(try pictures(of: "3.md", in: scratch).allSatisfy { $0.hasPrefix("%PDF") })
        #expect(try (0..<4).allSatisfy { try pictures(of: "\($0).md", in: scratch).count == 1 })
        let again = try Run(["notes", "-"], input: Self.page("First"), in: scratch.folder)
        #expect(try again.text == String(contentsOf: scratch.url("0.md"), encoding: .utf8))
    }

    @Test("A page that is made as SVG and then as PDF keeps both")
    func formats() throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "site/page.md"], in: scratch.folder).status == 0)
        let svg = try #require(try scratch.files.first { $0.hasSuffix(".svg") })
        #expect(try Run(["notes", "page.md", "-o", "site/page.md", "-f", "pdf"], in: scratch.folder).status == 0)
        #expect(try scratch.files.contains(svg))
        #expect(try Run(["notes", "page.md", "-o", "site/page.md"], in: scratch.folder).errors.hasSuffix(": 0 drawn, 1 kept\n"))
        // Each goes when the page is made in its format without it.
        _ = try scratch.write("# Nothing\n", to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "site/page.md"], in: scratch.folder).status == 0)
        #expect(try !scratch.files.contains(svg) && scratch.files.contains { $0.hasSuffix(".pdf") })
        #expect(try Run(["notes", "page.md", "-o", "site/page.md", "-f", "pdf"], in: scratch.folder).status == 0)
        #expect(try !scratch.files.contains { $0.hasSuffix(".pdf") })
    }

    @Test("Lessons of one page whose names run together, or differ by the size of letters, have a picture each")
    func samePage() throws {
        let scratch = try Scratch()
        let network =
            "network: {input: 1, layers: [dense: 1]}\ndata: {inputs: [[1]], targets: [[2]]}\nloss: half-squared-error\nfigures: [network, graph]\n"
        let blocks = [("sum", network), ("sum-network", Self.lesson("Second")), ("SUM-graph", Self.lesson("Third"))]
        _ = try scratch.write(blocks.map { "```backstep {#\($0)}\n\($1)```\n" }.joined(separator: "\n"), to: "page.md")
        let run = try Run(["notes", "page.md", "-o", "site/page.md", "--strict"], in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try pictures(of: "site/page.md", in: scratch).count == 4)
        let names = try scratch.files.filter { $0.hasSuffix(".svg") }
        #expect(Set(names.map { $0.lowercased() }).count == 4, "\(names)")
    }

    @Test(
        "A page is not made over itself or over a lesson that it shows, by whatever name",
        arguments: ["page.md", "./page.md", "../PLACE/page.md", "link.md", "hard.md", "sum.backstep.yaml"])
    func onto(output: String) throws {
        let scratch = try Scratch()
        let text = "![](sum.backstep.yaml)\n"
        _ = try scratch.write(Self.lesson("Sum"), to: "sum.backstep.yaml")
        let page = try scratch.write(text, to: "page.md")
        try FileManager.default.createSymbolicLink(atPath: scratch.url("link.md").path, withDestinationPath: "page.md")
        try FileManager.default.linkItem(atPath: page, toPath: scratch.url("hard.md").path)
        let before = try scratch.files
        let output = output.replacingOccurrences(of: "PLACE", with: scratch.folder.lastPathComponent)
        for given in ["page.md", page] {
            let run = try Run(["notes", given, "-o", output], in: scratch.folder)
            #expect(run.status == 64, "\(run.errors)")
            #expect(run.errors.contains("\(output) would overwrite "), "\(run.errors)")
            #expect(try scratch.files == before)
            #expect(try String(contentsOfFile: page, encoding: .utf8) == text)
            #expect(try String(contentsOf: scratch.url("sum.backstep.yaml"), encoding: .utf8) == Self.lesson("Sum"))
        }
    }

    @Test(
        "steps does not write over its lesson, whichever of its files that is called like",
        arguments: ["steps.md", "steps.txt", "values.csv", "trace.json", "index.html", "slides/marp.md"])
    func stepsOverLesson(name: String) throws {
        let scratch = try Scratch()
        let folder = scratch.url("steps")
        #expect(try Run("steps", "fork", "-o", folder.path, "--by", "layer", "-f", "svg").status == 0)
        let lesson = try scratch.write(Self.lesson("Mine"), to: "steps/\(name)")
        let before = try scratch.files
        let run = try Run("steps", lesson, "-o", folder.path, "--by", "layer", "-f", "svg")
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains("would overwrite \(lesson), from which it is made"), "\(run.errors)")
        #expect(try String(contentsOfFile: lesson, encoding: .utf8) == Self.lesson("Mine"))
        #expect(try scratch.files == before)
    }

    @Test("extract does not write over the figure")
    func extract() throws {
        let scratch = try Scratch()
        #expect(try Run(["render", "fork", "-o", "fig.svg"], in: scratch.folder).status == 0)
        let figure = try Data(contentsOf: scratch.url("fig.svg"))
        #expect(try Run(["extract", "fig.svg", "-o", "./fig.svg"], in: scratch.folder).status == 64)
        #expect(try Data(contentsOf: scratch.url("fig.svg")) == figure)
    }

    @Test(
        "Files whose names look like drafts stay",
        arguments: [
            "backup.2024-11.part", "fig.svg.1234-567890.part", ".backstep-draft-1-2-3.part", ".backstep-draft-.part",
            ".backstep-draft.part",
            ".backstep-draft-4711-8f3a0c5de1b29474-5b1e09c2a7d3f468.part", "a.part", ".part",
        ])
    func drafts(name: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write("mine", to: name)
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["render", "fork", "-o", ".", "-f", "svg"], in: scratch.folder).status == 0)
        #expect(try Run(["notes", "page.md", "-o", "made.md", "--figures", "."], in: scratch.folder).status == 0)
        #expect(try String(contentsOf: scratch.url(name), encoding: .utf8) == "mine")
    }

    struct Listed: CustomTestStringConvertible {
        let testDescription: String
        /// What lies in the folder of the pictures, made by a shell there; `FILE` is a name that the page's pictures may have.
        let made: String
        var file = "page.mine.svg"
        /// What must be there after.
        var stays: [String] = []
    }

    static let listed = [
        Listed(testDescription: "a folder", made: "mkdir page.mine.svg && echo x > page.mine.svg/work", stays: ["page.mine.svg/work"]),
        Listed(testDescription: "an empty folder", made: "mkdir page.mine.svg", stays: ["page.mine.svg"]),
        Listed(testDescription: "a link", made: "echo x > ../work && ln -s ../work page.mine.svg", stays: ["page.mine.svg", "../work"]),
        Listed(testDescription: "no picture", made: "echo x > page.mine.svg", stays: ["page.mine.svg"]),
        Listed(
            testDescription: "somebody's picture", made: "echo '<svg xmlns=\"http://www.w3.org/2000/svg\"/>' > page.mine.svg",
            stays: ["page.mine.svg"]),
        Listed(testDescription: "a text", made: "echo x > page.mine.txt", file: "page.mine.txt", stays: ["page.mine.txt"]),
        Listed(
            testDescription: "another page's picture", made: "echo x > other.mine.svg", file: "other.mine.svg", stays: ["other.mine.svg"]),
        Listed(testDescription: "a path outside", made: "echo x > ../page.mine.svg", file: "../page.mine.svg", stays: ["../page.mine.svg"]),
        Listed(testDescription: "the folder itself", made: "echo x > work", file: ".", stays: ["work"]),
    ]

    @Test("A list of pictures that names anything else deletes nothing", arguments: listed)
    func tamperedList(_ listed: Listed) throws {
        let scratch = try Scratch()
        _ = try scratch.write("# Nothing\n", to: "page.md")
        try folder("out/figures", in: scratch)
        #expect(try Tool(["sh", "-c", listed.made], in: scratch.url("out/figures")).status == 0)
        let bytes = (try? Data(contentsOf: scratch.url("out/figures/\(listed.file)"))).map(Array.init) ?? []
        var print: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { print = (print ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(print, radix: 16)
        let fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
        let picture = "{\"file\": \"\(listed.file)\", \"fingerprint\": \"\(fingerprint)\", \"title\": \"\", \"alternative\": \"\"}"
        _ = try scratch.write("{\"drawn\": {\"a\": [\(picture)]}}", to: "out/figures/page.drawn.json")
        let run = try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        for name in listed.stays {
            let path = scratch.url("out/figures").appendingPathComponent(name).path
            #expect((try? FileManager.default.attributesOfItem(atPath: path)) != nil, "\(name)")
        }
    }

    @Test("A picture that another page's list has is neither deleted nor drawn over, whatever this page's list says")
    func othersPicture() throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        let list = try String(contentsOf: scratch.url("out/figures/page.drawn.json"), encoding: .utf8)
        _ = try scratch.write(list.replacing("../page.md", with: "../other.md"), to: "out/figures/other.drawn.json")
        let picture = try #require(try scratch.files.first { $0.hasSuffix(".svg") })
        let bytes = try Data(contentsOf: scratch.url(picture))
        for text in [Self.page("Second"), "# Nothing\n"] {
            _ = try scratch.write(text, to: "page.md")
            let run = try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try Data(contentsOf: scratch.url(picture)) == bytes)
        }
    }

    @Test("A picture of somebody else keeps its place, and the page's gets another name")
    func othersFile() throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        let picture = try #require(try scratch.files.first { $0.hasSuffix(".svg") })
        try FileManager.default.removeItem(at: scratch.url("out"))
        try folder("out/figures", in: scratch)
        _ = try scratch.write("mine", to: picture)
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        #expect(try String(contentsOf: scratch.url(picture), encoding: .utf8) == "mine")
        #expect(try pictures(of: "out/page.md", in: scratch).first?.contains("First") == true)
    }

    @Test("A file in place of the list of pictures that is none stays, and is told", arguments: ["mine\n", "{\"mine\": 1}\n"])
    func othersList(text: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.page("First"), to: "page.md")
        try folder("out/figures", in: scratch)
        _ = try scratch.write(text, to: "out/figures/page.drawn.json")
        let run = try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder)
        #expect(run.status == 73 && run.errors.contains("it is left as it is"), "\(run.errors)")
        #expect(try scratch.files == ["out", "out/figures", "out/figures/page.drawn.json", "page.md"])
        #expect(try String(contentsOf: scratch.url("out/figures/page.drawn.json"), encoding: .utf8) == text)
    }

    @Test(
        "Without fonts notes fails as render does, and leaves page and pictures as they were", arguments: [[], ["--redraw"], ["--strict"]])
    func withoutFonts(more: [String]) throws {
        let scratch = try Scratch()
        let settings = try scratch.write("<fontconfig><dir>/nowhere</dir></fontconfig>\n", to: "fonts.conf")
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        func state() throws -> [String: Data] {
            Dictionary(
                uniqueKeysWithValues: try scratch.files.filter { $0.hasPrefix("out/") && $0 != "out/figures" }.map {
                    ($0, try Data(contentsOf: scratch.url($0)))
                })
        }
        let before = try state()
        #expect(before.count == 3)
        _ = try scratch.write(Self.page("Second"), to: "page.md")
        let render = try Run(["render", "fork", "-o", "fork.svg"], in: scratch.folder, environment: ["FONTCONFIG_FILE": settings])
        let run = try Run(
            ["notes", "page.md", "-o", "out/page.md"] + more, in: scratch.folder, environment: ["FONTCONFIG_FILE": settings])
        #expect(run.status == render.status && run.status == 70, "\(run.errors)")
        #expect(run.errors.contains("no fonts are installed"), "\(run.errors)")
        #expect(try state() == before)
    }

    @Test("While a lesson is wrong, its picture of before stays")
    func wrongForNow() throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.page("First") + "\n```backstep {#fig-b}\n\(Self.lesson("Second"))```\n", to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        let before = try scratch.files
        let whole = try String(contentsOf: scratch.url("page.md"), encoding: .utf8)
        _ = try scratch.write(whole.replacing("title: Second\nexpression: f = x * y", with: "expression: f = x *"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        #expect(try scratch.files == before)
        _ = try scratch.write(whole, to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).errors.hasSuffix(": 0 drawn, 2 kept\n"))
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "out/page.md"], in: scratch.folder).status == 0)
        #expect(try scratch.files.count == before.count - 1)
    }

    struct Collision: CustomTestStringConvertible {
        let files: [String]
        let arguments: [String]
        let says: [String]
        var testDescription: String { arguments.joined(separator: " ") + " of " + files.joined(separator: " ") }
    }

    @Test(
        "Two lessons whose figures would have one name are told, both, before anything is written",
        arguments: [
            Collision(
                files: ["d1/a.yaml", "d2/a.yaml"], arguments: ["render", "d1/a.yaml", "d2/a.yaml", "-o", "out/"],
                says: ["d1/a.yaml", "d2/a.yaml"]),
            Collision(
                files: ["d1/A.yaml", "d2/a.yaml"], arguments: ["render", "d1/A.yaml", "d2/a.yaml", "-o", "out/"],
                says: ["d1/A.yaml", "d2/a.yaml"]),
            Collision(
                files: ["d1/é.yaml", "d2/e\u{301}.yaml"], arguments: ["render", "d1/é.yaml", "d2/e\u{301}.yaml", "-o", "out/"],
                says: ["d1/", "d2/"]),
            Collision(
                files: ["d1/a-graph.yaml", "d1/a.two.yaml"],
                arguments: ["render", "d1/a-graph.yaml", "d1/a.yaml", "-o", "out/", "-f", "svg"],
                says: ["d1/a-graph.yaml", "d1/a.yaml"]),
            Collision(
                files: ["d1/a.yaml", "d1/a.yml"], arguments: ["render", "d1/a.yaml", "d1/a.yml", "-o", "out/"],
                says: ["d1/a.yaml", "d1/a.yml"]),
            Collision(files: ["d1/a.yaml", "d1/a.yml"], arguments: ["gallery", "d1", "-o", "out"], says: ["d1/a.yaml", "d1/a.yml"]),
            Collision(files: ["d1/A.yaml", "d1/a.yaml"], arguments: ["gallery", "d1", "-o", "out"], says: ["d1/A.yaml", "d1/a.yaml"]),
            Collision(
                files: ["d1/a-graph.yaml", "d1/a.two.yaml", "d1/b.yaml"], arguments: ["gallery", "d1", "-o", "out", "-f", "svg"],
                says: ["d1/a-graph.yaml", "d1/a.yaml"]),
            Collision(
                files: ["d1/a-step-through.yaml", "d1/a.yaml", "d1/b.yaml"], arguments: ["gallery", "d1", "-o", "out", "-f", "pdf"],
                says: ["d1/a-step-through.yaml", "d1/a.yaml"]),
        ])
    func collide(_ collision: Collision) throws {
        let scratch = try Scratch()
        let two =
            "network: {input: 1, layers: [dense: 1]}\ndata: {inputs: [[1]], targets: [[2]]}\nloss: half-squared-error\nfigures: [network, graph]\n"
        for file in collision.files {
            try folder((file as NSString).deletingLastPathComponent, in: scratch)
            _ = try scratch.write(file.contains(".two.") ? two : Self.lesson(file), to: file.replacing(".two.", with: "."))
        }
        let before = try scratch.files
        let run = try Run(collision.arguments, in: scratch.folder)
        #expect(run.status == 64, "\(run.errors)")
        for says in collision.says { #expect(run.errors.contains(says), "\(run.errors)") }
        #expect(try scratch.files == before)
    }

    @Test("Names that only look alike collide with none")
    func alike() throws {
        let scratch = try Scratch()
        try folder("d", in: scratch)
        for name in ["a", "a-b", "a.svg", "ab", "a-step-1x"] { _ = try scratch.write(Self.lesson(name), to: "d/\(name).yaml") }
        let several = ["render", "d/a.yaml", "./d/a.yaml", "d/a.yaml", "d/a-b.yaml", "d/a.svg.yaml", "d/ab.yaml", "-o", "out/"]
        for arguments in [["gallery", "d", "-o", "out"], several] {
            let run = try Run(arguments, in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test(
        "A file of somebody else that has a name which nobody asked for is left alone, and nothing is written",
        arguments: [
            (["gallery", "d", "-o", "."], "README.md"), (["gallery", "d", "-o", "."], "a.png"),
            (["gallery", "d", "-o", "."], "a-step-through.pdf"),
            (["render", "d/a.yaml"], "a.pdf"), (["render", "d/a.yaml", "-o", "./", "-f", "png"], "a.png"),
            (["steps", "d/a.yaml", "-o", "."], "index.html"), (["steps", "d/a.yaml", "-o", "."], "steps.md"),
            (["steps", "d/a.yaml", "-o", "."], "steps.pdf"),
        ])
    func others(arguments: [String], name: String) throws {
        let scratch = try Scratch()
        try folder("d", in: scratch)
        for lesson in ["0", "a"] { _ = try scratch.write(Self.lesson(lesson), to: "d/\(lesson).yaml") }
        _ = try scratch.write("mine", to: name)
        let before = try scratch.files
        let run = try Run(arguments, in: scratch.folder)
        #expect(run.status == 73 && run.errors.contains("\(name) exists and"), "\(run.errors)")
        #expect(try scratch.files == before)
        #expect(try String(contentsOf: scratch.url(name), encoding: .utf8) == "mine")
    }

    @Test(
        "What a run made, the next one makes again: galleries, step-throughs, figures of old lessons",
        arguments: ["gallery", "render", "steps"])
    func again(command: String) throws {
        let scratch = try Scratch()
        try folder("d", in: scratch)
        let arguments = [
            "gallery": ["gallery", "d", "-o", "out"], "render": ["render", "d/a.yaml", "-o", "out/"],
            "steps": ["steps", "d/a.yaml", "-o", "out"],
        ]
        var states: [[String: Data]] = []
        for title in ["Old", "New", "Old"] {
            _ = try scratch.write(Self.lesson(title), to: "d/a.yaml")
            let run = try Run(try #require(arguments[command]), in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
            let files = try scratch.files.compactMap { name in (try? Data(contentsOf: scratch.url(name))).map { (name, $0) } }
            states.append(Dictionary(uniqueKeysWithValues: files))
        }
        #expect(states[0] == states[2] && states[0] != states[1])
    }

    @Test("A file that is drawn again keeps its permissions; a new one has those that the process gives")
    func permissions() throws {
        let scratch = try Scratch()
        func mode(_ name: String) throws -> Int {
            try #require(try FileManager.default.attributesOfItem(atPath: scratch.url(name).path)[.posixPermissions] as? Int)
        }
        for (mask, new) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
            let run = try Tool(["sh", "-c", "umask \(mask); '\(Run.program)' render fork -f svg -o new\(mask)"], in: scratch.folder)
            #expect(run.status == 0, "\(run.text)")
            #expect(try mode("new\(mask).svg") == new)
        }
        _ = try scratch.write(Self.page("First"), to: "page.md")
        #expect(try Run(["notes", "page.md", "-o", "made.md"], in: scratch.folder).status == 0)
        let picture = try #require(try scratch.files.first { $0.hasPrefix("figures/") && $0.hasSuffix(".svg") })
        for old in [0o600, 0o640, 0o755, 0o444, 0o666] {
            for name in ["new022.svg", "made.md", picture] {
                try FileManager.default.setAttributes([.posixPermissions: old], ofItemAtPath: scratch.url(name).path)
            }
            #expect(try Run(["render", "fork", "-o", "new022.svg"], in: scratch.folder).status == 0)
            #expect(try Run(["notes", "page.md", "-o", "made.md", "--redraw"], in: scratch.folder).status == 0)
            for name in ["new022.svg", "made.md", picture] { #expect(try mode(name) == old, "\(name)") }
        }
    }
}
