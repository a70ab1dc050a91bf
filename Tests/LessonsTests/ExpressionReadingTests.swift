import Autodiff
import NeuralNetworks
import Testing

@testable import Forms
@testable import Lessons

@Suite struct ExpressionReadingTests {
    static func program(_ lines: [String], at: String = "{x: 2, y: 3, z: 5}") throws -> ExpressionProgram? {
        let text = "expression:\n" + lines.map { "  - '\($0)'\n" }.joined() + "at: \(at)\n"
        guard case .expression(let problem) = try LessonReader.read(text: text, file: "f").subject else { return nil }
        return problem.program
    }

    static func problem(_ text: String) throws -> ExpressionProblem {
        let subject = try LessonReader.read(text: text, file: "f").subject
        let problem: ExpressionProblem? = if case .expression(let problem) = subject { problem } else { nil }
        return try #require(problem)
    }

    /// Every operation in parentheses, minus as ~.
    static func grouped(_ expression: Expression) -> String {
        switch expression {
        case .number(let value): value == value.rounded() ? "\(Int(value))" : "\(value)"
        case .name(let name): name
        case .unary(.negate, let operand): "(~\(grouped(operand)))"
        case .unary(let function, let operand): "\(function.kind)(\(grouped(operand)))"
        case .binary(let function, let left, let right):
            function == .max || function == .min
                ? "\(function.rawValue)(\(grouped(left)),\(grouped(right)))"
                : "(\(grouped(left))\(function.rawValue)\(grouped(right)))"
        }
    }

    @Test(
        "Operators bind as mathematics has it",
        arguments: [
            ("x + y * z", "(x+(y*z))"), ("x * y + z", "((x*y)+z)"), ("x - y - z", "((x-y)-z)"), ("x / y / z", "((x/y)/z)"),
            ("x ^ y ^ z", "(x^(y^z))"), ("-x ^ 2", "(~(x^2))"), ("-2 ^ 2", "(~(2^2))"), ("x ^ -y", "(x^(~y))"), ("x ^ -2", "(x^-2)"),
            ("-x * y", "((~x)*y)"), ("x * -y", "(x*(~y))"), ("x - -2", "(x--2)"), ("x - 2", "(x-2)"), ("--x", "(~(~x))"),
            ("(-2.5) * x", "(-2.5*x)"), ("-(2)", "(~2)"), ("(x + y) * z", "((x+y)*z)"), ("x^2*y", "((x^2)*y)"),
            ("max(x, min(y, z + 1))", "max(x,min(y,(z+1)))"), ("sigmoid(x) * 1e-3", "(sigmoid(x)*0.001)"), ("2e3 * .5", "(2000*0.5)"),
            ("-exp(x)", "(~exp(x))"), ("x", "x"), ("-3", "-3"), ("x-2", "(x-2)"), ("x -2", "(x-2)"), ("-x^-y", "(~(x^(~y)))"),
        ])
    func precedence(written: String, grouped: String) throws {
        let program = try Self.program(["f = \(written)"])
        #expect(program.map { Self.grouped($0.lines[0].expression) } == grouped)
    }

    @Test("Inputs keep their order, and those that no line uses are kept")
    func inputs() throws {
        let program = try Self.program(["f = y"], at: "{z: 1, y: -2.5, x: 1e-3}")
        #expect(program?.inputs.map(\.name) == ["z", "y", "x"])
        #expect(program?.inputs.map(\.value) == [1, -2.5, 0.001])
    }

    @Test("A line may use the lines before it, and a lone line stands without a list")
    func lines() throws {
        let program = try Self.program(["q = x + y", "f = q * z"])
        #expect(program?.lines.map(\.name) == ["q", "f"])
        let lone = try LessonReader.read(text: "expression: f = x\nat: {x: 1}\n", file: "f")
        #expect(
            lone.subject
                == .expression(ExpressionProblem(ExpressionProgram(lines: [.init(name: "f", expression: .name("x"))], inputs: [("x", 1)]))))
    }

    @Test("Letters of any script, subscripts and underscores make names", arguments: ["σ", "w₁", "_a", "größe", "x_1", "δL"])
    func names(name: String) throws {
        let program = try Self.program(["f = \(name) * 2"], at: "{\(name): 1}")
        #expect(program?.inputs.map(\.name) == [name])
    }

    @Test("A name like that of a nameless operation is free, and passed over")
    func nameless() throws {
        let program = try Self.program(["f = (t1 + x) * x"], at: "{x: 1, t1: 2}")
        #expect(program?.lowered().tape.names == ["x", "t1", "t2", "f"])
    }

    @Test("log is ln, and constants stand beside the inputs under names of their own")
    func constants() throws {
        let text = "expression: [f = log(x * k) + log10(x)]\nat: {x: 2}\nconstants: {k: 3}\n"
        let problem = try Self.problem(text)
        #expect(problem.program.constants.map(\.name) == ["k"] && problem.program.constants.map(\.value) == [3])
        #expect(Self.grouped(problem.program.lines[0].expression) == "(ln((x*k))+log10(x))")
    }

    @Test("An optimizer, steps, clipping and frozen names mean what they do of networks")
    func updates() throws {
        let text = """
            expression: [f = x * y]
            at: {x: 2, y: 3}
            optimizer: {kind: momentum, learning-rate: 0.1, state: {velocity: {x: -0.5}, step: 4}}
            clip: {norm: 2}
            steps: 5
            frozen: [y]
            """
        let problem = try Self.problem(text)
        let start = Optimizer.Start(memories: [.velocity: ["x": Tensor(-0.5)]], steps: 4)
        #expect(
            problem.rule
                == UpdateRule(
                    clipping: .norm(2), optimizer: Optimizer(kind: .momentum(0.9), learningRate: 0.1, start: start), steps: 5, frozen: ["y"]
                ))
    }

    @Test(
        "Each character of a quoted, folded or block scalar is found in the file",
        arguments: [
            ("expression: f = x * $", 1, 21), ("expression: 'f = x * $'", 1, 22), ("expression: \"f = x * $\"", 1, 22),
            ("expression: \"f = x\\u0020* $\"", 1, 27), ("expression: |\n  f = x * $", 2, 11), ("expression: >-\n    f =\n    x * $", 3, 9),
            ("expression:\n  f = x\n  * $", 3, 5), ("expression: 'f = x\n   * $'", 2, 6), ("expression:   f = x * $", 1, 23),
        ])
    func places(written: String, line: Int, column: Int) throws {
        let error = try #require(throws: LessonErrors.self) { try LessonReader.read(text: written + "\nat: {x: 1}\n", file: "f") }
        #expect(error.errors.map { [$0.line, $0.column] } == [[line, column]])
    }
}
