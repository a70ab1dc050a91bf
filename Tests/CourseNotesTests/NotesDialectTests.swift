import Backstep
import Drawing
import Foundation
import Testing

@testable import CourseNotes

@Suite("A figure is written as its reader wants it")
struct NotesDialectTests {
    private static let lesson = "title: A & <b> *c*\nexpression: f = x * y\nat: {x: 2, y: 3}\n"

    /// What a page of one block, whose lesson has one figure or two, becomes.
    private func written(
        _ head: String, _ dialect: NotesDialect, before: String = "", prefix: String = "", count: Int = 1, folder: String = "figures"
    ) throws -> String {
        let indent = String(repeating: " ", count: prefix.count)
        let lesson = Self.lesson.split(separator: "\n").map { "\(indent)\($0)\n" }.joined()
        let page = "\(before)\(prefix)```backstep \(head)\n\(lesson)\(indent)```\n"
        let found: [NotesPage.Block] = NotesPage(page).pieces.compactMap { if case .block(let block) = $0 { block } else { nil } }
        guard let block = found.first else { return "no block" }
        let place = LessonUse.Place(page: "page.md", folder: "", bounds: FolderBounds(""))
        let use = try LessonUse(
            block, of: place, standard: try PageDefaults(of: "", page: "page.md", overriddenBy: PictureOptions()), number: 1)
        let pictures = (1...count).map {
            DrawnPictures.Picture(
                name: count > 1 ? "part\($0)" : nil, file: "page.\($0).svg", fingerprint: "", title: "A & <b> *c*",
                alternative: "x \"y\" [z]")
        }
        let number = WrittenFigure.isCaptioned(use, in: dialect) && dialect.numbersFigures ? 7 : nil
        let writer = NotesWriter(pictures: folder, dialect: dialect, numbers: [:])
        return writer.text(block, use, .success(pictures), number: number)
    }

    private static let image = "![x \"y\" \\[z\\]](figures/page.1.svg)"
    private static let head = "{#fig-a caption=\"A *product*.\"}"

    private static let figures: [(dialect: NotesDialect, text: String)] = [
        (.markdown, "<a id=\"fig-a\"></a>\n\n\(image)\n\n*A *product*.*\n"),
        (.github, "<a id=\"fig-a\"></a>\n\n\(image)\n\n*Figure 7. A *product*.*\n"),
        (.html, "<figure id=\"fig-a\">\n\n\(image)\n\n<figcaption>\n\nFigure 7. A *product*.\n\n</figcaption>\n</figure>\n"),
        (.hugo, "<figure id=\"fig-a\">\n\n\(image)\n\n<figcaption>\n\nFigure 7. A *product*.\n\n</figcaption>\n</figure>\n"),
        (
            .mkdocs,
            "<figure id=\"fig-a\" markdown=\"1\">\n\n\(image)\n\n<figcaption markdown=\"1\">\n\nFigure 7. A *product*.\n\n</figcaption>\n</figure>\n"
        ),
        (
            .myst,
            "```{figure} figures/page.1.svg\n:name: \"fig-a\"\n:alt: \"x \\\"y\\\" [z]\"\n\nA *product*.\n```\n"
        ),
    ]

