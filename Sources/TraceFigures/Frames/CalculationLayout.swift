import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// A calculation on a page: the formula, the same with numbers, and the result.
///
/// A sum of products has each number below its symbol, in the outline of the number's position in the picture; other formulas have the
/// numbers on lines of their own.
struct CalculationLayout {
    let panel: FormulaPanel
    let finding: Finding
    let line: Arithmetic.Line

    private var typesetter: Typesetter { panel.typesetter }

    /// A symbol with its number below, or a sign.
    private struct Column {
        var above, below: Laid
        var width: Double
        var isSign = false
        var breaks = false
    }

    func layout() -> (content: DisplayList, height: Double) {
        func rows(_ size: Double) -> [Laid] { isAligned ? alignedRows(size) : looseRows(size) }
        func fits(_ rows: [Laid]) -> Bool {
            rows.allSatisfy { $0.width <= panel.width } && rows.reduce(0) { $0 + $1.height } < panel.mostHeight
        }
        var size = 15.0
        while size > 9, !fits(rows(size)) { size -= 1 }
        return draw(rows(size), size)
    }

    private var relation: Formula.Sign { finding.kind.relation }

    /// Whether each part of the formula is a symbol or a sign, so that numbers can be aligned below.
    private var isAligned: Bool {
        let (symbols, numbers) = (line.symbolic.parts, line.numeric.parts)
        return symbols.count == numbers.count && symbols.count == Self.units(line.arithmetic)
    }

    /// The number of parts in a sum of products of plain numbers; 0 for anything else.
    private static func units(_ arithmetic: Arithmetic) -> Int {
        func product(_ part: Arithmetic) -> Int {
            switch part {
            case .leaf: 1
            case .product(let factors):
                factors.allSatisfy { if case .leaf = $0 { true } else { false } } ? 2 * factors.count - 1 : -1000
            case .sum, .quotient, .negation, .power, .function: -1000
            }
        }
        guard case .sum(let parts) = arithmetic else { return max(0, product(arithmetic)) }
        let counts = parts.map { part -> Int in
            if case .negation(let inner) = part { product(inner) } else { product(part) }
        }
        return max(0, counts.reduce(0, +) + parts.count - 1)
    }

    private func columns(_ size: Double) -> [Column] {
        let name = typesetter.layout(finding.symbol, size: size)
        let equals = typesetter.layout(.sign(relation), size: size)
        let second = typesetter.layout(.sign(.equals), size: size)
        let gap = 0.6 * size
        var columns = [
            Column(above: name, below: Laid(), width: name.width),
            Column(above: equals, below: second, width: equals.width + gap, isSign: true),
        ]
        for (symbol, number) in zip(line.symbolic.parts, line.numeric.parts) {
            let (above, below) = (typesetter.layout(symbol, size: size), typesetter.layout(number, size: size))
            var column = Column(
                above: above, below: below,
                width: max(above.width, below.width + (below.places.isEmpty ? 0 : 7)))
            if case .sign(let sign) = symbol {
                column.isSign = true
                column.width += gap
                column.breaks = sign == .plus || sign == .minus
            }
            columns.append(column)
        }
        return columns
    }

    private func alignedRows(_ size: Double) -> [Laid] {
        var groups: [[Column]] = [[]]
        for column in columns(size) {
            if column.breaks { groups.append([]) }
            groups[groups.count - 1].append(column)
        }
        var rows: [[Column]] = []
        for group in groups {
            if let last = rows.last, (last + group).reduce(0, { $0 + $1.width }) <= panel.width {
                rows[rows.count - 1] += group
            } else {
                rows.append(group)
            }
        }
        return rows.map { row in
            let drop = (row.map(\.above.descent).max() ?? 0) + (row.map(\.below.ascent).max() ?? 0) + 0.55 * size
            var laid = Laid()
            for column in row {
                let middle = laid.width + column.width / 2
                for (part, y) in [(column.above, 0.0), (column.below, drop)] {
                    let moved = part.moved(to: Point(middle - part.width / 2, y))
                    laid.content.append(moved.content)
                    // The outline goes around the number, including the parentheses of a negative one.
                    let box = part.bounds.offsetBy(middle - part.width / 2, y)
                    if y > 0 { laid.places.merge(moved.places.mapValues { _ in box }) { first, _ in first } }
                    laid.ascent = max(laid.ascent, part.ascent - y)
                    laid.descent = max(laid.descent, part.descent + y)
                }
                laid.width += column.width
            }
            return laid
        }
    }

    private func looseRows(_ size: Double) -> [Laid] {
        let symbolic = panel.wrap(finding.symbol.parts + [.sign(relation)] + line.symbolic.parts, size: size)
        return symbolic.map { row in
            var copy = row
            copy.places = [:]
            return copy
        } + panel.wrap([.sign(.equals)] + line.numeric.parts, size: size)
    }

    private func draw(_ rows: [Laid], _ size: Double) -> (content: DisplayList, height: Double) {
        let result = panel.largeResult(panel.telling.numeral(finding), line.relation)
        var list = DisplayList()
        var y = 0.0
        let lead = 0.65 * size
        for (index, row) in rows.enumerated() {
            y += row.ascent
            panel.place(row.moved(to: Point(0, y)), underlines: !isAligned, into: &list)
            guard index == rows.count - 1 else {
                y += row.descent + lead
                continue
            }
            // The result follows on the last line of numbers if there is room.
            let baseline = isAligned ? y + row.numberBaseline : y
            let centered = result.centered(likeSignOf: size, typesetter)
            if row.width + 14 + result.width <= panel.width {
                list.append(centered.moved(to: Point(row.width + 14, baseline)).content)
                y = max(y + row.descent, baseline + centered.descent)
            } else {
                y += row.descent + lead + result.ascent
                list.append(result.moved(to: Point(0, y)).content)
                y += result.descent
            }
        }
        return (list, y)
    }
}

extension Laid {
    /// The baseline of the lowest text, relative to this one's.
    fileprivate var numberBaseline: Double {
        content.items.reduce(0) { lowest, item in
            if case .text(let run) = item, run.font.family == .mathematics { max(lowest, run.origin.y) } else { lowest }
        }
    }
}
