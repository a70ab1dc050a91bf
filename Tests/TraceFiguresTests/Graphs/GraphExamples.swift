import Autodiff
import NeuralNetworks
import Traces

@testable import TraceFigures

/// Reads `a * b + max(c, 1)`: the lessons' language without its diagnostics, for tests only.
struct ExpressionText {
    private var rest: Substring

    static func parse(_ text: String) -> Expression {
        var reader = ExpressionText(rest: text[...])
        return reader.sum()
    }

    private mutating func peek() -> Character? {
        rest = rest.drop { $0 == " " }
        return rest.first
    }

    private mutating func take(_ characters: String) -> Character? {
        guard let next = peek(), characters.contains(next) else { return nil }
        rest.removeFirst()
        return next
    }

    private mutating func sum() -> Expression {
        var left = product()
        while let sign = take("+-") { left = .binary(sign == "+" ? .add : .subtract, left, product()) }
        return left
    }

    private mutating func product() -> Expression {
        var left = signed()
        while let sign = take("*/") { left = .binary(sign == "*" ? .multiply : .divide, left, signed()) }
        return left
    }

    private mutating func signed() -> Expression { take("-") != nil ? .unary(.negate, signed()) : power() }

    private mutating func power() -> Expression {
        let base = atom()
        return take("^") != nil ? .binary(.power, base, signed()) : base
    }

    private mutating func atom() -> Expression {
        if take("(") != nil {
            let inside = sum()
            _ = take(")")
            return inside
        }
        _ = peek()
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        rest = rest.dropFirst(word.count)
        if let number = Double(word) { return .number(number) }
        guard take("(") != nil else { return .name(String(word)) }
        let first = sum()
        var second: Expression?
        if take(",") != nil { second = sum() }
        _ = take(")")
        if let second, let function = BinaryFunction(rawValue: String(word)) { return .binary(function, first, second) }
        return .unary(Pointwise.inExpressions.first { $0.kind == word } ?? .exp, first)
    }
}

enum GraphExamples {
    static func expression(_ lines: [String], at inputs: [(name: String, value: Double)], title: String? = nil) -> Trace {
        let read = lines.map { line in
            let parts = line.split(separator: "=", maxSplits: 1)
            return ExpressionProgram.Line(
                name: String(parts[0].filter { $0 != " " }), expression: ExpressionText.parse(String(parts[1])))
        }
        return Trace(ExpressionProgram(lines: read, inputs: inputs), title: title)
    }

