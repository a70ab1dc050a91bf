import Drawing
import Notation
import Typesetting

/// A cell on a narrow page, which is the picture in columns turned by a quarter: the state's line runs down at the right, each gate has a
/// row, and the wires of state and input are at the left.
extension CellLayout {
    /// The x coordinates of a row's parts. The wire of the state is at 0.
    struct RowGrid {
        /// The wire of the input.
        let lane: Double
        /// The boxes with weights, as wide as the widest of them.
        let weights: ClosedRange<Double>
        let sum: Double
        let gate: Double
        /// The right edge of the widest gate.
        let end: Double
        /// How far the reset gate's product moves what is to the right of it in the candidate's row.
        let shift: Double
    }

    /// The distance of two rows at which their texts are clearly apart.
    static let rowPitch = 66.0
    /// From the middle of a row up to the state's branch and down to the input's.
    private static let spread = 17.5
    /// The length of a wire's end outside of the frame, next to three lines of text.
    static let stub = 38.0

    var rowGrid: RowGrid {
        func widest(_ widths: (CellGate) -> [Double]) -> Double { circuit.gates.flatMap(widths).max() ?? 0 }
        let branch = widest { [texts.branch(.stateBranch($0)).width, texts.branch(.inputBranch($0)).width] }
        let box = widest { [boxWidth(.state, $0), boxWidth(.input, $0)] }
        let part = widest { [texts.pair(.fromState($0)).width, texts.pair(.fromInput($0)).width] }
        let widestGate = widest { [gateWidth($0)] }
        let (lane, gap, radius) = (14.0, Self.gap, CellDrawing.radius)
        let start = lane + branch + 2 * gap + 2
        let sum = start + box + part + 2 * gap + radius
        let gate = sum + radius + widest { [texts.pair(.sum($0)).width] } + 2 * gap + widestGate / 2
        return RowGrid(
            lane: lane, weights: start...start + box, sum: sum, gate: gate, end: gate + widestGate / 2,
            shift: circuit.signals[.resetState] == nil ? 0 : 2 * radius + texts.pair(.resetState).width + 2 * gap)
    }

    /// The y coordinate of a branch.
    func branch(_ side: CellSide, ofRow y: Double) -> Double { side == .state ? y - Self.spread : y + Self.spread }

    /// The middle of the reset gate's product in the candidate's row.
    func resetProduct(_ grid: RowGrid) -> Double {
        (circuit.resetsBefore ? grid.weights.lowerBound : grid.sum - CellDrawing.radius) + CellDrawing.radius
    }

    /// A row for each gate, up to its box. The caller draws the outputs of the boxes.
    /// - Parameters:
    ///   - state: the wire of the state, down to the first branch.
    ///   - last: the middle of the candidate's gate behind a reset gate's product.
    mutating func rows(_ grid: RowGrid, at rows: [Double], state: [Point], last: Double? = nil) {
        let foot = drawing.frame.maxY
        for (index, (gate, y)) in zip(circuit.gates, rows).enumerated() {
            let (isFirst, isLast) = (index == 0, index == rows.count - 1)
            let above = isFirst ? state : [Point(0, branch(.state, ofRow: rows[index - 1]))]
            // The input comes from below.
            let below = Point(grid.lane, isLast ? foot + Self.stub - 6 : branch(.input, ofRow: rows[index + 1]))
            let isReset = gate == .candidate && grid.shift > 0
            let sum = Point(grid.sum + (isReset ? grid.shift : 0), y)
            branch(.state, gate, grid, from: above, to: Point(0, branch(.state, ofRow: y)), sum: sum, ends: isLast)
            branch(.input, gate, grid, from: [below], to: Point(grid.lane, branch(.input, ofRow: y)), sum: sum, ends: isFirst)

            let middle = isReset ? last ?? grid.gate + grid.shift : grid.gate
            let edge = (left: middle - gateWidth(gate) / 2, right: middle + gateWidth(gate) / 2)
            drawing.sign(.plus, at: sum)
            drawing.wire(Point(sum.x + CellDrawing.radius, y), Point(edge.left, y), of: .sum(gate))
            write(texts.pair(.sum(gate)), along: y, at: (sum.x + CellDrawing.radius + edge.left) / 2)
            drawing.box(.gate, texts.face(gate), Size(gateWidth(gate), Self.gateHeight), at: Point(middle, y), words: gate.words)
            if let slope = texts.slope(.gate(gate)) {
                drawing.text(slope, at: Point(middle - slope.width / 2, y + Self.gateHeight / 2 + 13))
            }
            guard let name = texts.name(gate) else { continue }
            // A wire leads up from the box behind a reset gate's product.
            drawing.text(
                name,
                at: isReset
                    ? Point(edge.right + Self.gap, y + (name.ascent - name.descent) / 2)
                    : Point(middle - name.width / 2, y - Self.gateHeight / 2 - 5))
        }
        write(texts.pair(.input, isNamed: true), beside: grid.lane, at: foot + 16)
    }

