import Drawing
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
        return min(Int(String(decoding: digits, as: UTF8.self)) ?? 1, TraceView.mostSteps)
    }

    private var name: String { (base as NSString).lastPathComponent }

    private func file(_ wanted: [String]) -> String { "\(base).\(wanted.first(where: endings.contains) ?? endings.first ?? wanted[0])" }

    private func url(_ wanted: [String]) -> String {
        file(wanted).addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(.init(charactersIn: "()"))) ?? file(wanted)
    }

    package func text(for dialect: Dialect) -> String {
        let screen = ["svg", "png", "pdf"]
        switch dialect {
        case .markdown: return "![\(NotesWriter.escaped(alternative))](\(url(screen)))\n"
        case .quarto:
            return "![\(NotesWriter.escaped(title))](\(url(screen))){#fig-\(label) fig-alt=\"\(Self.quoted(alternative))\"}\n"
        case .myst:
            return
                ":::{figure} \(url(screen))\n:name: fig-\(label)\n:alt: \(Self.oneLine(alternative))\n\n\(NotesWriter.escaped(title))\n:::\n"
        case .html:
            return """
                <figure id="fig-\(label)">
                  <img src="\(NotesWriter.attribute(url(screen)))" alt="\(NotesWriter.attribute(alternative))">
                  <figcaption>\(NotesWriter.attribute(title))</figcaption>
                </figure>

                """
        case .revealjs:
            return """
                <section>
                  <h2>\(NotesWriter.attribute(title))</h2>
                  <img class="r-stretch" src="\(NotesWriter.attribute(url(screen)))" alt="\(NotesWriter.attribute(alternative))">
                </section>

                """
        case .latex:
            return """
                \\begin{figure}
                  \\centering
                  \\includegraphics[alt={\(Self.latex(alternative))}]{\(latexPath)}
                  \\caption{\(Self.latex(title))}
                  \\label{fig:\(label)}
                \\end{figure}

                """
        case .beamer:
            let pictures =
                pages > 1
                ? (1...pages).map {
                    "  \\includegraphics<\($0)>[page=\($0),width=\\textwidth,height=0.8\\textheight,keepaspectratio]{\(latexPath)}%"
                }
                : [
                    "  \\includegraphics[width=\\textwidth,height=0.8\\textheight,keepaspectratio,alt={\(Self.latex(alternative))}]{\(latexPath)}"
                ]
            return "\\begin{frame}{\(Self.latex(title))}\n  \\centering\n\(pictures.joined(separator: "\n"))\n\\end{frame}\n"
        }
    }

    /// LaTeX takes the PDF where it is called by the base name; a name with a dot needs braces around all but the ending.
    private var latexPath: String { base.contains(".") ? "{\(base)}" : base }

    private var label: String { LessonUse.safe(name) }

    private static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }

    private static func quoted(_ text: String) -> String {
        oneLine(text).replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    }

    /// Text that pdflatex sets as it is: what it knows no letter for is written with its mathematics.
    static func latex(_ text: String) -> String {
        var result = ""
        for character in oneLine(text) {
            if let written = written[character] {
                result += written
            } else if let digit = raised.firstIndex(of: character) {
                result += "\\textsuperscript{\(raisedPlain[raised.distance(from: raised.startIndex, to: digit)])}"
            } else if let digit = lowered.firstIndex(of: character) {
                result += "\\textsubscript{\(loweredPlain[lowered.distance(from: lowered.startIndex, to: digit)])}"
            } else {
                result.append(character)
            }
        }
        return result
    }

    private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
    private static let raisedPlain = Array("0123456789") + [Character("-"), Character("+")]
    private static let lowered = Array("₀₁₂₃₄₅₆₇₈₉₋₊")
    private static let loweredPlain = Array("0123456789-+")

    private static let written: [Character: String] = [
        "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_",
        "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}",
        "−": "$-$", "×": "$\\times$", "·": "$\\cdot$", "÷": "$\\div$", "±": "$\\pm$", "≈": "$\\approx$", "≤": "$\\le$", "≥": "$\\ge$",
        "≠": "$\\ne$", "∞": "$\\infty$", "√": "$\\surd$", "∑": "$\\sum$", "∏": "$\\prod$", "∂": "$\\partial$", "∇": "$\\nabla$", "′": "$'$",
        "‖": "$\\|$", "→": "$\\to$", "←": "$\\leftarrow$", "∈": "$\\in$", "ℓ": "$\\ell$", "½": "$\\frac12$", "¼": "$\\frac14$",
        "⋮": "$\\vdots$",
        "⋯": "$\\cdots$", "…": "\\dots{}", "\u{2009}": "\\,", "\u{202F}": "\\,", "\u{A0}": "~", "“": "``", "”": "''", "‘": "`", "’": "'",
        "–": "--", "—": "---",
        "α": "$\\alpha$", "β": "$\\beta$", "γ": "$\\gamma$", "δ": "$\\delta$", "ε": "$\\epsilon$", "η": "$\\eta$", "θ": "$\\theta$",
        "λ": "$\\lambda$",
        "μ": "$\\mu$", "π": "$\\pi$", "ρ": "$\\rho$", "σ": "$\\sigma$", "φ": "$\\varphi$", "Φ": "$\\Phi$", "ω": "$\\omega$",
        "Σ": "$\\Sigma$",
        "Δ": "$\\Delta$", "Θ": "$\\Theta$",
    ]
}
