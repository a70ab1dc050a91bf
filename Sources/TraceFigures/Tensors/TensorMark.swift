import Drawing
import Notation
import Telling
import Typesetting

/// A tensor as a small grid of cells, the same mark wherever a picture has a whole tensor in a small place: with their numbers where these
/// are few, otherwise tinted by magnitude.
///
/// A reader sees without reading which entries are 0 (a dot, or a grey number), which are negative (a bar, or a minus sign), and which is
/// the largest in magnitude (the darkest, or bold). Cells of entries that are not known yet are empty.
struct TensorMark: Hashable, Sendable {
    enum Style: Hashable, Sendable { case numbers, tints }

    let excerpt: TensorExcerpt
    let style: Style
    /// Without the gaps.
    let cell: Size
    let size: Size
    /// The middles of columns by matrix, and of rows.
    private let columns: [[Double]]
    private let rows: [Double]
    /// The middles of dots for what is left out.
    private let columnDots: [Double]
    private let rowDots: [Double]

    /// Between cells, between matrices, and the room for dots.
    private static let gap = 1.0
    private static let matrixGap = 5.0
    private static let dotGap = 8.0
    private static let tint = Size(8, 8)
    /// A grid with numbers that is wider is drawn with tints.
    private static let mostWidth = 180.0

    /// A grid with numbers if these are few and short enough, otherwise with tints.
    /// - Parameters:
    ///   - style: of a grid that is small enough for both.
    ///   - numbers: the room for any number that may stand in these cells.
    init(_ shape: [Int], style: Style, numbers: (_ cells: [TensorExcerpt.Cell]) -> Size) {
        let small = TensorExcerpt(shape, room: .numbers)
        if style == .numbers, small.isWhole {
            let mark = TensorMark(small, .numbers, cell: Self.cell(numbers(small.cells)))
            if mark.size.width <= Self.mostWidth {
                self = mark
                return
            }
        }
        self.init(TensorExcerpt(shape, room: .tints), .tints, cell: Self.tint)
    }

    /// A grid of tokens or classes, which only their numbers tell apart.
    init(ofNames shape: [Int], numbers: (_ cells: [TensorExcerpt.Cell]) -> Size) {
        let excerpt = TensorExcerpt(shape, room: .tints)
        self.init(excerpt, .numbers, cell: Self.cell(numbers(excerpt.cells)))
    }

    private static func cell(_ number: Size) -> Size { Size(max(number.width + 5, 12), number.height + 4) }

    private init(_ excerpt: TensorExcerpt, _ style: Style, cell: Size) {
        self.excerpt = excerpt
        self.style = style
        self.cell = cell
        let down = excerpt.rows.places(extent: cell.height + Self.gap, gap: Self.dotGap)
        let across = excerpt.columns.places(extent: cell.width + Self.gap, gap: Self.dotGap)
        var (columns, dots, x): ([[Double]], [Double], Double) = ([], [], 0)
        for matrix in excerpt.matrices.indices.indices {
            if matrix > 0 { x += Self.matrixGap }
            columns.append(across.middles.map { $0 + x })
            dots += across.dots.map { $0 + x }
            x += across.length
        }
        if !excerpt.matrices.isWhole {
            dots.append(x + Self.dotGap / 2)
            x += Self.dotGap
        }
        (self.columns, rows, columnDots, rowDots) = (columns, down.middles, dots, down.dots)
        size = Size(x, down.length)
    }

    /// The box of a cell in the mark.
    func rect(_ place: TensorExcerpt.Cell) -> Rect {
        Rect(center: Point(columns[place.matrix][place.column], rows[place.row]), width: cell.width, height: cell.height)
    }

    /// The box of an entry's cell; nil for one that is left out.
    func rect(ofEntry entry: Int) -> Rect? { excerpt.cells.first { $0.entry == entry }.map(rect) }
}

// Drawing
extension TensorMark {
    /// The numbers in the cells, by entry; none where cells are tinted.
    /// - Parameters:
    ///   - isTinted: whether magnitudes count; those of numbers that are names, such as tokens, say nothing.
    ///   - set: sets the number of an entry; nil where it has no room.
    func numbers(
        _ ink: Paint, isTinted: Bool = true, of value: (Int) -> Double, set: (_ entry: Int, _ paint: Paint, _ isBold: Bool) -> Laid
    ) -> [Int: Laid] {
        guard style == .numbers else { return [:] }
        let cells = excerpt.cells
        let largest = Self.largest(cells.map { value($0.entry) })
        var numbers: [Int: Laid] = [:]
        for cell in cells {
            let number = value(cell.entry)
            let isLargest = isTinted && largest > 0 && abs(number) == largest && cells.count > 1
            let laid = set(cell.entry, number == 0 && isTinted ? .quietInk : ink, isLargest)
            // More digits than there is room for are where the arithmetic is that needs them.
            if laid.width <= self.cell.width { numbers[cell.entry] = laid }
        }
        return numbers
    }

