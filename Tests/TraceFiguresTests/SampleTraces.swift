import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Traces

/// Networks that the figures are tried with.
enum SampleTraces {
    static func dense(_ name: String, _ units: Int) -> Layer { Layer(name: name, kind: .dense(DenseLayer(units: units))) }
    static func activation(_ name: String, _ function: Activation) -> Layer { Layer(name: name, kind: .activation(function)) }

    /// Mazur's network of two inputs, two hidden units and two outputs.
    static func mazur() throws -> Trace {
        let network = Network(
            input: .features(2),
            layers: [dense("hidden", 2), activation("sigmoid1", .sigmoid), dense("output", 2), activation("sigmoid2", .sigmoid)],
            written: [
                "hidden.weight": Tensor(shape: [2, 2], scalars: [0.15, 0.2, 0.25, 0.3]),
                "hidden.bias": Tensor(shape: [2], scalars: [0.35, 0.35]),
                "output.weight": Tensor(shape: [2, 2], scalars: [0.4, 0.45, 0.5, 0.55]),
                "output.bias": Tensor(shape: [2], scalars: [0.6, 0.6]),
            ])
        return try Trace(
            TrainingProblem(
                network: network, inputs: Tensor(shape: [1, 2], scalars: [0.05, 0.1]),
                targets: .values(Tensor(shape: [1, 2], scalars: [0.01, 0.99])), loss: .halfSquaredError,
                optimizer: Optimizer(kind: .sgd, learningRate: 0.5), frozen: ["hidden.bias", "output.bias"]),
            title: "Two inputs, two hidden sigmoids, two outputs")
    }

    static func network(
        _ layers: [Layer], inputs: Int, batch: Int, outputs: Int, title: String, loss: Loss = .halfSquaredError, l2: Double = 0
    ) throws -> Trace {
        func numbers(_ count: Int, _ step: Int) -> [Double] { (0..<count).map { Double(($0 * step + 3) % 19) / 10 - 0.8 } }
        return try Trace(
            TrainingProblem(
                network: Network(input: .features(inputs), seed: 3, layers: layers),
                inputs: Tensor(shape: [batch, inputs], scalars: numbers(batch * inputs, 7)),
                targets: .values(Tensor(shape: [batch, outputs], scalars: numbers(batch * outputs, 5))), loss: loss,
                l2: l2, optimizer: Optimizer(kind: .sgd, learningRate: 0.1)),
            title: title)
    }

    static func all() throws -> [(name: String, trace: Trace)] {
        [
            ("mazur", try mazur()),
            (
                "one-unit",
                try network(
                    [dense("hidden", 1), activation("tanh1", .tanh), dense("output", 1)], inputs: 1, batch: 1, outputs: 1,
                    title: "One hidden unit")
            ),
            (
                "deep",
                try network(
                    (1...3).flatMap { [dense("dense\($0)", 6), activation("relu\($0)", .relu)] } + [dense("output", 2)],
                    inputs: 6, batch: 1, outputs: 2, title: "Four layers of six units", loss: .meanSquaredError)
            ),
            (
                "batch",
                try network(
                    [dense("hidden", 3), activation("sigmoid1", .sigmoid), dense("output", 2)], inputs: 2, batch: 3, outputs: 2,
                    title: "A batch of three", l2: 0.01)
            ),
            (
                "residual",
                try network(
                    [
                        dense("first", 2), activation("tanh1", .tanh),
                        Layer(name: "residual1", kind: .residual(ResidualLayer(layers: [dense("inner", 2), activation("relu1", .relu)]))),
                        dense("output", 1),
                    ], inputs: 2, batch: 1, outputs: 1, title: "A residual block")
            ),
            (
                "wide",
                try network(
                    [dense("hidden", 30), activation("relu1", .relu), dense("output", 2), activation("sigmoid1", .sigmoid)],
                    inputs: 3, batch: 1, outputs: 2, title: "Thirty hidden units")
            ),
            (
                "normalized",
                try network(
                    [
                        dense("hidden", 3),
                        Layer(name: "layer-norm1", kind: .normalization(NormalizationLayer(kind: .layer))),
                        activation("relu1", .relu), dense("output", 2),
                    ], inputs: 2, batch: 1, outputs: 2, title: "A layer normalization")
            ),
        ]
    }
}