    @Test("A figure with an id and a caption has both, and a number where the page counts", arguments: figures)
    func captioned(dialect: NotesDialect, text: String) throws { #expect(try written(Self.head, dialect) == text) }

    @Test("A figure without id and caption is an image", arguments: NotesDialect.allCases)
    func bare(dialect: NotesDialect) throws {
        let text = try written("", dialect)
        #expect(text == (dialect == .myst ? "```{figure} figures/page.1.svg\n:alt: \"x \\\"y\\\" [z]\"\n```\n" : Self.image + "\n"))
    }

    @Test("A figure with an id alone gets its title as a caption, so that it has a number, and the title's signs stay words")
    func titled() throws {
        #expect(try written("{#a}", .github).hasSuffix("\n\n*Figure 7. A &amp; &lt;b&gt; \\*c\\**\n"))
        #expect(try written("{#a}", .myst).hasSuffix("\n\nA &amp; &lt;b&gt; \\*c\\*\n```\n"))
        #expect(try written("{#a}", .markdown) == "<a id=\"a\"></a>\n\n\(Self.image)\n")
    }

    private static let sizes: [(dialect: NotesDialect, percent: String, pixels: String)] = [
        (.github, "width=\"50%\" />", "width=\"300\" />"), (.hugo, "width=\"50%\" />", "width=\"300\" />"),
        (.mkdocs, "\(image){ width=\"50%\" }", "\(image){ width=\"300\" }"), (.myst, "\n:width: 50%\n", "\n:width: 300px\n"),
    ]

    @Test("The width at which a figure is shown is written", arguments: sizes)
    func widths(dialect: NotesDialect, percent: String, pixels: String) throws {
        #expect(try written("{width=50%}", dialect).contains(percent))
        #expect(try written("{width=300px}", dialect).contains(pixels))
    }

    @Test("In a list every line keeps its place, and Python-Markdown gets no element around Markdown", arguments: NotesDialect.allCases)
    func nested(dialect: NotesDialect) throws {
        let text = try written(Self.head, dialect, prefix: "1. ")
        let lines = text.split(separator: "\n")
        #expect(lines[0].hasPrefix("1. ") && lines.dropFirst().allSatisfy { $0.hasPrefix("   ") }, "\(text)")
        #expect(dialect != .mkdocs || !text.contains("<figure"))
    }

    @Test("After a tag of HTML comes a blank line, so that the picture is read as Markdown") func afterTag() throws {
        let page = "<div>\n```backstep\nexpression: f = x\nat: {x: 1}\n```\n</div>\n"
        let tags: [Bool] = NotesPage(page).pieces.compactMap { if case .block(let block) = $0 { block.isInHTML } else { nil } }
        #expect(tags == [true])
        let apart: [Bool] = NotesPage(page.replacing("<div>\n", with: "<div>\n\n")).pieces.compactMap {
            if case .block(let block) = $0 { block.isInHTML } else { nil }
        }
        #expect(apart == [false])
        #expect(try written("", .markdown, before: "<div>\n").hasPrefix("\n!["))
    }

    /// What an image and the line around it become.
    private func image(_ text: String, _ dialect: NotesDialect, count: Int = 1) throws -> String {
        let lesson = try LessonFile(source: Self.lesson, file: "l.backstep.yaml", name: "l", home: .folder("", within: FolderBounds("")))
        let writer = NotesWriter(pictures: "figures", dialect: dialect, numbers: [:], alternatives: ["i": "x \"y\" [z]"])
        let pictures = (1...count).map {
            DrawnPictures.Picture(name: "part\($0)", file: "page.\($0).svg", fingerprint: "", title: "", alternative: "x \"y\" [z]")
        }
        let standard = try PageDefaults(of: "", page: "page.md", overriddenBy: PictureOptions())
        return try NotesPage(text).pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .block(let block): block.verbatim
            case .image(let image):
                try writer.text(image, LessonUse(lesson, of: image, page: "page.md", standard: standard), .success(pictures))
            case .reference(let reference): writer.text(reference)
            }
        }.joined()
    }

    private static let images: [(text: String, dialect: NotesDialect, written: String)] = [
        ("a ![](l.backstep.yaml){theme=dark} b", .github, "a \(image) b"),
        ("a ![](l.backstep.yaml){theme=dark} b", .myst, "a \(image) b"), ("![](l.backstep.yaml){theme=dark}", .markdown, image),
        ("![c](l.backstep.yaml \"t\"){theme=dark}", .mkdocs, "![c](figures/page.1.svg \"t\")"),
        (
            "![](l.backstep.yaml){width=40% theme=dark}", .github,
            "<img src=\"figures/page.1.svg\" alt=\"x &quot;y&quot; [z]\" width=\"40%\" />"
        ),
        (
            "![a \\[b\\]](l.backstep.yaml \"t\"){width=300px}", .markdown,
            "<img src=\"figures/page.1.svg\" alt=\"a [b]\" width=\"300\" title=\"t\" />"
        ),
        ("![](l.backstep.yaml){width=40% theme=dark}", .myst, image),
        ("![](l.backstep.yaml){width=40% theme=dark}", .mkdocs, "\(image){ width=\"40%\" }"),
        ("![](l.backstep.yaml){#a .wide theme=dark loading=lazy}", .mkdocs, "\(image){ #a .wide loading=\"lazy\" }"),
        ("![](l.backstep.yaml){#a .wide theme=dark width=40%}", .markdown, "\(image){#a .wide width=\"40%\"}"),
        ("![](l.backstep.yaml){#a .wide theme=dark}", .github, "<a id=\"a\"></a>\(image)"),
        ("![](l.backstep.yaml){alt=\"My *own*\"}", .github, "![My \\*own\\*](figures/page.1.svg)"),
        ("![c](l.backstep.yaml){fig-alt=\"My own\"}", .markdown, "![c](figures/page.1.svg){fig-alt=\"My own\"}"),
        ("![][i] ![c][i] ![][j] `![][i]`", .github, "![x \"y\" \\[z\\]][i] ![c][i] ![][j] `![][i]`"),
        ("[i]: l.backstep.yaml \"t\"", .github, "[i]: figures/page.1.svg \"t\""),
        ("[l.backstep.yaml]: l.backstep.yaml", .github, "[l.backstep.yaml]: figures/page.1.svg"),
    ]

    @Test("Of an image's attributes those for Backstep are gone, and the others are where readers take them", arguments: images)
    func attributes(text: String, dialect: NotesDialect, written: String) throws { #expect(try image(text, dialect) == written) }

    @Test("An image of a lesson with several figures becomes as many, of which one has the id") func severalImages() throws {
        let text = try image("![c](l.backstep.yaml){#a theme=dark} b", .mkdocs, count: 2)
        #expect(text == "\(Self.image){ #a } \(Self.image.replacing("page.1", with: "page.2")) b")
    }

    @Test("Of several figures each has an anchor of its own")
    func several() throws {
        for dialect in NotesDialect.allCases where dialect != .myst {
            let text = try written(Self.head, dialect, count: 2)
            #expect(text.contains("id=\"fig-a\"") && text.contains("<a id=\"fig-a-part2\"></a>"), "\(text)")
            #expect(text.components(separatedBy: "A *product*.").count == 2)
        }
        let text = try written(Self.head, .myst, count: 2)
        #expect(text.components(separatedBy: "{figure}").count == 3 && text.contains(":name: \"fig-a-part2\"\n"), "\(text)")
    }

    @Test("A directive's path is a path rather than an address, and its blanks are kept")
    func paths() throws {
        #expect(try written("", .myst, folder: "my figs").hasPrefix("```{figure} my\\ figs/page.1.svg\n"))
        #expect(try written("", .github, folder: "my figs").contains("](my%20figs/page.1.svg)"))
    }

    @Test(
        "A caption of a directive stays a paragraph",
        arguments: [
            ("# a", "&#35; a"), ("- a", "&#45; a"), ("1. a", "&#49;. a"), ("* a", "&#42; a"), ("***", "&#42;**"), (":a: b", "&#58;a: b"),
            ("*a* b", "*a* b"), ("**a**", "**a**"), ("[a](b)", "[a](b)"), ("[a]: b", "&#91;a]: b"), ("% a", "&#37; a"), ("a", "a"),
            ("$x$ a", "$x$ a"), ("+++", "&#43;++"), ("(a)=", "&#40;a)="),
        ])
    func paragraphs(caption: String, text: String) throws {
        let written = try written("{caption=\"\(caption)\"}", .myst)
        #expect(written.hasSuffix("\n\n\(text)\n```\n"), "\(written)")
    }

    private static let links: [(text: String, written: String)] = [
        ("See {numref}`fig-a`.", "See [Figure 3](#fig-a)."), ("See [](#fig-a)", "See [Figure 3](#fig-a)"),
        ("{numref}`Fig. %s <fig-a>`", "[Fig. 3](#fig-a)"), ("{numref}`Fig. {number} <fig-a>`", "[Fig. 3](#fig-a)"),
        ("{numref}`fig-b` [](#fig-b) [](#) {numref}`", "{numref}`fig-b` [](#fig-b) [](#) {numref}`"),
        ("`[](#fig-a)` \\[](#fig-a) <!-- [](#fig-a) -->", "`[](#fig-a)` \\[](#fig-a) <!-- [](#fig-a) -->"),
        ("```\n[](#fig-a)\n```\n", "```\n[](#fig-a)\n```\n"), ("[words](#fig-a)", "[words](#fig-a)"),
        ("> {numref}`fig-a`", "> [Figure 3](#fig-a)"),
    ]

    @Test("References to a figure of the page become links with its number, and others stay", arguments: links)
    func references(text: String, written: String) {
        let writer = NotesWriter(pictures: "figures", dialect: .github, numbers: ["fig-a": 3])
        let new = NotesPage(text).pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .reference(let reference): writer.text(reference)
            case .block, .image: "?"
            }
        }.joined()
        #expect(new == written)
    }
}