    /// The grid, with its upper left corner at the origin.
    /// - Parameters:
    ///   - ink: the paint of the darkest tint.
    ///   - isKnown: of an entry that isn't known yet, the cell is empty. Tints do not change when others become known.
    func draw(
        _ ink: Paint, isTinted: Bool = true, numbers: [Int: Laid], of value: (Int) -> Double, isKnown: (Int) -> Bool = { _ in true }
    ) -> DisplayList {
        let cells = excerpt.cells
        let largest = Self.largest(cells.map { value($0.entry) })
        var grounds = [Path](repeating: Path(), count: Self.levels + 1)
        var (outlines, zeros, crosses) = (Path(), Path(), Path())
        var minus = (onPale: Path(), onDark: Path())
        var texts = DisplayList()
        for cell in cells {
            let rect = rect(cell)
            outlines.add(rect)
            guard isKnown(cell.entry) else { continue }
            let number = value(cell.entry)
            let level = isTinted ? Self.level(number, largest) : 0
            grounds[0].add(rect)
            if level > 0 { grounds[level].add(rect) }
            let middle = rect.center
            if style == .numbers {
                guard let laid = numbers[cell.entry] else { continue }
                let baseline = middle.y + (laid.ascent - laid.descent) / 2
                texts.append(laid.moved(to: Point(middle.x - laid.width / 2, baseline)).content)
            } else if !number.isFinite {
                crosses.add(from: middle + Point(-2, -2), to: middle + Point(2, 2))
                crosses.add(from: middle + Point(-2, 2), to: middle + Point(2, -2))
            } else if number == 0 {
                zeros.add(Rect(center: middle, width: 1.4, height: 1.4))
            } else if number < 0 {
                let (start, end) = (middle + Point(-2.2, 0), middle + Point(2.2, 0))
                if level > Self.levels / 2 { minus.onDark.add(from: start, to: end) } else { minus.onPale.add(from: start, to: end) }
            }
        }
        var list = DisplayList()
        for (level, path) in grounds.enumerated() where !path.elements.isEmpty { list.fill(path, ground(level, ink)) }
        list.stroke(outlines, Stroke(.restingLine, width: 0.4))
        if !zeros.elements.isEmpty { list.fill(zeros, .quietInk) }
        for (path, paint) in [(minus.onPale, ink), (minus.onDark, .page), (crosses, .page)] where !path.elements.isEmpty {
            list.stroke(path, Stroke(paint, width: 0.95))
        }
        list.append(texts)
        for x in columnDots { Self.dots(Point(x, size.height / 2), Point(2.2, 0), into: &list) }
        for y in rowDots { Self.dots(Point(size.width / 2, y), Point(0, 2.2), into: &list) }
        return list
    }

    private static func largest(_ values: [Double]) -> Double { values.lazy.map(abs).filter(\.isFinite).max() ?? 0 }

    private static func level(_ value: Double, _ largest: Double) -> Int {
        guard value != 0 else { return 0 }
        guard value.isFinite, largest > 0 else { return levels }
        return max(1, Int((abs(value) / largest * Double(levels)).rounded(.up)))
    }

    /// Steps of tint: with more, no eye could tell neighbours apart.
    private static let levels = 8

    /// On the ground of a number, the number keeps a contrast of 4.5.
    private func ground(_ level: Int, _ ink: Paint) -> Paint {
        guard level > 0 else { return .page }
        let share = Double(level) / Double(Self.levels)
        return ink.opacity(style == .numbers ? 0.1 * share : 0.08 + 0.82 * share)
    }

    private static func dots(_ middle: Point, _ step: Point, into list: inout DisplayList) {
        for number in -1...1 { list.fill(.circle(center: middle + step * Double(number), radius: 0.7), .quietInk) }
    }
}

extension Path {
    fileprivate mutating func add(_ rect: Rect) {
        move(to: Point(rect.minX, rect.minY))
        line(to: Point(rect.maxX, rect.minY))
        line(to: Point(rect.maxX, rect.maxY))
        line(to: Point(rect.minX, rect.maxY))
        close()
    }

    fileprivate mutating func add(from start: Point, to end: Point) {
        move(to: start)
        line(to: end)
    }
}

extension TensorMark {
    /// The shape of a block, and what is shown of it: "4 tokens", "3 × 8 × 8, 6 × 8 of the first shown".
    func text(of column: NetworkColumns.Column) -> String {
        guard column.isOfTokens else { return excerpt.text }
        return excerpt.isWhole ? column.shape.text : "\(column.shape.text), \(excerpt.cells.count) shown"
    }
}

/// What tints, signs and weights of type mean in a picture with grids of tensors.
struct TensorKey {
    private var tints: Set<Sign> = []
    private var numbers: Set<Sign> = []

    private enum Sign { case size, negative, zero, broken }

    /// Adds what occurs in a grid whose magnitudes count.
    mutating func add(_ mark: TensorMark, of value: (Int) -> Double) {
        let values = mark.excerpt.cells.map { value($0.entry) }
        guard values.count > 1 else { return }
        var signs: Set<Sign> = [.size]
        if values.contains(where: { $0 < 0 }) { signs.insert(.negative) }
        if values.contains(0) { signs.insert(.zero) }
        if values.contains(where: { !$0.isFinite }) { signs.insert(.broken) }
        switch mark.style {
        case .numbers: numbers.formUnion(signs)
        case .tints: tints.formUnion(signs)
        }
    }

    var lines: [Formula] {
        var lines: [String] = []
        if !tints.isEmpty {
            var line = "The darker a cell without a number, the larger its magnitude within the grid"
            if tints.contains(.negative) { line += "; bar: negative" }
            if tints.contains(.zero) { line += "; dot: 0" }
            if tints.contains(.broken) { line += "; cross: NaN or ∞" }
            lines.append(line + ".")
        }
        if !numbers.isEmpty { lines.append("Bold in a grid: the largest magnitude\(numbers.contains(.zero) ? "; grey: 0" : "").") }
        return lines.map(Formula.words)
    }
}
