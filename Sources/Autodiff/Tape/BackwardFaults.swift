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

    package init(faults: [Tape.ID: Fault] = [:], lost: Set<Use> = []) {
        self.faults = faults
        self.lost = lost
    }
}

extension BackwardFaults {
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
        case .transposed:
            let weight = operands[1]
            let (rows, columns) = (weight.shape[0], weight.shape[1])
            let turned = (0..<rows * columns).map { weight.scalars[$0 % rows * columns + $0 / rows] }
            var swapped = operands
            swapped[1] = Tensor(shape: [columns, rows], scalars: turned)
            parts[0] = rules.pullback(upstream, operands: swapped, output: output)[0]
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
}
