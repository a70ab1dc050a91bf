import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// A dense layer: the rows of its weights forward, the same columns backward, and a table of products for the weights.
struct DenseStory: LayerStory {
    let subject: LayerSubject
    /// The row of the input, of the weights' columns, and of the output.
    let input, output: TensorSlice
    let weights: TensorSlice
    let bias: TensorSlice?
    let rows, columns: Shown
    /// How many rows of inputs go through the same weights.
    private let repeats: Int
    private let steps: Int

    /// - Parameter room: how wide the page is, in points.
    init?(_ subject: LayerSubject, room: Double) {
        guard let layer = subject.layer, case .dense = layer.layer.kind,
            let operation = subject.operation(layer.output), operation.operands.count > 1
        else { return nil }
        self.subject = subject
        let operands = operation.operands
        let (x, z) = (subject.slice(operands[0]), subject.slice(layer.output))
        (input, output) = (x.row(0), z.row(0))
        weights = subject.slice(operands[1])
        bias = operands.count > 2 ? subject.slice(operands[2]) : nil
        steps = x.rows
        repeats = subject.trace.tape[operands[0]].shape.dropLast().reduce(1, *)
        rows = Shown(output.columns, most: 4)
        columns = Shown(input.columns, most: room < 400 ? 2 : room < 560 ? 3 : 4)
    }

    // MARK: Numbers

    func x(_ column: Int) -> ScalarID { input.scalar(0, column) }
    func z(_ row: Int) -> ScalarID { output.scalar(0, row) }
    func weight(_ row: Int, _ column: Int) -> ScalarID { weights.scalar(row, column) }

    var isOnlyUse: Bool { subject.uses(of: input.id).count == 1 }
    var isWholeGradient: Bool { repeats == 1 && subject.uses(of: weights.id).count == 1 }
    var hasInputGradient: Bool { subject.hasGradient(input.id) }

    func gradientKey(_ column: Int) -> NumberKey {
        isOnlyUse ? .gradient(x(column).key) : .branch(x(column).key, 0)
    }

    private func hidden(_ shown: Shown) -> [Int] {
        let seen = Set(shown.indices)
        return (0..<shown.count).filter { !seen.contains($0) }
    }

    /// z₁ = Σ wᵢⱼ xⱼ + b₁.
    func forward(_ row: Int) -> LayerLine {
        var terms = columns.indices.map { subject.leaf(weight(row, $0), .plain) * subject.leaf(x($0)) }
        if !columns.isWhole {
            let rest = hidden(columns).reduce(0) { $0 + subject.value(weight(row, $1)) * subject.value(x($1)) }
            terms.insert(.rest(rest, z(row)), at: terms.count - 1)
        }
        if let bias { terms.append(subject.leaf(bias.scalar(0, row), .plain)) }
        return LayerLine(key: .value(z(row).key), arithmetic: .sum(terms), result: subject.value(z(row)))
    }

    /// Σ ∂L/∂zᵢ wᵢⱼ.
    func backward(_ column: Int) -> LayerLine {
        func product(_ row: Int) -> Double { subject.gradient(z(row)) * subject.value(weight(row, column)) }
        var terms = rows.indices.map { subject.gradientLeaf(z($0)) * subject.leaf(weight($0, column), .local) }
        if !rows.isWhole { terms.insert(.rest(hidden(rows).reduce(0) { $0 + product($1) }, x(column)), at: terms.count - 1) }
        return LayerLine(
            key: gradientKey(column), arithmetic: .sum(terms),
            result: isOnlyUse ? subject.gradient(x(column)) : (0..<rows.count).reduce(0) { $0 + product($1) })
    }

    func outerKey(_ row: Int, _ column: Int) -> NumberKey {
        let w = weight(row, column)
        guard !isWholeGradient else { return .gradient(w.key) }
        return .contribution(NumberKey.Use(from: w.key, to: z(row).key, operand: 1))
    }

    func outerProduct(_ row: Int, _ column: Int) -> Double {
        isWholeGradient ? subject.gradient(weight(row, column)) : subject.gradient(z(row)) * subject.value(x(column))
    }

    private func outer(_ row: Int, _ column: Int) -> LayerLine {
        LayerLine(
            key: outerKey(row, column), arithmetic: subject.gradientLeaf(z(row)) * subject.leaf(x(column), .local),
            result: outerProduct(row, column))
    }

