import Drawing
import NeuralNetworks

extension TimeOrder {
    /// The positions of the parts of one time step: the state along a straight line on top, the gates below it, the input at the bottom.
    struct Places {
        /// Relative to the left end of the line, in points.
        var parts: [Part: Point]
        /// The state that the line carries from step to step.
        let state: Part
        /// The distance between steps, and between rows if each step has its own.
        var pitch: Double
        var rowPitch: Double
        /// How far to the right of the hidden state its lane to the gates is, and how far down the lane goes.
        let lane: Double
        var foot: Double
        /// Whether products are set above their results, as where all of them are along the line; every label then has room.
        var stacksProducts = false

        func place(of part: Part) -> Point? { parts[part] }
        var hidden: Point { parts[.hidden] ?? .zero }
        var input: Point { parts[.stepInput] ?? .zero }
        var right: Double { parts.values.map(\.x).max() ?? 0 }
    }
}

extension TimeOrder.Places {
    /// - Parameter stretch: the factor of the distances, across the page only if `isFolded` is not set, and to a smaller degree downward.
    init(_ cell: RecurrentLayer.Cell, stretch: Double, isFolded: Bool) {
        switch cell {
        case .rnn: self = .rnn
        case .lstm: self = .lstm
        case .gru(_, let resetsBefore):
            self = .gru
            // The reset state comes before the weights here, whereas otherwise the weights come first.
            if resetsBefore { (parts[.resetState], parts[.fromState(.candidate)]) = (parts[.fromState(.candidate)], parts[.resetState]) }
        }
        guard !stacksProducts else { return }
        let across = isFolded ? 1 : stretch
        let down = 1 + (stretch - 1) * 0.8
        parts = parts.mapValues { Point($0.x * across, $0.y * down) }
        pitch *= across
        rowPitch *= down
        foot *= down
    }

    private static let rnn = TimeOrder.Places(
        parts: [.preActivation(nil): Point(60, 0), .hidden: Point(210, 0), .stepInput: Point(60, 115)],
        state: .hidden, pitch: 310, rowPitch: 230, lane: 36, foot: 70, stacksProducts: true)

    /// As in Olah, "Understanding LSTM Networks", 2015.
    private static let lstm = TimeOrder.Places(
        parts: [
            .kept: Point(80, 0), .cell: Point(252, 0), .written: Point(252, 85), .squashedCell: Point(322, 44),
            .hidden: Point(368, 112), .gate(.forget): Point(80, 175), .gate(.input): Point(190, 175), .gate(.candidate): Point(278, 175),
            .gate(.output): Point(368, 195), .preActivation(.forget): Point(80, 255), .preActivation(.input): Point(190, 255),
            .preActivation(.candidate): Point(278, 255), .preActivation(.output): Point(368, 275), .stepInput: Point(230, 395),
        ], state: .cell, pitch: 385, rowPitch: 500, lane: 36, foot: 350)

    /// The update gate is below the part that it keeps, the candidate below the part that it writes, the reset gate between them.
    private static let gru = TimeOrder.Places(
        parts: [
            .kept: Point(85, 0), .hidden: Point(330, 0), .written: Point(330, 85), .candidateShare: Point(210, 140),
            .gate(.update): Point(85, 205), .gate(.candidate): Point(330, 175), .preActivation(.candidate): Point(330, 265),
            .resetState: Point(245, 265), .gate(.reset): Point(165, 250), .preActivation(.update): Point(85, 315),
            .preActivation(.reset): Point(165, 335), .fromState(.candidate): Point(245, 355), .stepInput: Point(285, 475),
        ], state: .hidden, pitch: 430, rowPitch: 580, lane: 64, foot: 430)
}
