import Notation
import Telling
import Traces

extension Report {
    /// A LaTeX document with an `align*` for each result of the steps: symbols, numbers, result.
    func derivation(_ templates: TemplateShelf) -> String {
        templates.render(
            "derivation",
            [
                "title": title, "description": description ?? "", "hasDescription": description?.isEmpty == false,
                "conventions": conventions.map(\.runningLatex),
                "forward": told.filter { $0.step.phase == .forward || $0.step.phase == .loss }.map(section),
                "backward": told.filter { $0.step.phase == .backward }.map(section),
                "update": told.filter { $0.step.phase == .update }.map(section),
                "hasUpdate": told.contains { $0.step.phase == .update },
            ])
    }

    private func section(_ told: ToldStep) -> [String: Any] {
        var content: [String: Any] = [
            "question": told.step.question.runningLatex, "sentence": told.step.sentence.runningLatex,
            "blocks": told.findings.compactMap(\.aligned).map { ["lines": $0] },
            "statements": told.findings.compactMap { $0.stated?.runningLatex },
            "notes": told.findings.flatMap(\.others).map(\.runningLatex),
        ]
        if let remainder = told.remainder { content["remainder"] = remainder }
        if let matrix = told.matrix {
            content["matrix"] =
                [
                    "rule": matrix.rule.latex, "numbers": matrix.numbers.map { [$0.latex] } ?? [],
                    "remark": matrix.remark.runningLatex,
                ] as [String: Any]
        }
        return content
    }
}

extension ToldFinding {
    /// The lines of an `align*`: the rule, the contributions, the numbers, the result. Each is given as its relation with the left and
    /// right sides; long right sides continue on further lines.
    fileprivate var aligned: [[String: Any]]? {
        guard let line else { return nil }
        var lines: [[String: Any]] = []
        func add(_ left: String, _ relation: Formula.Sign, _ right: Formula) {
            for (index, part) in Self.broken(right).enumerated() {
                lines.append(["left": index == 0 ? left : "", "relation": relation.latex, "right": part, "goesOn": index > 0])
            }
        }
        var rule = line.symbolic
        if case .chain(let chain) = finding.explanation { rule = chain.symbolic }
        add(finding.symbol.latex, finding.kind.relation, rule)
        for contribution in contributions { add(contribution.symbolic.latex, .equals, contribution.formula) }
        add("", .equals, line.numeric)
        add("", line.relation, .number(line.result))
        for index in lines.indices { lines[index]["isLast"] = index == lines.count - 1 }
        return lines
    }

    /// The formula split into lines: after about 55 characters it breaks at the next plus or minus.
    private static func broken(_ formula: Formula) -> [String] {
        var rows: [[Formula]] = [[]]
        var length = 0
        for part in formula.parts {
            let isBreak = part == .sign(.plus) || part == .sign(.minus)
            if isBreak, length > 55 {
                rows.append([])
                length = 0
            }
            rows[rows.count - 1].append(part)
            length += part.plainText.count + 1
        }
        return rows.map { Formula.row($0).latex }
    }
}
