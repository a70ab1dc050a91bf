import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The chain rule on a page: fractions, below each its number in the outline of the position that it is read from, and below that its
/// meaning.
struct ChainLayout {
    let panel: FormulaPanel
    let finding: Finding
    let chain: ChainRule

    /// Type sizes; the first level that fits is used.
    private struct Level {
        let size, number: Double
        let showsCaptions: Bool
    }

    private static let levels = [
        Level(size: 15, number: 11, showsCaptions: true), Level(size: 13, number: 10, showsCaptions: true),
        Level(size: 12, number: 9.5, showsCaptions: false), Level(size: 11, number: 8.5, showsCaptions: false),
        Level(size: 9.5, number: 7.5, showsCaptions: false),
    ]

    /// A factor, or the sign between two, with the number and the caption below.
    private struct Piece {
        var head: Laid
        var number: Laid?
        var caption: [Laid] = []
        var mark: Highlight?
        var width: Double
        /// Whether a line may be broken before it.
        var breaks = false
    }

    func layout() -> (content: DisplayList, height: Double) {
        let levels = Self.levels
        let fitting = levels.indices.dropLast().first { index in
            let rows = rows(levels[index])
            return rows.count <= (panel.isNarrow ? 3 : index < 2 ? 1 : 2) && rows.allSatisfy { width(of: $0) <= panel.width }
        }
        let level = levels[fitting ?? levels.count - 1]
        return draw(rows(level), level)
    }

    private var typesetter: Typesetter { panel.typesetter }

    private func sign(_ sign: Formula.Sign, _ level: Level, breaks: Bool = false) -> Piece {
        let laid = typesetter.layout(.sign(sign), size: level.size)
        return Piece(head: laid, width: laid.width + level.size * 0.8, breaks: breaks)
    }

    private func pieces(_ level: Level) -> [Piece] {
        let symbol = typesetter.layout(finding.symbol, size: level.size)
        var pieces = [Piece(head: symbol, width: symbol.width), sign(.equals, level)]
        var numerals = (panel.telling.lines[0]?.numerals ?? [])[...]
        var place = 0
        for (number, term) in chain.terms.enumerated() {
            if number > 0 { pieces.append(sign(.plus, level, breaks: true)) }
            for (index, factor) in term.factors.enumerated() {
                if index > 0 { pieces.append(sign(.dot, level)) }
                let numeral = numerals.popFirst() ?? Numeral(factor.value)
                let mark = panel.telling.mark(of: factor, place)?.highlight
                pieces.append(piece(factor, numeral, mark, level))
                place += 1
            }
        }
        if let rest = chain.rest {
            pieces.append(sign(.plus, level, breaks: true))
            let words = typesetter.layoutText(
                rest.words, font: Font(size: max(7, level.number)), color: .quietInk)
            let number = typesetter.layoutText(
                (numerals.popFirst() ?? Numeral(rest.sum)).asWords, font: Font(size: level.number, weight: .semibold),
                color: .gradient)
            pieces.append(Piece(head: words, number: number, width: max(words.width, number.width)))
        }
        if chain.terms.isEmpty, chain.rest == nil {
            let zero = typesetter.layout("0", size: level.size)
            pieces.append(Piece(head: zero, width: zero.width))
        }
        return pieces
    }

    private func piece(_ factor: ChainRule.Factor, _ numeral: Numeral, _ mark: Highlight?, _ level: Level) -> Piece {
        let color = Paint(of: factor.role)
        let head = typesetter.layout(factor.symbol, size: level.size, color: color)
        let number = typesetter.layoutText(
            numeral.asWords, font: Font(size: level.number, weight: .semibold), color: color)
        var caption: [Laid] = []
        if level.showsCaptions {
            caption = typesetter.wrapText(factor.caption, font: Font(size: 7.2), width: 74, color: color)
        }
        let width = max(head.width, number.width + 8, caption.map(\.width).max() ?? 0)
        return Piece(head: head, number: number, caption: caption, mark: mark, width: width)
    }

    private func rows(_ level: Level) -> [[Piece]] {
        let result = panel.largeResult(panel.telling.numeral(finding), panel.telling.lines[0]?.relation ?? .equals)
        var groups: [[Piece]] = [[]]
        for piece in pieces(level) {
            if piece.breaks { groups.append([]) }
            groups[groups.count - 1].append(piece)
        }
        groups.append([Piece(head: result.centered(likeSignOf: level.size, typesetter), width: result.width + 14)])
        var rows: [[Piece]] = []
        for group in groups {
            if let last = rows.last, width(of: last + group) <= panel.width {
                rows[rows.count - 1] += group
            } else {
                rows.append(group)
            }
        }
        return rows
    }

    private func width(of row: [Piece]) -> Double { row.reduce(0) { $0 + $1.width } }

    private func draw(_ rows: [[Piece]], _ level: Level) -> (content: DisplayList, height: Double) {
        let rowGap = panel.isNarrow ? 6.0 : 9
        var list = DisplayList()
        var y = 0.0
        for row in rows {
            let ascent = row.map(\.head.ascent).max() ?? 0
            let descent = row.map(\.head.descent).max() ?? 0
            let baseline = y + ascent
            let numberBaseline = baseline + descent + 7 + level.number
            let hasNumbers = row.contains { $0.number != nil }
            // A fraction in a caption may reach up to the outlines above it.
            let outlined = row.compactMap(\.number).map { $0.bounds.maxY + 3.2 }.max() ?? 0
            let tallest = row.compactMap(\.caption.first).map { -$0.bounds.minY }.max() ?? 0
            let firstCaption = numberBaseline + max(5 + 9, outlined + 1.5 + tallest)
            var x = 0.0
            var bottom = baseline + descent
            for piece in row {
                let middle = x + piece.width / 2
                list.append(piece.head.moved(to: Point(middle - piece.head.width / 2, baseline)).content)
                if let number = piece.number {
                    let origin = Point(middle - number.width / 2, numberBaseline)
                    list.append(number.moved(to: origin).content)
                    if let mark = piece.mark {
                        mark.outline.draw(
                            around: number.bounds.offsetBy(origin.x, origin.y).insetBy(-4, -3.2), radius: 4,
                            color: Paint(of: mark.role), width: 1.1, into: &list)
                    }
                }
                var captionBaseline = firstCaption
                for line in piece.caption {
                    list.append(line.moved(to: Point(middle - line.width / 2, captionBaseline)).content)
                    bottom = max(bottom, captionBaseline + max(2, line.bounds.maxY))
                    captionBaseline += 9.5
                }
                x += piece.width
            }
            if hasNumbers { bottom = max(bottom, numberBaseline + 5) }
            y = bottom + rowGap
        }
        return (list, y - rowGap)
    }
}

extension Laid {
    /// Moved so that its digits are centred on the bars and signs of a formula of this size.
    func centered(likeSignOf size: Double, _ typesetter: Typesetter) -> Laid {
        let axis = typesetter.layout(.sign(.equals), size: size).bounds.center.y
        let shift = axis - bounds.center.y
        var copy = moved(to: Point(0, shift))
        copy.ascent = ascent - shift
        copy.descent = descent + shift
        return copy
    }
}
