import Autodiff
import Testing

@Suite("Expressions on the tape")
struct ExpressionTests {
    private static let (x, y, z) = (Expression.name("x"), Expression.name("y"), Expression.name("z"))

    private func program(_ inputs: KeyValuePairs<String, Double>, _ lines: KeyValuePairs<String, Expression>) -> ExpressionProgram {
        ExpressionProgram(
            lines: lines.map { ExpressionProgram.Line(name: $0.key, expression: $0.value) },
            inputs: inputs.map { (name: $0.key, value: $0.value) })
    }

    private func pass(_ program: ExpressionProgram) -> Pass {
        let lowered = program.lowered()
        return Pass(lowered.tape, sources: lowered.sources, result: lowered.result)
    }

    private func gradient(_ pass: Pass, _ name: String) throws -> Double {
        pass.gradient(try #require(pass.tape.id(named: name)))[]
    }

    @Test("CS231n: f = (x + y)·z at −2, 5, −4")
    func smallestChain() throws {
        let pass = pass(program(["x": -2, "y": 5, "z": -4], ["q": Self.x + Self.y, "f": .name("q") * Self.z]))
        #expect(pass.value(pass.result)[] == -12)
        let gradients = try ["x", "y", "z", "q"].map { try gradient(pass, $0) }
        #expect(gradients == [-4, -4, 3, -4])
    }

    @Test("CS231n: a sigmoid neuron at w = 2, −3, −3 and x = −1, −2")
    func sigmoidNeuron() throws {
        let dot = Expression.name("w0") * .name("x0") + .name("w1") * .name("x1") + .name("w2")
        let pass = pass(
            program(
                ["w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3],
                ["dot": dot, "f": .unary(.sigmoid, .name("dot"))]))
        #expect(abs(pass.value(pass.result)[] - 0.7310585786300049) < 1e-15)
        let slope = 0.19661193324148185
        for (name, factor) in [("dot", 1.0), ("w0", -1), ("x0", 2), ("w1", -2), ("x1", -3), ("w2", 1)] {
            let gradient = try gradient(pass, name)
            #expect(abs(gradient - slope * factor) < 1e-15)
        }
        // The same neuron, σ taken apart into its steps.
        let taken = self.pass(
            program(
                ["w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3],
                ["dot": dot, "f": .binary(.divide, .number(1), .number(1) + .unary(.exp, .unary(.negate, .name("dot"))))]))
        for name in ["dot", "w0", "x0", "w1", "x1", "w2"] {
            let (one, other) = (try gradient(taken, name), try gradient(pass, name))
            #expect(abs(one - other) < 1e-15)
        }
    }

    @Test("CS231n: multiply, max, add at 3, −4, 2, −1")
    func multiplyMaxAdd() throws {
        let pass = pass(
            program(
                ["x": 3, "y": -4, "z": 2, "w": -1],
                ["f": (Self.x * Self.y + .binary(.max, Self.z, .name("w"))) * .number(2)]))
        #expect(pass.value(pass.result)[] == -20)
        let gradients = try ["x", "y", "z", "w"].map { try gradient(pass, $0) }
        #expect(gradients == [-8, 6, 2, 0])
    }

    @Test("micrograd's README: a = −4, b = 2")
    func micrograd() throws {
        func relu(_ x: Expression) -> Expression { .unary(.relu, x) }
        func power(_ x: Expression, _ n: Double) -> Expression { .binary(.power, x, .number(n)) }
        let (a, b, c, d) = (Expression.name("a"), Expression.name("b"), Expression.name("c2"), Expression.name("d2"))
        let pass = pass(
            program(
                ["a": -4, "b": 2],
                [
                    "c": a + b, "d": a * b + power(b, 3), "c1": .name("c") + .name("c") + .number(1),
                    "c2": .name("c1") + .number(1) + .name("c1") + .unary(.negate, a),
                    "d1": .name("d") + .name("d") * .number(2) + relu(b + a),
                    "d2": .name("d1") + .number(3) * .name("d1") + relu(b + .unary(.negate, a)),
                    "e": .binary(.subtract, c, d), "f": power(.name("e"), 2),
                    "g0": .binary(.divide, .name("f"), .number(2)),
                    "g": .name("g0") + .binary(.divide, .number(10), .name("f")),
                ]))
        #expect(abs(pass.value(pass.result)[] - 24.70408163265306) < 1e-12)
        let (toA, toB) = (try gradient(pass, "a"), try gradient(pass, "b"))
        #expect(abs(toA - 138.83381924198252) < 1e-11)
        #expect(abs(toB - 645.5772594752186) < 1e-11)
    }

    @Test("Colah: e = (a + b)(b + 1) at 2, 1, with two paths from b")
    func colah() throws {
        let pass = pass(
            program(
                ["a": 2, "b": 1],
                ["c": .name("a") + .name("b"), "d": .name("b") + .number(1), "e": .name("c") * .name("d")]))
        #expect(pass.value(pass.result)[] == 6)
        let (toA, toB) = (try gradient(pass, "a"), try gradient(pass, "b"))
        #expect(toA == 2 && toB == 5)
        let b = try #require(pass.tape.id(named: "b"))
        let graph = try #require(try ScalarGraph(pass, from: ScalarID(b, 0)))
        #expect(graph.sums.count == 2 && graph.sums.sum == 5)
        #expect(graph.largestPaths(5).map(\.product) == [3, 2])
    }

    @Test("f = (ab)(a + b) at −2, 3: the fork that a forgotten sum gets wrong")
    func fork() throws {
        let (a, b) = (Expression.name("a"), Expression.name("b"))
        let pass = pass(program(["a": -2, "b": 3], ["f": (a * b) * (a + b)]))
        #expect(pass.value(pass.result)[] == -6)
        let (toA, toB) = (try gradient(pass, "a"), try gradient(pass, "b"))
        #expect(toA == -3 && toB == -8)
    }

    @Test("Nameless operations are t1, t2, … in the order of evaluation, past names that the lesson uses")
    func namelessOperations() {
        let (t2, x) = (Expression.name("t2"), Self.x)
        let lowered = program(
            ["x": 1, "t2": 3], ["u": x * x + t2 * .unary(.sin, x), "t4": .name("u") + x * .number(2)]
        ).lowered()
        let (tape, result) = (lowered.tape, lowered.result)
        let made = tape.allIDs.filter { if case .result = tape[$0].origin { true } else { false } }
        // x·x, sin x, t2·sin x, the sum u; then x·2 and the sum t4.
        #expect(made.map { tape[$0].name } == ["t1", "t3", "t5", "u", "t6", "t4"])
        #expect(tape[result].name == "t4")
    }

    @Test("A line that only renames makes no operation, and has all of the gradient")
    func renaming() throws {
        let pass = pass(
            program(["y": 3], ["p": Self.y, "f": .name("p") * Self.y, "g": .name("f")]))
        #expect(pass.tape.entries.count == 2)
        let gradients = try ["p", "y", "g"].map { try gradient(pass, $0) }
        #expect(gradients == [6, 6, 1])
        #expect(pass.value(pass.result)[] == 9)
    }

    @Test("A line that is a number is a constant of that name")
    func constant() throws {
        let pass = pass(program(["x": 3], ["k": .number(4), "f": .name("k") * Self.x]))
        let k = try #require(pass.tape.id(named: "k"))
        #expect(pass.gradient(k)[] == 3)
        #expect(pass.tape[k].origin == .source(.constant))
    }

    @Test("Constants are sources without a gradient of their own, and their names are passed over")
    func constants() throws {
        let program = ExpressionProgram(
            lines: [.init(name: "f", expression: Self.x * .name("t1") + Self.x)], inputs: [("x", 3)], constants: [("t1", 4), ("t3", 1)])
        let lowered = program.lowered()
        #expect(lowered.tape.names == ["x", "t1", "t3", "t2", "f"])
        #expect(lowered.inputs.map { lowered.tape[$0].name } == ["x"])
        let t1 = try #require(lowered.tape.id(named: "t1"))
        #expect(lowered.role(of: t1) == .constant && lowered.tape[t1].origin == .source(.constant) && lowered.sources[t1] == Tensor(4))
    }

    /// At 0.7, to 17 digits.
    private static let values: [String: Double] = [
        "exp": 2.0137527074704765,
        "ln": -0.35667494393873238,
        "log10": -0.15490195998574317,
        "abs": 0.7,
        "sqrt": 0.83666002653407555,
        "sin": 0.64421768723769105,
        "cos": 0.76484218728448843,
        "tan": 0.84228838046307945,
        "tanh": 0.6043677771171635,
        "sigmoid": 0.66818777216816611,
        "relu": 0.7,
        "swish": 0.46773144051771627,
        "softplus": 1.1031860488854579,
        "mish": 0.5611483776438518,
        "gelu": 0.53062544344384889,
    ]

    @Test("Every function is the one of its name", arguments: Pointwise.inExpressions)
    func functions(_ function: Pointwise) throws {
        let pass = pass(program(["x": 0.7], ["f": .unary(function, Self.x)]))
        let expected = try #require(Self.values[function.kind])
        #expect(abs(pass.value(pass.result)[] - expected) < 1e-15)
        let slope = try gradient(pass, "x")
        #expect(slope == function.derivative(at: 0.7))
    }

    @Test(
        "Every operator of two operands keeps their order",
        arguments: [
            (BinaryFunction.add, 3.5), (.subtract, 0.5), (.multiply, 3), (.divide, 2.0 / 1.5), (.power, 2.8284271247461903),
            (.max, 2), (.min, 1.5),
        ])
    func operators(_ function: BinaryFunction, _ value: Double) {
        let pass = pass(program(["x": 2, "y": 1.5], ["f": .binary(function, Self.x, Self.y)]))
        #expect(abs(pass.value(pass.result)[] - value) < 1e-15)
    }
}

extension Expression {
    fileprivate static func + (a: Expression, b: Expression) -> Expression { .binary(.add, a, b) }
    fileprivate static func * (a: Expression, b: Expression) -> Expression { .binary(.multiply, a, b) }
}
