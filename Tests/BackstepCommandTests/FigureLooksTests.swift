import Foundation
import Testing

@Suite("Figures fit the page they are for", .waiting)
struct FigureLooksTests {
    /// The width and height of an SVG in points.
    private func size(_ svg: String) throws -> (width: Double, height: Double) {
        let width = try #require(svg.firstMatch(of: #/width="([0-9.]+)pt"/#))
        let height = try #require(svg.firstMatch(of: #/height="([0-9.]+)pt"/#))
        return (try #require(Double(width.1)), try #require(Double(height.1)))
    }

    @Test(
        "--width takes lengths and the names of pages",
        arguments: [
            ("89mm", 252.28), ("3.25in", 234), ("240pt", 240), ("10cm", 283.46), ("neurips", 396), ("beamer-16x9", 396.85), ("A4", 453.54),
        ])
    func width(text: String, points: Double) throws {
        let plot = """
            experiment:
              kind: gradient-decay
              depth: 3
              width: 4
              batch: 2
              seeds: 2
              variants: [{name: Sigmoid, activation: sigmoid}]
            """
        for lesson in ["-", "fork", "two-by-two"] {
            let run = try Run("render", lesson, "-f", "svg", "-o", "-", "--width", text, input: plot)
            #expect(run.status == 0, "\(run.errors)")
            #expect(abs(try size(run.text).width - points) < 0.01)
            #expect(run.errors.isEmpty, "\(run.errors)")
        }
    }

    @Test(
        "A page that is too narrow is an error that names the least width, at which the figure can be had",
        arguments: ["two-by-two", "sigmoid-neuron"])
    func tooNarrow(lesson: String) throws {
        let run = try Run("render", lesson, "-f", "svg", "-o", "-", "--width", "130pt")
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        let named = try #require(run.errors.firstMatch(of: #/130 pt are too narrow .*expected at least (\d+) pt/#), "\(run.errors)")
        let least = try #require(Double(named.1))
        let again = try Run("render", lesson, "-f", "svg", "-o", "-", "--width", "\(named.1)pt")
        #expect(again.status == 0, "\(again.errors)")
        #expect(abs(try size(again.text).width - least) < 0.01)
    }

    @Test("What is no width is wrong usage", arguments: ["wide", "89", "-3pt", "1pt", "1e3pt", "99999in", "89 mmm", ""])
    func noWidth(text: String) throws {
        let run = try Run("render", "fork", "--width", text)
        #expect(run.status == 64)
    }

    @Test("Themes differ, and a transparent figure has no ground")
    func themes() throws {
        let pictures = try [[], ["--theme", "dark"], ["--theme", "print"], ["--transparent"], ["--transparent", "--theme", "dark"]].map {
            try Run(["render", "fork", "-f", "svg", "-o", "-"] + $0)
        }
        #expect(pictures.allSatisfy { $0.status == 0 })
        #expect(Set(pictures.map(\.output)).count == pictures.count)
        for (index, ground) in [(0, true), (1, true), (2, true), (3, false), (4, false)] {
            #expect(pictures[index].text.contains("<rect width=") == ground, "\(index)")
        }
    }

    @Test("With -f a name without an ending is what files are called before theirs")
    func baseName() throws {
        let scratch = try Scratch()
        #expect(try Run("render", "fork", "-f", "svg,png", "-o", scratch.url("notes/fig").path).status == 0)
        #expect(try scratch.files.filter { $0.contains("/") } == ["notes/fig.png", "notes/fig.svg"])
    }

    @Test(
        "-o is a folder where it is one, ends in a slash, takes several lessons, or no formats are given",
        arguments: [
            (["fork"], "out", ["out/02-fork.pdf", "out/02-fork.png", "out/02-fork.svg"]),
            (["fork", "-f", "svg"], "out/", ["out/02-fork.svg"]), (["fork", "-f", "svg"], ".", ["02-fork.svg"]),
            (["fork", "two-by-two", "-f", "svg"], "out", ["out/02-fork.svg", "out/04-two-by-two.svg"]),
            (["fork", "-f", "svg"], "a.b", ["a.b.svg"]), (["fork"], "a.svg", ["a.svg"]),
        ] as [([String], String, [String])])
    func folder(arguments: [String], output: String, files: [String]) throws {
        let scratch = try Scratch()
        #expect(try Run(["render"] + arguments + ["-o", output], in: scratch.folder).status == 0)
        #expect(try scratch.files.filter { $0.contains(".") } == files)
    }
}
