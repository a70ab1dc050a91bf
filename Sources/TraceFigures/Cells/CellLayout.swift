import Drawing
import NeuralNetworks
import Notation
import Typesetting

/// Places a cell on a grid: the state's line on top, a column for each gate, the wires of state and input at the bottom (as in Olah,
/// "Understanding LSTM Networks", 2015).
struct CellLayout {
    let texts: CellTexts
    var drawing: CellDrawing
    var circuit: CellCircuit { texts.circuit }

    /// From the middle of a column to its branches on both sides.
    private(set) var reach = 0.0
    /// The distance between columns.
    private(set) var pitch = 0.0
    /// The largest width to the right of a column's middle.
    private(set) var right = 0.0
    private(set) var left = 0.0
    /// The distance between neighbouring cells.
    var rowGap = 0.0

    /// The distance from a wire to its text, and from a text to the next wire.
    static let gap = 5.0
    /// The length of a vertical wire with two lines of text next to it.
    static let room = 30.0
    static let gateHeight = 20.0
    static let boxHeight = 16.0

    init(_ texts: CellTexts) {
        self.texts = texts
        drawing = CellDrawing(texts.typesetter)
        for gate in circuit.gates {
            let inner = max(texts.pair(.fromState(gate)).width, texts.branch(.stateBranch(gate)).width, resetWidth(gate))
            let (state, input) = (boxWidth(.state, gate), boxWidth(.input, gate))
            reach = max(reach, (inner + 2 * Self.gap + 1) / 2, (state + input) / 4 + Self.gap / 2)
            left = max(left, state / 2)
            right = max(
                right, input / 2, Self.gap + texts.pair(.fromInput(gate)).width, Self.gap + texts.branch(.inputBranch(gate)).width)
        }
        left += reach
        right += reach
        for gate in circuit.gates {
            right = max(
                right, Self.gap + texts.pair(.gate(gate), isNamed: true).width, Self.gap + texts.pair(.sum(gate)).width,
                gateWidth(gate) / 2 + Self.gap + (texts.slope(.gate(gate))?.width ?? 0))
        }
        pitch = left + right + 2 * Self.gap
    }

    private func resetWidth(_ gate: CellGate) -> Double { gate == .candidate ? texts.pair(.resetState).width : 0 }

    func boxWidth(_ side: CellSide, _ gate: CellGate) -> Double { max(30, texts.weights(side, gate).width + 9) }

    func gateWidth(_ gate: CellGate) -> Double { max(30, texts.face(gate).width + 12) }

    /// The y coordinates of a column's parts.
    struct Rows {
        var gate: Double
        var sum: Double
        var weights: Double
        var state: Double
        var input: Double

        /// - Parameter product: whether to leave room for the reset gate's product on the state's branch.
        init(gate: Double, product: Bool = false) {
            self.gate = gate
            sum = gate + CellLayout.gateHeight / 2 + CellLayout.room + CellDrawing.radius
            weights = sum + 38 + CellLayout.boxHeight / 2 + (product ? CellLayout.room + 2 * CellDrawing.radius : 0)
            state = weights + CellLayout.boxHeight / 2 + 19
            input = state + 15
        }

        /// The reset gate's product, between the weights and the sum; where the gate acts before the weights, these are here instead.
        var product: Double { sum + 33 + CellDrawing.radius }
    }

    func isLine(_ wire: CellWire) -> Bool { circuit.line.contains(wire) }

    // MARK: Texts

    /// Writes a value above a horizontal wire and a gradient below it, centred on `x`.
    mutating func write(_ pair: CellTexts.Pair, along y: Double, at x: Double) {
        if let value = pair.value { drawing.text(value, at: Point(x - value.width / 2, y - Self.gap), of: pair.wire) }
        if let gradient = pair.gradient {
            drawing.text(gradient, at: Point(x - gradient.width / 2, y + below(pair.wire) + CellTexts.ascent), of: pair.wire)
        }
    }

    /// The distance from a horizontal wire to the text below it, with room for the gradient's own arrow.
    private func below(_ wire: CellWire) -> Double { isLine(wire) ? Self.gap + CellDrawing.backOffset + 1 : Self.gap }

    /// Writes to the right of a vertical wire, centred on `y`.
    mutating func write(_ pair: CellTexts.Pair, beside x: Double, at y: Double) {
        write([pair.value, pair.gradient].compactMap(\.self), of: pair.wire, at: y) { _ in x + Self.gap }
    }

