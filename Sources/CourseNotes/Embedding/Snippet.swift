package import Backstep
import Drawing
import Escaping
import Foundation

/// The markup that shows a figure in notes.
package struct Snippet: Sendable {
    package enum Dialect: String, CaseIterable, Sendable { case markdown, quarto, myst, latex, beamer, revealjs, html }

    /// The figure's path without extension.
    private let base: String
    /// The extensions of the existing files.
    private let endings: [String]
    private let title: String
    private let alternative: String
    /// The number of pages of the PDF; 1 if there is none.
    private let pages: Int

    /// - Parameter path: a figure's file, or the path of its files without extension.
    /// - Throws: if there is no such figure.
    package init(_ path: String) throws(BackstepError) {
        let isFile = CarriedFigure.isFigure(path)
        base = isFile ? (path as NSString).deletingPathExtension : path
        var endings: [String] = []
        for ending in ["svg", "pdf", "png"] where FileManager.default.fileExists(atPath: "\(base).\(ending)") { endings.append(ending) }
        guard let first = isFile ? (path as NSString).pathExtension : endings.first else {
            throw BackstepError(.noInput, "there is no figure \(path).svg, .pdf or .png")
        }
        self.endings = isFile && !endings.contains(first) ? [first] : endings
        let figure = try CarriedFigure.required("\(base).\(first)")
        title = figure.origin.title ?? ""
        alternative = figure.origin.alternative ?? ""
        pages = endings.contains("pdf") ? Self.pages(of: try CarriedFigure.bytes("\(base).pdf")) : 1
    }

    /// The number of pages, from the last /Pages object of a PDF.
    private static func pages(of document: [UInt8]) -> Int {
        let data = Data(document)
        guard let list = data.range(of: Data("/Type /Pages".utf8), options: .backwards),
            let count = data.range(of: Data("/Count ".utf8), in: list.upperBound..<data.endIndex)
        else { return 1 }
        let digits = data[count.upperBound...].prefix { (0x30...0x39).contains($0) }
        // No step-through has more pages; other documents may contain any number.
        return min(Int(String(decoding: digits, as: UTF8.self)) ?? 1, StepOptions.mostSteps)
    }

    private var name: String { (base as NSString).lastPathComponent }

    private func file(_ wanted: [String]) -> String { "\(base).\(wanted.first(where: endings.contains) ?? endings.first ?? wanted[0])" }

    private func url(_ wanted: [String]) -> String { file(wanted).percentEncodedPath }

    /// - Throws: if the figure's path can't be written in the dialect.
    package func text(for dialect: Dialect) throws(BackstepError) -> String {
        let screen = ["svg", "png", "pdf"]
        switch dialect {
        case .markdown: return "![\(alternative.escaped(forMarkdown: .alternative))](\(url(screen)))\n"
        case .quarto:
            return
                "![\(title.escaped(forMarkdown: .alternative))](\(url(screen)))"
                + "{#fig-\(label) fig-alt=\"\(alternative.escapedForPandocAttribute)\"}\n"
        case .myst:
            return
                ":::{figure} \(url(screen))\n:name: fig-\(label)\n:alt: \(alternative.quotedForYAML)\n\n\(title.escaped(forMarkdown: .lineStart))\n:::\n"
        case .html:
            return """
                <figure id="fig-\(label)">
                  <img src="\(url(screen))" alt="\(alternative.escapedForTagInMarkdown)">
                  <figcaption>\(title.escapedForTagInMarkdown)</figcaption>
                </figure>

                """
        case .revealjs:
            return """
                <section>
                  <h2>\(title.escapedForTagInMarkdown)</h2>
                  <img class="r-stretch" src="\(url(screen))" alt="\(alternative.escapedForTagInMarkdown)">
                </section>

                """
        case .latex:
            let path = try latexPath()
            return """
                \\begin{figure}
                  \\centering
                  \\includegraphics[alt={\(alternative.escapedForLaTeX)}]{\(path)}
                  \\caption{\(title.escapedForLaTeX)}
                  \\label{fig:\(latexLabel)}
                \\end{figure}

                """
        case .beamer:
            let path = try latexPath()
            let pictures =
                pages > 1
                ? (1...pages).map {
                    "  \\includegraphics<\($0)>[page=\($0),width=\\textwidth,height=0.8\\textheight,keepaspectratio]{\(path)}%"
                }
                : [
                    "  \\includegraphics[width=\\textwidth,height=0.8\\textheight,keepaspectratio,alt={\(alternative.escapedForLaTeX)}]{\(path)}"
                ]
            return "\\begin{frame}{\(title.escapedForLaTeX)}\n  \\centering\n\(pictures.joined(separator: "\n"))\n\\end{frame}\n"
        }
    }

    /// The path without extension, with which LaTeX finds the PDF.
    private func latexPath() throws(BackstepError) -> String {
        guard let path = base.latexFileName else {
            throw BackstepError(.usage, "LaTeX takes no file called \(Printable.quoted(base)); expected a name without \\ { } \" ` | $")
        }
        return path
    }

    /// A label of letters, digits and dashes, which every dialect accepts. LaTeX's label has only ASCII letters.
    private var label: String {
        label { scalar in
            switch scalar.properties.generalCategory {
            case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
            default: false
            }
        }
    }

    private var latexLabel: String { label(where: \.isASCIILetter) }

    private func label(where isLetter: (Unicode.Scalar) -> Bool) -> String {
        let kept = name.unicodeScalars.compactMap { scalar -> String? in
            if isLetter(scalar) || scalar.isASCIIDigit || scalar == "_" { return String(scalar) }
            if scalar.isASCII { return "-" }
            return scalar.properties.isAlphabetic ? "u\(String(scalar.value, radix: 16))" : nil
        }
        return kept.isEmpty ? "figure" : String(kept.joined().prefix(80))
    }
}
