import Escaping
import Notation
package import Telling

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
    /// The figure's SVG; nil where there is none.
    let figure: String?
    /// Its name beside the document.
    let figureFile: String

    package init(_ worksheet: Worksheet, title: String, variant: Int, isKey: Bool, figure: String?, figureFile: String) {
        self.worksheet = worksheet
        self.title = title
        self.variant = variant
        self.isKey = isKey
        self.figure = figure
        self.figureFile = figureFile
    }

    package var files: [File] {
        [File(ending: "html", text: html), File(ending: "md", text: markdown), File(ending: "tex", text: latex)]
    }

    private var heading: String { isKey ? "\(title): key \(variant)" : title }

    /// A question's line up to its answer: ∂L/∂w₅ = ∂L/∂z₃ · h₁ = ___ × ___, in the key with the numbers.
    private func parts(of question: Worksheet.Question) -> [Formula] {
        let numbers = isKey ? worksheet.numbers(of: question) : worksheet.blanks(of: question)
        return [worksheet.head(of: question), worksheet.rule(of: question), numbers].compactMap(\.self)
    }
}

// HTML
extension WorksheetDocument {
    /// Needs no other file, and prints as it is.
    var html: String {
        let given = worksheet.stripItems.map { "<li>\($0.runningHTML)</li>" }.joined(separator: "\n")
        let notes = worksheet.conventions.map { "<li>\($0.runningHTML)</li>" }.joined(separator: "\n")
        let questions = worksheet.questions.map { question in
            let line = parts(of: question).map(\.runningHTML).joined(separator: #" <span class="eq">=</span> "#)
            let answer =
                isKey
                ? #"<span class="box">\#(Formula.number(question.printed).runningHTML)</span><span class="range">\#(question.rangeText.runningHTML)</span>"#
                : #"<span class="box"></span>"#
            return #"<li id="\#(question.id)"><span class="line">\#(line)</span><span class="answer">= \#(answer)</span></li>"#
        }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(heading.escapedForHTML)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <h1>\(heading.escapedForHTML)</h1>
            <p class="fields"><span>Name</span> <span>Date</span> <span>Points</span></p>
            </header>
            <p class="about">Variant \(variant). Give as many digits as the numbers have that you use.</p>
            <section class="given" aria-label="Given">
            <h2>Given</h2>
            <ul>
            \(given)
            </ul>
            \(notes.isEmpty ? "" : "<ul class=\"notes\">\n\(notes)\n</ul>")
            </section>
            \(figure.map { "<figure>\n\($0.withoutXMLDeclaration)\n</figure>" } ?? "")
            <h2>Fill in the lines</h2>
            <ol class="questions">
            \(questions)
            </ol>
            </body>
            </html>

            """
    }

    private static let style = """
        @page { size: A4; margin: 15mm; }
        body { font: 15px/1.5 Inter, system-ui, sans-serif; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; color: #111; background: #fff; }
        header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem; }
        h1 { font-size: 1.5rem; margin: 0; }
        h2 { font-size: 1rem; }
        .fields { display: flex; gap: 0.8rem; margin: 0; }
        .fields span { min-width: 6rem; border-bottom: 1px solid #111; }
        .about, .notes, .range { color: #555; font-size: 0.85rem; }
        .given { background: #f1f1f1; padding: 0.6rem 1rem; }
        .given h2 { margin: 0; }
        .given ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0.3rem 0 0; padding: 0; }
        .given .notes { display: block; }
        figure { margin: 1rem 0; text-align: center; }
        figure svg { max-width: 100%; height: auto; }
        .questions { padding-left: 2rem; }
        .questions li { margin: 0.5rem 0; break-inside: avoid; }
        .questions li::marker { font-weight: bold; }
        .line { display: inline-block; max-width: 100%; }
        .eq { color: #555; }
        .answer { float: right; white-space: nowrap; }
        .box { display: inline-block; min-width: 6rem; min-height: 1.5em; border: 1px solid #111; padding: 0 0.3rem; vertical-align: middle; text-align: center; }
        .range { display: block; text-align: right; }
        .questions li::after { content: ""; display: block; clear: both; }
        """
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
        text += "Variant \(variant). Give as many digits as the numbers have that you use.\n\n"
        text += "Given: " + worksheet.stripItems.map { "$\($0.latex.mathematicsInMarkdown)$" }.joined(separator: ", ") + "\n\n"
        for convention in worksheet.conventions { text += "- \(convention.markdown)\n" }
        if figure != nil { text += "\n![The figure with \(isKey ? "its answers" : "blanks").](\(figureFile))\n" }
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
    var latex: String {
        let questions = worksheet.questions.map { question in
            let line = parts(of: question).map(\.latexWithBlanks).joined(separator: " = ")
            let answer =
                isKey
                ? "\\fbox{\\strut $\(Formula.number(question.printed).latex)$} {\\footnotesize \(question.rangeText.runningLatexText)}"
                : "\\fbox{\\strut\\hspace{6em}}"
            return "\\item $\\displaystyle \(line) = {}$\\hfill \(answer)"
        }.joined(separator: "\n")
        return """
            \\documentclass[11pt,a4paper]{article}
            \\usepackage[margin=18mm]{geometry}
            \\usepackage{amsmath,amssymb}
            \\usepackage[utf8]{inputenc}
            \\usepackage[T1]{fontenc}
            \\usepackage{textcomp}
            \\setlength{\\parindent}{0pt}
            \\begin{document}
            {\\Large\\bfseries \(heading.escapedForLaTeX)}\\hfill Name \\underline{\\hspace{10em}}\\quad Date \\underline{\\hspace{5em}}

            \\medskip Variant \(variant). Give as many digits as the numbers have that you use.

            \\medskip \\textbf{Given:} \(worksheet.stripItems.map { "$\($0.latex)$" }.joined(separator: ",\\quad "))

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
        return latex.replacing(blank, with: "\\underline{\\hspace{4em}}")
    }

    fileprivate var runningLatexText: String {
        parts.map { part in
            if case .words(let words) = part { words.escapedForLaTeX } else { "$\(part.latex)$" }
        }.joined()
    }
}
