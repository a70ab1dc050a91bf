import Backstep
import HostileInputs
import Testing

@testable import CourseNotes

@Suite("Of a notebook only the texts of Markdown cells are replaced")
struct NotebookTests {
    /// Laid out as no library would, so that nothing can be kept by chance.
    static let text = """
        {"metadata" : {"a": [1.50, NaN, {"b": "\\u00e9"}]}, "nbformat":4,"nbformat_minor": 5,
         "cells": [ {"cell_type": "markdown", "id": "a", "metadata": {}, "source": [
              "# Title\\n",
              "text \\"é\\u00e9\\""
           ]},
          {"source": "x = 1\\n![](a.backstep.yaml)", "cell_type":"code", "outputs":[{"data": {"text/plain": ["1e400"]}}], "execution_count":1e0},
          {"cell_type": "markdown", "source": "one string", "attachments":{}}, {"cell_type":"raw","source":[]},
          {"cell_type": "markdown", "source": [ ]}, {"cell_type": "markdown", "source": ["one line"] } ] }

        """

    private func notebook(_ text: String = text) throws(Notebook.Fault) -> Notebook { try Notebook(Array(text.utf8)) }

    @Test("Markdown cells are found with their numbers and texts")
    func finds() throws {
        let sources = try notebook().sources
        #expect(sources.map(\.cell) == [1, 3, 5, 6])
        #expect(sources.map(\.text) == ["# Title\ntext \"éé\"", "one string", "", "one line"])
    }

    @Test(
        "The first cell may be front matter, raw or Markdown, but not code",
        arguments: [("raw", true), ("markdown", true), ("code", false)])
    func frontMatter(kind: String, isRead: Bool) throws {
        let text = """
            {"nbformat": 4, "cells": [{"cell_type": "\(kind)", "source": ["---\\n", "backstep: {theme: dark}\\n", "---\\n"]},
             {"cell_type": "markdown", "source": "---\\nbackstep: {theme: print}\\n---\\n"}]}
            """
        let document = try NotesDocument(Array(text.utf8), name: "page.ipynb", isNotebook: true)
        #expect(document.frontMatter == (isRead ? "---\nbackstep: {theme: dark}\n---\n" : ""))
        let defaults = try PageDefaults(of: document.frontMatter, page: document.frontMatterName, overriddenBy: PictureOptions())
        #expect((defaults.options != PictureOptions()) == isRead)
        let wrong = try NotesDocument(Array(text.replacing("dark", with: "drak").utf8), name: "page.ipynb", isNotebook: true)
        let found = Result { try PageDefaults(of: wrong.frontMatter, page: wrong.frontMatterName, overriddenBy: PictureOptions()) }
        switch found {
        case .success: #expect(!isRead)
        case .failure(let error): #expect(isRead && "\(error)".hasPrefix("page.ipynb:cell 1:2:1: error: theme is \"drak\""), "\(error)")
        }
    }

    @Test(
        "Front matter in TOML is told if it has options for Backstep",
        arguments: [
            ("+++\ntitle = \"a\"\n[backstep]\ntheme = \"dark\"\n+++\n", 3), ("+++\nbackstep = {theme = \"dark\"}\n+++\n", 2),
            ("+++\ntitle = \"backstep\"\n+++\n[backstep]\n", nil), ("text\n+++\n[backstep]\n+++\n", nil), ("+++\n[backstep]\n", nil),
        ] as [(String, Int?)])
    func toml(text: String, line: Int?) throws {
        let warnings = try PageDefaults(of: text, page: "page.md", overriddenBy: PictureOptions()).warnings
        let places = warnings.map { warning in String(warning.prefix { $0 != " " }) }
        #expect(places == (line.map { ["page.md:\($0):1:"] } ?? []), "\(warnings)")
    }

    @Test("Unchanged texts leave every byte, even escapes that nobody needs")
    func keeps() throws {
        let notebook = try notebook()
        #expect(notebook.text(with: notebook.sources.map(\.text)) == Self.text)
    }

    static let changes: [(cell: Int, text: String, written: String)] = [
        (0, "a\nb\r\nc\t\"\\\u{1}é", "[\n      \"a\\n\",\n      \"b\\r\\n\",\n      \"c\\t\\\"\\\\\\u0001é\"\n   ]"),
        (0, "a", "[\n      \"a\"\n   ]"), (1, "a\nb", "\"a\\nb\""), (2, "a\nb", "[\"a\\n\",\"b\"]"), (3, "a\nb\n", "[\"a\\n\",\"b\\n\"]"),
    ]

