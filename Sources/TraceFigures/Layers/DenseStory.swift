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
        guard let layer = subject.layer, case .dense? = Optional(layer.layer.kind),
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

    private func x(_ column: Int) -> ScalarID { input.scalar(0, column) }
    private func z(_ row: Int) -> ScalarID { output.scalar(0, row) }
    private func weight(_ row: Int, _ column: Int) -> ScalarID { weights.scalar(row, column) }

    private var isOnlyUse: Bool { subject.uses(of: input.id).count == 1 }
    private var isWholeGradient: Bool { repeats == 1 && subject.uses(of: weights.id).count == 1 }
    private var hasInputGradient: Bool { subject.hasGradient(input.id) }

    private func gradientKey(_ column: Int) -> NumberKey {
        isOnlyUse ? .gradient(x(column).key) : .branch(x(column).key, 0)
    }

    private func hidden(_ shown: Shown) -> [Int] {
        let seen = Set(shown.indices)
        return (0..<shown.count).filter { !seen.contains($0) }
    }

    /// z₁ = Σ wᵢⱼ xⱼ + b₁.
    private func forward(_ row: Int) -> LayerLine {
        var terms = columns.indices.map { subject.leaf(weight(row, $0), .plain) * subject.leaf(x($0)) }
        if !columns.isWhole {
            let rest = hidden(columns).reduce(0) { $0 + subject.value(weight(row, $1)) * subject.value(x($1)) }
            terms.insert(.rest(rest, z(row)), at: terms.count - 1)
        }
        if let bias { terms.append(subject.leaf(bias.scalar(0, row), .plain)) }
        return LayerLine(key: .value(z(row).key), arithmetic: .sum(terms), result: subject.value(z(row)))
    }

    /// Σ ∂L/∂zᵢ wᵢⱼ.
    private func backward(_ column: Int) -> LayerLine {
        func product(_ row: Int) -> Double { subject.gradient(z(row)) * subject.value(weight(row, column)) }
        var terms = rows.indices.map { subject.gradientLeaf(z($0)) * subject.leaf(weight($0, column), .local) }
        if !rows.isWhole { terms.insert(.rest(hidden(rows).reduce(0) { $0 + product($1) }, x(column)), at: terms.count - 1) }
        return LayerLine(
            key: gradientKey(column), arithmetic: .sum(terms),
            result: isOnlyUse ? subject.gradient(x(column)) : (0..<rows.count).reduce(0) { $0 + product($1) })
    }

    private func outerKey(_ row: Int, _ column: Int) -> NumberKey {
        let w = weight(row, column)
        guard !isWholeGradient else { return .gradient(w.key) }
        return .contribution(NumberKey.Use(from: w.key, to: z(row).key, operand: 1))
    }

    private func outerProduct(_ row: Int, _ column: Int) -> Double {
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

    private var w: Formula { subject.symbols.tensor(weights.id) }

    func headlines(_ page: LayerPage) -> [Formula] {
        guard hasInputGradient else {
            return [.row([.words("Each gradient of "), w, .words(" is a product: what came back, times what went in")])]
        }
        let column = columns.indices.first { subject.gradient(x($0)) != 0 } ?? 0
        let line = backward(column).line(page.precision)
        let left: [Formula] = [subject.symbols.inlineGradient(of: x(column)), .sign(.equals)]
        let claim: [Formula] = [.transposed(w), .words(" is "), w, .words(" read down its columns: ")]
        return [
            .row(claim + left + line.numeric.parts + [.sign(line.relation), line.result.asWords]),
            .row(claim + left + [line.result.asWords]),
            .row([.words("Forward reads "), w, .words(" along its rows, backward down its columns")]),
        ].map { rows.isWhole || $0.plainText.count > 90 ? $0 : .row(claim + left + [line.result.asWords]) }
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
        return "Written as one product, columns must lie as rows: that is all the transpose does." + weights
    }

    // MARK: The grid with what goes in and comes out at its sides

    /// Whether the rows' arithmetic has room beside the grid; else it stands below.
    private func hasSides(_ page: LayerPage) -> Bool { page.width >= 340 }

    private static let outlines: [Highlight.Outline] = [.solid, .dashed, .dotted, .double]

    /// Of a row: as strong as text on it allows.
    private func tint(_ place: Int) -> Paint { .series([3, 5, 1, 0][place % 4]).opacity(0.075) }

    private func crossbar(_ page: LayerPage) -> Block {
        let lettering = page.lettering
        let entries = columns.indices.map { column in
            lettering.line(
                .row([.role(.value, subject.symbols(x(column))), .sign(.equals), .role(.value, page.value(x(column)).asWords)]),
                BlockLettering.name)
        }
        let sums = hasInputGradient ? columns.indices.map { sum($0, page) } : []
        let numbers = rows.indices.map { row in
            columns.indices.map { column in
                Block.column(
                    [
                        lettering.block(subject.symbols(weight(row, column)), BlockLettering.note, .quietInk),
                        lettering.block(page.value(weight(row, column)).asWords, Font(size: 11, weight: .semibold)),
                    ], gap: 3, isCentred: true)
            }
        }
        let pitch =
            max(
                entries.map(\.width).max() ?? 0, sums.map(\.width).max() ?? 0, (numbers.joined().map(\.width).max() ?? 0) + 12, 44) + 14
        let gap = 22.0
        let across = columns.places(extent: pitch, gap: gap)
        let letter = Block.column(
            [lettering.block(w, Font(size: 12)), lettering.block(.words(weights.shape), BlockLettering.note, .quietInk)], gap: 4,
            isCentred: true)
        let left = letter.width + 12
        let right = left + across.length + 32
        let room = max(page.width - right - (page.width > 560 ? 158 : 0), 150)
        let sides = rows.indices.map { row in
            hasSides(page)
                ? Block.column([ahead(row, page, room), back(row, page)], gap: 7)
                : Block.column([sideArrow(isBack: false), sideArrow(isBack: true)], gap: 9)
        }
        let rowHeight = max(38, (sides.map(\.height).max() ?? 0) + 12, (numbers.joined().map(\.height).max() ?? 0) + 14)
        let top = (entries.map(\.height).max() ?? 0) + 30
        let down = rows.places(extent: rowHeight, gap: gap)
        var list = DisplayList()
        for (place, middle) in down.middles.enumerated() {
            let band = Rect(left - 4, top + middle - rowHeight / 2 + 3, across.length + 8, rowHeight - 6)
            list.fill(.rect(band, radius: 5), tint(place))
        }
        for dot in down.dots { Self.dots(Point(left + across.length / 2, top + dot), Point(0, 4), into: &list) }
        for dot in across.dots { Self.dots(Point(left + dot, top + down.length / 2), Point(4, 0), into: &list) }
        let height = down.length
        for (place, middle) in across.middles.enumerated() {
            let x = left + middle
            let outline = Self.outlines[place % Self.outlines.count]
            outline.draw(
                around: Rect(x - pitch / 2 + 6, top - 4, pitch - 12, height + 8), radius: 6, color: .quietInk, width: 1, into: &list)
            let entry = entries[place]
            let box = Rect(x - entry.width / 2 - 6, 0, entry.width + 12, top - 26)
            outline.draw(around: box.insetBy(0, 0.5), radius: 5, color: .quietInk, width: 1, into: &list)
            list.append(entry.moved(to: Point(x - entry.width / 2, box.center.y + 3.4)).content)
            list.arrow(from: Point(x, box.maxY + 3), to: Point(x, top - 7), .value)
            guard !sums.isEmpty else { continue }
            list.arrow(from: Point(x, top + height + 7), to: Point(x, top + height + 23), .gradientLine)
            list.append(sums[place].list.translated(by: Point(x - sums[place].width / 2, top + height + 29)))
        }
        for (row, line) in numbers.enumerated() {
            for (column, number) in line.enumerated() {
                let middle = Point(left + across.middles[column], top + down.middles[row])
                let scalar = weight(rows.indices[row], columns.indices[column])
                list.group(
                    Group(
                        .cell, "W \(rows.indices[row] + 1) \(columns.indices[column] + 1)",
                        words: "\(subject.symbols(scalar).plainText): value \(page.value(scalar).text)"),
                    number.list.translated(by: middle - Point(number.width / 2, number.height / 2)))
            }
        }
        list.append(letter.list.translated(by: Point(0, top + height / 2 - letter.height / 2)))
        for (place, side) in sides.enumerated() {
            list.append(side.list.translated(by: Point(right - 26, top + down.middles[place] - side.height / 2)))
        }
        return Block(
            width: right - 26 + (sides.map(\.width).max() ?? 0),
            height: top + height + (sums.isEmpty ? 4 : 29 + (sums.map(\.height).max() ?? 0)), list: list)
    }

    private static func dots(_ middle: Point, _ step: Point, into list: inout DisplayList) {
        for number in -1...1 { list.fill(.circle(center: middle + step * Double(number), radius: 0.9), .quietInk) }
    }

    /// → z₁ = 2 × 3 + … = 13.
    private func ahead(_ row: Int, _ page: LayerPage, _ room: Double) -> Block {
        let line = forward(row).line(page.precision)
        let text = page.lettering.text(
            .row(
                [.role(.value, subject.symbols(z(row))), .sign(.equals)] + line.numeric.parts
                    + [.sign(line.relation), .role(.value, line.result.asWords)]), BlockLettering.body, width: room)
        return .row([sideArrow(isBack: false), text], gap: 6)
    }

    /// ← ∂L/∂z₁ = 2.
    private func back(_ row: Int, _ page: LayerPage) -> Block {
        .row(
            [
                sideArrow(isBack: true),
                page.lettering.block(
                    .role(
                        .gradient,
                        .row([subject.symbols.inlineGradient(of: z(row)), .sign(.equals), page.gradient(z(row)).asWords])),
                    BlockLettering.body),
            ], gap: 6)
    }

    private func sideArrow(isBack: Bool) -> Block {
        var block = Block(width: 20, height: 6)
        let ends = [Point(0, 3), Point(20, 3)]
        block.list.arrow(from: ends[isBack ? 1 : 0], to: ends[isBack ? 0 : 1], isBack ? .gradientLine : .value)
        return block
    }

    /// The products of one column under each other, and their sum.
    private func sum(_ column: Int, _ page: LayerPage) -> Block {
        let printed = backward(column)
        let line = printed.line(page.precision)
        let lettering = page.lettering
        var blocks = [lettering.block(.role(.gradient, subject.symbols.inlineGradient(of: x(column))), BlockLettering.name)]
        var numerals = line.numerals[...]
        guard case .sum(let terms) = printed.arithmetic else { return Block() }
        for (place, term) in terms.enumerated() {
            var parts: [Formula] = place == 0 ? [] : [.words("+ ")]
            let leads = place == 0
            if case .product = term, let upstream = numerals.popFirst(), let local = numerals.popFirst() {
                parts += [LayerPage.factor(upstream, .gradient, leads: leads), .sign(.times), LayerPage.factor(local, .local)]
            } else if let rest = numerals.popFirst() {
                parts += [LayerPage.factor(rest, .gradient), .words(" (\(rows.count - rows.indices.count) more)")]
            }
            blocks.append(lettering.block(.row(parts), BlockLettering.number))
        }
        blocks.append(
            lettering.block(
                .row([.sign(line.relation), .role(.gradient, line.result.asWords)]), BlockLettering.strongNumber))
        return .column(blocks, gap: 4, isCentred: true)
    }

    // MARK: Products of matrices

    /// A row or column of numbers, or the matrix, tinted by rows and outlined by columns as in the grid.
    private func tile(
        _ id: String, _ name: Formula, down: Shown, across: Shown, _ shape: String, tinted: TintedBy, outlined: TintedBy,
        _ cell: @escaping (Int, Int) -> TensorTile.Cell
    ) -> TensorTile {
        func place(_ by: TintedBy, _ row: Int, _ column: Int) -> Int? {
            switch by {
            case .nothing: nil
            case .rows: down.indices.firstIndex(of: row)
            case .columns: across.indices.firstIndex(of: column)
            }
        }
        var tile = TensorTile(id: id, name: name, notes: [.words(shape)], rows: down, columns: across) { row, column in
            var cell = cell(row, column)
            cell.ground = place(tinted, row, column).map(tint)
            return cell
        }
        let all = (down.indices.count - 1, across.indices.count - 1)
        switch outlined {
        case .nothing: break
        case .rows:
            tile.outlines = down.indices.indices.map {
                .init(rows: $0...$0, columns: 0...all.1, paint: .quietInk, style: Self.outlines[$0 % 4])
            }
        case .columns:
            tile.outlines = across.indices.indices.map {
                .init(rows: 0...all.0, columns: $0...$0, paint: .quietInk, style: Self.outlines[$0 % 4])
            }
        }
        return tile
    }

    private enum TintedBy { case nothing, rows, columns }

    private func products(_ page: LayerPage) -> [Block] {
        let lettering = page.lettering
        let one = Shown(1, most: 1)
        let (m, n) = (rows.count, columns.count)
        func heading(_ text: String, _ role: Formula.Role, _ rule: [Formula]) -> Block {
            .row(
                [lettering.block(.role(role, .words(text)), BlockLettering.heading), lettering.block(.row(rule), BlockLettering.name)],
                gap: 7)
        }
        func block(_ heading: Block, _ parts: [Block]) -> Block { .column([heading, .row(parts, gap: 5)], gap: 9).aligned(at: 0) }
        let (xName, zName) = (subject.symbols.tensor(input.id), subject.symbols.tensor(output.id))
        let (xGradient, zGradient) = (subject.gradientName(input.id), subject.gradientName(output.id))
        func column(_ id: String, _ name: Formula, _ shown: Shown, isOfRows: Bool, _ cell: @escaping (Int) -> TensorTile.Cell) -> Block {
            tile(
                id, name, down: shown, across: one, "\(shown.count)×1", tinted: isOfRows ? .rows : .nothing,
                outlined: isOfRows ? .nothing : .rows
            ) { row, _ in cell(row) }.block(lettering)
        }
        let dot = lettering.sign(.dot)
        var forward = [
            column("z", .role(.value, zName), rows, isOfRows: true) { page.cell(z($0), [.value]) }, lettering.sign(.equals),
            tile("forward W", w, down: rows, across: columns, weights.shape, tinted: .rows, outlined: .columns) {
                page.cell(weight($0, $1), [.value], .ink)
            }.block(lettering), dot,
            column("x", .role(.value, xName), columns, isOfRows: false) { page.cell(x($0), [.value]) },
        ]
        if let bias {
            forward += [
                lettering.sign(.plus),
                column("b", subject.symbols.tensor(bias.id), rows, isOfRows: true) { page.cell(bias.scalar(0, $0), [.value], .ink) },
            ]
        }
        let biasRule: [Formula] = bias.map { [.sign(.plus), subject.symbols.tensor($0.id)] } ?? []
        var blocks = [block(heading("Forward", .value, [zName, .sign(.equals), w, xName] + biasRule), forward)]
        let table = Block.row(
            [
                column("update δ", zGradient, rows, isOfRows: true) { page.cell(z($0), [.gradient]) }, lettering.sign(.times),
                tile(
                    "update x", .row([.transposed(.role(.local, xName))]), down: one, across: columns, "1×\(n)", tinted: .nothing,
                    outlined: .columns
                ) { page.cell(x($1), [.value], .local) }.block(lettering), lettering.sign(.equals),
                tile(
                    "update W", subject.gradientName(weights.id), down: rows, across: columns, "\(m)×\(n)", tinted: .rows,
                    outlined: .columns
                ) {
                    row, column in
                    let numeral = page.precision.numeral(outerProduct(row, column), key: outerKey(row, column))
                    return TensorTile.Cell(
                        lines: [(numeral.asWords, .gradient)], isStrong: true,
                        words: "\(subject.symbols.inlineGradient(of: weight(row, column)).plainText): \(numeral.text)")
                }.block(lettering),
            ], gap: 5)
        if hasInputGradient {
            let back = [
                column("∂x", xGradient, columns, isOfRows: false) { place in
                    let line = backward(place)
                    let numeral = page.precision.numeral(line.result, key: gradientKey(place))
                    return TensorTile.Cell(
                        lines: [(numeral.asWords, .gradient)], words: "gradient of \(subject.symbols(x(place)).plainText): \(numeral.text)")
                }, lettering.sign(.equals),
                tile(
                    "backward W", .role(.local, .transposed(w)), down: columns, across: rows, "\(n)×\(m)", tinted: .columns, outlined: .rows
                ) { page.cell(weight($1, $0), [.value], .local) }.block(lettering), dot,
                column("∂z", zGradient, rows, isOfRows: true) { page.cell(z($0), [.gradient]) },
            ]
            blocks.append(block(heading("Backward", .gradient, [xGradient, .sign(.equals), .transposed(w), .sign(.dot), zGradient]), back))
        }
        blocks.append(
            block(
                heading(
                    "Weights", .gradient, [subject.gradientName(weights.id), .sign(.equals), zGradient, .sign(.dot), .transposed(xName)]),
                [table]))
        return blocks
    }
}
