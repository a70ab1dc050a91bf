import Notation
import Traces

extension Report {
    /// A LaTeX document with an `align*` for each parameter, or for each input of an expression: symbols, numbers, result.
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
            "notes": told.findings.compactMap(\.summation),
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
    /// The lines of an `align*`: the rule, the contributions, the numbers, the result.
    fileprivate var aligned: String? {
        guard let line else { return nil }
        let relation = finding.kind == .update ? #"\leftarrow"# : "="
        var lines: [String] = []
        if case .chain(let chain) = finding.explanation {
            lines += Self.broken(chain.symbolic).enumerated().map { index, part in
                index == 0 ? "\(finding.symbol.latex) &\(relation) \(part)" : #"&\quad "# + part
            }
        } else {
            lines += Self.broken(line.symbolic).enumerated().map { index, part in
                index == 0 ? "\(finding.symbol.latex) &\(relation) \(part)" : #"&\quad "# + part
            }
        }
        for contribution in contributions {
            lines.append("\(contribution.symbolic.latex) &= \(contribution.formula.latex)")
        }
        lines += Self.broken(line.numeric).enumerated().map { index, part in index == 0 ? "&= \(part)" : #"&\quad "# + part }
        lines.append("&\(line.relation == .equals ? "=" : #"\approx"#) \(Formula.number(line.result).latex)")
        return lines.joined(separator: " \\\\\n  ")
    }

    /// A long sum in lines of a few terms each.
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
        return rows.map { row in
            // A sign at the beginning keeps the spacing of a sign between two terms.
            let latex = Formula.row(row).latex
            return rows.count > 1 && row.first == .sign(.plus) ? "{}" + latex : latex
        }
    }
}