    /// Writes to the left of a vertical wire, centred on `y`.
    mutating func write(_ pair: CellTexts.Pair, before x: Double, at y: Double) {
        write([pair.value, pair.gradient].compactMap(\.self), of: pair.wire, at: y) { x - Self.gap - $0.width }
    }

    /// Writes lines below each other, centred on `y`.
    /// - Parameter left: where a line begins.
    mutating func write(_ lines: [Laid], of wire: CellWire, at y: Double, left: (Laid) -> Double) {
        let height = CellTexts.ascent + CellTexts.lead * Double(lines.count - 1)
        for (index, line) in lines.enumerated() {
            drawing.text(line, at: Point(left(line), y - height / 2 + CellTexts.ascent + CellTexts.lead * Double(index)), of: wire)
        }
    }

    // MARK: Ends

    /// A wire that enters the frame from the left, with its text outside. Its note names the step there, from which the value comes and to
    /// which the gradient goes.
    mutating func enter(_ wire: CellWire, to target: Point, forks: Bool = false) {
        let width = outside([.cellBefore, .hiddenBefore])
        let start = drawing.frame.minX - width
        drawing.wire(Point(start, target.y), target, of: wire, isLine: isLine(wire), hasTip: !forks)
        write(wire, note: note(wire), along: target.y, at: start + width / 2)
    }

    /// A branch that leaves the frame to the right.
    mutating func leave(_ wire: CellWire, along way: [Point]) {
        guard let last = way.last else { return }
        let width = outside([.cellOnward, .hiddenOnward, .hiddenOut])
        let isIdle = circuit.signals[wire]?.gradient == 0
        drawing.wires.append(
            .init(
                points: way + [Point(drawing.frame.maxX + width + 4, last.y)], isLine: isLine(wire) && !isIdle,
                isIdle: isIdle, name: wire))
        write(wire, note: note(wire), along: last.y, at: drawing.frame.maxX + width / 2)
    }

    /// How far the wires on one side extend out of the frame.
    private func outside(_ wires: [CellWire]) -> Double { wires.map(endWidth).reduce(0, max) + 2 * Self.gap }

    /// The width of the texts next to a wire's end outside of the frame.
    func endWidth(_ wire: CellWire) -> Double { max(texts.pair(wire, isNamed: true).width, texts.note(note(wire)).width) }

    /// Where a wire comes from or leads to, outside of the frame.
    func note(_ wire: CellWire) -> String {
        let step = circuit.place.step
        switch wire {
        case .cellBefore, .hiddenBefore: return step > 1 ? "step \(step - 1)" : "the start"
        case .hiddenOut: return circuit.signals[.hiddenOut]?.gradient == 0 ? "unused" : "beyond the layer"
        case .input, .stateBranch, .inputBranch, .fromState, .fromInput, .sum, .gate, .kept, .written, .cell, .cellToTanh, .squashed,
            .stateAlong, .updateToKept, .updateToShare, .share, .resetState, .stateToGates, .hidden, .hiddenOnward, .cellOnward:
            return step < circuit.time ? "step \(step + 1)" : "no step follows"
        }
    }

    private mutating func write(_ wire: CellWire, note: String, along y: Double, at x: Double) {
        write(texts.pair(wire, isNamed: true), along: y, at: x)
        let note = texts.note(note)
        drawing.text(note, at: Point(x - note.width / 2, y + below(wire) + CellTexts.ascent + 10), of: wire)
    }

    // MARK: Columns

    /// A column for each gate: its box, the sum below it, and its two branches. The caller draws the output of the box.
    mutating func columns(_ columns: [Double], _ rows: Rows) {
        let (radius, half) = (CellDrawing.radius, Self.gateHeight / 2)
        for (index, (gate, x)) in zip(circuit.gates, columns).enumerated() {
            box(gate, at: Point(x, rows.gate))
            write(texts.pair(.gate(gate), isNamed: true), beside: x, at: rows.gate - half - Self.room / 2)
            drawing.sign(.plus, at: Point(x, rows.sum))
            drawing.wire(Point(x, rows.sum - radius), Point(x, rows.gate + half), of: .sum(gate))
            write(texts.pair(.sum(gate)), beside: x, at: (rows.sum - radius + rows.gate + half) / 2)
            let before = index > 0 ? columns[index - 1] : nil
            let isLast = index == columns.count - 1
            branch(.state, gate, at: x - reach, to: Point(x - radius, rows.sum), rows, from: before.map { $0 - reach }, isLast: isLast)
            branch(.input, gate, at: x + reach, to: Point(x + radius, rows.sum), rows, from: before.map { $0 + reach }, isLast: isLast)
        }
    }

