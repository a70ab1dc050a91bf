import Foundation
import Testing

@Suite("Snippets embed a figure", .waiting)
struct SnippetTests {
    static let lesson = "title: A_1 & <b> 50% $x$ {y} w₁₂² ≈ 10⁻³\nexpression: f = x * y\nat: {x: 2, y: -0.5}\n"

    private func figure(_ formats: String = "svg,pdf,png") throws -> Scratch {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "lesson.yaml")
        #expect(try Run("render", lesson, "-f", formats, "-o", scratch.url("fig").path).status == 0)
        return scratch
    }

    @Test(
        "Each dialect names the figure and says its alternative text",
        arguments: [
            ("markdown", "](fig.svg)"), ("quarto", "{#fig-figure fig-alt=\""),
            ("myst", "```{figure} fig.svg\n:name: fig-figure\n:alt: \"Computation"),
            ("latex", "]{fig}\n"), ("beamer", "\\begin{frame}{"),
            ("revealjs", "<img class=\"r-stretch\" src=\"fig.svg\" alt=\"Computation"),
            ("html", "<img src=\"fig.svg\" alt=\"Computation"),
        ])
    func dialects(dialect: String, text: String) throws {
        let scratch = try figure()
        let run = try Run(["snippet", "fig", "--for", dialect], in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.text.contains(text), "\(run.text)")
        #expect(run.text.contains("Computation graph with 1 operation"), "\(run.text)")
        #expect(try Run(["snippet", "fig.png", "--for", dialect], in: scratch.folder).text.contains("fig"))
    }

    @Test("A label does not begin twice with the same letters, and a directive's path is no address")
    func labels() throws {
        let scratch = try figure()
        for (name, label) in [("fig-net", "fig-net"), ("fig_2", "fig-2"), ("figure", "fig-figure"), ("my fig é", "fig-my-fig-é")] {
            try FileManager.default.copyItem(at: scratch.url("fig.svg"), to: scratch.url("\(name).svg"))
            #expect(try Run(["snippet", name, "--for", "quarto"], in: scratch.folder).text.contains("{#\(label) "), "\(name)")
        }
        let run = try Run(["snippet", "my fig é", "--for", "myst"], in: scratch.folder)
        #expect(run.text.hasPrefix("```{figure} my\\ fig\\ é.svg\n:name: fig-my-fig-é\n") && run.text.hasSuffix("\n```\n"), "\(run.text)")
    }

    @Test("LaTeX and beamer's snippets compile, with whatever the texts hold")
    func compiles() throws {
        let scratch = try figure()
        guard try Tool.exists("pdflatex") else {
            print("skipped: pdflatex")
            return
        }
        for (dialect, head) in [
            ("latex", "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{graphicx}"),
            ("beamer", "\\documentclass{beamer}\\usepackage[T1]{fontenc}"),
        ] {
            let snippet = try Run(["snippet", "fig", "--for", dialect], in: scratch.folder).text
            let needed = dialect == "beamer" ? ["beamer.cls", "pgfmath.sty"] : ["article.cls"]
            guard try Tool(["kpsewhich"] + needed, in: scratch.folder).status == 0 else {
                print("skipped: \(dialect)")
                continue
            }
            _ = try scratch.write("\(head)\\begin{document}\(snippet)\\end{document}\n", to: "try.tex")
            let run = try Tool(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "try.tex"], in: scratch.folder)
            #expect(run.status == 0, "\(run.text.suffix(1500))\n\(snippet)")
            guard try Tool.exists("pdffonts") else {
                print("skipped: pdffonts")
                continue
            }
            // The figure's own faces came along: a printer needs none of the machine's.
            let fonts = try Tool(["pdffonts", "try.pdf"], in: scratch.folder).text.split(separator: "\n").dropFirst(2)
            #expect(fonts.contains { $0.contains("STIX") } && fonts.allSatisfy { $0.contains(#/ yes (yes|no ) (yes|no )/#) }, "\(fonts)")
        }
    }

    @Test("Beamer shows a page of a step-through a click")
    func pages() throws {
        let scratch = try Scratch()
        #expect(try Run("steps", "chain-rule", "-o", scratch.folder.path).status == 0)
        let snippet = try Run(["snippet", "steps", "--for", "beamer"], in: scratch.folder).text
        #expect(snippet.contains("\\includegraphics<1>[page=1,") && snippet.contains("\\includegraphics<6>[page=6,"), "\(snippet)")
        // Each with its title and alternative text.
        #expect(snippet.contains("\\frametitle<2>{How large is f?}%") && snippet.contains("alt={Forward, step 1 of 6."), "\(snippet)")
        #expect(Set(snippet.matches(of: #/frametitle<\d>\{([^}]*)\}/#).map { String($0.1) }).count == 6)
        let slides = try String(contentsOf: scratch.url("slides/beamer.tex"), encoding: .utf8)
        guard try Tool(["kpsewhich", "beamer.cls", "pgfmath.sty"], in: scratch.folder).status == 0 else {
            print("skipped: beamer")
            return
        }
        // From the folder of the slides, and from the one above.
        for (folder, text) in [(".", slides), ("slides", slides), (".", snippet)] {
            _ = try scratch.write(
                "\\documentclass[aspectratio=169]{beamer}\\usepackage[T1]{fontenc}\\begin{document}\(text)\\end{document}\n",
                to: "\(folder)/try.tex")
            let run = try Tool(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "try.tex"], in: scratch.url(folder))
            #expect(run.status == 0 && run.text.contains("(6 pages,"), "\(run.text.suffix(1500))")
        }
        for dialect in ["html", "markdown", "myst", "revealjs"] {
            let run = try Run(["snippet", "steps", "--for", dialect], in: scratch.folder)
            #expect(run.status == 64 && run.errors.contains("steps.pdf is no picture for a browser; expected"), "\(run.errors)")
        }
    }

    @Test("Two figures on a page of pdflatex give no warning")
    func twoFigures() throws {
        let scratch = try figure()
        guard try Tool.exists("pdflatex") else {
            print("skipped: pdflatex")
            return
        }
        let snippet = try Run(["snippet", "fig", "--for", "latex"], in: scratch.folder).text
        #expect(try Run(["render", "lesson.yaml", "-f", "pdf", "-o", "other", "--theme", "dark"], in: scratch.folder).status == 0)
        _ = try scratch.write(
            "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{graphicx}\\begin{document}\(snippet)\\includegraphics{other}\\end{document}\n",
            to: "try.tex")
        let run = try Tool(["pdflatex", "-interaction=nonstopmode", "try.tex"], in: scratch.folder)
        #expect(run.status == 0 && !run.text.contains("pdfTeX warning"), "\(run.text.suffix(1500))")
    }

    @Test("LaTeX is offered no SVG")
    func vector() throws {
        let scratch = try figure("svg")
        for dialect in ["latex", "beamer"] {
            let run = try Run(["snippet", "fig", "--for", dialect], in: scratch.folder)
            #expect(run.status == 64 && run.errors.contains("LaTeX takes no fig.svg; expected fig.pdf or .png beside it"), "\(run.errors)")
        }
    }

    @Test("What is no figure is told")
    func none() throws {
        let scratch = try figure("svg")
        #expect(try Run("snippet", "/nowhere").status == 66)
        #expect(try Run(["snippet", "fig", "--for", "word"], in: scratch.folder).status == 64)
        #expect(try Run(["snippet", "fig"], in: scratch.folder).text.hasSuffix("](fig.svg)\n"))
    }
}
