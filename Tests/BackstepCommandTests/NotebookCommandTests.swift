import Foundation
import Testing

@Suite("Notebooks get their pictures", .waiting)
struct NotebookCommandTests {
    static let lesson = "title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n"

    /// As Jupyter writes it, but for an output that no library would lay out so.
    static let notebook = #"""
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "first",
           "metadata": {},
           "source": [
            "# Chain rule\n",
            "\n",
            "```backstep {#fig-product caption=\"A *product*.\"}\n",
            "expression: f = x * y\n",
            "at: {x: 2, y: 3}\n",
            "```"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 1,
           "id": "second",
           "metadata": {},
           "outputs": [{"name":"stdout", "output_type":"stream",  "text":["![](sum.backstep.yaml)\u00e9\n"] }],
           "source": [
            "print('![](sum.backstep.yaml)')\n",
            "```backstep"
           ]
          },
          {
           "cell_type": "markdown",
           "id": "third",
           "metadata": {},
           "source": "---\n![](sum.backstep.yaml)\n\n---\n"
          }
         ],
         "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """#

    private func scratch(_ notebook: String = notebook) throws -> Scratch {
        let scratch = try Scratch()
        _ = try scratch.write(Self.lesson, to: "sum.backstep.yaml")
        _ = try scratch.write(notebook, to: "page.ipynb")
        return scratch
    }

    private func build(_ scratch: Scratch, _ more: String...) throws -> Run {
        try Run(["notes", "page.ipynb", "-o", "built/page.ipynb"] + more, in: scratch.folder)
    }

    private func built(_ scratch: Scratch) throws -> String {
        try String(contentsOf: scratch.url("built/page.ipynb"), encoding: .utf8)
    }

    /// The notebook's cells, and whether nbformat finds it valid and nbconvert makes a page of it, in which pictures are counted.
    private func read(_ scratch: Scratch) throws {
        guard try Tool(["python3", "-c", "import nbformat, nbconvert"], in: scratch.folder).status == 0 else {
            print("skipped: nbformat")
            return
        }
        let program = """
            import nbformat, nbconvert, re, os
            # Its templates lie beside the modules where pip was told a folder.
            os.environ['JUPYTER_PATH'] = os.path.join(os.path.dirname(nbconvert.__path__[0]), 'share', 'jupyter')
            notebook = nbformat.read('built/page.ipynb', as_version=nbformat.NO_CONVERT)
            nbformat.validate(notebook)
            page, _ = nbconvert.HTMLExporter().from_filename('built/page.ipynb')
            images = re.findall(r'<img[^>]*>', page)
            files = [re.search(r'src="([^"]*)"', image).group(1) for image in images]
            alts = [re.search(r'alt="([^"]*)"', image).group(1) for image in images]
            assert all(os.path.exists('built/' + file) for file in files) and all(len(alt) > 20 for alt in alts), images
            print(len(files), 'id="fig-product"' in page, '<em>A' in page)
            """
        let run = try Tool(["python3", "-W", "ignore", "-c", program], in: scratch.folder)
        #expect(run.text == "2 True True\n", "\(run.text)")
    }

    @Test("Blocks of Markdown cells become pictures; every other byte stays")
    func build() throws {
        let scratch = try scratch()
        let run = try build(scratch, "--strict")
        #expect(run.status == 0 && run.errors == "page.ipynb: 2 drawn, 0 kept\n", "\(run.errors)")
        let new = try built(scratch)
        let rest = try #require(new.firstMatch(of: #/\n    "# Chain rule\\n",\n(?s:.*?)\n   \]/#))
        #expect(rest.output.contains(#""<a id=\"fig-product\"></a>\n",\#n    "\n",\#n    "!["#), "\(rest.output)")
        #expect(rest.output.contains(#"fig-product.svg)\n",\#n    "\n",\#n    "*A *product*.*\n""#))
        let old = try #require(Self.notebook.firstMatch(of: #/\n    "# Chain rule\\n",\n(?s:.*?)\n   \]/#))
        let image = try #require(new.firstMatch(of: #/!\[[^\]]*\]\(figures[^)]*sum.svg\)/#))
        #expect(
            new.replacing(rest.output, with: old.output).replacing(image.output, with: "![](sum.backstep.yaml)")
                == Self.notebook.replacing(old.output, with: old.output))
        try read(scratch)
        #expect(try build(scratch).errors == "page.ipynb: 0 drawn, 2 kept\n")
        #expect(try built(scratch) == new)
        #expect(try Run(["notes", "page.ipynb"], in: scratch.folder).text.contains("\"nbformat\": 4"))
    }

    @Test("A notebook without lessons stays as it is, byte for byte")
    func untouched() throws {
        let plain = Self.notebook.replacing("backstep", with: "other")
        let scratch = try scratch(plain)
        #expect(try build(scratch).status == 0)
        #expect(try built(scratch) == plain)
    }

    @Test("An error names the cell and its line, and the block stays with a note")
    func faults() throws {
        let scratch = try scratch(Self.notebook.replacing("x: 2, y: 3", with: "x: 2"))
        let run = try build(scratch)
        #expect(run.status == 0 && run.errors.hasPrefix("page.ipynb:cell 1:4:"), "\(run.errors)")
        let new = try built(scratch)
        #expect(new.contains("\"```backstep {#fig-product") && new.contains("\"> **Not drawn.**\\n\""), "\(new)")
        #expect(try build(scratch, "--strict").status == 65)
    }

    @Test("What is no notebook is told, and nothing is written")
    func hostile() throws {
        for text in [
            "", "{", "# Title\n", "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"markdown\"}]}", "{\"worksheets\": [], \"nbformat\": 3}",
        ] {
            let scratch = try scratch(text)
            let run = try build(scratch)
            #expect(run.status == 65 && run.errors.hasPrefix("page.ipynb:1:") && run.errors.contains("; expected "), "\(run.errors)")
            #expect(try scratch.files == ["page.ipynb", "sum.backstep.yaml"])
        }
        let scratch = try scratch()
        for (page, output) in [("page.ipynb", "page.md"), ("sum.md", "b.ipynb")] {
            let run = try Run(["notes", page, "-o", output], in: scratch.folder)
            #expect(run.status == 64 && run.errors.contains("is a notebook and"), "\(run.errors)")
        }
        try Data([0x7B, 0xFF]).write(to: scratch.url("page.ipynb"))
        #expect(try build(scratch).errors.contains("page.ipynb is not UTF-8 text"))
    }
}
