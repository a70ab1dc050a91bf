import Escaping
import Notation
import Telling
import Traces

extension Report {
    /// Markdown with images, and with formulas between dollar signs, which pandoc, Quarto and most renderers understand.
    func markdown(_ templates: TemplateShelf) -> String {
        templates.render(
            "markdown",
            [
                "title": title, "description": description ?? "", "hasDescription": description?.isEmpty == false,
                "conventions": conventions.map(\.markdown),
                "steps": told.map { told in
                    var content: [String: Any] = [
                        "number": String(told.number), "heading": told.step.phase.heading,
                        "question": told.step.question.markdown,
                        "alternative": told.step.question.plainText.escaped(forMarkdown: .alternative),
                        "image": frameNames[told.number - 1], "sentence": told.step.sentence.markdown,
                        "formulas": told.findings.flatMap(\.latexLines).map(\.mathematicsInMarkdown),
                        "notes": told.findings.flatMap(\.others).map(\.markdown),
                        "statements": told.findings.compactMap { $0.stated?.markdown },
                    ]
                    if let matrix = told.matrix {
                        content["matrix"] =
                            [
                                "rule": matrix.rule.latex.mathematicsInMarkdown,
                                "numbers": matrix.numbers.map { [$0.latex.mathematicsInMarkdown] } ?? [],
                                "remark": matrix.remark.markdown,
                            ] as [String: Any]
                    }
                    if let remainder = told.remainder { content["remainder"] = remainder }
                    return content
                },
            ])
    }
}

extension Formula {
    var markdown: String {
        var isFirst = true
        return runningLatex {
            defer { isFirst = false }
            return $0.escaped(forMarkdown: isFirst ? .lineStart : .inLine)
        }.mathematicsInMarkdown
    }
}

extension ToldFinding {
    /// The rule, the contributions if there are several, and the numbers.
    var latexLines: [String] {
        var lines: [String] = []
        let relation = Formula.sign(finding.kind.relation)
        if let rule { lines.append(rule.latex) }
        for contribution in contributions {
            lines.append(Formula.row(contribution.symbolic.parts + [.sign(.equals)] + contribution.formula.parts).latex)
        }
        if let numbers { lines.append(Formula.row([finding.symbol, relation] + numbers.parts).latex) }
        return lines
    }
}