    /// A branch to the right, through the weights to the sum.
    /// - Parameters:
    ///   - start: the piece of the bus before the branch.
    ///   - foot: where it branches off.
    ///   - ends: whether it is the last one.
    private mutating func branch(
        _ side: CellSide, _ gate: CellGate, _ grid: RowGrid, from start: [Point], to foot: Point, sum: Point, ends: Bool
    ) {
        let (gap, radius, y) = (Self.gap, CellDrawing.radius, foot.y)
        let (part, way): (CellWire, CellWire) =
            side == .state ? (.fromState(gate), .stateBranch(gate)) : (.fromInput(gate), .inputBranch(gate))
        let isReset = side == .state && gate == .candidate && grid.shift > 0
        let resetsFirst = isReset && circuit.resetsBefore
        let half = boxWidth(side, gate) / 2
        let middle = (grid.weights.lowerBound + grid.weights.upperBound) / 2 + (resetsFirst ? grid.shift : 0)
        drawing.box(
            .weights, texts.weights(side, gate), Size(2 * half, Self.boxHeight), at: Point(middle, y), words: Self.words(side, gate))
        // The branch leads to the weights, or to the product with a reset gate that acts before them.
        let entry = Point(resetsFirst ? grid.weights.lowerBound : middle - half, y)
        if ends {
            drawing.wires.append(.init(points: start + [foot, entry], isLine: false, isIdle: false, name: way))
        } else {
            let bus: CellWire = side == .input ? .input : circuit.signals[.stateToGates] == nil ? .hiddenBefore : .stateToGates
            drawing.fork(foot)
            drawing.wires.append(.init(points: start + [foot], isLine: false, isIdle: false, hasTip: false, name: bus))
            drawing.wire(foot, entry, of: way)
        }
        write(texts.branch(way), along: y, at: (grid.lane + grid.weights.lowerBound) / 2)

        let end = Point(sum.x, sum.y + (side == .state ? -radius : radius))
        let (behind, clear) = (middle + half, sum.x - radius)
        guard isReset else {
            drawing.wire(Point(behind, y), Point(sum.x, y), end, of: part)
            return write(texts.pair(part), along: y, at: (grid.weights.upperBound + clear) / 2)
        }
        let product = Point(resetProduct(grid), y)
        drawing.sign(.times, at: product)
        if resetsFirst {
            drawing.wire(Point(product.x + radius, y), Point(middle - half, y), of: .resetState)
            write(texts.pair(.resetState), along: y, at: product.x + radius + gap + texts.pair(.resetState).width / 2)
            drawing.wire(Point(behind, y), Point(sum.x, y), end, of: part)
            write(texts.pair(part), along: y, at: (grid.weights.upperBound + grid.shift + clear) / 2)
        } else {
            drawing.wire(Point(behind, y), Point(product.x - radius, y), of: part)
            write(texts.pair(part), along: y, at: (grid.weights.upperBound + product.x - radius) / 2)
            drawing.wire(Point(product.x + radius, y), Point(sum.x, y), end, of: .resetState)
            write(texts.pair(.resetState), along: y, at: (product.x + radius + clear) / 2)
        }
    }

    // MARK: Ends

    /// Writes the texts of a wire's end above or below the frame, to the right of the wire or to the left.
    mutating func writeEnd(_ wire: CellWire, at x: Double, isLeft: Bool = true) {
        let pair = texts.pair(wire, isNamed: true)
        let isAbove = wire == .hiddenBefore || wire == .cellBefore
        let y = isAbove ? drawing.frame.minY - Self.stub / 2 : drawing.frame.maxY + Self.stub / 2
        write([pair.value, pair.gradient, texts.note(note(wire))].compactMap(\.self), of: wire, at: y) {
            isLeft ? x - Self.gap - $0.width : x + Self.gap
        }
    }

    /// A branch that leaves the frame at the bottom, with its texts to the left of it.
    mutating func leaveDown(_ wire: CellWire, along way: [Point], at x: Double) {
        let isIdle = circuit.signals[wire]?.gradient == 0
        let end = Point(x, drawing.frame.maxY + Self.stub)
        drawing.wires.append(.init(points: way + [end], isLine: isLine(wire) && !isIdle, isIdle: isIdle, name: wire))
        writeEnd(wire, at: x)
    }
}
