package import Autodiff
package import NeuralNetworks
package import Traces

/// Small traces of every kind of layer, loss and expression.
package enum SampleTraces {
    package static func layer(_ name: String, _ kind: Layer.Kind) -> Layer { Layer(name: name, kind: kind) }

    package static func dense(_ name: String, _ units: Int, bias: Bool = true, spectral: Bool = false) -> Layer {
        layer(name, .dense(DenseLayer(units: units, hasBias: bias, spectralNorm: spectral)))
    }

    package static func network(
        _ input: SampleShape, _ layers: [Layer], batch: Int = 1, loss: Loss = .halfSquaredError, l2: Double = 0,
        clipping: Clipping? = nil, optimizer: Optimizer? = nil, steps: Int = 1, frozen: Set<String> = [], written: [String: Tensor] = [:],
        title: String? = nil
    ) throws -> Trace {
        var shape = input
        for layer in layers { shape = try layer.output(for: shape) }
        var generator = Xoshiro(seed: 5)
        let targets: Targets =
            switch loss.measure {
            case .crossEntropy, .hinge: .classes((0..<batch * shape.count / shape.last).map { $0 % shape.last })
            case .binaryCrossEntropy:
                .values(Tensor(shape: [batch] + shape.axes, scalars: (0..<batch * shape.count).map { Double($0 % 2) }))
            case .outputSum: .absent
            case .halfSquaredError, .squaredError, .absoluteError, .huber: .values(generator.normals([batch] + shape.axes))
            }
        return try Trace(
            TrainingProblem(
                network: Network(input: input, seed: 5, layers: layers, written: written), inputs: inputs(input, batch, &generator),
                targets: targets, loss: loss, l2: l2, clipping: clipping, optimizer: optimizer, steps: steps, frozen: frozen),
            title: title)
    }

    /// Normal numbers, or tokens of which some occur twice.
    private static func inputs(_ input: SampleShape, _ batch: Int, _ generator: inout Xoshiro) -> Tensor {
        let shape = [batch] + input.axes
        guard case .tokens(_, let count) = input else { return generator.normals(shape) }
        return Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { Double($0 * 2 % count) })
    }

    /// Mazur's network with the numbers of SPEC's example.
    package static func mazur() throws -> Trace {
        try Trace(
            TrainingProblem(
                network: Network(
                    input: .features(2),
                    layers: [
                        dense("hidden", 2), layer("sigmoid1", .activation(.sigmoid)), dense("output", 2),
                        layer("sigmoid2", .activation(.sigmoid)),
                    ],
                    written: [
                        "hidden.weight": Tensor(shape: [2, 2], scalars: [0.15, 0.20, 0.25, 0.30]),
                        "hidden.bias": Tensor(shape: [2], scalars: [0.35, 0.35]),
                        "output.weight": Tensor(shape: [2, 2], scalars: [0.40, 0.45, 0.50, 0.55]),
                        "output.bias": Tensor(shape: [2], scalars: [0.60, 0.60]),
                    ]),
                inputs: Tensor(shape: [1, 2], scalars: [0.05, 0.10]),
                targets: .values(Tensor(shape: [1, 2], scalars: [0.01, 0.99])), loss: .halfSquaredError,
                optimizer: Optimizer(kind: .sgd, learningRate: 0.5), frozen: ["hidden.bias", "output.bias"]),
            title: "Two inputs, two hidden sigmoids, two outputs")
    }

    /// Every operator and function, a fork, z·z, a renaming, a constant and an input that nothing uses.
    package static func expression() -> Trace {
        let (x, y) = (Expression.name("x"), Expression.name("y"))
        func call(_ function: Pointwise, _ x: Expression) -> Expression { .unary(function, x) }
        func pair(_ function: BinaryFunction, _ a: Expression, _ b: Expression) -> Expression { .binary(function, a, b) }
        var lines: [ExpressionProgram.Line] = []
        func line(_ name: String, _ expression: Expression) { lines.append(.init(name: name, expression: expression)) }
        line("square", pair(.multiply, x, x))
        line("again", .name("square"))
        line("two", .number(2))
        for function in [.negate] + Pointwise.inExpressions {
            line("u_\(function.kind)", call(function, pair(.add, x, y)))
        }
        for (index, function) in BinaryFunction.allCases.enumerated() {
            line("p\(index)", pair(function, .name("again"), pair(.multiply, y, .name("two"))))
        }
        let names = lines.map(\.name)
        line("f", names.dropFirst().reduce(.name(names[0])) { pair(.add, $0, .name($1)) })
        return Trace(
            ExpressionProgram(lines: lines, inputs: [(name: "x", value: 0.8), (name: "y", value: 0.3), (name: "spare", value: 4)]))
    }

    /// A neuron that learns: constants, clipping, and an optimizer with a memory.
    package static func steppedExpression() -> Trace {
        func name(_ name: String) -> Expression { .name(name) }
        let z = Expression.binary(.add, .binary(.multiply, name("w"), name("x")), name("b"))
        let lines = [
            ExpressionProgram.Line(name: "p", expression: .unary(.sigmoid, z)),
            .init(name: "loss", expression: .binary(.power, .binary(.subtract, name("p"), name("t")), .number(2))),
        ]
        let program = ExpressionProgram(lines: lines, inputs: [("w", 0.5), ("b", -1.4)], constants: [("x", 1.9), ("t", 1)])
        let rule = UpdateRule(clipping: .norm(0.3), optimizer: Optimizer(kind: .momentum(0.9), learningRate: 0.1), steps: 2, frozen: ["b"])
        return Trace(ExpressionProblem(program, rule: rule))
    }

    /// Every measure, and reductions other than the usual.
    package static let losses: [Loss] = [
        .halfSquaredError, .meanSquaredError, .crossEntropy, .binaryCrossEntropy, Loss(.squaredError, reduction: .sum),
        Loss(.absoluteError, reduction: .meanOverSamples), Loss(.huber(delta: 0.7)), Loss(.hinge(margin: 1), reduction: .sum),
        Loss(.outputSum), Loss(.crossEntropy(of: .probabilities)), Loss(.binaryCrossEntropy(of: .probabilities), reduction: .sum),
    ]

    /// Two time steps of two samples, each with a row of probabilities as its target.
    private static func shares() throws -> Trace {
        var generator = Xoshiro(seed: 7)
        let rows = [[0.2, 0.8, 0], [0.5, 0.25, 0.25], [0, 0, 1], [0.1, 0.1, 0.8]]
        return try Trace(
            TrainingProblem(
                network: Network(input: .sequence(time: 2, features: 2), seed: 5, layers: [dense("d", 3)]),
                inputs: generator.normals([2, 2, 2]), targets: .values(Tensor(shape: [2, 2, 3], scalars: rows.flatMap { $0 })),
                loss: .crossEntropy))
    }

    private static let activations: [Activation] = [
        .identity, .sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .elu(alpha: 0.7), .elu(alpha: 1), .swish(beta: 1.3),
        .swish(beta: 1), .gelu, .softplus, .mish, .selu, .softsign,
    ]

    /// Each with what it is called.
    package static func all() throws -> [(name: String, trace: Trace)] { try made.get() }

    private static let made = Result { try make() }

    private static func make() throws -> [(name: String, trace: Trace)] {
        var traces: [(String, Trace)] = [("Mazur", try mazur()), ("an expression", expression())]
        for (index, activation) in activations.enumerated() {
            let layers = [dense("d", 2), layer("a", .activation(activation)), dense("e", 2)]
            traces.append(("\(activation)", try network(.features(2), layers, batch: index % 2 + 1)))
        }
        for loss in losses {
            for batch in [1, 3] {
                var layers = [dense("d", 3)]
                switch loss.measure {
                case .crossEntropy(.probabilities): layers.append(layer("p", .softmax))
                case .binaryCrossEntropy(.probabilities): layers.append(layer("p", .activation(.sigmoid)))
                default: break
                }
                traces.append(("\(loss) of \(batch)", try network(.features(2), layers, batch: batch, loss: loss, l2: 0.1)))
            }
        }
        traces.append(("probabilities as targets", try shares()))
        let image = SampleShape.image(channels: 2, height: 3, width: 2)
        let sequence = SampleShape.sequence(time: 2, features: 2)
        for (input, kinds) in [
            (SampleShape.features(4), [NormalizationLayer.Kind.batch, .layer, .group(2), .rootMeanSquare]),
            (image, [.batch, .layer, .instance, .group(2), .rootMeanSquare]), (sequence, [.batch, .layer, .rootMeanSquare]),
        ] {
            for kind in kinds {
                let norm = layer("n", .normalization(NormalizationLayer(kind: kind)))
                traces.append(("\(kind) of \(input)", try network(input, [norm], batch: 3)))
            }
        }
        for returns in [false, true] {
            for cell in [
                RecurrentLayer.Cell.rnn(.tanh), .lstm(forgetBias: 1), .gru(updateBias: 0), .gru(updateBias: 0, resetsBefore: true),
            ] {
                let recurrent = layer("r", .recurrent(RecurrentLayer(cell: cell, units: returns ? 2 : 1, returnsSequence: returns)))
                traces.append(("\(cell)", try network(sequence, [recurrent], batch: returns ? 2 : 1)))
            }
        }
        for (cell, shape) in [(RecurrentLayer.Cell.rnn(.tanh), [2]), (.lstm(forgetBias: 0), [2, 2])] {
            let recurrent = layer("r", .recurrent(RecurrentLayer(cell: cell, units: 2)))
            var generator = Xoshiro(seed: 6)
            let keys: [GivenKey] = if case .lstm = cell { [.initialState, .initialCell] } else { [.initialState] }
            let written = keys.map { ($0.name(in: "r"), generator.normals(shape)) }
            traces.append(
                (
                    "\(cell) from a given state",
                    try network(sequence, [recurrent], batch: 2, written: Dictionary(uniqueKeysWithValues: written))
                ))
        }
        let inner = [dense("a", 2), layer("t", .activation(.tanh))]
        traces += [
            (
                "a convolution",
                try network(
                    image,
                    [
                        layer("c", .convolution(ConvolutionLayer(channels: 2, kernel: 2, padding: 1))), layer("f", .flatten),
                        layer("a", .activation(.relu)), dense("d", 1),
                    ])
            ),
            (
                "pooling",
                try network(
                    image, [layer("m", .pooling(PoolingLayer(.max, kernel: 2, stride: 1))), layer("f", .flatten), dense("d", 1)], batch: 2)
            ),
            (
                "mean pooling",
                try network(
                    image, [layer("m", .pooling(PoolingLayer(.average, kernel: 2, stride: 1))), layer("g", .globalPooling), dense("d", 1)],
                    batch: 2)
            ),
            ("a mean over time", try network(sequence, [dense("d", 3), layer("g", .globalPooling)], batch: 2)),
            ("dropout", try network(.features(3), [layer("d", .dropout(DropoutLayer())), dense("e", 1)])),
            ("dropout of a batch", try network(sequence, [dense("d", 3), layer("o", .dropout(DropoutLayer(rate: 0.25)))], batch: 2)),
            (
                "embeddings",
                try network(
                    .tokens(time: 3, count: 4),
                    [
                        layer("e", .embedding(EmbeddingLayer(size: 2))), layer("p", .positionEmbedding(PositionEmbeddingLayer())),
                        dense("d", 1),
                    ], batch: 2)
            ),
            (
                "attention",
                try network(
                    .tokens(time: 3, count: 4),
                    [
                        layer("e", .embedding(EmbeddingLayer(size: 4))),
                        layer("a", .attention(AttentionLayer(heads: 2, isCausal: true, hasBias: true))), dense("d", 1),
                    ], batch: 2)
            ),
            ("one head", try network(sequence, [layer("a", .attention(AttentionLayer(size: 3, scale: .number(1), hasOutput: false)))])),
            ("a scale of one's own", try network(sequence, [layer("a", .attention(AttentionLayer(heads: 2, scale: .number(0.5))))])),
            ("a residual", try network(.features(2), [layer("r", .residual(ResidualLayer(layers: inner)))])),
            (
                "a projected residual",
                try network(.features(3), [layer("r", .residual(ResidualLayer(layers: inner, hasProjection: true)))], batch: 2)
            ),
            ("spectral normalization", try network(.features(3), [dense("d", 2, bias: false, spectral: true)])),
            ("softmax", try network(.features(2), [dense("d", 3), layer("s", .softmax)], batch: 2)),
            ("many terms", try network(.features(9), [dense("d", 9), layer("a", .activation(.tanh)), dense("e", 8)])),
        ]
        let optimizers: [Optimizer.Kind] = [
            .sgd, .momentum(0.9), .nesterov(momentum: 0.9), .rmsprop(decay: 0.99, epsilon: 1e-8), .adagrad(epsilon: 1e-10),
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1),
        ]
        for (index, kind) in optimizers.enumerated() {
            let clipping: Clipping? = [nil, .norm(0.1), .value(0.05)][index % 3]
            traces.append(
                (
                    "\(kind)",
                    try network(
                        .features(2), [dense("d", 2)], batch: 2, clipping: clipping,
                        optimizer: Optimizer(kind: kind, learningRate: 0.1))
                ))
            traces.append(
                (
                    "step 3 of \(kind)",
                    try network(
                        .features(2), [dense("d", 2)], batch: 2, clipping: clipping,
                        optimizer: Optimizer(kind: kind, learningRate: 0.1), steps: 3, frozen: ["d.bias"])
                ))
        }
        traces.append(("an expression's second step", steppedExpression()))
        return traces
    }
}