    static let chainRule = expression(["q = x + y", "f = q * z"], at: [("x", -2), ("y", 5), ("z", -4)], title: "The smallest chain rule")
    static let fork = expression(["f = (a * b) * (a + b)"], at: [("a", -2), ("b", 3)], title: "A fork where two gradients add")
    static let colah = expression(["c = a + b", "d = b + 1", "e = c * d"], at: [("a", 2), ("b", 1)], title: "Olah’s graph")
    static let sigmoid = expression(
        ["dot = w0 * x0 + w1 * x1 + w2", "f = sigmoid(dot)"], at: [("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3)],
        title: "One sigmoid neuron")
    static let spelled = expression(
        ["f = 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))"], at: [("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3)],
        title: "One sigmoid neuron, spelled out")
    static let circuit = expression(
        ["f = 2 * (x * y + max(z, w))"], at: [("x", 3), ("y", -4), ("z", 2), ("w", -1)], title: "Multiply, max, add")
    static let micrograd = expression(
        [
            "c = a + b", "d = a * b + b ^ 3", "c1 = c + (c + 1)", "c2 = c1 + (1 + c1 + (-a))",
            "d1 = d + (d * 2 + relu(b + a))", "d2 = d1 + (3 * d1 + relu(b - a))", "e = c2 - d2", "f = e ^ 2", "g = f / 2",
            "h = g + 10 / f",
        ], at: [("a", -4), ("b", 2)], title: "The expression of micrograd’s README")
    static let square = expression(["f = z * z"], at: [("z", 3)], title: "A value used twice")
    static let deep = expression(
        ["f = " + String(repeating: "sin(", count: 12) + "x" + String(repeating: ")", count: 12)], at: [("x", 1)],
        title: "Twelve operations deep")
    static let wide = expression(
        ["s = " + (1...12).map { "x\($0)" }.joined(separator: " + ")], at: (1...12).map { ("x\($0)", Double($0) / 8) },
        title: "Twelve terms")
    static let fan = expression(
        ["s = " + (1...12).map { "x * \($0)" }.joined(separator: " + ")], at: [("x", 0.3)], title: "One input, twelve ways")
    static let longNames = expression(
        [
            "weighted_temperature = temperature_of_the_room * importance_of_warmth",
            "comfort = tanh(weighted_temperature) + temperature_of_the_room",
        ],
        at: [("temperature_of_the_room", 0.71828182845), ("importance_of_warmth", -1.4142135623)], title: "Long names")
    static let huge = expression(
        ["p = x * y", "f = p * p + z"], at: [("x", 1.2345678e140), ("y", 3.3e-9), ("z", 1e-12)], title: "Huge and tiny")
    static let overflow = expression(["p = exp(x)", "f = p * y"], at: [("x", 1000), ("y", 2)], title: "Overflow")
    static let undefined = expression(["p = ln(x)", "f = p * y"], at: [("x", -1), ("y", 2)], title: "Undefined")

    static let mazur = network(
        [
            Layer(name: "hidden", kind: .dense(DenseLayer(units: 2))), Layer(name: "sigmoid1", kind: .activation(.sigmoid)),
            Layer(name: "output", kind: .dense(DenseLayer(units: 2))), Layer(name: "sigmoid2", kind: .activation(.sigmoid)),
        ], input: .features(2), inputs: [[0.05, 0.10]], targets: [[0.01, 0.99]],
        written: [
            "hidden.weight": Tensor(shape: [2, 2], scalars: [0.15, 0.20, 0.25, 0.30]),
            "hidden.bias": Tensor(shape: [2], scalars: [0.35, 0.35]),
            "output.weight": Tensor(shape: [2, 2], scalars: [0.40, 0.45, 0.50, 0.55]),
            "output.bias": Tensor(shape: [2], scalars: [0.60, 0.60]),
        ], title: "Two inputs, two hidden sigmoids, two outputs")
    static let batchNorm = network(
        [Layer(name: "batch-norm1", kind: .normalization(NormalizationLayer(kind: .batch)))], input: .features(1),
        inputs: [[1], [2], [4], [7]], targets: [[0], [1], [0], [1]], written: [:], title: "A batch normalization of 4 numbers")
    static let wideNetwork = network(
        [
            Layer(name: "hidden", kind: .dense(DenseLayer(units: 8))), Layer(name: "tanh1", kind: .activation(.tanh)),
            Layer(name: "output", kind: .dense(DenseLayer(units: 3))),
        ], input: .features(4), inputs: [[0.5, -1, 0.25, 2]], targets: [[0.1, 0.2, 0.3]], written: [:],
        title: "A network too large to unfold")
    static let lstm: Trace = {
        let problem = TrainingProblem(
            network: Network(
                input: .sequence(time: 3, features: 1),
                layers: [
                    Layer(name: "lstm1", kind: .recurrent(RecurrentLayer(cell: .lstm(forgetBias: 1), units: 1, returnsSequence: false)))
                ],
                written: [
                    "lstm1.input-weight": Tensor(shape: [4, 1], scalars: [0.5, 0.6, 0.9, 0.7]),
                    "lstm1.recurrent-weight": Tensor(shape: [4, 1], scalars: [0.2, 0.3, -0.4, 0.1]),
                    "lstm1.input-bias": Tensor(shape: [4], scalars: [0, 1, 0, 0]),
                ]),
            inputs: Tensor(shape: [1, 3, 1], scalars: [0.5, -1, 0.8]), targets: .values(Tensor(shape: [1, 1], scalars: [0.5])),
            loss: .halfSquaredError)
        return made(problem, "One LSTM cell over 3 steps")
    }()

    static let rnn = recurrent(.rnn(.tanh), gates: 1, "One recurrent cell over 3 steps")
    static let gru = recurrent(.gru(updateBias: 0), gates: 3, "One GRU cell over 3 steps")

    private static func recurrent(_ cell: RecurrentLayer.Cell, gates: Int, _ title: String) -> Trace {
        let problem = TrainingProblem(
            network: Network(
                input: .sequence(time: 3, features: 1),
                layers: [Layer(name: "cell", kind: .recurrent(RecurrentLayer(cell: cell, units: 1, returnsSequence: false)))]),
            inputs: Tensor(shape: [1, 3, 1], scalars: [0.5, -1, 0.8]), targets: .values(Tensor(shape: [1, 1], scalars: [0.5])),
            loss: .halfSquaredError)
        return made(problem, title)
    }

    private static func network(
        _ layers: [Layer], input: SampleShape, inputs: [[Double]], targets: [[Double]], written: [String: Tensor], title: String
    ) -> Trace {
        let problem = TrainingProblem(
            network: Network(input: input, layers: layers, written: written),
            inputs: Tensor(shape: [inputs.count, inputs[0].count], scalars: inputs.flatMap { $0 }),
            targets: .values(Tensor(shape: [targets.count, targets[0].count], scalars: targets.flatMap { $0 })), loss: .halfSquaredError)
        return made(problem, title)
    }

    private static func made(_ problem: TrainingProblem, _ title: String) -> Trace {
        do { return try Trace(problem, title: title) } catch { return square }
    }

    static let all: [(name: String, trace: Trace)] = [
        ("chain", chainRule), ("fork", fork), ("colah", colah), ("sigmoid", sigmoid), ("spelled", spelled), ("circuit", circuit),
        ("micrograd", micrograd), ("square", square), ("deep", deep), ("wide", wide), ("fan", fan), ("long-names", longNames),
        ("huge", huge), ("overflow", overflow), ("undefined", undefined), ("mazur", mazur), ("batch-norm", batchNorm),
        ("wide-network", wideNetwork), ("lstm", lstm), ("rnn", rnn), ("gru", gru),
    ]
}