    /// "weights of the state for the forget gate".
    static func words(_ side: CellSide, _ gate: CellGate) -> String {
        switch side {
        case .state: "weights of the state for the \(gate.words)"
        case .input: "weights of the input for the \(gate.words)"
        }
    }

    mutating func box(_ gate: CellGate, at center: Point) {
        let width = gateWidth(gate)
        drawing.box(.gate, texts.face(gate), Size(width, Self.gateHeight), at: center, words: gate.words)
        slope(.gate(gate), beside: center.x + width / 2, at: center.y)
        if let name = texts.name(gate) {
            drawing.text(name, at: Point(center.x - width / 2 - Self.gap - name.width, center.y + (name.ascent - name.descent) / 2))
        }
    }

    /// Writes to the right of an activation's box.
    mutating func slope(_ output: CellWire, beside x: Double, at y: Double) {
        if let slope = texts.slope(output) { drawing.text(slope, at: Point(x + Self.gap, y + 3)) }
    }

    /// A branch from the wire at the bottom through the weights up to the sum.
    /// - Parameter before: the branch of the column to the left.
    private mutating func branch(
        _ side: CellSide, _ gate: CellGate, at x: Double, to end: Point, _ rows: Rows, from before: Double?, isLast: Bool
    ) {
        let foot = Point(x, side == .state ? rows.state : rows.input)
        let (part, way): (CellWire, CellWire) =
            side == .state ? (.fromState(gate), .stateBranch(gate)) : (.fromInput(gate), .inputBranch(gate))
        let half = Self.boxHeight / 2
        let isReset = side == .state && gate == .candidate && circuit.signals[.resetState] != nil
        let resetsFirst = isReset && circuit.resetsBefore
        // The branch leads to the weights, or to the product with a reset gate that acts before them.
        let weights = Point(x, resetsFirst ? rows.product : rows.weights)
        let entry = resetsFirst ? rows.weights + CellDrawing.radius : rows.weights + half
        drawing.box(
            .weights, texts.weights(side, gate), Size(boxWidth(side, gate), Self.boxHeight), at: weights, words: Self.words(side, gate))
        let fork = before.map { Point($0, foot.y) }
        if !isLast { drawing.fork(foot) }
        if isLast, let fork {
            drawing.wire(fork, foot, Point(x, entry), of: way)
        } else {
            drawing.wire(foot, Point(x, entry), of: way)
            let bus: CellWire = side == .input ? .input : circuit.signals[.stateToGates] == nil ? .hiddenBefore : .stateToGates
            if let fork { drawing.wire(fork, foot, of: bus, hasTip: false) }
        }
        write(texts.branch(way), beside: x, at: rows.weights + half + 10)
        let under = rows.sum + 12 + CellTexts.ascent + 4.5
        guard isReset, !resetsFirst else {
            drawing.wire(Point(x, weights.y - half), Point(x, end.y), end, of: part)
            write(texts.pair(part), beside: x, at: under)
            guard resetsFirst else { return }
            let product = Point(x, rows.weights)
            drawing.sign(.times, at: product)
            drawing.wire(Point(x, product.y - CellDrawing.radius), Point(x, weights.y + half), of: .resetState)
            return write(texts.pair(.resetState), beside: x, at: (product.y - CellDrawing.radius + weights.y + half) / 2)
        }
        // Here the reset gate acts between the weights and the sum.
        let product = Point(x, rows.product)
        drawing.wire(Point(x, rows.weights - half), Point(x, product.y + CellDrawing.radius), of: part)
        write(texts.pair(part), beside: x, at: (rows.weights - half + product.y + CellDrawing.radius) / 2)
        drawing.sign(.times, at: product)
        drawing.wire(Point(x, product.y - CellDrawing.radius), Point(x, end.y), end, of: .resetState)
        write(texts.pair(.resetState), beside: x, at: under)
    }

    /// The input enters from below, under the first column's branch.
    mutating func input(to x: Double, _ rows: Rows) {
        let foot = drawing.frame.maxY
        drawing.wire(Point(x, foot + 26), Point(x, rows.input), of: .input, hasTip: false)
        write(texts.pair(.input, isNamed: true), beside: x, at: foot + 14)
    }
}
