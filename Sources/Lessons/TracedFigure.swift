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

extension LessonForms {
    package static let figure = Choice(
        "figure",
        [
            .init("network", about: "units and weights", .nothing),
            .init("graph", about: "the graph of operations", .nothing),
            .init("cell", about: "one step of a recurrent layer, each wire with its value and gradient", .form(cell, short: nil)),
            .init("layer", about: "one layer there and back, its tensors as grids", .form(layer, short: "name")),
            .init("steps", about: "the loss by training step, and the optimizer's state as it goes", .nothing),
        ])

    /// Of an expression, which has no layers.
    package static let expressionFigure = Choice("figure", figure.options.filter { ["graph", "steps"].contains($0.word) })

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
