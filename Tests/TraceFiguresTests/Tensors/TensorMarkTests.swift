import CairoBackend
import Drawing
import Notation
import Testing
import Typesetting

@testable import TraceFigures

@Suite("A tensor as a small grid") struct TensorMarkTests {
    @Test(
        "says its shape, and what it shows of a larger one",
        arguments: [
            ([3], "3", 3), ([3, 2], "3 × 2", 6), ([1, 2, 3, 1], "1 × 2 × 3 × 1", 6), ([20], "20, 8 shown", 8),
            ([16, 64], "16 × 64, 6 × 8 shown", 48), ([4, 5, 5], "4 × 5 × 5, 1 of 4 shown", 25),
            ([2, 4, 8, 8], "2 × 4 × 8 × 8, 6 × 8 of the first shown", 48), ([2, 4, 8, 4], "2 × 4 × 8 × 4, 6 × 4 of the first 2 shown", 48),
        ])
    func shapes(shape: [Int], text: String, cells: Int) {
        let excerpt = TensorExcerpt(shape, room: .tints)
        #expect(excerpt.text == text)
        #expect(excerpt.cells.count == cells)
        #expect(excerpt.isWhole == (cells == shape.reduce(1, *)))
    }

    @Test("has a cell for each entry of a small tensor, in order, and of a large one the first ones and the last")
    func entries() {
        #expect(TensorExcerpt([2, 3, 2], room: .tints).cells.map(\.entry).sorted() == Array(0..<12))
        let first = TensorExcerpt([2, 3, 2], room: .tints).cells.first { $0.matrix == 1 && $0.row == 2 && $0.column == 1 }
        #expect(first?.entry == 11)
        let large = TensorExcerpt([100, 100], room: .tints)
        #expect(Set(large.cells.map { $0.entry / 100 }) == [0, 1, 2, 3, 4, 99])
        #expect(Set(large.cells.map { $0.entry % 100 }) == [0, 1, 2, 3, 4, 5, 6, 99])
    }

    private static func mark(_ shape: [Int], _ style: TensorMark.Style, number: Size = Size(20, 8)) -> TensorMark {
        TensorMark(shape, style: style) { _ in number }
    }

    private func fills(_ list: DisplayList) -> [Paint: Int] {
        var fills: [Paint: Int] = [:]
        for case .fill(let path, let paint) in list.items { fills[paint, default: 0] += path.elements.count { $0 == .close } }
        return fills
    }

    @Test("tints the largest magnitude darkest, marks zeros with a dot and negative entries with a bar")
    func signs() {
        let values = [0.0, 0, 1, -4, 2, 0]
        let list = Self.mark([2, 3], .tints).draw(.gradient, numbers: [:]) { values[$0] }
        let fills = fills(list)
        #expect(fills[.page] == 6 && fills[.quietInk] == 3)
        let tints = fills.filter { $0.key != .page && $0.key != .quietInk }
        #expect(tints.values.allSatisfy { $0 == 1 } && tints.count == 3)
        #expect(tints.keys.map(\.opacity).max() ?? 0 > 0.85 && tints.keys.map(\.opacity).min() ?? 1 < 0.5)
        // On the darkest tint the bar has the colour of the page.
        let bars = list.items.count { if case .stroke(_, let stroke) = $0 { stroke.color == .page } else { false } }
        #expect(bars == 1)
    }

