import Escaping
import Notation
import Telling
import Traces

extension Report {
    /// Plain text for a terminal, at most 100 columns wide, with formulas on separate lines.
    var plainText: String {
        var text = title.withoutDirections.onOneLine + "\n"
        text += String(repeating: "=", count: min(max(title.count, 1), 100)) + "\n"
        if let description, !description.isEmpty { text += "\n" + description.withoutDirections.onOneLine.wrapped(indent: 0) }
        text += "\n" + conventions.map { "· \($0.plainText)".wrapped(indent: 0) }.joined()
        for told in told {
            text += "\n\(told.number). \(told.step.phase.heading): \(told.step.question.plainText)".withoutDirections + "\n"
            for finding in told.findings { for line in finding.plainLines { text += line.wrapped(indent: 4) } }
            if let remainder = told.remainder { text += "    (\(remainder))\n" }
            if let matrix = told.matrix {
                text += "All at once: \(matrix.rule.plainText)".wrapped(indent: 4)
                if let numbers = matrix.numbers { text += numbers.plainText.wrapped(indent: 8) }
                if !matrix.remark.plainText.isEmpty { text += matrix.remark.plainText.wrapped(indent: 8) }
            }
            let sentence = told.step.sentence.plainText.withoutDirections
            if !sentence.isEmpty { text += sentence.wrapped(indent: 2) }
        }
        return Printable.lines(text)
    }
}

extension ToldFinding {
    fileprivate var plainLines: [String] {
        var lines: [String] = []
        let relation = finding.kind.relation == .assigned ? "←" : "="
        let name = finding.inlineSymbol.plainText
        if let stated { lines.append(stated.plainText) }
        if let rule { lines.append(rule.inline.plainText) }
        for contribution in contributions {
            lines.append("  through \(contribution.through.plainText): \(contribution.formula.plainText)")
        }
        if let numbers { lines.append("\(name) \(relation) \(numbers.plainText)") }
        lines += others.map { "  \($0.plainText)" }
        return lines
    }
}
