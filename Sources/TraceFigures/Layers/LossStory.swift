import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// The loss: outputs and targets, with the gradients that set out from here; of a cross-entropy of scores its probabilities, p − t below them.
struct LossStory: LayerStory {
    let subject: LayerSubject
    private let scores: TensorSlice
    private let targets: TensorSlice?
    /// By row of the sample; nil of a loss that makes no probabilities of classes.
    private let probabilities: [[Double]]?
    private let right: [Int]

    init(_ subject: LayerSubject) {
        self.subject = subject
        let scores = subject.slice(subject.lowered.output)
        self.scores = scores
        targets = subject.lowered.targets.map { subject.slice($0) }
        let loss = subject.lowered.problem.loss
        var (shares, right): ([[Double]], [Int]) = ([], [])
        if loss.measure == .crossEntropy(of: .scores),
            subject.operation(subject.lowered.dataLoss)?.operands.first == subject.lowered.output,
            let targets = subject.lowered.targets, subject.trace.tape[targets].shape != subject.trace.tape[subject.lowered.output].shape
        {
            let all = subject.trace.pass.value(targets).scalars
            for row in 0..<scores.rows {
                let values = (0..<scores.columns).map { subject.value(scores.scalar(row, $0)) }
                let largest = values.max() ?? 0
                let powers = values.map { Pointwise.exp($0 - largest) }
                let sum = powers.reduce(0, +)
                shares.append(powers.map { $0 / sum })
                let place = scores.start / max(scores.columns, 1) + row
                right.append(all.indices.contains(place) ? Int(exactly: all[place]) ?? 0 : 0)
            }
        }
        probabilities = shares.isEmpty ? nil : shares
        self.right = right
    }

    // MARK: Numbers

    private func key(_ scalar: ScalarID) -> NumberKey { .probability(scalar.key) }

    private func share(_ row: Int, _ column: Int) -> Double { probabilities?[row][column] ?? .nan }

    /// By what the loss divides p − t: 1 of a sum.
    private var divisor: Double { subject.lowered.problem.loss.divisor(for: subject.trace.tape[scores.id].shape) }
    private var isWhole: Bool { divisor == 1 }

    /// Whether the loss of the data is −ln p of this row alone.
    private var isOfOneRow: Bool { scores.rows == 1 && subject.batch == 1 }

    private var rows: [Int] { Array(0..<min(scores.rows, 3)) }
    private var shown: [Int] { Shown(scores.columns, most: 6).indices }

    /// eᶻ over the sum of them, and p − t.
    var lines: [LayerLine] {
        guard probabilities != nil else { return [] }
        return rows.flatMap { row in
            shown.map { difference(row, $0) } + (softmax(row).map { [$0] } ?? []) + (isOfOneRow ? [lossLine(row)] : [])
        }
    }

    /// The target's probability, eᶻ over the sum of all.
    private func softmax(_ row: Int) -> LayerLine? {
        guard scores.columns <= 5, right[row] < scores.columns else { return nil }
        let powers = (0..<scores.columns).map { Arithmetic.function(.exp, [subject.leaf(scores.scalar(row, $0))]) }
        let probability = share(row, right[row])
        return LayerLine(key: key(scores.scalar(row, right[row])), arithmetic: powers[right[row]] / .sum(powers), result: probability)
    }

    private func difference(_ row: Int, _ column: Int) -> LayerLine {
        let scalar = scores.scalar(row, column)
        let y: Double = right[row] == column ? 1 : 0
        let difference = Arithmetic.leaf(.init(share(row, column), role: .value, key: key(scalar))) - .number(y)
        return LayerLine(
            key: .gradient(scalar.key), arithmetic: isWhole ? difference : difference / .number(divisor),
            result: subject.gradient(scalar))
    }

    // MARK: Words

    func headlines(_ page: LayerPage) -> [Formula] {
        guard probabilities != nil, let target = right.first, target < scores.columns else {
            return [.row([.words("The gradient of the loss by each output is where the way back begins")])]
        }
        let gradient = page.gradient(scores.scalar(0, target))
        return [.row([.words("The target’s gradient, "), gradient.asWords, .words(", balances the others: together they sum to 0")])]
    }

    func subtitle(_ page: LayerPage) -> [Formula] {
        guard probabilities != nil else { return [legend(page)] }
        let share = isWhole ? "" : ", divided by \(Numeral(divisor).text), since the loss is a mean"
        return [
            legend(page),
            .row([
                .words("The gradient with respect to the scores is "), "p", .sign(.minus), "t",
                .words(", the probabilities less the target\(share)."),
            ]),
        ]
    }

    func sections(_ page: LayerPage) -> [LayerSection] {
        guard probabilities != nil else {
            var blocks = [page.tile("outputs", scores, [.value, .gradient]).block(page.lettering)]
            if let targets { blocks.append(page.tile("targets", targets, [.value], paint: .ink).block(page.lettering)) }
            return [LayerSection(heading: .words("Outputs and targets"), blocks: blocks, gap: 16)]
        }
        return rows.map { section($0, page) }
    }