    var lines: [LayerLine] {
        rows.indices.map(forward) + (hasInputGradient ? columns.indices.map(backward) : [])
            + rows.indices.flatMap { row in columns.indices.map { outer(row, $0) } }
    }

    // MARK: Words

    /// Of an entry of the input: of what comes back through this layer alone, where the input is used elsewhere too.
    func gradientName(_ scalar: ScalarID) -> Formula { part(subject.symbols.inlineGradient(of: scalar), isWhole: isOnlyUse) }
    var inputGradientName: Formula { part(subject.gradientName(input.id), isWhole: isOnlyUse) }

    /// Of the weights: what this row of inputs adds, where other rows or uses add more.
    var weightGradientName: Formula {
        isWholeGradient
            ? subject.gradientName(weights.id)
            : .row([subject.gradientName(weights.id), .words(repeats > 1 ? " of this row" : " by this layer")])
    }

    private func part(_ gradient: Formula, isWhole: Bool) -> Formula {
        isWhole ? gradient : .row([gradient, .words(" by this layer")])
    }

    var w: Formula { subject.symbols.tensor(weights.id) }

    func headlines(_ page: LayerPage) -> [Formula] {
        guard hasInputGradient else {
            return [.row([.words("Each gradient of "), w, .words(" is a product: what came back, times what went in")])]
        }
        let column = columns.indices.first { subject.gradient(x($0)) != 0 } ?? 0
        let line = backward(column).line(page.precision)
        let left: [Formula] = [gradientName(x(column)), .sign(.equals)]
        let claim: [Formula] = [.transposed(w), .words(" is "), w, .words(" read down its columns: ")]
        let full = Formula.row(claim + left + line.numeric.parts + [.sign(line.relation), line.result.asWords])
        return (rows.isWhole ? [full] : []) + [
            .row(claim + left + [line.result.asWords]),
            .row([.words("Forward reads "), w, .words(" along its rows, backward down its columns")]),
        ]
    }

    func subtitle(_ page: LayerPage) -> [Formula] {
        var lines = [legend(page)]
        if steps > 1 {
            lines.append(.words("Time step 1 of \(steps) is shown; every step goes through the same weights."))
        }
        return lines
    }

    func sections(_ page: LayerPage) -> [LayerSection] {
        let crossbar = crossbar(page)
        var hints: [Formula] = [
            .row([
                .role(.value, .words("Forward")), .words(": "), subject.symbols.entry(output.id, "i"), .words(" reads row "), "i",
                .words(" of "), w, .words("."),
            ])
        ]
        if hasInputGradient {
            hints.append(
                .row([
                    .role(.gradient, .words("Backward")), .words(": "), subject.symbols.entry(input.id, "j"),
                    .words(" reached the loss through every "), subject.symbols.entry(output.id, "i"), .words(", by "),
                    subject.symbols.entry(weights.id, .row(["i", .words(","), "j"])), .words(". Its gradient gathers column "), "j",
                    .words("."),
                ]))
            if !isOnlyUse { hints.append(.words("The input is used elsewhere too; what comes back from there is added to this.")) }
        }
        if bias != nil {
            hints.append(
                .row([.words("The bias is added, so its gradient is "), subject.gradientName(output.id), .words(" itself.")]))
        }
        let isWide = crossbar.width > page.width - 160
        return [
            LayerSection(
                heading: .row([w, .words(" there and back")]), words: hints,
                blocks: [crossbar]
                    + (hasSides(page) ? [] : rows.indices.map { .column([ahead($0, page, page.width - 26), back($0, page)], gap: 7) }),
                isWide: isWide),
            LayerSection(
                heading: .words("The same as products of matrices"), words: [.words(closing)], blocks: products(page), gap: 26,
                isWide: true),
        ]
    }

    private var closing: String {
        let weights =
            isWholeGradient
            ? ""
            : repeats > 1
                ? " The gradient of the weights is the sum of such tables over all \(repeats) rows of inputs; here is one of them."
                : " The weights have a further use, whose gradient is added to this."
        return "Written as one product, each column becomes a row; that is all the transpose does." + weights
    }
}
