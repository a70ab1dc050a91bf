package import Forms
package import NeuralNetworks

/// A picture of a traced network that a lesson asks for.
package enum TracedFigure: Hashable, Sendable {
    /// Units and weights.
    case network
    /// Operations.
    case graph
    /// One step of a recurrent layer.
    case cell(CellPlace)
    /// One layer there and back, its tensors as grids.
    case layer(LayerPlace)
    /// Several training steps: the loss by step, and the optimizer's state as it goes.
    case steps
}

/// The kinds of these pictures; the raw values are the words for them.
package enum FigureKind: String, CaseIterable, Hashable, Sendable {
    case network, graph, cell, layer, steps
}

extension TracedFigure {
    package var kind: FigureKind {
        switch self {
        case .network: .network
        case .graph: .graph
        case .cell: .cell
        case .layer: .layer
        case .steps: .steps
        }
    }
}

extension FigureKind {
    /// How a lesson asks for it.
    fileprivate var option: Choice.Option {
        switch self {
        case .network: .init(rawValue, about: "units and weights", .nothing)
        case .graph: .init(rawValue, about: "the graph of operations", .nothing)
        case .cell:
            .init(
                rawValue, about: "one step of a recurrent layer, each wire with its value and gradient",
                .form(LessonForms.cell, short: nil))
        case .layer: .init(rawValue, about: "one layer there and back, its tensors as grids", .form(LessonForms.layer, short: "name"))
        case .steps: .init(rawValue, about: "the loss by training step, and the optimizer's state as it goes", .nothing)
        }
    }
}

extension LessonForms {
    package static let figure = Choice("figure", FigureKind.allCases.map(\.option))

    /// Of an expression, which has no layers.
    package static let expressionFigure = Choice("figure", [FigureKind.graph, .steps].map(\.option))

    package static let layer = Form(
        "layer", about: "one layer there and back",
        keys: [
            .init("name", .text, "the layer's name, or loss; the first layer with parameters if not given"),
            .init("sample", .whole(0...Limits.batch - 1), "of the batch, from 0; that of --sample if not given"),
        ])

    package static let cell = Form(
        "cell", about: "one step of a recurrent layer",
        keys: [
            .init("layer", .text, "an rnn, lstm or gru by its name; the first one if not given"),
            .init("step", .whole(1...Limits.timeSteps), "the time step, from 1 as in lstm1.t3; the middle one if not given"),
            .init("unit", .whole(0...Limits.units - 1), .standard("0"), "of the layer, from 0 as in addresses"),
            .init("feature", .whole(0...Limits.units - 1), .standard("0"), "of the layer's input, from 0"),
            .init("sample", .whole(0...Limits.batch - 1), "of the batch, from 0; that of --sample if not given"),
        ])
}
