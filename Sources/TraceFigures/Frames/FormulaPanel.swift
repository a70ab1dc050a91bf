import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The panel below the picture: the computation of the result, and a sentence about its meaning.
///
/// A single finding is shown large, a gradient as fractions with their numbers below; several findings take a line each. What does not fit
/// is set smaller, then on more lines; no text is below 7 pt.
struct FormulaPanel {
    let telling: FrameTelling
    let typesetter: Typesetter
    /// The widths of the formula's and of the sentence's column, in points.
    let width, sentenceWidth: Double
    /// The largest height of the formula, in points; a higher one is set as a line of numbers.
    let mostHeight: Double
    /// Whether it is a column, in which a formula takes several lines.
    var isNarrow: Bool { width < 300 }

    /// The content, with its top left corner at (0, 0), and its height.
    func formula() -> (content: DisplayList, height: Double) {
        let findings = telling.step.findings
        guard findings.count == 1, let finding = findings.first else { return several() }
        switch finding.explanation {
        case .chain(let chain):
            let fractions = ChainLayout(panel: self, finding: finding, chain: chain).layout()
            return fractions.height <= mostHeight ? fractions : several()
        case .arithmetic, .stated: return calculation(finding)
        }
    }

    func sentence() -> (content: DisplayList, height: Double) {
        var list = DisplayList()
        var y = 0.0
        for line in typesetter.wrapText(telling.step.sentence, font: Font(size: 8.5), width: sentenceWidth, numerals: .words) {
            y += max(line.ascent, 7)
            list.append(line.moved(to: Point(0, y)).content)
            y += max(line.descent, 2) + 2.5
        }
        return (list, max(0, y - 2.5))
    }
}

extension FormulaPanel {
    private func calculation(_ finding: Finding) -> (content: DisplayList, height: Double) {
        guard let line = telling.lines[0] else { return stated(finding) }
        return CalculationLayout(panel: self, finding: finding, line: line).layout()
    }

    private func stated(_ finding: Finding) -> (content: DisplayList, height: Double) {
        var words: Formula = .row([])
        if case .stated(let told) = finding.explanation { words = told }
        let result = largeResult(telling.numeral(finding), .equals)
        let symbol = typesetter.layout(finding.symbol, size: 17)
        var list = DisplayList()
        var y = max(symbol.ascent, result.ascent)
        list.append(symbol.moved(to: Point(0, y)).content)
        list.append(result.moved(to: Point(symbol.width + 8, y)).content)
        y += max(symbol.descent, result.descent) + 8
        for line in typesetter.wrapText(words, font: Font(size: 9.5), width: width, color: .quietInk) {
            y += line.ascent
            list.append(line.moved(to: Point(0, y)).content)
            y += line.descent + 3
        }
        return (list, y)
    }

    /// "= 0.08217", large.
    func largeResult(_ numeral: Numeral, _ relation: Formula.Sign) -> Laid {
        typesetter.layoutText(
            .row([.sign(relation), numeral.asWords]), font: Font(size: 17, weight: .semibold), color: .ink)
    }

    /// A formula on as many lines as it needs, broken before + and −.
    func wrap(_ parts: [Formula], size: Double) -> [Laid] {
        var groups: [[Formula]] = []
        for part in parts {
            let breaks: Bool
            if case .sign(let sign) = part { breaks = sign == .plus || sign == .minus || sign == .equals } else { breaks = false }
            if breaks || groups.isEmpty { groups.append([]) }
            groups[groups.count - 1].append(part)
        }
        var rows: [[Formula]] = []
        for group in groups {
            if let last = rows.last, typesetter.layout(.row(last + group), size: size).width <= width {
                rows[rows.count - 1] += group
            } else {
                rows.append(group)
            }
        }
        return rows.map { typesetter.layout(.row($0), size: size) }
    }

    /// A formula with the outlines of the positions that its numbers are read from.
    /// - Parameter underlines: whether outlines are drawn as lines below; inside brackets there is no room for boxes.
    func place(_ laid: Laid, underlines: Bool, into list: inout DisplayList) {
        list.append(laid.content)
        for mark in telling.marks {
            guard let box = laid.places[mark.key] else { continue }
            let highlight = mark.highlight
            if underlines {
                highlight.outline.draw(
                    from: Point(box.minX + 1.5, box.maxY + 3.2), to: Point(box.maxX - 1.5, box.maxY + 3.2),
                    color: Paint(of: highlight.role), into: &list)
                continue
            }
            highlight.outline.draw(
                around: box.insetBy(-2.5, -2.2), radius: 3, color: Paint(of: highlight.role), width: 0.9,
                into: &list)
        }
    }

    /// The largest type in which a formula fits on one line, or else the smallest, in points.
    private func size(of formula: Formula) -> Double {
        var (low, high) = (15, 24)
        // A larger type is never narrower.
        var tried = high
        while low < high {
            if typesetter.layout(formula, size: Double(tried) / 2).width <= width { low = tried } else { high = tried - 1 }
            tried = (low + high + 1) / 2
        }
        return Double(low) / 2
    }

    /// One line for each finding.
    private func several() -> (content: DisplayList, height: Double) {
        var list = DisplayList()
        var y = 0.0
        for (finding, line) in zip(telling.step.findings, telling.lines) {
            var parts = finding.inlineSymbol.parts + [Formula.sign(finding.kind.relation)]
            if let line { parts += line.numeric.parts + [.sign(line.relation)] }
            parts.append(.role(.result, .number(telling.numeral(finding))))
            let size = size(of: .row(parts))
            for row in wrap(parts, size: size) {
                y += max(row.ascent, size * 0.7)
                list.append(row.moved(to: Point(0, y)).content)
                y += max(row.descent, size * 0.2) + 5
            }
        }
        for note in [remainder, telling.step.omitted > 0 ? "and \(telling.step.omitted) more, found in the same way" : nil] {
            guard let note else { continue }
            let line = typesetter.layoutText(.words(note), font: Font(size: 9), color: .quietInk)
            y += line.ascent
            list.append(line.moved(to: Point(0, y)).content)
            y += line.descent + 5
        }
        return (list, max(0, y - 5))
    }

    /// What a number without a symbol at the end of a sum is; nil where all terms are written.
    private var remainder: String? {
        let rests = telling.lines.compactMap { line in
            line.flatMap { $0.arithmetic.leaves.last { $0.role == .quiet }?.symbol?.plainText }
        }
        guard let first = rests.first else { return nil }
        return "The last term of each sum stands for " + (Set(rests).count == 1 ? "\(first)." : "all others.")
    }
}
