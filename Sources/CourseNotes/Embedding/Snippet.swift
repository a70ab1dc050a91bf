package import Backstep
import Drawing
import Escaping
import Foundation

/// What to paste into notes so that they show a figure.
package struct Snippet: Sendable {
    package enum Dialect: String, CaseIterable, Sendable { case markdown, quarto, myst, latex, beamer, revealjs, html }

    /// As the notes will name it, without its ending.
    private let base: String
    /// The endings that there are.
    private let endings: [String]
    private let title: String
    private let alternative: String
    /// Of a document.
    private let pages: Int

    /// - Parameter path: a figure, or what its files are called before their endings.
    /// - Throws: where there is no such figure.
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

    /// As the last list of pages of a document says.
    private static func pages(of document: [UInt8]) -> Int {
        let data = Data(document)
        guard let list = data.range(of: Data("/Type /Pages".utf8), options: .backwards),
            let count = data.range(of: Data("/Count ".utf8), in: list.upperBound..<data.endIndex)
        else { return 1 }
        let digits = data[count.upperBound...].prefix { (0x30...0x39).contains($0) }
        // A step-through has no more; another document may say what it likes.
        return min(Int(String(decoding: digits, as: UTF8.self)) ?? 1, StepOptions.mostSteps)
    }

    private var name: String { (base as NSString).lastPathComponent }

    private func file(_ wanted: [String]) -> String { "\(base).\(wanted.first(where: endings.contains) ?? endings.first ?? wanted[0])" }

    private func url(_ wanted: [String]) -> String { file(wanted).percentEncodedPath }

    /// - Throws: where the figure's path cannot stand in the dialect.
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

    /// LaTeX takes the PDF where it is called by the base name.
    private func latexPath() throws(BackstepError) -> String {
        guard let path = base.latexFileName else {
            throw BackstepError(.usage, "LaTeX takes no file called \(Printable.quoted(base)); expected a name without \\ { } \" ` | $")
        }
        return path
    }

    /// Letters, digits and dashes: what every dialect takes for a label, LaTeX's only of ASCII.
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
