package import Autodiff
import Forms

/// A recurrent cell unrolled over time from a given state, or from h₀ = 0.
package struct RecurrentLayer: Hashable, Sendable {
    package enum Cell: Hashable, Sendable {
        /// h = f(Wᵢx + bᵢ + Wᵣh + bᵣ) (Elman 1990).
        case rnn(Activation)
        /// Hochreiter & Schmidhuber 1997; Gers et al. 2000.
        case lstm(forgetBias: Double)
        /// Cho et al. 2014.
        /// - Parameter resetsBefore: whether the reset gate multiplies the state before the recurrent weights do, as in that paper, or
        ///   their product with it.
        case gru(updateBias: Double, resetsBefore: Bool = false)

        /// In the order of the weights' blocks of rows; empty where there is one block only.
        package var gates: [Gate] {
            switch self {
            case .rnn: []
            case .lstm: [.input, .forget, .candidate, .output]
            case .gru: [.reset, .update, .candidate]
            }
        }

        /// The number of blocks of `units` rows in each weight.
        package var blocks: Int { max(gates.count, 1) }

        /// The initial input bias of each block of rows (Jozefowicz et al. 2015).
        fileprivate var startingBiases: [Double] {
            switch self {
            case .rnn: [0]
            case .lstm(let forgetBias): gates.map { $0 == .forget ? forgetBias : 0 }
            case .gru(let updateBias, _): gates.map { $0 == .update ? updateBias : 0 }
            }
        }
    }

    package var cell: Cell
    package var units: Int
    package var returnsSequence: Bool
    package var initializer: Initializer?

    package init(cell: Cell, units: Int, returnsSequence: Bool = false, initializer: Initializer? = nil) {
        self.cell = cell
        self.units = units
        self.returnsSequence = returnsSequence
        self.initializer = initializer
    }
}

extension RecurrentLayer: LayerRules {
    package static let words = [
        word(
            "rnn", "h = f(Wᵢx + bᵢ + Wᵣh + bᵣ)", [.init("activation", .choice(LayerForms.activation), .standard("tanh"), "f")],
            plain: .rnn(.tanh)
        ) { $0.fields.has("activation") ? $0.findings.activation(of: $0.fields).map { .rnn($0) } : .rnn(.tanh) },
        word(
            "lstm", "gates in the order input, forget, cell, output",
            [
                .init("forget-bias", .number(.any), .standard("0"), "added to the forget gate's bias where that isn't written"),
                .init(GivenKey.initialCell.rawValue, .tensor, "c₀: [units] or [batch, units]; else 0"),
            ],
            plain: .lstm(forgetBias: 0)
        ) { $0.fields.number("forget-bias").map { .lstm(forgetBias: $0) } },
        word(
            "gru", "gates in the order reset, update, new",
            [
                .init("update-bias", .number(.any), .standard("0"), "added to the update gate's bias where that isn't written"),
                .init(
                    "reset", .word(["after", "before"]), .standard("after"),
                    "whether the reset gate comes after the recurrent weights or before"),
            ],
            plain: .gru(updateBias: 0)
        ) { written in
            let reset = written.fields.word("reset")
            return written.fields.number("update-bias").map { .gru(updateBias: $0, resetsBefore: reset == "before") }
        },
    ]

    /// - Parameter plain: the cell to use in place of one with a wrong option: if the units are right, the shapes are known nevertheless.
    private static func word(
        _ word: String, _ about: String, _ own: [Form.Key], plain: Cell, _ cell: @escaping @Sendable (WrittenLayer) -> Cell?
    ) -> LayerWord {
        LayerWord(
            word, about, short: "units",
            keys: [
                LayerForms.units,
                .init("returns", .word(["last", "sequence"]), .standard("last"), "the last state, or all of them"),
            ] + own + [
                .init("input-weight", .tensor, "[g·units, features], g gates; sampled where it isn't written"),
                .init("recurrent-weight", .tensor, "[g·units, units]; sampled where it isn't written"),
                .init("input-bias", .tensor, "[g·units]; starts at 0"),
                .init("recurrent-bias", .tensor, "[g·units]; starts at 0"),
                .init(GivenKey.initialState.rawValue, .tensor, "h₀: [units] or [batch, units]; else 0"),
                LayerForms.initializerKey("how the weights are sampled"),
            ]
        ) { written in
            let units = written.fields.whole("units")
            let returns = written.fields.word("returns")
            let initializer = written.initializer
            let cell = cell(written) ?? plain
            return units.map {
                .recurrent(RecurrentLayer(cell: cell, units: $0, returnsSequence: returns == "sequence", initializer: initializer))
            }
        }
    }

    package var sizes: [String] { ["units"] }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .sequence(let time, _) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "a sequence: input: {time: …, features: …}")
        }
        return returnsSequence ? .sequence(time: time, features: units) : .features(units)
    }

    /// Each gate is a matrix of its own.
    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        let rows = cell.blocks.saturatingTimes(units)
        let sampled = ParameterStart.sampled(matrices: cell.blocks)
        return [
            ParameterDeclaration(.inputWeight, [rows, input.last], sampled, shapedBy: [.key("units"), .input]),
            ParameterDeclaration(.recurrentWeight, [rows, units], sampled, shapedBy: [.key("units")]),
            ParameterDeclaration(.inputBias, [rows], .constants(cell.startingBiases), shapedBy: [.key("units")]),
            ParameterDeclaration(.recurrentBias, [rows], .constants([0]), shapedBy: [.key("units")]),
        ]
    }

    package func givens(for input: SampleShape) -> [GivenDeclaration] {
        let state = GivenDeclaration(.initialState, [units], shapedBy: [.key("units")])
        guard case .lstm = cell else { return [state] }
        return [state, GivenDeclaration(.initialCell, [units], shapedBy: [.key("units")])]
    }

    /// Every time step has a state, whether or not it is returned.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        let rows = [batch, input.axes[0], units, cell.blocks].saturatingCount
        return Cost(
            scalars: rows, products: outputs.saturatingPlus([rows, 2, input.last.saturatingPlus(units)].saturatingCount))
    }

    package var result: LayerResult { .states(self) }
    package var hasSeveralUses: Bool { true }
}
