import Drawing
import Notation
import Typesetting

extension CellLayout {
    /// h runs down at the right, kept by the update gate; the candidate is weighted by 1 − z, and its state term passes the reset gate.
    mutating func placeGRUInRows() {
        let (gap, radius, half) = (Self.gap, CellDrawing.radius, Self.gateHeight / 2)
        func width(_ wire: CellWire, isNamed: Bool = false) -> Double { texts.pair(wire, isNamed: isNamed).width }
        let grid = rowGrid
        let update = texts.pair(.gate(.update), isNamed: true)
        let share = Size(34, Self.gateHeight)
        // The candidate, and above it its share of the new state.
        let column = max(grid.gate + grid.shift, grid.end + 2 * gap + (update.gradient?.width ?? 0))
        let line = max(
            column + 2 * gap + max(texts.branch(.updateToKept).width, texts.branch(.updateToShare).width) + radius,
            column + 2 * radius + 2 * gap + width(.written),
            column + share.width / 2 + 2 * gap + width(.kept), column + 2 * gap + width(.hidden, isNamed: true),
            column + gateWidth(.candidate) / 2 + 2 * gap + (texts.name(.candidate)?.width ?? 0),
            grid.end + 2 * gap + update.width + radius)

        let bus = 20.0
        let first = 64.0
        let complement = first + 50
        let sum = complement + half + 32 + radius
        let reset = first + Self.rowPitch + 18
        let detour = reset + 40
        let rows = [first, reset, detour + 58]
        let fork = Point(line, rows[2] + 34)
        drawing.frame = Rect(-14, 0, line + 28, fork.y + 14)

        // The state along the line.
        drawing.wire(Point(line, -Self.stub), Point(line, bus), of: .hiddenBefore, isLine: isLine(.hiddenBefore), hasTip: false)
        writeEnd(.hiddenBefore, at: line)
        drawing.fork(Point(line, bus))
        drawing.wire(Point(line, bus), Point(line, first - radius), of: .stateAlong, isLine: isLine(.stateAlong))
        write(texts.branch(.stateAlong), before: line, at: bus + 14)
        drawing.sign(.times, at: Point(line, first))
        drawing.wire(Point(line, first + radius), Point(line, sum - radius), of: .kept, isLine: isLine(.kept))
        write(texts.pair(.kept), before: line, at: (complement + sum) / 2 - 10)
        drawing.sign(.plus, at: Point(line, sum))
        drawing.wire(Point(line, sum + radius), fork, of: .hidden, isLine: isLine(.hidden), hasTip: false)
        write(texts.pair(.hidden, isNamed: true), before: line, at: (sum + rows[2]) / 2)
        drawing.fork(fork)
        leaveDown(.hiddenOnward, along: [fork], at: line)
        let out = line - 2 * gap - endWidth(.hiddenOnward)
        leaveDown(.hiddenOut, along: [fork, Point(out, fork.y)], at: out)

        // The update gate: z of the state is kept, 1 − z of the candidate is written.
        let split = Point(column, first)
        drawing.wire(Point(edge(.update, grid), first), split, of: .gate(.update), hasTip: false)
        if let value = update.value { drawing.text(value, at: Point(grid.end + gap, first - gap), of: .gate(.update)) }
        write(.init(wire: .gate(.update), value: nil, gradient: update.gradient), along: first, at: (grid.end + column) / 2)
        drawing.fork(split)
        drawing.wire(split, Point(line - radius, first), of: .updateToKept)
        write(texts.branch(.updateToKept), along: first, at: (column + line - radius) / 2)
        drawing.wire(split, Point(column, complement - half), of: .updateToShare)
        write(texts.branch(.updateToShare), beside: column, at: first + 27)
        drawing.box(.gate, texts.complement, share, at: Point(column, complement), words: "one minus")
        drawing.wire(Point(column, complement + half), Point(column, sum - radius), of: .share)
        write(texts.pair(.share), before: column, at: complement + half + 13)
        drawing.sign(.times, at: Point(column, sum))
        drawing.wire(Point(column + radius, sum), Point(line - radius, sum), of: .written)
        write(texts.pair(.written), along: sum, at: (column + line) / 2)
        drawing.wire(Point(column, rows[2] - half), Point(column, sum + radius), of: .gate(.candidate))
        write(texts.pair(.gate(.candidate), isNamed: true), before: column, at: rows[2] - half - 18)

        // The reset gate: back to the state's term of the candidate.
        let product = resetProduct(grid)
        let turn = grid.end + 8
        drawing.wire(
            Point(edge(.reset, grid), reset), Point(turn, reset), Point(turn, detour), Point(product, detour),
            Point(product, branch(.state, ofRow: rows[2]) - radius), of: .gate(.reset))
        write(texts.pair(.gate(.reset), isNamed: true), along: detour, at: (max(product, grid.sum) + turn) / 2)

        self.rows(grid, at: rows, state: [Point(line, bus), Point(0, bus)], last: column)
        write(texts.branch(.stateToGates), along: bus, at: line / 2)
    }
}
