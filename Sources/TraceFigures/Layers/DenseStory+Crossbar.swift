import Autodiff
import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The grid of weights, with what goes in and comes out at its sides.
extension DenseStory {
    /// Whether the rows' arithmetic has room beside the grid; else it stands below.
    func hasSides(_ page: LayerPage) -> Bool { page.width >= 340 }

    static let outlines: [Highlight.Outline] = [.solid, .dashed, .dotted, .double]

    /// Of a row: as strong as text on it allows.
    func tint(_ place: Int) -> Paint { .series([3, 5, 1, 0][place % 4]).opacity(0.075) }

    func crossbar(_ page: LayerPage) -> Block {
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
        let widest = numbers.joined().map(\.width).max() ?? 0
        let pitch = 14 + max(entries.map(\.width).max() ?? 0, sums.map(\.width).max() ?? 0, widest + 12, 44)
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
        let highest = numbers.joined().map(\.height).max() ?? 0
        let rowHeight = max(38, (sides.map(\.height).max() ?? 0) + 12, highest + 14)
        let top = (entries.map(\.height).max() ?? 0) + 30
        let down = rows.places(extent: rowHeight, gap: gap)
        var list = DisplayList()
        for (place, middle) in down.middles.enumerated() {
            let band = Rect(left - 4, top + middle - rowHeight / 2 + 3, across.length + 8, rowHeight - 6)
            list.fill(.rect(band, radius: 5), tint(place))
        }
        for dot in down.dots { TensorTile.dots(Point(left + across.length / 2, top + dot), Point(0, 4), into: &list) }
        for dot in across.dots { TensorTile.dots(Point(left + dot, top + down.length / 2), Point(4, 0), into: &list) }
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

    /// → z₁ = 2 × 3 + … = 13.
    func ahead(_ row: Int, _ page: LayerPage, _ room: Double) -> Block {
        let line = forward(row).line(page.precision)
        let text = page.lettering.text(
            .row(
                [.role(.value, subject.symbols(z(row))), .sign(.equals)] + line.numeric.parts
                    + [.sign(line.relation), .role(.value, line.result.asWords)]), BlockLettering.body, width: room)
        return .row([sideArrow(isBack: false), text], gap: 6)
    }

    /// ← ∂L/∂z₁ = 2.
    func back(_ row: Int, _ page: LayerPage) -> Block {
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
        var blocks = [lettering.block(.role(.gradient, gradientName(x(column))), BlockLettering.name)]
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
}
