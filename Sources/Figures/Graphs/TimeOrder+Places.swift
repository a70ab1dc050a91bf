import Drawing
import NeuralNetworks

extension TimeOrder {
    /// Where the parts of one time step stand: what is carried on along a straight line on top, the gates under it, the input at the foot.
    struct Places {
        /// By the part's name, from the left end of the line, in points.
        var parts: [String: Point]
        /// What is carried from step to step along the line.
        let state: String
        /// From one step to the next; from one row to the next where each step has its own.
        var pitch: Double
        var rowPitch: Double
        /// How far right of the hidden state its lane leads down to the gates, and how low.
        let lane: Double
        var foot: Double
        /// Whether products stand over their results, as where all of them are along the line; there is room then for every label.
        var stacksProducts = false

        func place(of part: String) -> Point? { parts[part] }
        var hidden: Point { parts["hidden"] ?? .zero }
        var input: Point { parts["input"] ?? .zero }
        var right: Double { parts.values.map(\.x).max() ?? 0 }
    }
}

extension TimeOrder.Places {
    /// - Parameter stretch: what the distances are multiplied with, fully across the page where `isFolded` isn't set, and a little less down.
    init(_ cell: RecurrentLayer.Cell, stretch: Double, isFolded: Bool) {
        switch cell {
        case .rnn: self = .rnn
        case .lstm: self = .lstm
        case .gru: self = .gru
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
        parts: ["pre-activation": Point(60, 0), "hidden": Point(210, 0), "input": Point(60, 115)],
        state: "hidden", pitch: 310, rowPitch: 230, lane: 36, foot: 70, stacksProducts: true)

    /// As in Olah, "Understanding LSTM Networks", 2015.
    private static let lstm = TimeOrder.Places(
        parts: [
            "kept": Point(80, 0), "cell": Point(252, 0), "written": Point(252, 85), "squashed-cell": Point(322, 44),
            "hidden": Point(368, 112), "forget-gate": Point(80, 175), "input-gate": Point(190, 175), "candidate": Point(278, 175),
            "output-gate": Point(368, 195), "forget-gate-pre-activation": Point(80, 255), "input-gate-pre-activation": Point(190, 255),
            "candidate-pre-activation": Point(278, 255), "output-gate-pre-activation": Point(368, 275), "input": Point(230, 395),
        ], state: "cell", pitch: 385, rowPitch: 500, lane: 36, foot: 350)

    /// The update gate under what it keeps, the candidate under where it is written, the reset gate between them.
    private static let gru = TimeOrder.Places(
        parts: [
            "kept": Point(85, 0), "hidden": Point(330, 0), "written": Point(330, 85), "candidate-share": Point(210, 140),
            "update-gate": Point(85, 205), "candidate": Point(330, 175), "candidate-pre-activation": Point(330, 265),
            "reset-state": Point(245, 265), "reset-gate": Point(165, 250), "update-gate-pre-activation": Point(85, 315),
            "reset-gate-pre-activation": Point(165, 335), "candidate-from-state": Point(245, 355), "input": Point(285, 475),
        ], state: "hidden", pitch: 430, rowPitch: 580, lane: 64, foot: 430)
}
