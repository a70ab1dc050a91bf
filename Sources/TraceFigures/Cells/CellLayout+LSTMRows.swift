import Drawing
import Notation
import Typesetting

extension CellLayout {
    /// c runs down at the right, kept by the forget gate and written by input gate and candidate; h branches off by the output gate.
    mutating func placeLSTMInRows() {
        let (gap, radius, half) = (Self.gap, CellDrawing.radius, Self.gateHeight / 2)
        func width(_ wire: CellWire, isNamed: Bool = false) -> Double { texts.pair(wire, isNamed: isNamed).width }
        let grid = rowGrid
        let written = max(width(.gate(.input), isNamed: true), width(.gate(.candidate), isNamed: true))
        // The output's product, to the right of the output's text.
        let output = grid.end + 2 * gap + width(.gate(.output), isNamed: true) + radius
        // From the line to the product of input gate and candidate: their texts, and that of the product.
        let toProduct = max(2 * radius + 2 * gap + width(.written), 2 * gap + written)
        let line = max(
            grid.end + 2 * gap + width(.gate(.forget), isNamed: true) + radius, grid.end + 12 + toProduct,
            output + max(2 * gap + texts.branch(.cellToTanh).width, 30), grid.end + 2 * gap + width(.cell, isNamed: true))
        let product = line - toProduct

        let first = 44.0
        let rows = [first, first + Self.rowPitch, first + 2 * Self.rowPitch, first + 3 * Self.rowPitch + 55]
        let sum = (rows[1] + rows[2]) / 2
        let fork = Point(line, rows[2] + 48)
        let tanh = Point(output, fork.y + half + 14)
        let hidden = Point(output, rows[3] + 50)
        drawing.frame = Rect(-14, 0, line + 28, hidden.y + 14)

        // The cell's state along the line.
        drawing.wire(Point(line, -Self.stub), Point(line, rows[0] - radius), of: .cellBefore, isLine: isLine(.cellBefore))
        writeEnd(.cellBefore, at: line)
        drawing.sign(.times, at: Point(line, rows[0]))
        drawing.wire(Point(line, rows[0] + radius), Point(line, sum - radius), of: .kept, isLine: isLine(.kept))
        write(texts.pair(.kept), before: line, at: (rows[0] + rows[1]) / 2)
        drawing.sign(.plus, at: Point(line, sum))
        drawing.wire(Point(line, sum + radius), fork, of: .cell, isLine: isLine(.cell), hasTip: false)
        write(texts.pair(.cell, isNamed: true), before: line, at: rows[2] + 29)
        drawing.fork(fork)
        leaveDown(.cellOnward, along: [fork], at: line)

        // What the gates multiply.
        drawing.wire(Point(edge(.forget, grid), rows[0]), Point(line - radius, rows[0]), of: .gate(.forget))
        write(texts.pair(.gate(.forget), isNamed: true), along: rows[0], at: (grid.end + line - radius) / 2)
        for (gate, y, end) in [(CellGate.input, rows[1], sum - radius), (.candidate, rows[2], sum + radius)] {
            drawing.wire(Point(edge(gate, grid), y), Point(product, y), Point(product, end), of: .gate(gate))
            write(texts.pair(.gate(gate), isNamed: true), beside: product, at: y < sum ? y + 2 : y - 2)
        }
        drawing.sign(.times, at: Point(product, sum))
        drawing.wire(Point(product + radius, sum), Point(line - radius, sum), of: .written)
        write(texts.pair(.written), along: sum, at: (product + line) / 2)

        // The output.
        drawing.wire(fork, Point(output, fork.y), Point(output, tanh.y - half), of: .cellToTanh)
        write(texts.branch(.cellToTanh), along: fork.y, at: (output + line) / 2)
        drawing.box(.gate, texts.face(.candidate), Size(36, Self.gateHeight), at: tanh, words: "tanh")
        if let slope = texts.slope(.squashed) { drawing.text(slope, at: Point(output - 18 - gap - slope.width, tanh.y + 3)) }
        drawing.wire(Point(output, tanh.y + half), Point(output, rows[3] - radius), of: .squashed)
        write(texts.pair(.squashed), before: output, at: tanh.y + half + 14)
        drawing.wire(Point(edge(.output, grid), rows[3]), Point(output - radius, rows[3]), of: .gate(.output))
        write(texts.pair(.gate(.output), isNamed: true), along: rows[3], at: (grid.end + output - radius) / 2)
        drawing.sign(.times, at: Point(output, rows[3]))

        let onward = min(line - 2 * gap - endWidth(.cellOnward), output - 12)
        let out = onward - 2 * gap - endWidth(.hiddenOnward)
        drawing.wire(Point(output, rows[3] + radius), hidden, Point(onward, hidden.y), of: .hidden, hasTip: false)
        write(texts.pair(.hidden, isNamed: true), before: output, at: hidden.y - 17)
        drawing.fork(Point(onward, hidden.y))
        leaveDown(.hiddenOnward, along: [Point(onward, hidden.y)], at: onward)
        leaveDown(.hiddenOut, along: [Point(onward, hidden.y), Point(out, hidden.y)], at: out)

        self.rows(grid, at: rows, state: [Point(0, -Self.stub)])
        writeEnd(.hiddenBefore, at: 0, isLeft: false)
    }

    /// The right edge of a gate's box.
    func edge(_ gate: CellGate, _ grid: RowGrid) -> Double { grid.gate + gateWidth(gate) / 2 }
}
