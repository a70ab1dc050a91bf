import Autodiff
package import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
package import Traces
import Typesetting

/// Several training steps: the loss by step with the traced one marked, and how one parameter and the optimizer's state for it went.
/// - Returns: nil for a trace of a single step.
package func stepsFigure(
    _ trace: Trace, notation: NotationStyle = .automatic, measurer: any TextMeasuring, pageWidth: Double? = nil
) -> Picture? {
    guard trace.isOneOfSeveral else { return nil }
    return StepsPage(trace, notation, measurer, pageWidth).picture
}

private struct StepsPage {
    let trace: Trace
    let teller: Storyteller
    let lettering: BlockLettering
    let table: CourseTable?
    let pageWidth, margin: Double
    private var width: Double { pageWidth - 2 * margin }

    init(_ trace: Trace, _ notation: NotationStyle, _ measurer: any TextMeasuring, _ pageWidth: Double?) {
        self.trace = trace
        teller = Storyteller(trace, notation: notation)
        table = teller.courseTable
        lettering = BlockLettering(typesetter: Typesetter(measurer: measurer))
        self.pageWidth = pageWidth ?? LayerPage.usualWidth
        margin = self.pageWidth < 600 ? 6 : 30
    }

    private var steps: Int { trace.rule.steps }

    /// What the steps did to the loss, or to the expression's result.
    private var found: Formula {
        guard let first = trace.update.losses.first, let last = trace.update.losses.last else { return .words("Training step \(steps)") }
        let name = trace.rule.optimizer?.kind.name ?? "training"
        let (from, to) = (Numeral(first).text, Numeral(last).text)
        let result: Formula = trace.lowered == nil ? teller.symbols.resultName : .words("the loss")
        let (verb, end) = last < first ? ("bring", " from \(from) to \(to)") : ("leave", " at \(to); it was \(from)")
        return .row([.words("\(steps) steps of \(name) \(verb) "), result, .words(end)])
    }

    var picture: Picture {
        var column = TextColumn(margin: margin, width: width, typesetter: lettering.typesetter, numerals: .words)
        let headline = TracedHeadline(trace, found: found) { value, key in
            table?.numeral(value, key: key) ?? Numeral(value, digits: Precision().digits(of: key))
        }
        let subtitle =
            setUp + [
                .words(
                    "Large dot: step \(steps) of \(trace.lessonSteps); hollow: after it."
                        + (trace.lowered == nil ? "" : " All steps are on the same data.")
                )
            ]
        column.writeHead(trace.title, headline: headline.formula, subtitle: subtitle, type: PlotType())
        var told: [String] = []
        if let plots { section("Before each step", teller.stepSummary.map { $0 + "." } ?? "", plots) }
        if let table {
            let name: Formula = .row([table.parameter, .words(" step by step")])
            let lines = table.rows.map { row in "Step \(row.step): " + row.lines.map(\.plainText).joined(separator: "; ") }
            let reason = table.reason.map { lettering.text($0, BlockLettering.body, width: width) }
            told = [name.plainText] + [table.reason?.plainText].compactMap(\.self) + lines
            section(
                name.plainText, lines.joined(separator: "\n"),
                .column([heading(name), reason, rows(of: table)].compactMap(\.self), gap: 9))
        }
        func section(_ name: String, _ words: String, _ block: Block) {
            column.y += 10
            column.list.stroke(
                .line(from: Point(margin, column.y), to: Point(margin + width, column.y)), Stroke(.grid, width: 0.8))
            column.list.group(
                Group(.panel, name, words: words.isEmpty ? name : words), block.list.translated(by: Point(margin, column.y + 9)))
            column.y += 9 + block.height
        }
        return Picture(
            size: Size(pageWidth, (column.y + max(margin - 14, 8)).rounded(.up)), content: column.list, title: headline.title,
            alternative: "Training step by step: \(found.plainText). \(subtitle.map(\.plainText).joined(separator: " "))",
            description: ([teller.stepSummary.map { $0 + "." } ?? ""] + told).joined(separator: "\n"))
    }

    /// The loss by step, and beside it or below it the parameter that the page follows.
    private var plots: Block? {
        let losses = trace.update.losses
        let isWide = table != nil && width >= 560
        let share = isWide ? (width - 24) / 2 : width
        let plots = [
            StepPlot(of: teller.symbols.resultName, losses, losses.map { Numeral($0) }, width: share, lettering.typesetter),
            table.flatMap { StepPlot(of: $0.parameter, $0.values, $0.numerals, width: share, lettering.typesetter) },
        ].compactMap(\.self)
        guard !plots.isEmpty else { return nil }
        let blocks = plots.map { Block(width: share, height: $0.height, list: $0.draw()) }
        return isWide ? .row(blocks, gap: 24) : .column(blocks, gap: 12)
    }

    /// What is trained, and how: the expression and where it starts, or the network, its loss and a single sample; and the optimizer.
    private var setUp: [Formula] {
        var lines: [Formula] = []
        switch trace.subject {
        case .expression(let lowered):
            let program = lowered.program
            let start = program.inputs.map { name, value -> Formula in
                .row([.variable(name), .sign(.equals), .number(value, digits: Numeral.mostDigits)])
            }
            lines.append(
                .row([.joined(program.formulas, by: .comma), .words("; at first "), .joined(start, by: .comma), .words(".")]))
        case .network(let lowered):
            let names = lowered.layers.map(\.layer.heading).joined(separator: " → ")
            lines.append(.row([.words("Input → \(names) → loss. "), teller.lossConvention(lowered), .words(".")]))
        }
        if let optimizer = teller.optimizerInWords { lines.append(.row([.words("Optimizer: "), optimizer, .words(".")])) }
        return lines
    }

    private func heading(_ formula: Formula) -> Block { lettering.text(formula, BlockLettering.heading, width: width) }

    /// A row for each step with its lines in columns; where these are too wide, the lines below each other and the steps as wide as they fit.
    private func rows(of table: CourseTable) -> Block {
        let gap = 16.0
        let cells = table.rows.map { row -> [Block] in
            let font = row.step == steps ? Font(size: 8.5, weight: .semibold) : BlockLettering.body
            let loss = trace.update.losses.indices.contains(row.step - 1) ? trace.update.losses[row.step - 1] : .nan
            let first: Formula = .row([
                .words("Step \(row.step)  "), teller.symbols.resultName, .sign(.equals), .role(.value, Numeral(loss).asWords),
            ])
            return [lettering.block(first, font)] + row.lines.map { lettering.equation($0, width: width) }
        }
        let count = cells.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in cells.compactMap { $0.count > column ? $0[column].width : nil }.max() ?? 0 }
        let fits = widths.reduce(0, +) + gap * Double(max(count - 1, 0)) <= width
        let laid = cells.map { row -> Block in
            guard fits else { return .column(row, gap: 5) }
            let padded = zip(row, widths).map { block, width in
                Block(width: width, height: block.height, axis: block.axis, list: block.list)
            }
            return .row(padded, gap: gap)
        }
        return fits ? .column(laid, gap: 9) : .flow(laid, width: width, gap: 36, lead: 14)
    }
}
