package import Backstep
import CairoBackend
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
    /// The pages of the PDF, each with its title and alternative text, if there are several.
    private let pages: [(title: String, alternative: String)]

    /// - Parameter path: a figure's file, or the path of its files without extension.
    /// - Throws: if there is no such figure.
    package init(_ path: String) throws(BackstepError) {
        let isFile = CarriedFigure.isFigure(path)
        base = isFile ? (path as NSString).deletingPathExtension : path
        var endings: [String] = []
        for ending in PictureFormat.endings where FileManager.default.fileExists(atPath: "\(base).\(ending)") { endings.append(ending) }
        guard let first = isFile ? (path as NSString).pathExtension : endings.first else {
            throw BackstepError(.noInput, "there is no figure \(path)\(PictureFormat.endingsInWords)")
        }
        self.endings = isFile && !endings.contains(first) ? [first] : endings
        let figure = try CarriedFigure.required("\(base).\(first)")
        title = figure.origin.title ?? ""
        alternative = figure.origin.alternative ?? ""
        let count = endings.contains("pdf") ? Self.pages(of: try CarriedFigure.bytes("\(base).pdf")) : 1
        pages = count > 1 ? try Self.frames(of: figure, count) : []
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

    /// The texts of a step-through's pages, made anew from its lesson; without a lesson, numbers.
    private static func frames(of figure: CarriedFigure, _ count: Int) throws(BackstepError) -> [(title: String, alternative: String)] {
        let numbers = (1...count).map { (title: "Step \($0)", alternative: "Step \($0) of \(count)") }
        guard figure.origin.step != nil, figure.carried.source != nil else { return numbers }
        let told = try figure.lesson().frameTexts(try Press(), as: figure.origin)
        return told.count == count ? told : numbers
    }

    private var name: String { (base as NSString).lastPathComponent }

    /// The path of the first of these formats that exists.
    /// - Throws: if none does.
    private func path(_ wanted: [String]) throws(BackstepError) -> String {
        guard let ending = wanted.first(where: endings.contains) else {
            throw BackstepError(
                .usage,
                "\(base).pdf is no picture for a browser; expected \(base).svg or .png beside it"
                    + (pages.isEmpty ? "" : ", or one of its pages, as frames/001.svg"))
        }
        return "\(base).\(ending)"
    }

    private func url(_ wanted: [String]) throws(BackstepError) -> String { try path(wanted).percentEncodedPath }

    /// - Throws: if the figure's path can't be written in the dialect.
    package func text(for dialect: Dialect) throws(BackstepError) -> String {
        let screen = [PictureFormat.svg, .png].map(\.rawValue)
        switch dialect {
        case .markdown: return "![\(alternative.escaped(forMarkdown: .alternative))](\(try url(screen)))\n"
        case .quarto:
            return
                "![\(title.escaped(forMarkdown: .alternative))](\(try url(screen + ["pdf"])))"
                + "{#fig-\(label) fig-alt=\"\(alternative.escapedForPandocAttribute)\"}\n"
        case .myst:
            return
                "```{figure} \(try path(screen).asDirectivePath)\n:name: fig-\(label)\n:alt: \(alternative.quotedForYAML)\n\n"
                + "\(title.escaped(forMarkdown: .lineStart))\n```\n"
        case .html:
            return """
                <figure id="fig-\(label)">
                  <img src="\(try url(screen))" alt="\(alternative.escapedForTagInMarkdown)">
                  <figcaption>\(title.escapedForTagInMarkdown)</figcaption>
                </figure>

                """
        case .revealjs:
            return """
                <section>
                  <h2>\(title.escapedForTagInMarkdown)</h2>
                  <img class="r-stretch" src="\(try url(screen))" alt="\(alternative.escapedForTagInMarkdown)">
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
            let size = "width=\\textwidth,height=0.8\\textheight,keepaspectratio"
            guard !pages.isEmpty else {
                return """
                    \\begin{frame}{\(title.escapedForLaTeX)}
                      \\centering
                      \\includegraphics[\(size),alt={\(alternative.escapedForLaTeX)}]{\(path)}
                    \\end{frame}

                    """
            }
            let titles = pages.enumerated().map { "  \\frametitle<\($0 + 1)>{\($1.title.escapedForLaTeX)}%\n" }
            let pictures = pages.enumerated().map {
                "  \\includegraphics<\($0 + 1)>[page=\($0 + 1),\(size),alt={\($1.alternative.escapedForLaTeX)}]{\(path)}%\n"
            }
            return "\\begin{frame}\n  \\centering\n\(titles.joined())\(pictures.joined())\\end{frame}\n"
        }
    }

    /// The path without extension, with which LaTeX finds the PDF.
    private func latexPath() throws(BackstepError) -> String {
        guard let path = base.latexFileName else {
            throw BackstepError(.usage, "LaTeX takes no file called \(Printable.quoted(base)); expected a name without \\ { } \" ` | $")
        }
        guard endings.contains("pdf") || endings.contains("png") else {
            throw BackstepError(.usage, "LaTeX takes no \(base).svg; expected \(base).pdf or .png beside it")
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
        var label = Substring(kept.joined())
        // The label comes after the same letters.
        if label.hasPrefix("fig"), label.dropFirst(3).first.map({ !$0.isLetter }) ?? true {
            label = label.dropFirst(3).drop { $0 == "-" || $0 == "_" }
        }
        return label.isEmpty ? "figure" : String(label.prefix(80))
    }
}
