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

/// Named lines, each of which may use the inputs and the lines before it; the last is the result.
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
    private var inputNames: [String]
    private var inputValues: [Double]

    /// - Precondition: every name is an input or an earlier line, and no name is given twice.
    package init(lines: [Line], inputs: [(name: String, value: Double)]) {
        self.lines = lines
        inputNames = inputs.map(\.name)
        inputValues = inputs.map(\.value)
    }
}
