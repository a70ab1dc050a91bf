import HostileInputs
import Testing

@testable import CourseNotes
@testable import Escaping

@Suite("A page of notes is cut where lessons are, and nowhere else")
struct NotesPageTests {
    private func found(_ text: String) -> [String] {
        NotesPage(text).pieces.compactMap { piece in
            switch piece {
            case .text, .reference: nil
            case .block(let block): "block \(block.line): \(block.body)"
            case .image(let image): "image \(image.line): \(image.target)"
            }
        }
    }

    /// What the pieces came from.
    private func whole(_ text: String) -> String {
        NotesPage(text).pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .block(let block): block.verbatim
            case .image(let image): image.verbatim
            case .reference(let reference): reference.verbatim
            }
        }.joined()
    }

    static let repeated = [
        "<img ", "<img src=", "src=<img>", ": ",
        "![a](", "![a](<", "![a](x", "![a](a.backstep.yaml){", "![[", "<!--", "<!-- --> <!--", "`", "` `` ", "``` ", "[a]: ", "- ", "> ",
        "{#a", "\\", "![a](b ", "~~~ ", "1. ", "[](#a", "{numref}`a",
    ]

    @Test("A line as long as a page takes time as its length, whatever it is full of", arguments: repeated)
    func longLines(_ part: String) {
        let factor = Growth.fourfold(from: 4_000) { count in
            _ = NotesPage(String(repeating: part, count: count / part.count) + "\n").pieces
            _ = NotesPage("x " + String(repeating: part, count: count / part.count) + "a.backstep.yaml)\n").pieces
        }
        #expect(factor < Growth.bound, "\(part)")
    }

    @Test("Many short lines take not much more than one long one", arguments: ["> a\n", "[a]: b\n", "<b\n", "- a\n", "a\n", "![a](b)\n"])
    func manyLines(_ line: String) {
        let page = String(repeating: line, count: 4_000)
        let factor = Growth.ratio({ _ = NotesPage(page).pieces }, to: { _ = NotesPage(page.replacing("\n", with: " ")).pieces })
        #expect(factor < 15, "\(factor)")
    }

    @Test(
        "A caption takes time as its length, whatever it is full of",
        arguments: ["[a](", "](a", "[a](b) ", "$x$ ", "$", "*_", "\\", "{", "![a](", "&#1;", "`", "] "])
    func captions(part: String) {
        let factor = Growth.fourfold(from: 900) { count in
            _ = String(repeating: part, count: count / part.count).asMarkdownWithoutCode
        }
        #expect(factor < Growth.bound, "\(factor)")
    }

    @Test("Runs of ever more backticks take time as the line's length")
    func backticks() {
        let factor = Growth.fourfold(from: 4_000) { count in
            var (line, run) = ("", 1)
            while line.utf8.count < count {
                line += String(repeating: "`", count: run) + "a"
                run += 1
            }
            _ = NotesPage(line + "\n").pieces
        }
        #expect(factor < Growth.bound)
    }

    static let lessons: [(page: String, found: [String])] = [
        ("```backstep\na: 1\n```\n", ["block 1: a: 1\n"]),
        ("text\n\n~~~~ backstep {#fig-a}\na\n~~~\nb\n~~~~\n", ["block 3: a\n~~~\nb\n"]),
        ("``` {.backstep #x width=50%}\na\n````\nend", ["block 1: a\n"]),
        ("```{backstep}\na\n```", ["block 1: a\n"]),
        ("  ```backstep\n  a:\n    b\n c\n   ```\n", ["block 1:  a:\n   b\nc\n"]),
        ("```backstep\r\na\r\nb\r\n```\r\n", ["block 1: a\nb\n"]),
        ("1. item\n\n   ```backstep\n   a\n   ```\n2. more", ["block 3: a\n"]),
        ("- ```backstep\n  a\n  ```\n", ["block 1: a\n"]),
        ("10. x\n    - y\n\n      ```backstep\n      a\n      ```\n", ["block 4: a\n"]),
        ("- item\n  ```backstep\n  a\nafter the item", ["block 2: a\n"]),
        ("![](a.backstep.yaml)", ["image 1: a.backstep.yaml"]),
        (
            "see ![two [by] two](x/a.backstep.yaml \"t\"){#fig-a} and ![b](<b c.backstep.yaml>)!",
            ["image 1: x/a.backstep.yaml", "image 1: b c.backstep.yaml"]
        ),
        ("[![a](a.backstep.yaml)](https://example.org)", ["image 1: a.backstep.yaml"]),
        ("![a][f]\n\n[f]: a.backstep.yaml \"t\"\n", ["image 3: a.backstep.yaml"]),
        ("`code` ![a](a.backstep.yaml) `` ` ``", ["image 1: a.backstep.yaml"]),
        ("a ` lone backtick ![a](a.backstep.yaml)", ["image 1: a.backstep.yaml"]),
        ("> quoted ![a](a.backstep.yaml)", ["image 1: a.backstep.yaml"]),
        ("a paragraph\n      ![a](a.backstep.yaml)", ["image 2: a.backstep.yaml"]),
        ("<!-- one line -->\n![a](a.backstep.yaml)", ["image 2: a.backstep.yaml"]),
        ("a <!-- x --> ![a](a.backstep.yaml)", ["image 1: a.backstep.yaml"]),
        ("a <!-- never closed ![a](a.backstep.yaml)\n\nb", ["image 1: a.backstep.yaml"]),
        ("---\ntitle: x\n---\n```backstep\na\n```", ["block 4: a\n"]),
        ("---\n\n```backstep\na\n```", ["block 3: a\n"]),
        ("## heading\n***\n```backstep\na\n```", ["block 3: a\n"]),
        ("```backstep\na", ["block 1: a\n"]),
        ("> ```backstep\n> a:\n>   b\n> ```\n", ["block 1: a:\n  b\n"]),
        ("> [!NOTE]\n>\n> 1. ```backstep\n>    a\n>    ```\n> end", ["block 3: a\n"]),
        ("> > ```backstep\n> > a\n>\n> ```backstep\n> b\n> ```\n", ["block 1: a\n", "block 4: b\n"]),
        ("!!! note \"Title\"\n\n    ```backstep\n    a\n    ```\n\nend\n\n    ```backstep\n    b\n    ```\n", ["block 3: a\n"]),
        ("??? tip\n    ```backstep\n    a\n    ```\n", ["block 2: a\n"]),
        ("=== \"One\"\n\n    !!! note\n\n        ```backstep\n        a\n        ```\n", ["block 5: a\n"]),
        ("````{note}\n:class: x\n```backstep\na\n```\n````\n```backstep\nb\n```\n", ["block 3: a\n", "block 7: b\n"]),
        (":::{note}\n```backstep\na\n```\n:::\n", ["block 2: a\n"]),
        ("`````{tab-set}\n````{tab-item} A\n~~~backstep\na\n~~~\n````\n`````\n", ["block 3: a\n"]),
        ("````{note}\n```md\n```backstep\n```\n````\n", []),
        ("Term\n:   ```backstep\n    a\n    ```\n\nend\n\n```backstep\nb\n```\n", ["block 2: a\n", "block 8: b\n"]),
        ("<div>\n```backstep\na\n```\n</div>\n", ["block 2: a\n"]),
    ]

    @Test(
        "A block that stays code although its author probably means a picture is told with its line",
        arguments: [
            ("a\n\n    ```backstep\n    a\n    ```\n", [3]), ("````{unheard}\n\n```backstep\na\n```\n````\n", [3]),
            ("```{note}\n```backstep\na\n```\n", [2]), ("````md\n```backstep\na\n```\n````\n", []),
            ("````{code-block}\n```backstep\n````\n", []),
            ("<!--\n```backstep\n-->\n", []), ("`` ```backstep ``", []),
            ("a\n\nb <img src=\"x/a.backstep.yaml\" width=3> c\n", [3]), ("<img alt=x src='a.backstep.yaml'/>\n", [1]),
            ("`<img src=\"a.backstep.yaml\">`\n", []), ("<!-- <img src=\"a.backstep.yaml\"> -->\n", []),
            ("<img src=\"a.svg\" title=\"a.backstep.yaml\">\n", []), ("<img\nsrc=\"a.backstep.yaml\">\n", []),
        ])
    func strays(page: String, lines: [Int]) { #expect(NotesPage(page).strays.map(\.line) == lines) }

    static let others = [
        "", "\n\n", "plain", "```python\n![a](a.backstep.yaml)\n```\n", "````md\n```backstep\na\n```\n````\n",
        "~~~\n```backstep\na\n```\n~~~\n", "```` \n```backstep\n````\n", "    ```backstep\n    a\n    ```\n", "\n\t![a](a.backstep.yaml)\n",
        "- item\n\n      ![a](a.backstep.yaml)\n", "<!--\n```backstep\na\n```\n-->\n", "<!-- ![a](a.backstep.yaml) -->\n",
        "<!-- open\n\n```backstep\na\n```\n",
        "a <!-- b\n![a](a.backstep.yaml) -->\n", "<pre>\n![a](a.backstep.yaml)\n\n</pre>\n", "<script>\n```backstep\na\n```\n</script>\n",
        "> ```md\n> ![a](a.backstep.yaml)\n> ```\n", "> ````md\n> ```backstep\n> a\n> ```\n> ````\n", "`![a](a.backstep.yaml)`",
        "`` ` ![a](a.backstep.yaml) ``",
        "\\![a](a.backstep.yaml)", "![a](a.yaml)", "[a](a.backstep.yaml)", "![a](a.backstep.yaml", "![a] (a.backstep.yaml)",
        "---\npicture: \"![a](a.backstep.yaml)\"\n---\n", "```backstepper\na\n```", "``backstep``", "```back`step\na",
        "![a\n](a.backstep.yaml)",
    ]

    @Test("Lessons are found with their lines", arguments: lessons)
    func finds(page: String, lessons: [String]) { #expect(found(page) == lessons) }

    @Test("What is code, a comment or front matter is not looked into", arguments: others)
    func ignores(page: String) { #expect(found(page).isEmpty) }

    @Test("The pieces are the page, byte for byte", arguments: lessons.map(\.page) + others)
    func keeps(page: String) { #expect(Array(whole(page).utf8) == Array(page.utf8)) }

    @Test("Any page is cut without harm, and put together again")
    func random() {
        var mutator = Mutator(.page, seed: 7)
        for _ in 0..<3_000 {
            let page = String(decoding: mutator.scrambled(words: 24), as: UTF8.self)
            #expect(Array(whole(page).utf8) == Array(page.utf8))
        }
    }

    static let long: [(name: String, page: String)] = [
        ("lines", String(repeating: "word\n", count: 20_000)), ("items", String(repeating: "- a\n", count: 20_000)),
        ("openings", String(repeating: "![", count: 20_000)), ("comments", String(repeating: "a <!-- b\n", count: 20_000)),
        ("raw lines", "<pre>\n" + String(repeating: "a\n", count: 50_000)),
        ("front matter", "---\n" + String(repeating: "a\n", count: 50_000) + "---\n"),
        ("fences", String(repeating: "```\n", count: 20_000)),
        ("lists in lists", String(repeating: "- ", count: 400_000) + "a\n"),
        ("lines of lists in lists", String(repeating: String(repeating: "1. ", count: 200) + "a\n", count: 500)),
        ("backticks", (1...300).map { String(repeating: "`", count: $0) + " " }.joined()),
    ]

    @Test("A long page takes no longer than its length asks for", .timeLimit(.minutes(3)), arguments: long.map(\.name))
    func longPage(name: String) throws {
        let page = try #require(Self.long.first { $0.name == name }).page
        #expect(whole(page) == page)
    }

    @Test("A block in 100 lists is found, one in 101 is text")
    func nestedLists() {
        func blocks(_ depth: Int) -> Int {
            let indent = String(repeating: "  ", count: depth)
            let page = String(repeating: "- ", count: depth) + "```backstep\n\(indent)expression: f = x\n\(indent)```\n"
            return NotesPage(page).pieces.count { if case .block = $0 { true } else { false } }
        }
        #expect(blocks(1) == 1 && blocks(100) == 1)
        #expect(blocks(101) == 0)
    }

    @Test("Attributes are read as pandoc writes them")
    func attributes() {
        let attributes = NoteAttributes("{.backstep #fig-a width=50% caption=\"a \\\"b\\\" {c}\" alt='x y' products}")
        #expect(attributes.id == "fig-a")
        #expect(attributes.classes == ["backstep"])
        #expect(attributes["width"] == "50%")
        #expect(attributes["caption"] == "a \"b\" {c}")
        #expect(attributes["alt"] == "x y")
        #expect(attributes["products"] == "")
        #expect(attributes["theme"] == nil)
    }
}
