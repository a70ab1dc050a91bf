import Drawing
import Notation

extension CellLayout {
    /// c runs along the top, kept by the forget gate and written by input gate and candidate; h branches off by the output gate.
    mutating func placeLSTM() {
        let (radius, half, room) = (CellDrawing.radius, Self.gateHeight / 2, Self.room)
        let tanh = 26 + half
        let products = tanh + half + room + radius
        let rows = Rows(gate: products + radius + room + half)
        let x = (0..<4).map { Double($0) * pitch }
        let hidden = texts.pair(.hidden, isNamed: true)
        // To the right of the texts in the output's column.
        let clear = x[3] + 2 * Self.gap + max(texts.pair(.squashed).width, texts.pair(.gate(.output), isNamed: true).width)
        let fork = Point(max(x[3] + right + Self.gap, clear + hidden.width + Self.gap), products)
        drawing.frame = Rect(x[0] - left - 14, -24, fork.x + 16 - (x[0] - left - 14), rows.input + 14 + 24)

        enter(.cellBefore, to: Point(x[0] - radius, 0))
        drawing.sign(.times, at: Point(x[0], 0))
        drawing.wire(Point(x[0] + radius, 0), Point(x[2] - radius, 0), of: .kept, isLine: isLine(.kept))
        write(texts.pair(.kept), along: 0, at: (x[0] + x[2]) / 2)
        drawing.sign(.plus, at: Point(x[2], 0))
        drawing.wire(Point(x[2] + radius, 0), Point(x[3], 0), of: .cell, isLine: isLine(.cell), hasTip: false)
        write(texts.pair(.cell, isNamed: true), along: 0, at: (x[2] + radius + x[3]) / 2)
        drawing.fork(Point(x[3], 0))
        leave(.cellOnward, along: [Point(x[3], 0)])

        drawing.wire(Point(x[0], rows.gate - half), Point(x[0], radius), of: .gate(.forget))
        drawing.wire(Point(x[1], rows.gate - half), Point(x[1], products), Point(x[2] - radius, products), of: .gate(.input))
        drawing.wire(Point(x[2], rows.gate - half), Point(x[2], products + radius), of: .gate(.candidate))
        drawing.sign(.times, at: Point(x[2], products))
        drawing.wire(Point(x[2], products - radius), Point(x[2], radius), of: .written)
        write(texts.pair(.written), beside: x[2], at: (products + 12) / 2)
        drawing.wire(Point(x[3], 0), Point(x[3], tanh - half), of: .cellToTanh)
        write(texts.branch(.cellToTanh), beside: x[3], at: 16)
        drawing.box(.gate, texts.face(.candidate), Size(36, Self.gateHeight), at: Point(x[3], tanh), words: "tanh")
        slope(.squashed, beside: x[3] + 18, at: tanh)
        drawing.wire(Point(x[3], tanh + half), Point(x[3], products - radius), of: .squashed)
        write(texts.pair(.squashed), beside: x[3], at: (tanh + half + products - radius) / 2)
        drawing.sign(.times, at: Point(x[3], products))
        drawing.wire(Point(x[3], rows.gate - half), Point(x[3], products + radius), of: .gate(.output))
        drawing.wire(Point(x[3] + radius, products), fork, of: .hidden, hasTip: false)
        write(hidden, along: products, at: (clear + fork.x) / 2)
        drawing.fork(fork)
        leave(.hiddenOut, along: [fork])
        leave(.hiddenOnward, along: [fork, Point(fork.x, rows.state)])

        columns(x, rows)
        enter(.hiddenBefore, to: Point(x[0] - reach, rows.state), forks: true)
        input(to: x[0] + reach, rows)
    }
}
