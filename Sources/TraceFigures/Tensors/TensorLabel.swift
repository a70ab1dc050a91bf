import Autodiff
import Drawing
import Notation
import Typesetting

/// What a node of a graph has above or below it of a whole tensor: a line with its name and shape, and its grid; of a single number, the
/// number.
struct TensorLabel: Hashable {
    let mark: TensorMark
    /// All of it, with every entry known.
    private(set) var laid = Laid()
    private let numbers: [Int: Laid]
    private let tensor: Tensor
    private let ink: Paint
    private let isTinted: Bool
    /// The line above the grid.
    private let head: DisplayList
    /// The upper left corner of the grid, from the beginning of the baseline.
    private let corner: Point

    /// - Parameters:
    ///   - set: sets a number.
    ///   - style: of a tensor that is small enough for numbers.
    init(
        _ tensor: Tensor, ink: Paint, isOfNames: Bool, head: Laid?, style: TensorMark.Style,
        set: (_ number: Formula, _ paint: Paint, _ isBold: Bool) -> Laid
    ) {
        self.tensor = tensor
        self.ink = ink
        isTinted = !isOfNames
        func number(_ entry: Int, _ paint: Paint, _ isBold: Bool) -> Laid { set(.number(tensor.scalars[entry]), paint, isBold) }
        func room(_ cells: [TensorExcerpt.Cell]) -> Size {
            let texts = cells.map { number($0.entry, ink, true) }
            return Size(texts.map(\.width).max() ?? 0, texts.map(\.height).max() ?? 0)
        }
        mark = isOfNames ? TensorMark(ofNames: tensor.shape, numbers: room) : TensorMark(tensor.shape, style: style, numbers: room)
        numbers = mark.numbers(ink, isTinted: isTinted, of: { tensor.scalars[$0] }, set: number)
        let width = max(head?.width ?? 0, mark.size.width)
        self.head = head.map { $0.moved(to: Point((width - $0.width) / 2, 0)).content } ?? DisplayList()
        corner = Point((width - mark.size.width) / 2, head.map { $0.descent + Self.lead } ?? 0)
        laid = Laid(width: width, ascent: head?.ascent ?? 0, descent: corner.y + mark.size.height)
        laid.content = draw { _ in true }
    }

    /// Between the line and the grid.
    private static let lead = 3.0

    /// The label with the cells of known entries, as `laid` has it.
    func draw(isKnown: (Int) -> Bool) -> DisplayList {
        var list = head
        list.append(
            mark.draw(ink, isTinted: isTinted, numbers: numbers, of: { tensor.scalars[$0] }, isKnown: isKnown).translated(by: corner))
        return list
    }

    func add(to key: inout TensorKey) {
        if isTinted { key.add(mark) { tensor.scalars[$0] } }
    }

    /// The box of an entry's cell, from the beginning of the baseline; nil for one that is left out.
    func rect(ofEntry entry: Int) -> Rect? { mark.rect(ofEntry: entry).map { $0.offsetBy(corner.x, corner.y) } }

    /// The box of the grid.
    var grid: Rect { Rect(corner.x, corner.y, mark.size.width, mark.size.height) }
}
