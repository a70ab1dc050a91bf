/// Deliberate mistakes in a backward pass: operations with a wrong pullback, and uses of a tensor through which no gradient flows back.
/// Everything else follows the rules.
package struct BackwardFaults: Hashable, Sendable {
    package enum Fault: Hashable, Sendable {
        /// Takes the local derivative to be 1: passes the upstream gradient on unchanged.
        case passesOn
        /// Evaluates a function's derivative at its output rather than at its input.
        case atOutput
        /// Multiplies the gradient of the input by W rather than by its transpose.
        case transposed
        /// Keeps only the diagonal of the Jacobian: the derivatives of each entry with respect to the entry with the same index.
        case diagonal
        case scaled(Double)
    }

    /// One operand of an operation.
    package struct Use: Hashable, Sendable {
        package let operation: Tape.ID
        package let operand: Int

        package init(_ operation: Tape.ID, operand: Int) { (self.operation, self.operand) = (operation, operand) }
    }

    package var faults: [Tape.ID: Fault]
    package var lost: Set<Use>
    /// The values that the backward pass uses in place of those of the forward pass: weights that were updated too early.
    package var seen: [Tape.ID: Tensor]

    package init(faults: [Tape.ID: Fault] = [:], lost: Set<Use> = [], seen: [Tape.ID: Tensor] = [:]) {
        self.faults = faults
        self.lost = lost
        self.seen = seen
    }
}

extension BackwardFaults {
    /// Without the mistakes that leave contributions out.
    fileprivate var withNothingLeftOut: BackwardFaults {
        BackwardFaults(faults: faults.filter { $0.value != .diagonal }, seen: seen)
    }

    /// Both at once; nil where an operation is to be wrong in two ways that exclude each other.
    package func joined(with other: BackwardFaults) -> BackwardFaults? {
        var joined = BackwardFaults(faults: faults, lost: lost.union(other.lost))
        for (id, fault) in other.faults {
            switch (joined.faults[id], fault) {
            case (nil, _): joined.faults[id] = fault
            case (.scaled(let a), .scaled(let b)): joined.faults[id] = .scaled(a * b)
            case (.passesOn, _), (.atOutput, _), (.transposed, _), (.diagonal, _), (.scaled, _): return nil
            }
        }
        return joined
    }

    /// The gradients that an operation passes to its operands; nil where nothing comes back.
    func pullback(_ id: Tape.ID, _ rules: any DifferentiationRules, _ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        var parts = rules.pullback(upstream, operands: operands, output: output)
        switch faults[id] {
        case nil: break
        case .passesOn: parts[0] = Tensor(shape: operands[0].shape, scalars: upstream.scalars)
        case .atOutput:
            guard let function = rules as? Pointwise else { break }
            parts[0] = Tensor(
                shape: output.shape, scalars: zip(upstream.scalars, output.scalars).map { $0 * function.derivative(at: $1) })
        case .transposed: parts[0] = rules.pullback(upstream, operands: Self.transposed(operands), output: output)[0]
        case .diagonal:
            var own = Tensor.zeros(operands[0].shape)
            for index in 0..<output.count {
                rules.localDerivatives(of: index, operands: operands, output: output) { operand, entry, local in
                    if operand == 0, entry == index { own.scalars[index] = upstream.scalars[index] * local }
                }
            }
            parts[0] = own
        case .scaled(let factor):
            if let part = parts[0] { parts[0] = Tensor(shape: part.shape, scalars: part.scalars.map { factor * $0 }) }
        }
        return parts.enumerated().map { lost.contains(Use(id, operand: $0)) ? nil : $1 }
    }

    /// Visits the local derivatives of the faulty backward pass; their products with the upstream gradient add up to the result of `pullback`.
    /// They are 0 where no gradient flows back.
    func localDerivatives(
        _ id: Tape.ID, _ rules: any DifferentiationRules, of index: Int, operands: [Tensor], output: Tensor,
        _ visit: (_ operand: Int, _ entry: Int, _ derivative: Double) -> Void
    ) {
        let fault = faults[id]
        func pass(_ operand: Int, _ entry: Int, _ derivative: Double) {
            visit(operand, entry, lost.contains(Use(id, operand: operand)) ? 0 : derivative)
        }
        switch fault {
        case .passesOn: pass(0, index, 1)
        case .atOutput: if let function = rules as? Pointwise { pass(0, index, function.derivative(at: output.scalars[index])) }
        case nil, .transposed, .diagonal, .scaled: break
        }
        rules.localDerivatives(of: index, operands: operands, output: output) { operand, entry, derivative in
            switch operand == 0 ? fault : nil {
            case nil: pass(operand, entry, derivative)
            case .passesOn, .atOutput, .transposed: break
            case .diagonal: pass(operand, entry, entry == index ? derivative : 0)
            case .scaled(let factor): pass(operand, entry, factor * derivative)
            }
        }
        guard fault == .transposed else { return }
        rules.localDerivatives(of: index, operands: Self.transposed(operands), output: output) { operand, entry, derivative in
            if operand == 0 { pass(operand, entry, derivative) }
        }
    }

    /// The operands of a product with a weight, with the weight transposed.
    private static func transposed(_ operands: [Tensor]) -> [Tensor] {
        let weight = operands[1]
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        var turned = operands
        turned[1] = Tensor(shape: [columns, rows], scalars: (0..<rows * columns).map { weight.scalars[$0 % rows * columns + $0 / rows] })
        return turned
    }
}

extension Pass {
    /// The same pass, whose contributions include those that its backward pass left out, with the local derivatives that they should have.
    package var withNothingLeftOut: Pass {
        Pass(
            tape, values: values, gradients: tape.allIDs.map(gradient), faults: faults.withNothingLeftOut, result: result)
    }

    /// Whether the backward pass left a contribution out.
    package func leavesOut(_ part: Contribution) -> Bool {
        if faults.lost.contains(BackwardFaults.Use(part.output, operand: part.operand)) { return true }
        return faults.faults[part.output] == .diagonal && part.operand == 0 && part.inputIndex != part.outputIndex
    }
}
