/// A scalar expression as a teacher writes it: `sigmoid(w * x + b)`.
package indirect enum Expression: Hashable, Sendable {
    case number(Double)
    case name(String)
    case unary(Pointwise, Expression)
    case binary(BinaryFunction, Expression, Expression)
}

/// The operators and functions of two arguments that an expression may use.
package enum BinaryFunction: String, CaseIterable, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case max, min
}

/// Named lines, each of which may use the inputs, the constants and earlier lines; the last line is the result.
package struct ExpressionProgram: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var name: String
        package var expression: Expression

        package init(name: String, expression: Expression) {
            self.name = name
            self.expression = expression
        }
    }

    package var lines: [Line]
    /// The inputs in the order in which the lesson gives them.
    package var inputs: [(name: String, value: Double)] { zip(inputNames, inputValues).map { ($0, $1) } }
    /// Named data without a gradient, in the order in which the lesson gives it.
    package var constants: [(name: String, value: Double)] { zip(constantNames, constantValues).map { ($0, $1) } }
    private var inputNames, constantNames: [String]
    private var inputValues, constantValues: [Double]

    /// - Precondition: every name is an input, a constant or an earlier line, and no name is given twice.
    package init(lines: [Line], inputs: [(name: String, value: Double)], constants: [(name: String, value: Double)] = []) {
        self.lines = lines
        (inputNames, inputValues) = (inputs.map(\.name), inputs.map(\.value))
        (constantNames, constantValues) = (constants.map(\.name), constants.map(\.value))
    }
}
