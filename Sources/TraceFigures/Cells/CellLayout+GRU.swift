import Drawing
import Notation

extension CellLayout {
    /// h runs along the top, kept by the update gate; the candidate is weighted by 1 − z, and its state term passes the reset gate.
    mutating func placeGRU() {
        let (radius, half, room) = (CellDrawing.radius, Self.gateHeight / 2, Self.room)
        let products = radius + room + 12
        let detour = products + 26
        let rows = Rows(gate: detour + room + half + 6, product: true)
        let lane = 12.0
        let x = [0, pitch, 2 * pitch + lane]
        let bus = x[0] - left - max(texts.branch(.stateToGates).width, texts.branch(.stateAlong).width) - 3 * Self.gap
        let hidden = texts.pair(.hidden, isNamed: true)
        let fork = Point(x[2] + max(right, radius + hidden.width + 4 * Self.gap), 0)
        drawing.frame = Rect(bus - 14, -24, fork.x + 16 - (bus - 14), rows.input + 14 + 24)

        // The state along the line.
        enter(.hiddenBefore, to: Point(bus, 0))
        drawing.fork(Point(bus, 0))
        drawing.wire(Point(bus, 0), Point(x[0] - radius, 0), of: .stateAlong, isLine: isLine(.stateAlong))
        write(texts.branch(.stateAlong), along: 0, at: (bus + x[0] - radius) / 2)
        drawing.sign(.times, at: Point(x[0], 0))
        drawing.wire(Point(x[0] + radius, 0), Point(x[2] - radius, 0), of: .kept, isLine: isLine(.kept))
        write(texts.pair(.kept), along: 0, at: (x[0] + x[2]) / 2)
        drawing.sign(.plus, at: Point(x[2], 0))
        drawing.wire(Point(x[2] + radius, 0), fork, of: .hidden, isLine: isLine(.hidden), hasTip: false)
        write(hidden, along: 0, at: (x[2] + radius + fork.x) / 2)
        drawing.fork(fork)
        leave(.hiddenOnward, along: [fork])
        leave(.hiddenOut, along: [fork, Point(fork.x, products)])

        // The update gate: z of the state is kept, 1 − z of the candidate is written.
        let split = Point(x[0], products)
        drawing.wire(Point(x[0], rows.gate - half), split, of: .gate(.update), hasTip: false)
        drawing.fork(split)
        drawing.wire(split, Point(x[0], radius), of: .updateToKept)
        write(texts.branch(.updateToKept), beside: x[0], at: (products + radius + Self.gap) / 2)
        let share = Size(40, Self.gateHeight)
        drawing.wire(split, Point(x[1] - share.width / 2, products), of: .updateToShare)
        write(texts.branch(.updateToShare), along: products, at: (x[0] + x[1] - share.width / 2) / 2)
        drawing.box(.gate, texts.complement, share, at: Point(x[1], products), words: "one minus")
        drawing.wire(Point(x[1] + share.width / 2, products), Point(x[2] - radius, products), of: .share)
        write(texts.pair(.share), along: products, at: (x[1] + share.width / 2 + x[2] - radius) / 2)
        drawing.sign(.times, at: Point(x[2], products))
        drawing.wire(Point(x[2], products - radius), Point(x[2], radius), of: .written)
        write(texts.pair(.written), beside: x[2], at: (products + 13) / 2)
        drawing.wire(Point(x[2], rows.gate - half), Point(x[2], products + radius), of: .gate(.candidate))

        // The reset gate: down to the state's term of the candidate.
        let turn = x[1] + right + Self.gap + lane / 2
        let product = circuit.resetsBefore ? rows.weights : rows.product
        drawing.wire(
            Point(x[1], rows.gate - half), Point(x[1], detour), Point(turn, detour), Point(turn, product),
            Point(x[2] - reach - radius, product), of: .gate(.reset))

        columns(x, rows)
        drawing.wire(Point(bus, 0), Point(bus, rows.state), Point(x[0] - reach, rows.state), of: .stateToGates, hasTip: false)
        write(texts.branch(.stateToGates), beside: bus, at: 40)
        input(to: x[0] + reach, rows)
    }
}