    @Test("A new text stands where the old one stood, laid out as it was", arguments: changes)
    func replaces(cell: Int, text: String, written: String) throws {
        let notebook = try notebook()
        var texts = notebook.sources.map(\.text)
        texts[cell] = text
        let new = notebook.text(with: texts)
        #expect(try self.notebook(new).sources.map(\.text) == texts)
        // Apart from what is written, the new notebook is the old one.
        let start = zip(new.utf8, Self.text.utf8).prefix { $0 == $1 }.count
        let end = zip(new.utf8.reversed(), Self.text.utf8.reversed()).prefix { $0 == $1 }.count
        #expect(start + end + written.utf8.count >= new.utf8.count && new.contains(written), "\(new)")
    }

    static let hostile: [(text: String, error: String)] = [
        ("", "1:1: error: the notebook is damaged at byte 0; expected {, which begins an object of JSON"),
        ("[]", "1:1: error: the notebook is damaged at byte 0; expected {, which begins an object of JSON"),
        ("# Markdown\n", "1:1: error: the notebook is damaged at byte 0; expected {, which begins an object of JSON"),
        ("{}", "1:3: error: the notebook has no nbformat; expected nbformat 4"),
        ("{\"nbformat\": 3, \"worksheets\": []}", "1:34: error: the notebook has nbformat 3; expected nbformat 4"),
        ("{\"nbformat\": 4}", "1:16: error: the notebook has no cells; expected a list of cells"),
        ("{\"nbformat\": 4,\n \"cells\": {}}", "2:11: error: the notebook is damaged at byte 26; expected [, which begins a list of JSON"),
        (cells("{\"source\": \"\"}"), "1:41: error: the notebook has no cell_type in cell 1; expected markdown, code or raw"),
        (cells("{\"cell_type\": \"code\"}"), "1:48: error: the notebook has no source in cell 1; expected a text or a list of texts"),
        (
            cells("{\"cell_type\": \"code\", \"source\": 1}"),
            "1:59: error: the notebook has a source in cell 1 that is no text; expected a text or a list of texts"
        ),
        (
            cells("{\"cell_type\": \"code\", \"source\": [\"a\", null]}"),
            "1:65: error: the notebook is damaged at byte 64; expected a name in quotes"
        ),
        (
            cells("{\"cell_type\": \"code\", \"source\": \"\", \"source\": \"\"}"),
            "1:72: error: the notebook has source twice in cell 1; expected it once"
        ),
        (cells("{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [1 2]}"), "expected , or ]"),
        (cells("{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [tru]}"), "is not JSON here; expected a value"),
        (cells("{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [}]}"), "is not JSON here; expected a value"),
        (cells("{\"cell_type\": \"code\", \"source\": \"\\q\"}"), "expected an escape of JSON"),
        (cells("{\"cell_type\": \"code\", \"source\": \"\\ud8"), "expected four hexadecimal digits"),
        (cells("") + "x", "expected the end of the JSON"), (String(cells("").dropLast()), "expected , or }"),
        ("{\"metadata\": " + String(repeating: "[", count: 100_000), "has a value inside more than 500 others; expected fewer"),
        ("{\"metadata\": " + String(repeating: "{\"a\":", count: 100_000), "has a value inside more than 500 others; expected fewer"),
    ]

    private static func cells(_ cells: String) -> String { "{\"nbformat\": 4, \"cells\": [\(cells)]}" }

    @Test("What is no notebook is an error with its place", arguments: hostile)
    func refuses(text: String, error: String) {
        let said = #expect(throws: BackstepError.self) { try NotesDocument(Array(text.utf8), name: "n.ipynb", isNotebook: true) }
        #expect(said?.kind == .badLesson && said?.description.hasPrefix("n.ipynb:") == true)
        #expect(said?.description.hasSuffix(error) == true, "\(said?.description ?? "")")
    }

    @Test("Whatever a notebook holds, it is read or refused, and kept")
    func random() {
        var mutator = Mutator(.page, seed: 11)
        var read = 0
        for _ in 0..<3_000 {
            let bytes = mutator.mutated(Array(Self.text.utf8), with: mutator.scrambled(words: 12))
            guard let notebook = try? Notebook(bytes) else { continue }
            read += 1
            #expect(String(decoding: bytes, as: UTF8.self) == notebook.text(with: notebook.sources.map(\.text)))
        }
        #expect(read > 100)
    }

    @Test(
        "A long notebook takes time as its length, whatever it is full of",
        arguments: ["\"a\\n\",", "\"\\u00e9\\\\\",", "\"```backstep\\n\","])
    func long(part: String) {
        let factor = Growth.fourfold(from: 20_000) { count in
            let lines = String(repeating: part, count: count / part.count)
            _ = try? notebook(Self.cells("{\"cell_type\": \"markdown\", \"source\": [\(lines)\"\"], \"outputs\": [\(lines)0]}")).text(
                with: ["a"])
        }
        #expect(factor < Growth.bound)
    }
}
