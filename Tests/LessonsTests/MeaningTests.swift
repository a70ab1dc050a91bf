import Autodiff
import Experiments
import NeuralNetworks
import Testing

@testable import Forms
@testable import Lessons

/// What is written becomes what is meant.
@Suite struct MeaningTests {
    static func problem(
        _ layers: String, input: String = "2", rest: String = "", inputs: String = "[[1, 2]]", targets: String = "[[0]]",
        loss: String = "half-squared-error"
    ) throws -> TrainingProblem {
        let text = """
            network:
              input: \(input)
              layers: [\(layers)]
            data: {inputs: \(inputs), targets: \(targets)}
            loss: \(loss)
            \(rest)
            """
        guard case .network(let problem) = try LessonReader.read(text: text, file: "f").subject else {
            throw LessonErrors(errors: [])
        }
        return problem
    }

    static let activations: [(String, Activation)] = [
        ("identity", .identity), ("sigmoid", .sigmoid), ("tanh", .tanh), ("relu", .relu), ("softplus", .softplus), ("gelu", .gelu),
        ("mish", .mish), ("selu", .selu), ("softsign", .softsign),
        ("leaky-relu", .leakyReLU(slope: 0.01)), ("leaky-relu: {slope: 0.2}", .leakyReLU(slope: 0.2)), ("elu", .elu(alpha: 1)),
        ("elu: {alpha: 2}", .elu(alpha: 2)), ("swish", .swish(beta: 1)), ("swish: {beta: 3}", .swish(beta: 3)), ("relu: {}", .relu),
        ("relu: ", .relu),
    ]

    @Test("Activations are words, with options in a map", arguments: activations)
    func activation(written: String, meant: Activation) throws {
        let problem = try Self.problem("dense: 1, \(written)")
        #expect(problem.network.layers[1].kind == .activation(meant))
    }

    @Test("A network's lesson lists its figures; a cell shows the first unit of the first recurrent layer in the middle of the sequence")
    func figures() throws {
        func figures(_ written: String) throws -> [TracedFigure] {
            let text = """
                network:
                  input: {time: 5, features: 2}
                  layers: [{rnn: {units: 3, returns: sequence}}, {lstm: {units: 2, name: second}}, {dense: 1}]
                data: {inputs: [[[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]], targets: [[0]]}
                loss: half-squared-error
                \(written)
                """
            return try LessonReader.read(text: text, file: "f").figures
        }
        #expect(try figures("") == [])
        #expect(try figures("figures: [graph, network]") == [.graph, .network])
        let middle = CellPlace(layer: "rnn1", step: 3)
        for written in ["[cell]", "[cell: {}]", "[cell: ]"] { #expect(try figures("figures: \(written)") == [.cell(middle)]) }
        #expect(
            try figures("figures: [cell: {layer: second, step: 5, unit: 1, feature: 2, sample: 0}]")
                == [.cell(CellPlace(layer: "second", step: 5, unit: 1, feature: 2, sample: 0))])
    }

    @Test("The middle of a sequence has a step before it wherever there is one, and one after it from three on")
    func middle() throws {
        let steps = try (1...7).map { time in
            let inputs = Array(repeating: "[1]", count: time).joined(separator: ", ")
            let text = """
                network: {input: {time: \(time), features: 1}, layers: [gru: 1]}
                data: {inputs: [[\(inputs)]], targets: [[0]]}
                loss: half-squared-error
                figures: [cell]
                """
            guard case .cell(let place) = try LessonReader.read(text: text, file: "f").figures.first else { return 0 }
            return place.step
        }
        #expect(steps == [1, 2, 2, 3, 3, 4, 4])
    }

    @Test("A lone number is the units of dense, rnn, lstm and gru")
    func short() throws {
        let dense = try Self.problem("dense: 3", targets: "[[0, 0, 0]]")
        #expect(dense.network.layers[0].kind == .dense(DenseLayer(units: 3)))
        let cells: [(String, RecurrentLayer.Cell)] = [("rnn", .rnn(.tanh)), ("lstm", .lstm(forgetBias: 0)), ("gru", .gru(updateBias: 0))]
        for (word, cell) in cells {
            let problem = try Self.problem("\(word): 1", input: "{time: 1, features: 2}", inputs: "[[[1, 2]]]")
            #expect(problem.network.layers[0].kind == .recurrent(RecurrentLayer(cell: cell, units: 1)))
        }
    }