    private func section(_ row: Int, _ page: LayerPage) -> LayerSection {
        let columns = Shown(scores.columns, most: 6)
        let one = Shown(1, most: 1)
        let mark = columns.indices.firstIndex(of: right[row])
        func tile(_ id: String, _ name: Formula, _ cell: @escaping (Int) -> TensorTile.Cell) -> Block {
            var tile = TensorTile(id: "\(id) \(row + 1)", name: name, rows: columns, columns: one) { column, _ in cell(column) }
            if let mark { tile.outlines = [.init(rows: mark...mark, columns: 0...0)] }
            return tile.block(page.lettering)
        }
        let symbol = subject.symbols.tensor(scores.id)
        func number(_ column: Int) -> Numeral {
            page.precision.numeral(share(row, column), key: key(scores.scalar(row, column)))
        }
        let z = tile("scores", .role(.value, symbol)) { page.cell(scores.scalar(row, $0), [.value]) }
        let p = tile("probabilities", .role(.value, "p")) {
            TensorTile.Cell(lines: [(number($0).asWords, .value)], words: "probability of class \($0): \(number($0).text)")
        }
        let y = tile("target", subject.lowered.targets.map { subject.symbols.tensor($0) } ?? "t") {
            TensorTile.Cell(
                lines: [(.words(right[row] == $0 ? "1" : "0"), .ink)], words: right[row] == $0 ? "the target" : "not the target")
        }
        let g = tile("gradient", subject.gradientName(scores.id)) {
            var cell = page.cell(scores.scalar(row, $0), [.gradient])
            cell.isStrong = true
            return cell
        }
        let sign = page.lettering.sign
        var words: [Formula] = [
            .row(
                [
                    .words("Outlined: the target, class \(right[row])")
                ]
                    + (right[row] < scores.columns ? [.words(", whose score is "), subject.symbols(scores.scalar(row, right[row]))] : [])
                    + [.words(". Its gradient alone is negative; a step raises its score and lowers the others.")])
        ]
        if !isWhole { words.append(.words("The loss is a mean, so the gradient is p − t divided by \(Numeral(divisor).text).")) }
        if !columns.isWhole {
            words.append(.words("\(scores.columns - columns.indices.count) of \(scores.columns) classes are not shown."))
        }
        let rule = softmax(row).map { told in
            page.equation([.sub("p", .name(String(right[row] + 1)))], told.line(page.precision), .value, font: Font(size: 10))
        }
        if isOfOneRow, isWhole, columns.isWhole, page.isWide {
            return bars(row, [z, p, y, g], words, rule, page)
        }
        return LayerSection(
            heading: .words(scores.rows > 1 ? "Scores at step \(row + 1)" : "Scores to probabilities, and back"), words: words,
            blocks: [
                z, page.arrow(.words("softmax")), p, sign(.minus), y,
                isWhole ? sign(.equals) : page.arrow(.words("÷ \(Numeral(divisor).text)"), .gradientLine), g,
            ]
                + (rule.map { [$0] } ?? []), gap: 12)
    }

    /// Scores, probabilities and gradients of one row as bars over the same classes, and p − t between them in numbers.
    private func bars(_ row: Int, _ tiles: [Block], _ words: [Formula], _ rule: Block?, _ page: LayerPage) -> LayerSection {
        let columns = Array(0..<scores.columns)
        func bars(
            _ id: String, _ name: Formula, _ text: Paint, _ fill: Paint, _ number: (ScalarID) -> (value: Double, numeral: Numeral)
        ) -> Block {
            ClassBars(
                id: "\(id) bar", name: name,
                bars: columns.map { column in
                    let found = number(scores.scalar(row, column))
                    return .init(
                        value: found.value, number: found.numeral.asWords,
                        words: "\(name.plainText) of class \(column): \(found.numeral.text)")
                },
                names: columns.map { .words("\($0)") }, mark: right[row], text: text, fill: fill
            ).block(page.lettering)
        }
        let z = bars("score", .role(.value, subject.symbols.tensor(scores.id)), .value, .value) { (subject.value($0), page.value($0)) }
        let p = bars("probability", .role(.value, "p"), .value, .value) {
            let value = share(row, ($0.index - scores.start) % scores.columns)
            return (value, page.precision.numeral(value, key: key($0)))
        }
        let g = bars("gradient", subject.gradientName(scores.id), .gradient, .gradientLine) { (subject.gradient($0), page.gradient($0)) }
        let sign = page.lettering.sign
        let difference = Block.row([tiles[1], sign(.minus), tiles[2], sign(.equals), tiles[3]], gap: 12)
        let loss = page.equation(
            [subject.symbols(dataLoss), .sign(.equals), .words("−ln "), .sub("p", .name(String(right[row] + 1)))],
            lossLine(row).line(page.precision), .value, font: Font(size: 10))
        return LayerSection(
            heading: .words("Scores to probabilities, and back"), words: words,
            blocks: [z, page.arrow(.words("softmax")), p, page.arrow(.row(["p", .sign(.minus), "t"]), .gradientLine), g]
                + (rule.map { [$0] } ?? []) + [
                    loss
                ]
                + [difference], gap: 14, isWide: true)
    }

    /// Without a penalty.
    private var dataLoss: ScalarID { ScalarID(subject.lowered.dataLoss, 0) }

    /// −ln of the target's probability.
    private func lossLine(_ row: Int) -> LayerLine {
        let target = scores.scalar(row, right[row])
        return LayerLine(
            key: nil,
            arithmetic: .negation(.function(.ln, [.leaf(.init(share(row, right[row]), role: .value, key: key(target)))])),
            result: subject.value(dataLoss))
    }
}
