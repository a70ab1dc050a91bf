/// A program lowered to a tape, with the values of its sources.
package struct LoweredProgram: Hashable, Sendable {
    /// The role of a tape entry.
    package enum Role: Hashable, Sendable {
        case input
        /// A named number of the data, without a gradient.
        case constant
        /// The value of a line.
        case line
        /// An operation inside a line.
        case operation
        /// A literal number inside a line.
        case number
    }

    package let program: ExpressionProgram
    package let tape: Tape
    package let sources: [Tape.ID: Tensor]
    package let result: Tape.ID
    fileprivate let roles: [Role]

    package func role(of id: Tape.ID) -> Role { roles[id.index] }

    /// The inputs, in the order in which the lesson gives them.
    package var inputs: [Tape.ID] { tape.allIDs.filter { role(of: $0) == .input } }
}

extension ExpressionProgram {
    /// Lowers the program to a tape.
    ///
    /// Unnamed operations are called t1, t2, … in the order of evaluation, operands first, left to right; numbers are constants. Names t1,
    /// t2, … that the lesson itself uses are skipped.
    package func lowered() -> LoweredProgram {
        var lowering = ExpressionLowering(taken: Set((inputs + constants).map(\.name) + lines.map(\.name)))
        for input in inputs { lowering.given(input.name, input.value, .input, as: .input) }
        for constant in constants { lowering.given(constant.name, constant.value, .constant, as: .constant) }
        var last = Tape.ID?.none
        for line in lines { last = lowering.line(line) }
        guard let result = last else { preconditionFailure("a program without lines") }
        return LoweredProgram(
            program: self, tape: lowering.tape, sources: lowering.sources, result: result, roles: lowering.roles)
    }
}

private struct ExpressionLowering {
    var tape = Tape()
    var sources: [Tape.ID: Tensor] = [:]
    var roles: [LoweredProgram.Role] = []
    /// What the lesson's own names refer to.
    private var known: [String: Tape.ID] = [:]
    private let taken: Set<String>
    private var nameless = 0
    private var constants = 0

    init(taken: Set<String>) { self.taken = taken }

    mutating func given(_ name: String, _ value: Double, _ origin: Tape.Source, as role: LoweredProgram.Role) {
        known[name] = source(origin, value, name: name, as: role)
    }

    mutating func line(_ line: ExpressionProgram.Line) -> Tape.ID {
        let id: Tape.ID
        switch line.expression {
        case .number(let value): id = source(.constant, value, name: line.name, as: .line)
        case .name(let name):
            id = self.id(named: name)
            tape.alias(line.name, for: id)
        case .unary, .binary: id = record(line.expression, name: line.name)
        }
        known[line.name] = id
        return id
    }

    private func id(named name: String) -> Tape.ID {
        guard let id = known[name] else { preconditionFailure("the name \(name) is not defined") }
        return id
    }

    private mutating func source(_ source: Tape.Source, _ value: Double, name: String, as role: LoweredProgram.Role) -> Tape.ID {
        let id = tape.source(source, name: name, shape: [])
        sources[id] = Tensor(value)
        roles.append(role)
        return id
    }

    /// - Parameter name: the name of the line if this is its whole expression; nil for a part of one.
    private mutating func record(_ expression: Expression, name: String?) -> Tape.ID {
        switch expression {
        case .number(let value):
            constants += 1
            // With a space, the name cannot clash with one of the lesson.
            return source(.constant, value, name: "constant \(constants)", as: .number)
        case .name(let name): return id(named: name)
        case .unary(let function, let operand):
            let operand = record(operand, name: nil)
            return record(.pointwise(function), [operand], name: name)
        case .binary(let function, let left, let right):
            let left = record(left, name: nil)
            let right = record(right, name: nil)
            return record(.pairwise(function.pairwise), [left, right], name: name)
        }
    }

    private mutating func record(_ primitive: Primitive, _ operands: [Tape.ID], name: String?) -> Tape.ID {
        roles.append(name == nil ? .operation : .line)
        return tape.record(primitive, operands, name: name ?? nextName())
    }

    private mutating func nextName() -> String {
        repeat { nameless += 1 } while taken.contains("t\(nameless)")
        return "t\(nameless)"
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
