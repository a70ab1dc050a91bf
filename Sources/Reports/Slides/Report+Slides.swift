import Escaping
import Notation
import Telling
import Traces

extension Report {
    /// Starting points for slides, with an image for each frame, in several formats for lectures.
    func slides(_ templates: TemplateShelf) -> [File] {
        let content: [String: Any] = [
            "title": title, "count": String(told.count),
            "steps": told.map {
                [
                    "number": String($0.number), "question": $0.step.question.plainText,
                    "alternative": $0.step.question.plainText.escaped(forMarkdown: .alternative),
                    "attribute": "Step \($0.number): \($0.step.question.plainText)".escapedForPandocAttribute,
                    "latexQuestion": $0.step.question.runningLatex, "image": frameNames[$0.number - 1],
                    "isLater": $0.number > 1,
                ] as [String: Any]
            },
        ]
        return [
            File("slides/beamer.tex", templates.render("beamer", content)),
            File("slides/marp.md", templates.render("marp", content)),
            File("slides/slidev.md", templates.render("slidev", content)),
            File("slides/quarto.qmd", templates.render("quarto", content)),
            File("slides/reveal.html", templates.render("reveal", content)),
        ]
    }
}
