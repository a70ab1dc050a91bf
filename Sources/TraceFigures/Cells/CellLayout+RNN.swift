import Drawing
import Notation
import Typesetting

extension CellLayout {
    /// h runs straight through its weights, a sum and the activation.
    mutating func placePlain() {
        let radius = CellDrawing.radius
        let fromState = texts.pair(.fromState(.state))
        let stateBox = boxWidth(.state, .state)
        let sum = texts.pair(.sum(.state))
        let hidden = texts.pair(.hidden, isNamed: true)
        let face = texts.face(.state)
        let faceWidth = max(30, face.width + 12)
        let x0 = 0.0
        let add = x0 + stateBox / 2 + fromState.width + 4 * Self.gap + radius
        let act = add + radius + max(sum.width, texts.pair(.fromInput(.state)).width) + 4 * Self.gap + faceWidth / 2
        let fork = Point(act + faceWidth / 2 + hidden.width + 4 * Self.gap, 0)
        // Below the gradient along the line.
        let weights = radius + Self.room + 11 + Self.boxHeight / 2
        let first = x0 - stateBox / 2 - 14
        drawing.frame = Rect(first, -30, fork.x + 16 - first, 30 + weights + Self.boxHeight / 2 + 14)

        enter(.hiddenBefore, to: Point(x0 - stateBox / 2, 0))
        drawing.box(
            .weights, texts.weights(.state, .state), Size(stateBox, Self.boxHeight), at: Point(x0, 0), words: Self.words(.state, .state))
        drawing.wire(Point(x0 + stateBox / 2, 0), Point(add - radius, 0), of: .fromState(.state), isLine: isLine(.fromState(.state)))
        write(fromState, along: 0, at: (x0 + stateBox / 2 + add - radius) / 2)
        drawing.sign(.plus, at: Point(add, 0))
        drawing.wire(Point(add + radius, 0), Point(act - faceWidth / 2, 0), of: .sum(.state), isLine: isLine(.sum(.state)))
        write(sum, along: 0, at: (add + radius + act - faceWidth / 2) / 2)
        drawing.box(.gate, face, Size(faceWidth, Self.gateHeight), at: Point(act, 0), words: CellGate.state.words)
        if let slope = texts.slope(.hidden) { drawing.text(slope, at: Point(act - slope.width / 2, -Self.gateHeight / 2 - 6)) }
        drawing.wire(Point(act + faceWidth / 2, 0), fork, of: .hidden, isLine: isLine(.hidden), hasTip: false)
        write(hidden, along: 0, at: (act + faceWidth / 2 + fork.x) / 2)
        drawing.fork(fork)
        leave(.hiddenOnward, along: [fork])
        leave(.hiddenOut, along: [fork, Point(fork.x, weights)])
        drawing.wire(Point(add, weights - Self.boxHeight / 2), Point(add, radius), of: .fromInput(.state))
        write(texts.pair(.fromInput(.state)), beside: add, at: (weights - Self.boxHeight / 2 + radius + 11) / 2)
        drawing.box(
            .weights, texts.weights(.input, .state), Size(boxWidth(.input, .state), Self.boxHeight), at: Point(add, weights),
            words: Self.words(.input, .state))
        drawing.wire(Point(add, drawing.frame.maxY + 26), Point(add, weights + Self.boxHeight / 2), of: .input)
        write(texts.pair(.input, isNamed: true), beside: add, at: drawing.frame.maxY + 14)
    }
}