    static let initializers: [(String, Initializer)] = [
        ("xavier-uniform", .xavierUniform), ("xavier-normal", .xavierNormal), ("he-uniform", .heUniform), ("he-normal", .heNormal),
        ("orthogonal", .orthogonal), ("zeros", .zeros), ("{normal: 0.5}", .normal(deviation: 0.5)),
        ("{uniform: 0.1}", .uniform(bound: 0.1)),
        ("{constant: -2}", .constant(-2)),
    ]

    @Test("Initializers are words, or a word with its number, of a layer or of the network", arguments: initializers)
    func initializer(written: String, meant: Initializer) throws {
        let problem = try Self.problem("dense: {units: 1, initializer: \(written)}")
        #expect(problem.network.layers[0].kind == .dense(DenseLayer(units: 1, initializer: meant)))
        let whole = try Self.problem("dense: 1]\n  initializer: \(written)\n  seed: 7 #")
        #expect(whole.network.initializer == meant)
        #expect(whole.network.seed == 7)
    }

    static let optimizers: [(String, Optimizer.Kind)] = [
        ("sgd", .sgd), ("momentum", .momentum(0.9)), ("nesterov, momentum: 0.5", .nesterov(momentum: 0.5)),
        ("rmsprop", .rmsprop(decay: 0.99, epsilon: 1e-8)), ("adagrad", .adagrad(epsilon: 1e-10)),
        ("adam", .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)), ("adam, beta1: 0.8", .adam(beta1: 0.8, beta2: 0.999, epsilon: 1e-8)),
    ]

    @Test("Optimizers take their defaults from the language", arguments: optimizers)
    func optimizer(written: String, meant: Optimizer.Kind) throws {
        let problem = try Self.problem("dense: 1", rest: "optimizer: {kind: \(written), learning-rate: 0.1}")
        #expect(problem.optimizer == Optimizer(kind: meant, learningRate: 0.1))
    }

    @Test("Frozen names a layer, a parameter, or every parameter of a key; a residual stands for what is inside it")
    func frozen() throws {
        func frozen(_ words: String) throws -> Set<String> {
            try Self.problem(
                "dense: {units: 2, name: a}, residual: {layers: [dense: 2]}, dense: 1",
                rest: "optimizer: {kind: sgd, learning-rate: 1}\nfrozen: [\(words)]"
            ).frozen
        }
        #expect(try frozen("a") == ["a.weight", "a.bias"])
        #expect(try frozen("a.bias") == ["a.bias"])
        #expect(try frozen("bias") == ["a.bias", "dense2.bias", "dense3.bias"])
        #expect(try frozen("residual1, dense3.weight") == ["dense2.weight", "dense2.bias", "dense3.weight"])
        #expect(try frozen("") == [])
    }

    @Test("Named layers count among those of their kind")
    func names() throws {
        let problem = try Self.problem("dense: {units: 2, name: first}, tanh, dense: 2, tanh, dense: 1")
        #expect(problem.network.layers.map(\.name) == ["first", "tanh1", "dense2", "tanh2", "dense3"])
    }

    @Test("An image, a sequence, tokens and features are inputs")
    func inputs() throws {
        #expect(try Self.problem("dense: 1").network.input == .features(2))
        let sequence = try Self.problem(
            "gru: {units: 1, returns: sequence}", input: "{time: 2, features: 1}", inputs: "[[[1], [2]]]", targets: "[[[0], [0]]]")
        #expect(sequence.network.input == .sequence(time: 2, features: 1))
        let image = try Self.problem("conv2d: {channels: 1, kernel: 2}, flatten", input: "[1, 2, 2]", inputs: "[[[[1, 2], [3, 4]]]]")
        #expect(image.network.input == .image(channels: 1, height: 2, width: 2))
        #expect(image.inputs == Tensor(shape: [1, 1, 2, 2], scalars: [1, 2, 3, 4]))
        let tokens = try Self.problem(
            "embedding: {size: 2}, flatten", input: "{time: 2, tokens: 3}", inputs: "[[2, 0]]", targets: "[[0, 0, 0, 0]]")
        #expect(tokens.network.input == .tokens(time: 2, count: 3) && tokens.inputs == Tensor(shape: [1, 2], scalars: [2, 0]))
    }

    @Test("A convolution without a bias, with a written one, and with one of zeros")
    func convolutionBiases() throws {
        for (bias, expected) in [("bias: false", nil), ("bias: true", 0), ("bias: [3]", 3), ("stride: 1", 0)] as [(String, Double?)] {
            let problem = try Self.problem(
                "conv2d: {channels: 1, kernel: 2, \(bias), weight: [[[[1, 0], [0, 1]]]]}, flatten", input: "[1, 2, 2]",
                inputs: "[[[[1, 2], [3, 4]]]]")
            let lowered = try problem.lowered()
            #expect(
                lowered.parameters.map(\.name) == (expected == nil ? ["conv2d1.weight"] : ["conv2d1.weight", "conv2d1.bias"]), "\(bias)")
            let pass = lowered.pass()
            #expect(pass.value(try #require(pass.tape.id(named: "conv2d1"))).scalars == [5 + (expected ?? 0)], "\(bias)")
        }
    }

    @Test("Two escapes of JSON that are one character, in a value and in a key, are that character; elsewhere they are text")
    func surrogatePairs() throws {
        let titles = [
            (#""\ud83d\ude00 ok""#, "😀 ok"), (#""\uD83D\uDE00\ud83c\uddea\ud83c\uddfa""#, "😀🇪🇺"), (#""\\ud83d\\ude00""#, #"\ud83d\ude00"#),
            (#"a \ud83d\ude00 b"#, #"a \ud83d\ude00 b"#), (#"'\ud83d\ude00'"#, #"\ud83d\ude00"#),
            ("\"\u{E000} \\ue001 \\ud83d\\ude00\"", "\u{E000} \u{E001} 😀"),
        ]
        for (written, meant) in titles {
            let lesson = try LessonReader.read(
                text: "{\"title\": \(written), \"expression\": \"f = x\", \"at\": {\"x\": 1}}", file: "a.json")
            #expect(lesson.title == meant, "\(written)")
        }
    }

    @Test("No bias, a written bias and a drawn projection")
    func biases() throws {
        let problem = try Self.problem(
            "dense: {units: 2, bias: false}, dense: {units: 2, bias: [1, 2]}, residual: {layers: [dense: 1], projection: true}")
        #expect(problem.network.layers[0].kind == .dense(DenseLayer(units: 2, hasBias: false)))
        #expect(problem.network.layers[1].kind == .dense(DenseLayer(units: 2)))
        #expect(problem.network.written == ["dense2.bias": Tensor(shape: [2], scalars: [1, 2])])
        guard case .residual(let residual) = problem.network.layers[2].kind else {
            Issue.record("no residual")
            return
        }
        #expect(residual.hasProjection)
    }

    @Test("Cross-entropy takes class numbers; clip and l2 are kept")
    func training() throws {
        let problem = try Self.problem(
            "dense: 3", rest: "clip: {norm: 2}\nregularization: {l2: 0.25}", inputs: "[[1, 2], [3, 4]]", targets: "[2, 0]",
            loss: "cross-entropy")
        #expect(problem.targets == .classes([2, 0]))
        #expect(problem.clipping == .norm(2))
        #expect(problem.l2 == 0.25)
        #expect(try Self.problem("dense: 1", rest: "clip: {value: 0.5}").clipping == .value(0.5))
    }

    @Test("Gradient decay takes its defaults from the language, and its variants what they name")
    func gradientDecay() throws {
        let text = """
            experiment:
              kind: gradient-decay
              depth: 5
              variants:
                - {name: A, activation: {swish: {beta: 2}}, residual: true, normalization: {group-norm: {groups: 4}}}
                - {name: B, initializer: {normal: 0.1}, normalization: batch-norm}
            """
        let lesson = try LessonReader.read(text: text, file: "f")
        let variants = [
            Variant(name: "A", activation: .swish(beta: 2), residual: true, normalization: NormalizationLayer(kind: .group(4))),
            Variant(name: "B", initializer: .normal(deviation: 0.1), normalization: NormalizationLayer(kind: .batch)),
        ]
        #expect(lesson.subject == .experiment(.gradientDecay(GradientDecay(depth: 5, width: 32, batch: 64, seeds: 16, variants: variants))))
    }

    @Test("What trains needs no optimizer of its own: adam at the rate 0.01", arguments: ["training", "fit", "covariate-shift"])
    func trainingDefaults(kind: String) throws {
        func subject(_ line: String) throws -> Lesson.Subject {
            try LessonReader.read(text: "experiment:\n  kind: \(kind)\n\(line)  variants: [{name: A}]\n", file: "f").subject
        }
        #expect(try subject("") == subject("  optimizer: {kind: adam, learning-rate: 0.01}\n"))
        #expect(try subject("") != subject("  optimizer: {kind: sgd, learning-rate: 0.01}\n"))
    }

    @Test("Paths by length are those of a residual network, said or not")
    func pathLengths() throws {
        func subject(_ residual: String) throws -> Lesson.Subject {
            let text = "experiment:\n  kind: path-lengths\n  variants: [{name: A\(residual)}]\n"
            return try LessonReader.read(text: text, file: "f").subject
        }
        #expect(try subject("") == subject(", residual: true"))
    }

    @Test("JSON is YAML, a byte-order mark and line ends of Windows are taken")
    func json() throws {
        let text = "\u{FEFF}{\"title\": \"T\",\r\n \"expression\": [\"f = x\"],\r\n \"at\": {\"x\": 1}}\r\n"
        let lesson = try LessonReader.read(text: text, file: "f")
        #expect(lesson.title == "T")
        #expect(!lesson.source.text.hasPrefix("\u{FEFF}"))
    }

    static let noText: [([UInt8], String)] = [
        (Array("title: a".utf8) + [0xFF, 0x0A], "f:1:9: error: bytes that are no text in UTF-8; expected a file in UTF-8"),
        (
            [0xFF, 0xFE, 0x61, 0x00],
            "f:1:1: error: bytes that are no text in UTF-8; expected a file in UTF-8; this looks like UTF-16: save it as UTF-8"
        ),
        (Array("a: 1\nb: \u{1B}[31m\n".utf8), "f:2:4: error: the character U+001B; expected text without control characters"),
        (Array("a: \0".utf8), "f:1:4: error: the character U+0000; expected text without control characters"),
    ]

    @Test("Bytes that are no text are placed", arguments: noText)
    func unreadable(bytes: [UInt8], headline: String) throws {
        let error = try #require(throws: LessonErrors.self) { try LessonReader.read(bytes: bytes, file: "f") }
        #expect(error.errors.map(\.headline) == [headline])
        #expect(!error.description.contains("\u{1B}"))
    }

    @Test("Tabs stay in front of the caret, wide characters take two cells, long lines are cut")
    func excerpts() {
        #expect(SourceExcerpt(line: "\ta\tb", column: 4).caret == "\t \t^")
        #expect(SourceExcerpt(line: "学習: x", column: 5).caret == "      ^")
        #expect(SourceExcerpt(line: "e\u{301}x", column: 3).caret == " ^")
        let long = SourceExcerpt(line: String(repeating: "a", count: 500) + "!" + String(repeating: "b", count: 500), column: 501)
        #expect(long.text.count == SourceExcerpt.width + 2)
        #expect(Array(long.text)[long.caret.count - 1] == "!")
    }

    @Test("More findings than anyone reads are counted")
    func many() throws {
        let unknownKeys = "expression: f = x\nat: {x: 1}\n" + (0..<150).map { "k\($0): 1\n" }.joined()
        let wrongValues = "expression: f = x\nat:\n" + (0..<150).map { "  x\($0): none\n" }.joined()
        for text in [unknownKeys, wrongValues] {
            let error = try #require(throws: LessonErrors.self) { try LessonReader.read(text: text, file: "f") }
            #expect(error.errors.count == 100)
            #expect(error.description.hasSuffix("\nand 50 more errors"), "\(error)")
        }
    }

    @Test(
        "The nearest word is found within a third of its letters, or not at all",
        arguments: [("unit", "units"), ("wieght", "weight"), ("bais", "bias"), ("sigmod", nil), ("NAME", "name"), ("x", nil), ("", nil)])
    func nearest(word: String, expected: String?) {
        #expect(["units", "name", "weight", "bias"].nearest(to: word) == expected)
    }
}
