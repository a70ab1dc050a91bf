extension ExpressionProgram {
    /// The program as a tape, with the values of its sources and its result.
    ///
    /// A nameless operation is called t1, t2, … in the order of evaluation, operands first, left to right; numbers are
    /// constants. Names t1, t2, … that the lesson itself uses are skipped.
    package func lowered() -> (tape: Tape, sources: [Tape.ID: Tensor], result: Tape.ID) {
        var lowering = ExpressionLowering(taken: Set(inputs.map(\.name) + lines.map(\.name)))
        for input in inputs { lowering.input(input.name, input.value) }
        var last = Tape.ID?.none
        for line in lines { last = lowering.line(line) }
        guard let result = last else { preconditionFailure("a program without lines") }
        return (lowering.tape, lowering.sources, result)
    }
}

private struct ExpressionLowering {
    var tape = Tape()
    var sources: [Tape.ID: Tensor] = [:]
    let taken: Set<String>
    private var nameless = 0
    private var constants = 0

    init(taken: Set<String>) { self.taken = taken }

    mutating func input(_ name: String, _ value: Double) {
        sources[tape.source(.input, name: name, shape: [])] = Tensor(value)
    }

    mutating func line(_ line: ExpressionProgram.Line) -> Tape.ID {
        switch line.expression {
        case .number(let value):
            let id = tape.source(.constant, name: line.name, shape: [])
            sources[id] = Tensor(value)
            return id
        case .name(let name):
            let id = known(name)
            tape.alias(line.name, for: id)
            return id
        case .unary, .binary: return record(line.expression, name: line.name)
        }
    }

    private func known(_ name: String) -> Tape.ID {
        guard let id = tape.id(named: name) else { preconditionFailure("the name \(name) is not defined") }
        return id
    }

    private mutating func record(_ expression: Expression, name: String?) -> Tape.ID {
        switch expression {
        case .number(let value):
            constants += 1
            // A space keeps the name out of the lesson's own names.
            let id = tape.source(.constant, name: "constant \(constants)", shape: [])
            sources[id] = Tensor(value)
            return id
        case .name(let name): return known(name)
        case .unary(let function, let operand):
            let operand = record(operand, name: nil)
            return tape.record(.pointwise(function.pointwise), [operand], name: name ?? nextName())
        case .binary(let function, let left, let right):
            let left = record(left, name: nil)
            let right = record(right, name: nil)
            return tape.record(.pairwise(function.pairwise), [left, right], name: name ?? nextName())
        }
    }

    private mutating func nextName() -> String {
        repeat { nameless += 1 } while taken.contains("t\(nameless)")
        return "t\(nameless)"
    }
}

extension UnaryFunction {
    package var pointwise: Pointwise {
        switch self {
        case .negate: .negate
        case .exp: .exp
        case .ln: .ln
        case .sqrt: .sqrt
        case .sin: .sin
        case .cos: .cos
        case .tan: .tan
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .relu: .relu
        case .swish: .swish(beta: 1)
        }
    }
}

extension BinaryFunction {
    package var pairwise: Pairwise {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .power: .power
        case .max: .max
        case .min: .min
        }
    }
}