    @Test("leaves cells empty that are not known yet, and tints the others as when all are known")
    func unknown() {
        let values = [1.0, -4, 2, 3]
        let mark = Self.mark([2, 2], .tints)
        let some = fills(mark.draw(.value, numbers: [:], of: { values[$0] }, isKnown: { $0 != 1 }))
        let all = fills(mark.draw(.value, numbers: [:]) { values[$0] })
        #expect(some[.page] == 3 && all[.page] == 4)
        for (paint, count) in some where paint != .page { #expect(all[paint] == count) }
        #expect(fills(mark.draw(.value, numbers: [:], of: { values[$0] }, isKnown: { _ in false })).isEmpty)
    }

    @Test("survives what is no number, and does not let it hide the others")
    func broken() {
        let values = [Double.nan, .infinity, 1, 0.5]
        let fills = fills(Self.mark([4], .tints).draw(.value, numbers: [:]) { values[$0] })
        #expect(fills.filter { $0.key.opacity > 0.85 && $0.key != .page }.values.reduce(0, +) == 3)
        #expect(fills.contains { $0.key.opacity < 0.6 })
    }

    @Test("prints numbers where they are few and short, and tints otherwise")
    func styles() {
        #expect(Self.mark([4, 4], .numbers).style == .numbers)
        #expect(Self.mark([4, 4], .tints).style == .tints)
        #expect(Self.mark([5, 4], .numbers).style == .tints)
        #expect(Self.mark([2, 4, 4], .numbers).style == .tints)
        #expect(Self.mark([4, 4], .numbers, number: Size(60, 8)).style == .tints)
        #expect(TensorMark(ofNames: [1, 8]) { _ in Size(8, 8) }.style == .numbers)
    }

    @Test("makes the largest number bold and zeros grey, but not those of names")
    func emphasis() {
        let values = [0.0, -3, 1, 2]
        var seen: [Int: (paint: Paint, isBold: Bool)] = [:]
        func set(_ entry: Int, _ paint: Paint, _ isBold: Bool) -> Laid {
            seen[entry] = (paint, isBold)
            return Laid(width: 10)
        }
        _ = Self.mark([2, 2], .numbers).numbers(.value, of: { values[$0] }, set: set)
        #expect(seen[0]?.paint == .quietInk && seen[1]?.paint == .value)
        #expect(seen.filter(\.value.isBold).map(\.key) == [1])
        let names = TensorMark(ofNames: [2, 2]) { _ in Size(8, 8) }
        _ = names.numbers(.value, isTinted: false, of: { values[$0] }, set: set)
        #expect(seen.values.allSatisfy { $0.paint == .value && !$0.isBold })
    }

    @Test("keeps a contrast of 4.5 between a number and the tint of its cell", arguments: [Theme.light, .dark, .print])
    func contrast(theme: Theme) {
        let values = [1.0, 2, 3, 4]
        for ink in [Paint.value, .gradient] {
            for paint in fills(Self.mark([2, 2], .numbers).draw(ink, numbers: [:]) { values[$0] }).keys {
                let ground = theme.color(of: paint).over(theme.page)
                #expect(theme.color(of: ink).contrast(with: ground) >= 4.5, "\(paint)")
            }
        }
    }

    @Test("takes no more marks for more cells than there are tints and signs") func cost() {
        func count(_ shape: [Int]) -> Int {
            Self.mark(shape, .tints).draw(.value, numbers: [:]) { Double($0 * 7919 % 101) - 50 }.items.count
        }
        #expect(count([6, 8]) <= 14)
        #expect(count([1000, 1000]) <= count([6, 8]) + 6)
    }

    @Test("says in words what its signs mean, and only of those that occur")
    func key() {
        func lines(_ style: TensorMark.Style, _ values: [Double]) -> [String] {
            var key = TensorKey()
            key.add(Self.mark([values.count], style)) { values[$0] }
            return key.lines.map(\.plainText)
        }
        #expect(lines(.numbers, [1, 2]) == ["Bold in a grid: the largest magnitude."])
        #expect(lines(.numbers, [0, 2]) == ["Bold in a grid: the largest magnitude; grey: 0."])
        let tints = "The darker a cell without a number, the larger its magnitude within the grid"
        #expect(lines(.tints, [0, -2]) == ["\(tints); bar: negative; dot: 0."])
        #expect(lines(.tints, [1, .nan])[0].hasSuffix("; cross: NaN or ∞."))
        #expect(lines(.tints, [1]).isEmpty)
    }
}
