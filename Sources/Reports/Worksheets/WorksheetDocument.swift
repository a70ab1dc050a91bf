package import Drawing
import Escaping
import Notation
package import Telling
import Traces

/// A worksheet, or its key, as texts: HTML, Markdown and LaTeX.
package struct WorksheetDocument: Sendable {
    package struct File: Sendable {
        package let ending: String
        package let text: String
    }

    let worksheet: Worksheet
    let title: String
    let variant: Int
    let isKey: Bool
    /// Nil where there is none.
    let figure: Figure?
    let paper: Paper

    /// The lesson's figure, with blanks or their answers.
    package struct Figure: Sendable {
        let svg: String
        /// In points.
        let size: Size
        /// Of the files beside the document, without an ending.
        let name: String

        package init(svg: String, size: Size, name: String) { (self.svg, self.size, self.name) = (svg, size, name) }
    }

    package init(_ worksheet: Worksheet, title: String, variant: Int, isKey: Bool, figure: Figure?, paper: Paper) {
        self.worksheet = worksheet
        self.title = title
        self.variant = variant
        self.isKey = isKey
        self.figure = figure
        self.paper = paper
    }

    package var files: [File] {
        [File(ending: "html", text: html), File(ending: "md", text: markdown), File(ending: "tex", text: latex)]
    }

    private var heading: String { isKey ? "\(title): key \(variant)" : title }

    /// A question's line up to its answer: ∂L/∂w₅ = ∂L/∂z₃ · h₁ = ___ × ___, in the key with the numbers.
    private func parts(of question: Worksheet.Question) -> [Formula] {
        [worksheet.head(of: question), worksheet.rule(of: question), work(of: question)].compactMap(\.self)
    }

    private func work(of question: Worksheet.Question) -> Formula? {
        isKey ? worksheet.numbers(of: question) : worksheet.blanks(of: question)
    }
}

// HTML
extension WorksheetDocument {
    /// Needs no other file, prints as a plain sheet, and marks the answers that are typed into it.
    var html: String {
        let given = worksheet.stripItems.map { "<li>\($0.runningHTML)</li>" }.joined(separator: "\n")
        let notes = worksheet.conventions.map { "<li>\($0.runningHTML)</li>" }.joined(separator: "\n")
        let questions = worksheet.questions.enumerated().map { item(of: $1, number: $0 + 1) }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <title>\(heading.escapedForHTML)</title>
            <style>
            @page { size: \(paper.rawValue); }
            \(TemplateShelf.worksheetStyle)</style>
            </head>
            <body>
            <header>
            <h1 dir="auto">\(heading.escapedForHTML)</h1>
            <p class="fields"><span>Name</span> <span>Date</span> <span>Points</span></p>
            </header>
            <p class="about">Variant \(variant). \(worksheet.instruction)</p>
            <section class="given" aria-label="Given">
            <h2>Given</h2>
            <ul>
            \(given)
            </ul>
            \(notes.isEmpty ? "" : "<ul class=\"notes\">\n\(notes)\n</ul>")
            </section>
            \(figure.map { "<figure>\n\($0.svg.withoutXMLDeclaration)\n</figure>" } ?? "")
            <h2>\(Worksheet.heading)</h2>
            <ol class="questions">
            \(questions)
            </ol>
            \(isKey ? "" : marking)</body>
            </html>

            """
    }

    private func item(of question: Worksheet.Question, number: Int) -> String {
        let equals = #" <span class="eq">=</span> "#
        var line = [worksheet.head(of: question), worksheet.rule(of: question)].compactMap { $0?.runningHTML }.joined(separator: equals)
        if let work = work(of: question) { line += #"<span class="blanks">\#(equals)\#(work.runningHTML)</span>"# }
        let (answer, verdict) =
            isKey
            ? (
                #"<span class="box">\#(Formula.number(question.printed).runningHTML)</span><span class="range">\#(question.rangeText.runningHTML)</span>"#,
                ""
            )
            : (
                #"<input class="box" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" aria-label="Answer \#(number): \#(question.symbol.plainText.escapedForHTML)" aria-describedby="\#(question.id)-verdict">"#,
                #"<p class="verdict" id="\#(question.id)-verdict"></p>"#
            )
        return #"<li id="\#(question.id)"><span class="line">\#(line)</span><span class="answer">= \#(answer)</span>\#(verdict)</li>"#
    }

    /// The score, shown where the script runs, and the script with what it needs.
    private var marking: String {
        """
        <div class="status">
        <output role="status"></output>
        <button type="button" class="all">Check all</button>
        <button type="button" class="clear">Clear</button>
        </div>
        <script type="application/json" id="sealed">
        \(SealedAnswers(worksheet, name: "\(title) \(variant)").json.text)</script>
        <script>
        \(TemplateShelf.worksheetScript)</script>

        """
    }
}

extension String {
    /// As an SVG stands inside a page.
    fileprivate var withoutXMLDeclaration: String {
        guard hasPrefix("<?xml"), let end = range(of: "?>") else { return self }
        return String(self[end.upperBound...].drop { $0 == "\n" })
    }

    private func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

// Markdown
extension WorksheetDocument {
    var markdown: String {
        var text = "# \(heading.escaped(forMarkdown: .inLine))\n\n"
        text += "Name: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ Date: \\_\\_\\_\\_\\_\\_\\_\\_ Points: \\_\\_\\_\\_\n\n"
        text += "Variant \(variant). \(worksheet.instruction)\n\n"
        text += "Given: " + worksheet.stripItems.map { "$\($0.latex.mathematicsInMarkdown)$" }.joined(separator: ", ") + "\n\n"
        for convention in worksheet.conventions { text += "- \(convention.markdown)\n" }
        if let figure { text += "\n![The figure with \(isKey ? "its answers" : "blanks").](\(figure.name).svg)\n" }
        text += "\n"
        for (index, question) in worksheet.questions.enumerated() {
            let line = parts(of: question).map(\.latexWithBlanks).joined(separator: " = ").mathematicsInMarkdown
            let answer = isKey ? "**\(question.printed.text)** (\(question.rangeText.plainText))" : "\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_"
            text += "\(index + 1). $\(line) =$ \(answer)\n"
        }
        return text
    }
}

// LaTeX
extension WorksheetDocument {
    private static let latexMargin = 51.0

    var latex: String {
        let questions = worksheet.questions.map { question in
            let line = parts(of: question).map(\.latexWithBlanks).joined(separator: " = ")
            let answer =
                isKey
                ? "\\fbox{\\strut $\(Formula.number(question.printed).latex)$}\\par\\hfill{\\footnotesize \(question.rangeText.runningLatexText)}"
                : "\\fbox{\\rule[-0.6ex]{0pt}{3.2ex}\\hspace{7em}}"
            return "\\item $\\displaystyle \(line) = {}$\\hfill \(answer)"
        }.joined(separator: "\n")
        let notes = worksheet.conventions.map { "\\par\\small \($0.runningLatex)" }.joined(separator: "\n")
        // At its own size where the text is as wide.
        let width = figure.map { min($0.size.width, paper.size.width - 2 * Self.latexMargin) } ?? 0
        let picture =
            figure.map { "\\begin{center}\\includegraphics[width=\(Int(width))bp]{\($0.name).pdf}\\end{center}" } ?? ""
        return """
            \\documentclass[11pt,\(paper.rawValue)paper]{article}
            \\usepackage[margin=\(Int(Self.latexMargin))bp]{geometry}
            \\usepackage{amsmath,amssymb,graphicx}
            \\usepackage[utf8]{inputenc}
            \\usepackage[T1]{fontenc}
            \\usepackage{textcomp}
            \\setlength{\\parindent}{0pt}
            \\begin{document}
            Name \\underline{\\hspace{14em}}\\hfill Date \\underline{\\hspace{7em}}\\hfill Points \\underline{\\hspace{4em}}

            \\bigskip {\\Large\\bfseries \(heading.escapedForLaTeX)\\par}

            \\medskip Variant \(variant). \(worksheet.instruction)

            \\medskip \\textbf{Given:} \(worksheet.stripItems.map { "$\($0.latex)$" }.joined(separator: ",\\quad "))
            {\(notes)\\par}
            \(picture)
            \\begin{enumerate}
            \(questions)
            \\end{enumerate}
            \\end{document}

            """
    }
}

extension Formula {
    fileprivate var latexWithBlanks: String {
        let blank = Formula.words("\u{2009}\(Worksheet.blank)\u{2009}").latex
        return latex.replacing(blank, with: "\\underline{\\hspace{5em}}")
    }

    fileprivate var runningLatexText: String {
        parts.map { part in
            if case .words(let words) = part { words.escapedForLaTeX } else { "$\(part.latex)$" }
        }.joined()
    }
}
